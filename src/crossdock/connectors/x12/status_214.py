"""214 Shipment status to `tracking.milestone`, one fact an AT7.

Source: X12 004010 and 005010 set 214 (reference/x12-sets.md); domain.md §4.3 to §4.5, CG-04, CG-05. References before
the first LX hold for the whole set, those inside an LX for its statuses, wherever in the loop they stand (the order of
segments differs between 4010 and 5010).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Address, Equipment, Geo, Place, RawCode
from crossdock.canonical.vocabulary import FactClass
from crossdock.connectors.x12.codes import APPOINTMENT, STATUS, STOP_NUMBER, Meaning
from crossdock.connectors.x12.facts import (
    BAD_CODE,
    BAD_DATE,
    BAD_TIME,
    CONDITION,
    MISSING_ELEMENT,
    NO_ZONE,
    TOO_LONG,
    UNKNOWN_CODE,
    About,
    Desk,
    distinct,
    marked_packages,
    padded,
    reference,
    text_of,
)
from crossdock.connectors.x12.reasons import REASONS
from crossdock.connectors.x12.times import reckon
from crossdock.connectors.x12.zones import Zone, country_of, zone_of
from crossdock.formats.x12.tree import Row, element
from crossdock.kernel.instant import Occurrence
from crossdock.ports.connector import DecodedFact

NOTHING_WRONG = "none."
PARTIAL_UNLOAD = "D2"
SCAC_MAX = 4
# First two letters of the segments read below; the others cost one look.
_READ = frozenset(("AT", "MS", "L1", "MA", "B1", "LX", "N1", "N4"))
_SIDES = {"SF": "pickup", "SH": "pickup", "ST": "delivery", "CN": "delivery"}


class Status(msgspec.Struct):
    """One AT7 with the MS1 and MS2 behind it."""

    index: int
    row: Row
    place: Row = []
    unit: Row = []


class Loop(msgspec.Struct):
    """What an LX loop, or the set before its first LX, holds."""

    statuses: list[Status] = []
    refs: list[Reference] = []
    packages: list[str] = []
    stop: int | None = None


class Reader(msgspec.Struct):
    """A 214 under reading."""

    desk: Desk
    carrier: str = ""
    head: Loop = msgspec.field(default_factory=Loop)
    loops: list[Loop] = []
    parties: dict[str, Row] = {}
    subject: str = ""
    last: datetime | None = None


def read_214(desk: Desk) -> list[DecodedFact]:
    """The facts of one 214; faults go to the set. No fact is made of a set that has an error."""
    reader = _scan(desk)
    if not reader.subject:
        if not any(text.startswith("B10") for text in desk.transaction.texts):
            desk.missing("B10", "a 214 needs B10: send the PRO number, the shipment id and the SCAC")
        return []
    loops = [reader.head, *reader.loops]
    if not any(loop.statuses for loop in loops):
        desk.missing("AT7", "a 214 without AT7 tells no status: send at least one")
    return [fact for loop in loops for status in loop.statuses if (fact := _fact(reader, loop, status)) is not None]


def _scan(desk: Desk) -> Reader:
    reader = Reader(desk, loops=[], parties={})
    divide = desk.transaction.interchange.divide
    loop = reader.head
    side = ""
    for index, text in enumerate(desk.transaction.texts):
        if text[:2] not in _READ:
            continue
        tag = text[:3]
        if tag == "AT7":
            loop.statuses.append(Status(index, padded(divide(text), 7)))
        elif tag == "MS1" and loop.statuses:
            loop.statuses[-1].place = padded(divide(text), 7)
        elif tag == "L11":
            _take_reference(reader, loop, padded(divide(text), 2))
        elif tag == "MAN":
            loop.packages.extend(marked_packages(divide(text)))
        elif tag == "MS2" and loop.statuses:
            loop.statuses[-1].unit = padded(divide(text), 2)
        elif tag == "B10":
            _take_head(reader, index, padded(divide(text), 3))
        elif text[:2] == "LX":
            loop = Loop([], [], [])
            reader.loops.append(loop)
        elif text[:2] == "N1":
            side = _SIDES.get(element(divide(text), 1), "")
        elif text[:2] == "N4" and side:
            reader.parties.setdefault(side, padded(divide(text), 4))
    return reader


def _take_head(reader: Reader, index: int, row: Row) -> None:
    desk = reader.desk
    pro, shipment, carrier = row[1:4]
    carrier = carrier or desk.settings.scac
    if not carrier:
        desk.fault(MISSING_ELEMENT, "B10-03 names no carrier: send the SCAC", index, 3)
    elif len(carrier) > SCAC_MAX:
        desk.fault(TOO_LONG, f"B10-03 {carrier!r} is no SCAC of two to four letters", index, 3)
    if not pro and not shipment:
        desk.fault(
            CONDITION, "B10 names neither a PRO number (01) nor a shipment (02): nothing to attach it to", index, 1
        )
        return
    reader.carrier = carrier
    reader.subject = shipment or pro
    if shipment:
        reader.head.refs.extend((Reference("shipment", shipment), Reference("load", shipment)))
    if pro:
        reader.head.refs.append(Reference("pro", pro, carrier))


def _take_reference(reader: Reader, loop: Loop, row: Row) -> None:
    value, qualifier = row[1], row[2]
    if qualifier == STOP_NUMBER and value.isdecimal() and 0 < int(value[:9]) < 1000:
        loop.stop = int(value)
        return
    found = reference(qualifier, value, reader.carrier)
    if found is not None:
        loop.refs.append(found)


def _fact(reader: Reader, loop: Loop, status: Status) -> DecodedFact | None:
    desk = reader.desk
    number, meaning = _meaning(desk, status)
    if meaning is None:
        return None
    announced = _time(reader, status, meaning)
    if announced is None:
        return None
    # An estimate of the delivery occurs when it is made, so that the newest one wins; what it announces is `estimate`.
    estimates = meaning.milestone == Milestone.ETA and meaning.side == "delivery"
    occurred = desk.spoken if estimates else announced
    if meaning.cls is FactClass.ACT:
        reader.last = announced.instant
    unit = status.unit[2] if status.unit else ""
    refs = [*reader.head.refs, *(loop.refs if loop is not reader.head else ())]
    packages = loop.packages or reader.head.packages
    refs += [Reference("sscc", package) for package in packages]
    if unit:
        refs.append(Reference("container", unit))
    payload = TrackingMilestone(
        milestone=Milestone(meaning.milestone),
        stop_seq=loop.stop or reader.head.stop,
        location=_place(status.place) if status.place else None,
        reason=_reason(desk, status),
        raw=_raw(status, number, announced),
        packages=tuple(dict.fromkeys(packages)),
        estimate=announced.instant if estimates else None,
        partial=status.row[1] == PARTIAL_UNLOAD,
        equipment=Equipment(no=unit) if unit else None,
    )
    about = About(Subject("shipment", reader.subject), distinct(refs))
    return desk.fact("tracking.milestone", about, occurred, payload, (status.index, number), meaning.cls)


def _meaning(desk: Desk, status: Status) -> tuple[int, Meaning | None]:
    """Which element carries the code, and what it means; unknown codes are faults and never get a default."""
    code, appointment = status.row[1], status.row[3]
    if not code and not appointment:
        desk.fault(CONDITION, "AT7 carries neither a status (01) nor an appointment (03)", status.index, 1)
        return 1, None
    if code:
        own = desk.settings.milestones.get(code)
        known = STATUS.get(code)
        if own is not None:
            return 1, Meaning(
                own, FactClass.EST if own is Milestone.ETA else FactClass.ACT, known.side if known else ""
            )
    else:
        known = APPOINTMENT.get(appointment)
    number = 1 if code else 3
    if known is None:
        shown = code or appointment
        detail = f"status code {shown!r} has no meaning here: add it to the partner's `milestones`, then replay"
        desk.fault(BAD_CODE, detail, status.index, number, business=UNKNOWN_CODE)
    return number, known


def _time(reader: Reader, status: Status, meaning: Meaning) -> Occurrence | None:
    desk = reader.desk
    day, hour, code = status.row[5:8]
    if not day:
        desk.fault(CONDITION, "AT7-05, the date of the status, is missing", status.index, 5)
        return None
    place = _zone(reader, status, meaning.side)
    year = desk.year
    reckoning = reckon(day, hour, code, place, desk.context.tz, year, reader.last)
    if reckoning.wrong == 1:
        desk.fault(BAD_DATE, f"AT7-05 {day!r} is no date CCYYMMDD", status.index, 5)
    elif reckoning.wrong == 2:
        desk.fault(BAD_TIME, f"AT7-06 {hour!r} is no time HHMM", status.index, 6)
    if reckoning.remark:
        desk.remark(UNKNOWN_CODE, f"time code {reckoning.remark!r} is unknown; read as local time", status.index, 7)
    if reckoning.unplaced and hour:
        detail = f"the place of {day} {hour} has no known time zone; read in {desk.context.tz}, the partner's"
        desk.remark(NO_ZONE, detail, status.index, 6)
    return reckoning.occurrence


def _zone(reader: Reader, status: Status, side: str) -> Zone | None:
    """TS-05: the place of the event, else the end of the way the milestone speaks of."""
    if status.place:
        found = zone_of(status.place[1], status.place[2], status.place[3])
        if found is not None:
            return found
    party = reader.parties.get(side)
    return zone_of(party[1], party[2], party[4]) if party else None


def _reason(desk: Desk, status: Status) -> str:
    number = 2 if status.row[1] else 4
    code = status.row[number]
    if not code:
        return ""
    reason = REASONS.get(code)
    if reason is None:
        desk.remark(
            UNKNOWN_CODE, f"reason code {code!r} is unknown; the status was taken all the same", status.index, number
        )
        return "unknown"
    return "" if reason.startswith(NOTHING_WRONG) else reason


def _raw(status: Status, number: int, announced: Occurrence) -> RawCode:
    return RawCode(status.row[number], status.row[number + 1], f"AT7-{number:02d} {announced.raw}")


def _place(row: Row) -> Place:
    city, state, country = text_of(row[1]), row[2], row[3]
    land = country_of(state, country)
    geo = _geo(row)
    if land:
        return Place(address=Address(country=land, city=city, region=state), geo=geo)
    return Place(name=", ".join(part for part in (city, state, country) if part), geo=geo)


def _geo(row: Row) -> Geo | None:
    """MS1-04 to -07: longitude and latitude as DDDMMSS with their directions."""
    if not row[4]:
        return None
    longitude = _degrees(row[4], row[6] in ("W", "S"))
    latitude = _degrees(row[5], row[7] in ("W", "S"))
    return Geo(latitude, longitude) if latitude is not None and longitude is not None else None


def _degrees(text: str, negative: bool) -> Decimal | None:
    if len(text) != 7 or not text.isdecimal():
        return None
    value = Decimal(text[:3]) + Decimal(text[3:5]) / 60 + Decimal(text[5:]) / 3600
    return (-value if negative else value).quantize(Decimal("0.000001"))
