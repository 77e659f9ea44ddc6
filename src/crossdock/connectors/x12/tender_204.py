"""`transmit_tender` to a 204 Motor carrier load tender.

Source: X12 004010 set 204 (reference/x12-sets.md). B2-04 is the load, which the carrier returns as 990 B1-02 and 214
B10-02; the tender's own number goes out in L11*TN. B2A-01: 00 original, 01 cancellation.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from crossdock.canonical.commands.tms import TenderShipment, TransmitTender
from crossdock.canonical.parts import Stop, StopType
from crossdock.connectors.x12.codes import TENDER_NUMBER
from crossdock.connectors.x12.config import Settings
from crossdock.connectors.x12.text_out import address, day_and_time, identifier, words
from crossdock.formats.x12.tree import Delimiters
from crossdock.formats.x12.values import from_number

Rows = list[list[str]]
ORIGINAL, CANCELLATION = "00", "01"
MUST_RESPOND_BY = ["64", "1"]
# S5-02 and the G62 qualifiers of a stop's window: date and time not before, date and time not after.
_STOPS = {
    StopType.PICKUP: ("CL", ("37", "I"), ("38", "K")),
    StopType.DELIVERY: ("CU", ("53", "G"), ("54", "L")),
    StopType.CROSS_DOCK: ("TL", ("53", "G"), ("54", "L")),
    StopType.CUSTOMS: ("IN", ("53", "G"), ("54", "L")),
}
_PARTIAL = {"CL": "PL", "CU": "PU"}


def write_204(command: TransmitTender, settings: Settings) -> Rows:
    """The tender, or its withdrawal: which load, until when to answer, the stops in order, the totals.

    Raises:
        Rejected: a number does not fit its element.
    """
    marks = settings.delimiters
    terms = command.terms if len(command.terms) == 2 else "PP"
    rows: Rows = [
        ["B2", "", identifier(command.carrier, 4, "B2-02"), "", identifier(command.load, 30, "B2-04"), "", terms],
        ["B2A", CANCELLATION if command.cancel else ORIGINAL, "LT"],
        ["L11", identifier(command.tender_no, 30, "L11-01"), TENDER_NUMBER],
    ]
    for shipment in command.shipments:
        rows += _shipment_references(shipment)
    if command.expires_at is not None:
        day, hour = day_and_time(command.expires_at)
        qualifier, kind = MUST_RESPOND_BY
        rows.append(["G62", qualifier, day, kind, hour, "UT"])
    if command.equipment.type or command.equipment.no:
        number = identifier(command.equipment.no, 10, "N7-02") or "ZZ"
        rows.append(["N7", "", number, *[""] * 8, command.equipment.type[:2]])
    for stop in sorted(command.stops, key=lambda one: one.seq):
        rows += _stop(stop, command.shipments, marks)
    return [*rows, _totals(command)]


def _shipment_references(shipment: TenderShipment) -> Rows:
    named = [
        (shipment.shipment, "SI"),
        (shipment.bol_no, "BM"),
        (shipment.customer_po, "PO"),
        (shipment.order_no, "SO"),
    ]
    return [["L11", identifier(value, 30, "L11-01"), qualifier] for value, qualifier in named if value]


def _stop(stop: Stop, shipments: Sequence[TenderShipment], marks: Delimiters) -> Rows:
    reason, first, last = _STOPS[stop.type]
    handled = set(stop.shipments_on) | set(stop.shipments_off)
    if handled and handled < {shipment.shipment for shipment in shipments}:
        reason = _PARTIAL.get(reason, reason)
    rows: Rows = [["S5", str(stop.seq), reason]]
    rows += [["L11", identifier(one, 30, "L11-01"), "SI"] for one in sorted(handled)]
    if stop.planned is not None:
        if stop.planned.earliest is not None:
            rows.append(_date(first, stop.planned.earliest))
        if stop.planned.latest is not None:
            rows.append(_date(last, stop.planned.latest))
    party = "SF" if stop.type is StopType.PICKUP else "ST"
    row = ["N1", party, words(stop.location.name or stop.location.key, 60, marks)]
    if stop.location.gln:
        row += ["UL", stop.location.gln]
    elif stop.location.location_no:
        row += ["93", identifier(stop.location.location_no, 80, "N1-04")]
    return [*rows, row, *address(stop.location, marks)]


def _date(qualifiers: tuple[str, str], at: datetime) -> list[str]:
    day, hour = day_and_time(at)
    return ["G62", qualifiers[0], day, qualifiers[1], hour, "UT"]


def _totals(command: TransmitTender) -> list[str]:
    """L3: gross weight in kilograms and the number of packages over all shipments."""
    weight = sum((shipment.totals.gross_kgm for shipment in command.shipments), Decimal(0))
    packages = sum(shipment.totals.packages for shipment in command.shipments)
    row = ["L3", from_number(weight) if weight else "", "G" if weight else "", *[""] * 8]
    return [*row, str(packages) if packages else "", "K" if weight else ""]
