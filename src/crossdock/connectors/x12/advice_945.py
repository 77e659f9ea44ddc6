"""945 Warehouse shipping advice to `shipment.handed_over`, one fact a set.

Source: X12 004010 and 005010 set 945 (reference/x12-sets.md); domain.md §2.2 (element 368), CG-01, CG-03. Several 945
may answer one 940; the quantities decide what was shipped, the line status is evidence.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from crossdock.canonical.parts import LineQuantity, Receiver
from crossdock.connectors.x12.codes import (
    ITEM_QUALIFIERS,
    LINE_NUMBER,
    LINE_STATUS,
    RELEASE_NUMBER,
    SEAL_NUMBER,
    UNITS,
)
from crossdock.connectors.x12.facts import (
    BAD_CHARACTER,
    BAD_DATE,
    BAD_TIME,
    CONDITION,
    MISSING_ELEMENT,
    NO_ZONE,
    UNKNOWN_CODE,
    About,
    Desk,
    distinct,
    marked_packages,
    reference,
)
from crossdock.connectors.x12.times import midday, reckon
from crossdock.connectors.x12.zones import Zone, zone_of
from crossdock.formats.x12.tree import ERROR, Row, element
from crossdock.formats.x12.values import to_date, to_number
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import DecodedFact

# Of what this reader makes, as provenance tells it; raise it with every change.
VERSION = "1"
MISMATCH = "WHS-09"
SHIPPED = ("11", "86")
NO_ZONE_OF_ITS_OWN = "UTC"
FIRST_SHIPMENT = 1


class Line(msgspec.Struct):
    """One W12, with the numbers of the loop it stands in."""

    index: int
    row: Row
    number: str = ""
    assigned: str = ""


class Advice(msgspec.Struct):
    """What a 945 holds before it is a fact. `head` is the W06, `shipped` the G62 that says when."""

    index: int
    head: Row
    refs: list[Reference] = []
    lines: list[Line] = []
    packages: list[str] = []
    parties: dict[str, Row] = {}
    places: dict[str, Row] = {}
    carriage: Row = []
    shipped: Row = []
    shipped_at: int = 0
    release: int = 1
    seal: str = ""
    bol: str = ""
    total: Row = []
    total_at: int = 0


def read_945(desk: Desk) -> list[DecodedFact]:
    """The one fact of a 945; faults go to the set."""
    advice = _scan(desk)
    if advice is None:
        return []
    order = element(advice.head, 2).strip()
    if not order:
        desk.fault(
            MISSING_ELEMENT, "W06-02, the depositor order number, is missing: which order left?", advice.index, 2
        )
        return []
    occurred = _when(desk, advice)
    lines = _lines(desk, advice)
    _check_total(desk, advice, lines)
    warehouse = _warehouse(desk, advice)
    if occurred is None or not lines:
        return []
    shipment = element(advice.head, 4).strip()
    payload = ShipmentHandedOver(
        handover_no=_handover_no(desk, advice, order, shipment),
        at=occurred.instant,
        packages=tuple(dict.fromkeys(advice.packages)),
        lines=lines,
        receiver=Receiver(carrier=element(advice.carriage, 2).strip(), vehicle=_vehicle(advice.carriage)),
        bol=advice.bol,
        seal=advice.seal,
        order_no=order,
        warehouse=warehouse,
        release_no=advice.release,
    )
    subject = Subject("shipment", shipment or f"{order}/{warehouse}/{FIRST_SHIPMENT}")
    about = About(subject, distinct(_references(advice, order, shipment)))
    return [desk.fact("shipment.handed_over", about, occurred, payload, (advice.index, 2))]


def _scan(desk: Desk) -> Advice | None:
    divide = desk.transaction.interchange.divide
    advice: Advice | None = None
    assigned, party = "", ""
    for index, text in enumerate(desk.transaction.texts):
        row = divide(text)
        tag = row[0]
        if tag == "W06":
            advice = Advice(index, row, refs=[], lines=[], packages=[], parties={}, places={})
        elif advice is None:
            continue
        elif tag == "W12":
            advice.lines.append(Line(index, row, assigned=assigned))
        elif tag == "N9":
            _take_reference(advice, row)
        elif tag == "MAN":
            advice.packages.extend(marked_packages(row))
            assigned = ""
        elif tag == "LX":
            assigned = element(row, 1).strip()
        elif tag == "N1":
            party = element(row, 1)
            advice.parties.setdefault(party, row)
        elif tag == "N4":
            advice.places.setdefault(party, row)
        else:
            _take_detail(advice, index, row)
    if advice is None:
        desk.missing("W06", "a 945 needs W06: send the depositor order number and the ship date")
    return advice


def _take_detail(advice: Advice, index: int, row: Row) -> None:
    if row[0] == "G62" and element(row, 1) in SHIPPED and not advice.shipped:
        advice.shipped, advice.shipped_at = row, index
    elif row[0] == "W27" and not advice.carriage:
        advice.carriage = row
    elif row[0] == "W03":
        advice.total, advice.total_at = row, index


def _take_reference(advice: Advice, row: Row) -> None:
    qualifier, value = element(row, 1), element(row, 2).strip()
    if qualifier == LINE_NUMBER and advice.lines:
        advice.lines[-1].number = advice.lines[-1].number or value
    elif advice.lines:
        return
    elif qualifier == RELEASE_NUMBER and value.isdecimal() and int(value[:9]) > 0:
        advice.release = int(value[:9])
    elif qualifier == SEAL_NUMBER:
        advice.seal = advice.seal or value
    else:
        found = reference(qualifier, value, element(advice.carriage, 2).strip())
        if found is not None:
            advice.refs.append(found)
            if found.scheme == "bol":
                advice.bol = advice.bol or value


def _references(advice: Advice, order: str, shipment: str) -> list[Reference]:
    refs = [Reference("order", order)]
    if shipment:
        refs.append(Reference("shipment", shipment))
    refs.extend(advice.refs)
    if shipment and not advice.bol:
        # Many warehouses put the bill of lading where the shipment id belongs.
        refs.append(Reference("bol", shipment))
    refs.extend(Reference("sscc", package) for package in advice.packages)
    if purchase := element(advice.head, 6).strip():
        refs.append(Reference("po", purchase))
    return refs


def _handover_no(desk: Desk, advice: Advice, order: str, shipment: str) -> str:
    """A number that is the same when the advice is sent again: the control number of the set is the last resort."""
    agent = element(advice.head, 5).strip()
    dated = f"{order}/{element(advice.head, 3).strip()}" if element(advice.head, 3).strip() else ""
    return shipment or agent or advice.bol or dated or desk.transaction.control


def _warehouse(desk: Desk, advice: Advice) -> str:
    party = advice.parties.get("SF") or advice.parties.get("WH") or []
    theirs = element(party, 4).strip() or element(party, 3).strip()
    return desk.settings.sites.get(theirs, theirs) or desk.settings.site


def _vehicle(carriage: Row) -> str:
    return (element(carriage, 6) + element(carriage, 7)).strip()


def _when(desk: Desk, advice: Advice) -> Occurrence | None:
    """G62*11 with a time, else the ship date of W06-03 at noon (TS-07), else when the group was written."""
    if advice.shipped:
        return _shipped(desk, advice)
    day = element(advice.head, 3).strip()
    if not day:
        return desk.spoken
    on = to_date(day, desk.year)
    if on is None:
        desk.fault(BAD_DATE, f"W06-03 {day!r} is no date CCYYMMDD", advice.index, 3)
        return None
    place = _place(desk, advice)
    return midday(on, place.name if place else desk.context.tz, day)


def _place(desk: Desk, advice: Advice) -> Zone | None:
    """The zone of the dock: its address, else the zone the warehouse is configured with."""
    row = advice.places.get("SF")
    found = zone_of(element(row, 1), element(row, 2), element(row, 4)) if row else None
    if found is None and desk.context.tz != NO_ZONE_OF_ITS_OWN:
        return Zone(desk.context.tz)
    return found


def _shipped(desk: Desk, advice: Advice) -> Occurrence | None:
    day, hour, code = (element(advice.shipped, number).strip() for number in (2, 4, 5))
    place = _place(desk, advice)
    reckoning = reckon(day, hour, code, place, desk.context.tz, desk.year)
    if reckoning.wrong == 1:
        desk.fault(BAD_DATE, f"G62-02 {day!r} is no date CCYYMMDD", advice.shipped_at, 2)
    elif reckoning.wrong == 2:
        desk.fault(BAD_TIME, f"G62-04 {hour!r} is no time HHMM", advice.shipped_at, 4)
    if reckoning.remark:
        desk.remark(
            UNKNOWN_CODE, f"time code {reckoning.remark!r} is unknown; read as local time", advice.shipped_at, 5
        )
    if reckoning.unplaced and hour:
        detail = f"the warehouse of {day} {hour} has no known time zone; read in {desk.context.tz}, the partner's"
        desk.remark(NO_ZONE, detail, advice.shipped_at, 4)
    return reckoning.occurrence


def _lines(desk: Desk, advice: Advice) -> tuple[LineQuantity, ...]:
    """Quantities shipped by line and lot: a line over several packages is summed, one that did not ship dropped."""
    if not advice.lines:
        desk.missing("W12", "a 945 without W12 says of no line what was shipped")
    summed: dict[tuple[str, str], LineQuantity] = {}
    for line in advice.lines:
        read = _line(desk, line)
        if read is None or not read.qty.value:
            continue
        key = (read.line, read.lot)
        known = summed.get(key)
        if known is None:
            summed[key] = read
        elif known.qty.uom == read.qty.uom:
            summed[key] = msgspec.structs.replace(known, qty=known.qty + read.qty)
        else:
            detail = f"line {read.line} is shipped in {known.qty.uom} and in {read.qty.uom}: send one unit a line"
            desk.fault(CONDITION, detail, line.index, 5)
    return tuple(summed.values())


def _line(desk: Desk, line: Line) -> LineQuantity | None:
    status = element(line.row, 1).strip()
    if status not in LINE_STATUS:
        desk.remark(UNKNOWN_CODE, f"line status {status!r} is unknown; the quantities were taken", line.index, 1)
    shipped = element(line.row, 3).strip()
    quantity = to_number(shipped) if shipped else Decimal(0)
    if quantity is None or quantity < 0:
        desk.fault(BAD_CHARACTER, f"W12-03 {shipped!r} is no quantity shipped", line.index, 3)
        return None
    item = _item(line.row)
    number = line.number or line.assigned or item
    if not number:
        desk.fault(CONDITION, "W12 names no item, and neither N9*LI nor LX a line: which line left?", line.index, 8)
        return None
    unit = element(line.row, 5).strip() or "EA"
    return LineQuantity(
        line=number, qty=Quantity(quantity, UNITS.get(unit, unit)), item=item, lot=element(line.row, 9).strip()
    )


def _item(row: Row) -> str:
    """The most trusted of the three product identifiers, else the UPC case code."""
    named = {element(row, at).strip(): element(row, at + 1).strip() for at in (21, 17, 7)}
    found = next((named[qualifier] for qualifier in ITEM_QUALIFIERS if named.get(qualifier)), "")
    return (
        found or named.get("", "") or next((value for value in named.values() if value), "") or element(row, 6).strip()
    )


def _check_total(desk: Desk, advice: Advice, lines: tuple[LineQuantity, ...]) -> None:
    """W03-01 is the sum of W12-03; a difference says that lines were lost or counted twice."""
    announced = element(advice.total, 1).strip()
    if not announced or not lines:
        return
    total = to_number(announced)
    found = sum((line.qty.value for line in lines), Decimal(0))
    if total is None or total != found:
        detail = f"W03-01 says {announced} units were shipped, the lines add up to {found}; the lines were taken"
        desk.remark(MISMATCH, detail, advice.total_at, 1, ERROR)
