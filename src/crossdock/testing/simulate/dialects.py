"""What the carrier of a run says in a dialect of its own: status messages as X12 214 or EDIFACT IFTSTA, read by the
real readers and maps.

Written apart from the hub's own formats, as everything the simulated partners say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from crossdock.bootstrap.library import open_library
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.wire import decode_fact
from crossdock.connectors.edifact.inbound import EdifactDecoder
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.ports.connector import Decoder
from crossdock.ports.directory import Partner
from crossdock.testing.golden.cast import PARTNERS

CARRIER = "nvtr"
X12, EDIFACT, JSON = "x12", "edifact", ""
KINDS = (JSON, X12, EDIFACT)
CONTENT_TYPES = {X12: "application/edi-x12", EDIFACT: "application/edifact"}

SETTINGS: dict[str, dict[str, object]] = {
    X12: {
        "isa_sender": "NVTR",
        "isa_sender_qualifier": "02",
        "isa_receiver": "CROSSDOCK",
        "isa_receiver_qualifier": "ZZ",
        "scac": "NVTR",
    },
    EDIFACT: {"carrier": "NVTR"},
}
# X12 element 1650; UN/ECE recommendation 24 with who is where.
IN_X12 = {
    Milestone.DEPARTED_ORIGIN: "AF",
    Milestone.DEPARTED_FACILITY: "P1",
    Milestone.ARRIVED_FACILITY: "X4",
    Milestone.ARRIVED_DELIVERY: "X1",
    Milestone.DELIVERED: "D1",
}
IN_EDIFACT = {
    Milestone.DEPARTED_ORIGIN: ("24", "CZ"),
    Milestone.DEPARTED_FACILITY: ("24", ""),
    Milestone.ARRIVED_FACILITY: ("1", ""),
    Milestone.ARRIVED_DELIVERY: ("1", "CN"),
    Milestone.DELIVERED: ("21", ""),
}
# Times of an IFTSTA are those of the place it names.
PLACE, THERE = "NLVEN", ZoneInfo("Europe/Amsterdam")
# When it is received plays no part in what is said.
SOME_DAY = datetime(2026, 8, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\d+")


def dialect_of(story: int) -> str:
    """How the carrier of this story speaks."""
    return KINDS[story % len(KINDS)]


def partners_of(dialect: str) -> dict[str, Partner]:
    """The partners of the example, the carrier with this dialect."""
    if not dialect:
        return PARTNERS
    return {**PARTNERS, CARRIER: replace(PARTNERS[CARRIER], connector=dialect, settings=SETTINGS[dialect])}


@cache
def decoders() -> Mapping[str, Decoder]:
    """The readers and maps of production."""
    library = open_library()
    return {X12: X12Decoder(library), EDIFACT: EdifactDecoder(library)}


def said_as(dialect: str, partner: str, body: bytes) -> bytes | None:
    """A fact in canonical JSON as the carrier says it; `None` where it has no words for it."""
    if not dialect or partner != CARRIER:
        return None
    fact = decode_fact(body, SOME_DAY)
    seen = fact.payload
    if not isinstance(seen, TrackingMilestone) or seen.milestone not in IN_X12:
        return None
    row, *index = _NUMBER.findall(fact.source.message_id)
    number = int(row) + 1000 * int(index[0] if index else 0)
    write = _as_214 if dialect == X12 else _as_iftsta
    return write(fact.subject.id, seen.milestone, fact.at, number)


def _as_214(shipment: str, milestone: Milestone, at: datetime, number: int) -> bytes:
    day, minute, blank = f"{at:%Y%m%d}", f"{at:%H%M}", " " * 10
    body = (
        "ST*214*0001",
        f"B10*NV7745120*{shipment}*NVTR",
        "LX*1",
        f"AT7*{IN_X12[milestone]}*NS***{day}*{minute}*UT",
        "MS1*VENLO**NL",
    )
    rows = (
        f"ISA*00*{blank}*00*{blank}*02*{'NVTR':<15}*ZZ*{'CROSSDOCK':<15}*{day[2:]}*{minute}*U*00401*{number:09d}*0*P*>",
        f"GS*QM*NVTR*CROSSDOCK*{day}*{minute}*{number}*X*004010",
        *body,
        f"SE*{len(body) + 1}*0001",
        f"GE*1*{number}",
        f"IEA*1*{number:09d}",
    )
    return "".join(f"{row}~" for row in rows).encode()


def _as_iftsta(shipment: str, milestone: Milestone, at: datetime, number: int) -> bytes:
    code, who = IN_EDIFACT[milestone]
    there = at.astimezone(THERE)
    rows = [
        "UNH+1+IFTSTA:D:96A:UN",
        f"BGM+23+ST-{number}+9",
        f"DTM+137:{there:%Y%m%d%H%M}:203",
        "NAD+CA+NVTR:172:182",
        "CNI+1+NV7745120",
        f"STS+1+{code}",
        f"RFF+CU:{shipment}",
        f"DTM+334:{there:%Y%m%d%H%M}:203",
        *([f"NAD+{who}+X-1::92++SOMEBODY"] if who else []),
        f"LOC+175+{PLACE}:139:6:VENLO",
        "TDT+20++3++NVTR:172:182",
    ]
    text = "'".join((*rows, f"UNT+{len(rows) + 1}+1"))
    return f"UNA:+.? 'UNB+UNOC:3+NVTR+CROSSDOCK+{there:%y%m%d}:{there:%H%M}+{number}'{text}'UNZ+1+{number}'".encode()
