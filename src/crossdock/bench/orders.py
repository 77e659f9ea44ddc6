"""How fast a map is: orders of twenty lines from bytes to their facts.

x12_850_us    microseconds an order, its grammar checked, every line with item, quantity, price and text
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime

from crossdock.bootstrap.library import open_library
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.kernel.errors import Bug
from crossdock.ports.connector import IntakeContext

ORDERS = 25
LINES = 20
ROUNDS = 15
HEAD = "ISA*00*          *00*          *ZZ*NORTHERP       *ZZ*SHIPPER        *260602*1558*U*00401*000000512*0*P*>~"
CONTEXT = IntakeContext("erp", "ERP", datetime(2026, 6, 2, 18, tzinfo=UTC), "UTC", {"words": {"incoterm": "DAP"}})


def purchase_orders(orders: int) -> bytes:
    """One interchange of that many 850s: other numbers, customers, quantities and prices in each."""
    texts: list[str] = []
    for number in range(orders):
        rows = [
            f"BEG*00*SA*SO-{48000 + number}**20260602",
            "CUR*BY*EUR",
            f"REF*CO*HP-PO-{number}",
            "DTM*002*20260609",
            f"N1*BY*HARROW & PIKE*92*C-{number:04d}",
            f"N1*ST*STORE {number}*92*L-{number:04d}",
            f"N3*{number + 1} MAIN STREET",
            "N4*CHICAGO*IL*60601*US",
        ]
        for line in range(LINES):
            rows.append(
                f"PO1*{line + 1}*{line % 7 + 1}*CA*{12 + number}.{line:02d}**VN*IT-{500 + line}*UP*{number:012d}"
            )
            rows.append(f"PID*F****ITEM {500 + line}")
        rows.append(f"CTT*{LINES}")
        control = f"{number + 1:04d}"
        texts.extend((f"ST*850*{control}", *rows, f"SE*{len(rows) + 2}*{control}"))
    group = f"GS*PO*NORTHERP*SHIPPER*20260602*1558*512*X*004010~{'~'.join(texts)}~GE*{orders}*512~"
    return (HEAD + group + "IEA*1*000000512~").encode()


def measure_orders() -> dict[str, float | None]:
    """The middle of all rounds, by the CPU time of this process."""
    decoder, body = X12Decoder(open_library()), purchase_orders(ORDERS)
    decoded = decoder.decode(body, "", CONTEXT)
    if len(decoded.facts) != ORDERS or decoded.findings:
        raise Bug(f"{ORDERS} sound 850s gave {len(decoded.facts)} facts and {decoded.findings[:1]}")
    spent = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        decoder.decode(body, "", CONTEXT)
        spent.append(time.process_time() - begin)
    return {"x12_850_us": round(statistics.median(spent) / ORDERS * 1e6, 1)}
