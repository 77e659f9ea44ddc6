"""How fast documents become facts, against the least one can do with the same bytes and against a peer's parser.

    x12_214_to_split     an interchange of many 214s to canonical facts, as a share of the rate of a bare `str.split`
    x12_214_one_to_split the same for a file of one shipment
    x12_214_to_badx12    our rate to facts over badx12's rate to its tree; null without its interpreter

Both sides alternate in one process and count their own CPU time; the middle of all rounds is taken. badx12 wants
another click than ours, so it runs under an interpreter of its own (`--peers`) and only its rate is taken.
"""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.kernel.errors import Bug
from crossdock.ports.connector import IntakeContext

SETS = 400
ROUNDS = 15
CPU_S_PER_ROUND = 0.05
PEER_SETS = 20
PEER_TIMEOUT_S = 120.0
CITIES = ("VENLO**NL", "ROTTERDAM**NL", "CHICAGO*IL*US", "EL PASO*TX*US", "HAMBURG**DE", "LYON**FR", "TULSA*OK*US")
CODES = ("AF", "X6", "X1", "D1", "X3", "P1", "AG")
HEAD = "ISA*00*          *00*          *02*NVTR           *ZZ*SHIPPER        *260602*1558*U*00401*000000431*0*P*>~"
CONTEXT = IntakeContext("nvtr", "CAR", datetime(2026, 6, 2, 18, tzinfo=UTC), "Europe/Amsterdam", {})

# Names the standard library dropped, which badx12 still imports.
PEER_SCRIPT = """
import collections, collections.abc, sys, time
for name in ("Iterable", "Mapping", "MutableMapping", "Sequence", "Callable"):
    setattr(collections, name, getattr(collections.abc, name))
from badx12 import Parser
text = sys.stdin.read()
best = None
for _ in range(5):
    begin = time.process_time()
    Parser().parse_document(text)
    spent = time.process_time() - begin
    best = spent if best is None else min(best, spent)
print(best)
"""


def status_messages(sets: int) -> bytes:
    """One interchange of that many 214s: other numbers, minutes, places and statuses in each."""
    texts: list[str] = []
    for number in range(sets):
        city = CITIES[number % len(CITIES)]
        at = f"20260602*{number * 7 // 60 % 18:02d}{number * 7 % 60:02d}"
        rows = (
            f"ST*214*{number + 1:04d}",
            f"B10*NV{7745120 + number}*SHP-{88001 + number}*NVTR",
            f"L11*BOL-{88001 + number}*BM",
            f"L11*45{number:07d}*PO",
            "N1*SF*VENLO WAREHOUSE*93*WH-NL1",
            "N3*INDUSTRIEWEG 12",
            "N4*VENLO**5928LB*NL",
            f"N1*ST*CUSTOMER {number}*93*{number:05d}",
            f"N3*{number % 900 + 1} MAIN STREET",
            "N4*CHICAGO*IL*60601*US",
            "LX*1",
            f"AT7*{CODES[number % len(CODES)]}*NS***{at}*LT",
            f"MS1*{city}",
            f"MS2*NVTR*TR{100 + number % 50}",
            f"L11*{number % 3 + 1}*QN",
            f"AT8*G*K*{1000 + number}*12",
            f"SE*17*{number + 1:04d}",
        )
        texts.extend(rows)
    group = f"GS*QM*NVTR*SHIPPER*20260602*1558*431*X*004010~{'~'.join(texts)}~GE*{sets}*431~"
    return (HEAD + group + "IEA*1*000000431~").encode()


def measure_formats(peers: Path | None = None) -> dict[str, float | None]:
    """All figures; `peers` is the Python interpreter of an environment that has badx12."""
    peer_s = _peer_s(peers, status_messages(PEER_SETS)) if peers is not None else None
    decoder = X12Decoder()
    many, one = status_messages(SETS), status_messages(1)
    for body, facts in ((many, SETS), (one, 1)):
        decoded = decoder.decode(body, "", CONTEXT)
        if len(decoded.facts) != facts or decoded.findings:
            raise Bug(f"{facts} sound 214s gave {len(decoded.facts)} facts and {decoded.findings[:1]}")
    split_many, ours_many = cpu_s(lambda: split(many), lambda: decoder.decode(many, "", CONTEXT))
    split_one, ours_one = cpu_s(lambda: split(one), lambda: decoder.decode(one, "", CONTEXT))
    return {
        "x12_214_to_split": round(split_many / ours_many, 3),
        "x12_214_one_to_split": round(split_one / ours_one, 3),
        "x12_214_to_badx12": round(peer_s / PEER_SETS / (ours_many / SETS), 1) if peer_s is not None else None,
        "x12_214_us": round(ours_many / SETS * 1e6, 1),
    }


def split(body: bytes) -> list[list[str]]:
    """The bare tokeniser: delimiters from the header, every segment divided, nothing looked at."""
    text = body.decode("latin-1")
    separator, terminator = text[3], text[105]
    return [segment.split(separator) for segment in text.split(terminator)]


def cpu_s(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds a call of each, in turns."""
    calls = [max(1, int(CPU_S_PER_ROUND / max(_timed(each, 1), 1e-6))) for each in (first, second)]
    rounds = [(_timed(first, calls[0]) / calls[0], _timed(second, calls[1]) / calls[1]) for _ in range(ROUNDS)]
    return statistics.median(one for one, _ in rounds), statistics.median(other for _, other in rounds)


def _timed(work: Callable[[], object], calls: int) -> float:
    begin = time.process_time()
    for _ in range(calls):
        work()
    return time.process_time() - begin


def _peer_s(interpreter: Path, body: bytes) -> float:
    """CPU seconds badx12 needs for a document, the best of five."""
    done = subprocess.run(  # noqa: S603  (the interpreter is the one who measures named)
        [str(interpreter), "-c", PEER_SCRIPT],
        input=body.decode("latin-1"),
        capture_output=True,
        text=True,
        timeout=PEER_TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise Bug(f"{interpreter} cannot run badx12: {done.stderr.strip().splitlines()[-1:]}")
    return float(done.stdout)
