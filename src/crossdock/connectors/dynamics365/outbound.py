"""Canonical commands to the next call on Dynamics 365, given what its books say now. Pure.

What ties the two books together is the hand-over number, which is the number of the packing slip, and one note at the
order for everything we said of it. Source: Microsoft Learn (data entities, custom services), domain.md §2.10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from crossdock.canonical.commands import erp as ask
from crossdock.connectors.dynamics365 import codes, queries, wire
from crossdock.connectors.dynamics365.config import Config
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Permanent
from crossdock.ports.book_tasks import book_tasks, handed_over
from crossdock.ports.fields import zone
from crossdock.ports.json_calls import JsonCall
from crossdock.ports.notes import Said
from crossdock.ports.reaching import Task

# What the mark of a task begins with that is about a packing slip.
SLIP = "slip:"
# A document's description in Dynamics.
DESCRIPTION_CHARS_MAX = 60
Dynamics = Task[wire.Ledger, JsonCall]


def tasks(config: Config) -> Mapping[str, Callable[[bytes], Dynamics]]:
    """How each command is read for one environment."""
    return book_tasks(
        lambda command: _goods_issue(command, config),
        lambda command: _reversal(command, config),
        lambda order_no, said: _telling(order_no, said, config),
    )


def _goods_issue(command: ask.PostGoodsIssue, config: Config) -> Dynamics:
    quantities, units = handed_over(command)
    wanted = {line: quantity for line, quantity in quantities.items() if quantity}
    day = command.at.astimezone(zone(config.zone, "this partner")).date()

    def following(ledger: wire.Ledger) -> JsonCall | None:
        slip = ledger.slip
        if slip is None or not slip.found:
            request: dict[str, object] = {
                "SalesOrderNumber": command.order_no,
                "PackingSlipId": command.handover_no,
                "DeliveryDate": day.isoformat(),
                "WarehouseId": command.warehouse,
                "BillOfLadingId": command.bol,
                "Lines": _lines(ledger, wanted, units),
            }
            return queries.service(config, "postPackingSlip", request)
        if slip.cancelled:
            raise Permanent(f"packing slip {command.handover_no} was cancelled in Dynamics: post it again there")
        if {str(line.line_number): line.quantity for line in slip.lines} != wanted:
            raise Permanent(f"packing slip {command.handover_no} has other quantities in Dynamics: correct one of them")
        return None

    return Task(command.order_no, following, f"{SLIP}{command.handover_no}")


def _lines(ledger: wire.Ledger, wanted: Mapping[str, Decimal], units: Mapping[str, str]) -> list[dict[str, object]]:
    known = {str(line.line_creation_sequence_number): line for line in ledger.lines}
    for number in wanted:
        line = known.get(number)
        if line is None:
            raise Permanent(f"order {ledger.order.sales_order_number} has no line {number}: correct the hand-over")
        symbol = line.sales_unit_symbol or ""
        told, uom = codes.UNITS.get(symbol.lower(), symbol), units[number]
        if told != uom and not {told, uom} <= codes.PIECES:
            raise Permanent(
                f"line {number} of {ledger.order.sales_order_number} is sold in {told}, the hand-over counts {uom}: "
                "convert it"
            )
    return [{"LineNumber": int(number), "Quantity": quantity} for number, quantity in wanted.items()]


def _reversal(command: ask.ReverseGoodsIssue, config: Config) -> Dynamics:
    def following(ledger: wire.Ledger) -> JsonCall | None:
        slip = ledger.slip
        if slip is None or not slip.found:
            raise Permanent(f"Dynamics has no packing slip {command.handover_no}: nothing to take back")
        if slip.cancelled:
            return None
        return queries.service(config, "cancelPackingSlip", {"PackingSlipId": command.handover_no})

    return Task(command.order_no, following, f"{SLIP}{command.handover_no}")


def _telling(order_no: str, say: Said, config: Config) -> Dynamics:
    """A note at the order, once."""
    mark = f"[{say.mark}]"

    def following(ledger: wire.Ledger) -> JsonCall | None:
        if any(mark in (note.notes or "") for note in ledger.notes):
            return None
        body = {
            "dataAreaId": config.company,
            "SalesOrderNumber": order_no,
            "DocumentAttachmentTypeCode": config.note_type,
            "AttachmentDescription": say.text[:DESCRIPTION_CHARS_MAX],
            "Notes": f"{say.text} {mark}",
        }
        return JsonCall("POST", f"{queries.NOTES}?{queries.EVERYWHERE}", encode_json(body))

    return Task(order_no, following, say.mark)
