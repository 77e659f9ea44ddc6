"""How fast an IFTSTA becomes facts, against what a peer needs to parse the same bytes and do nothing with them.

    iftsta_to_pydifact   our rate from bytes to canonical facts over pydifact's rate to its segments; null without it
    iftsta_us            microseconds a status message, grammar and every element checked

pydifact is one of our tools for development, not of the product: where it is not installed, its figure is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from crossdock.bench.formats import cpu_s
from crossdock.bootstrap.library import open_library
from crossdock.connectors.edifact.inbound import EdifactDecoder
from crossdock.kernel.errors import Bug
from crossdock.ports.connector import IntakeContext

PARSE: Callable[[str], object] | None = None
with suppress(ImportError):
    from pydifact.segmentcollection import Interchange

    PARSE = Interchange.from_str

MESSAGES = 200
PLACES = (("NLVEN", "VENLO"), ("NLRTM", "ROTTERDAM"), ("USCHI", "CHICAGO"), ("DEHAM", "HAMBURG"), ("FRLIO", "LYON"))
CODES = ("24", "31", "1", "21", "13", "48", "20")
CONTEXT = IntakeContext("nvtr", "CAR", datetime(2026, 6, 2, 18, tzinfo=UTC), "Europe/Amsterdam", {"carrier": "NVTR"})


def status_messages(messages: int) -> bytes:
    """One interchange of that many IFTSTA: other numbers, minutes, places and statuses in each."""
    texts: list[str] = []
    for number in range(messages):
        code, city = PLACES[number % len(PLACES)]
        at = f"20260602{number * 7 // 60 % 18:02d}{number * 7 % 60:02d}"
        rows = (
            f"UNH+{number + 1}+IFTSTA:D:96A:UN",
            f"BGM+23+ST-{number + 1}+9",
            "DTM+137:202606021558:203",
            "NAD+CZ+WH-NL1::92++VENLO WAREHOUSE",
            "NAD+CA+NVTR:172:182",
            f"RFF+BM:BOL-{88001 + number}",
            f"CNI+1+NV{7745120 + number}",
            f"STS+1+{CODES[number % len(CODES)]}",
            f"RFF+CU:SHP-{88001 + number}",
            f"DTM+334:{at}:203",
            f"LOC+175+{code}:139:6:{city}",
            "TDT+20++3++NVTR:172:182",
            f"EQD+CN+TR{100 + number % 50}",
        )
        texts.extend((*rows, f"UNT+{len(rows) + 1}+{number + 1}"))
    body = "'".join(texts)
    return f"UNA:+.? 'UNB+UNOC:3+NVTR+SHIPPER+260602:1558+431'{body}'UNZ+{messages}+431'".encode()


def measure_edifact() -> dict[str, float | None]:
    """Both figures."""
    decoder, body = EdifactDecoder(open_library()), status_messages(MESSAGES)
    decoded = decoder.decode(body, "", CONTEXT)
    if len(decoded.facts) != MESSAGES or decoded.findings:
        raise Bug(f"{MESSAGES} sound IFTSTA gave {len(decoded.facts)} facts and {decoded.findings[:1]}")
    peer = _peer(body.decode("ascii"))
    peer_s, ours_s = cpu_s(peer or (lambda: None), lambda: decoder.decode(body, "", CONTEXT))
    return {
        "iftsta_to_pydifact": round(peer_s / ours_s, 2) if peer is not None else None,
        "iftsta_us": round(ours_s / MESSAGES * 1e6, 1),
    }


def _peer(text: str) -> Callable[[], object] | None:
    if PARSE is None:
        sys.stderr.write("pydifact is not installed, so it is not measured: pip install pydifact\n")
        return None
    parse = PARSE
    return lambda: parse(text)
