"""214 Shipment status to `tracking.milestone`, one fact an AT7.

Source: X12 004010 and 005010 set 214 (reference/x12-sets.md); domain.md §4.3 to §4.5, CG-04, CG-05. References before
the first LX hold for the whole set, those inside an LX for its statuses, wherever in the loop they stand (the order of
segments differs between 4010 and 5010).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

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
    cells,
    distinct,
    marked_packages,
    reference,
    text_of,
)
from crossdock.connectors.x12.plan_214 import NONE, LoopPlan, Plan, StatusPlan, plan_of
from crossdock.connectors.x12.reasons import REASONS
from crossdock.connectors.x12.times import Reckoning, reckon
from crossdock.connectors.x12.zones import Zone, country_of, zone_of
from crossdock.formats.x12.tree import Row
from crossdock.kernel.instant import Occurrence, TimeQuality
from crossdock.ports.connector import DecodedFact

# Of what this reader makes, as provenance tells it; raise it with every change.
VERSION = "1"
NOTHING_WRONG = "none."
PARTIAL_UNLOAD = "D2"
SCAC_MAX = 4
FEW = 16
_SIDES = {"SF": "pickup", "SH": "pickup", "ST": "delivery", "CN": "delivery"}


class Status(NamedTuple):
    """One AT7 as read; `at` counts from ST = 0."""

    at: int
    row: Row


class Loop(msgspec.Struct):
    """What an LX loop, or the set before its first LX, says beside its statuses."""

    refs: list[Reference] = []
    packages: list[str] = []
    stop: int | None = None


class Reader(msgspec.Struct):
    """A 214 under reading."""

    desk: Desk
    plan: Plan
    carrier: str = ""
    head: Loop = msgspec.field(default_factory=Loop)
    subject: str = ""
    last: datetime | None = None


class Location(NamedTuple):
    """What an MS1 says: the place, and its zone where that can be told."""

    place: Place
    zone: Zone | None


def read_214(desk: Desk) -> list[DecodedFact]:
    """The facts of one 214; faults go to the set. No fact is made of a set that has an error."""
    plan = plan_of(desk.transaction.heads, desk.separator)
    reader = Reader(desk, plan)
    for at in plan.heads:
        _take_head(reader, at)
    if not reader.subject:
        if not plan.heads:
            desk.missing("B10", "a 214 needs B10: send the PRO number, the shipment id and the SCAC")
        return []
    if not any(loop.statuses for loop in plan.loops):
        desk.missing("AT7", "a 214 without AT7 tells no status: send at least one")
    _fill(reader, reader.head, plan.loops[0])
    facts: list[DecodedFact] = []
    for number, planned in enumerate(plan.loops):
        loop = reader.head
        if number:
            loop = Loop(list(reader.head.refs), [])
            _fill(reader, loop, planned)
        about = _about(reader, loop)
        for status in planned.statuses:
            fact = _fact(reader, loop, about, status)
            if fact is not None:
                facts.append(fact)
    return facts


def _take_head(reader: Reader, at: int) -> None:
    desk = reader.desk
    pro, shipment, carrier = desk.cells(at, 3)[1:4]
    carrier = carrier or desk.settings.scac
    if not carrier:
        desk.fault(MISSING_ELEMENT, "B10-03 names no carrier: send the SCAC", at, 3)
    elif len(carrier) > SCAC_MAX:
        desk.fault(TOO_LONG, f"B10-03 {carrier!r} is no SCAC of two to four letters", at, 3)
    if not pro and not shipment:
        detail = "B10 names neither a PRO number (01) nor a shipment (02): nothing to attach it to"
        desk.fault(CONDITION, detail, at, 1)
        return
    reader.carrier = carrier
    reader.subject = shipment or pro
    if shipment:
        reader.head.refs.extend((Reference("shipment", shipment), Reference("load", shipment)))
    if pro:
        reader.head.refs.append(Reference("pro", pro, carrier))


def _fill(reader: Reader, loop: Loop, planned: LoopPlan) -> None:
    """What a loop says beside its statuses; its references behind those it has, each once."""
    texts, separator = reader.desk.transaction.texts, reader.desk.separator
    for at in planned.refs:
        row = cells(texts[at], separator, 2)
        value, qualifier = row[1], row[2]
        if qualifier == STOP_NUMBER and value.isdecimal() and 0 < int(value[:9]) < 1000:
            loop.stop = int(value)
            continue
        found = reference(qualifier, value, reader.carrier)
        # A look through a few is quicker than a hash of each; many are made distinct at the end.
        if found is not None and (len(loop.refs) > FEW or found not in loop.refs):
            loop.refs.append(found)
    for at in planned.packages:
        loop.packages.extend(marked_packages(reader.desk.cells(at, 6)))


def _about(reader: Reader, loop: Loop) -> About:
    """Whom the statuses of a loop are about: all they share."""
    subject = Subject("shipment", reader.subject)
    packages = loop.packages or reader.head.packages
    if not packages and len(loop.refs) <= FEW:
        return About(subject, tuple(loop.refs))
    return About(subject, distinct([*loop.refs, *(Reference("sscc", package) for package in packages)]))


def _fact(reader: Reader, loop: Loop, about: About, planned: StatusPlan) -> DecodedFact | None:
    desk = reader.desk
    texts, separator = desk.transaction.texts, desk.separator
    status = Status(planned.at, cells(texts[planned.at], separator, 7))
    number, meaning = _meaning(desk, status)
    if meaning is None:
        return None
    located = locate(texts[planned.place], separator) if planned.place != NONE else None
    announced = _time(reader, status, meaning, located)
    if announced is None:
        return None
    # An estimate of the delivery occurs when it is made, so that the newest one wins; what it announces is `estimate`.
    estimates = meaning.milestone == Milestone.ETA and meaning.side == "delivery"
    occurred = desk.spoken if estimates else announced
    if meaning.cls is FactClass.ACT:
        reader.last = announced.instant
    unit = cells(texts[planned.unit], separator, 2)[2] if planned.unit != NONE else ""
    if unit and (container := Reference("container", unit)) not in about.refs:
        about = About(about.subject, (*about.refs, container))
    packages = loop.packages or reader.head.packages
    payload = TrackingMilestone(
        milestone=meaning.milestone,
        stop_seq=loop.stop or reader.head.stop,
        location=located.place if located is not None else None,
        reason=_reason(desk, status),
        raw=RawCode(status.row[number], status.row[number + 1], f"AT7-{number:02d} {announced.raw}"),
        packages=tuple(dict.fromkeys(packages)) if packages else (),
        estimate=announced.instant if estimates else None,
        partial=status.row[1] == PARTIAL_UNLOAD,
        equipment=Equipment(no=unit) if unit else None,
    )
    return desk.fact("tracking.milestone", about, occurred, payload, (status.at, number), meaning.cls)


def _meaning(desk: Desk, status: Status) -> tuple[int, Meaning | None]:
    """Which element carries the code, and what it means; unknown codes are faults and never get a default."""
    code, appointment = status.row[1], status.row[3]
    if not code and not appointment:
        desk.fault(CONDITION, "AT7 carries neither a status (01) nor an appointment (03)", status.at, 1)
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
        desk.fault(BAD_CODE, detail, status.at, number, business=UNKNOWN_CODE)
    return number, known


def _time(reader: Reader, status: Status, meaning: Meaning, located: Location | None) -> Occurrence | None:
    desk = reader.desk
    day, hour, code = status.row[5:8]
    if not day:
        desk.fault(CONDITION, "AT7-05, the date of the status, is missing", status.at, 5)
        return None
    zone = located.zone if located is not None else None
    if zone is None:
        zone = _end_of_way(reader, meaning.side)
    reckoning = reckon(day, hour, code, zone, desk.context.tz, desk.year)
    known = reckoning.occurrence
    if known is not None and known.quality is TimeQuality.AMBIGUOUS and reader.last is not None:
        reckoning = reckon(day, hour, code, zone, desk.context.tz, desk.year, reader.last)
    if known is None or reckoning.remark or reckoning.unplaced:
        _remark_time(desk, status, reckoning)
    return reckoning.occurrence


def _remark_time(desk: Desk, status: Status, reckoning: Reckoning) -> None:
    day, hour = status.row[5:7]
    if reckoning.wrong == 1:
        desk.fault(BAD_DATE, f"AT7-05 {day!r} is no date CCYYMMDD", status.at, 5)
    elif reckoning.wrong == 2:
        desk.fault(BAD_TIME, f"AT7-06 {hour!r} is no time HHMM", status.at, 6)
    if reckoning.remark:
        desk.remark(UNKNOWN_CODE, f"time code {reckoning.remark!r} is unknown; read as local time", status.at, 7)
    if reckoning.unplaced and hour:
        detail = f"the place of {day} {hour} has no known time zone; read in {desk.context.tz}, the partner's"
        desk.remark(NO_ZONE, detail, status.at, 6)


def _end_of_way(reader: Reader, side: str) -> Zone | None:
    """TS-05: where the place of the event is not known, the end of the way the milestone speaks of."""
    if side:
        for named, addressed in reader.plan.addresses:
            if _SIDES.get(reader.desk.cells(named, 1)[1]) == side:
                party = reader.desk.cells(addressed, 4)
                return zone_of(party[1], party[2], party[4])
    return None


def _reason(desk: Desk, status: Status) -> str:
    number = 2 if status.row[1] else 4
    code = status.row[number]
    if not code:
        return ""
    reason = REASONS.get(code)
    if reason is None:
        desk.remark(
            UNKNOWN_CODE, f"reason code {code!r} is unknown; the status was taken all the same", status.at, number
        )
        return "unknown"
    return "" if reason.startswith(NOTHING_WRONG) else reason


# Terminals and cities come again and again; an MS1 says nothing that depends on who sends it.
@lru_cache(maxsize=4096)
def locate(text: str, separator: str) -> Location:
    """The place and the zone an MS1 names."""
    row = cells(text, separator, 7)
    return Location(_place(row), zone_of(row[1], row[2], row[3]))


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
