"""Canonical commands to the next call on S/4HANA, given what its books say now. Pure.

What ties the two books together is the hand-over number, kept as the delivery's external number, and one header text of
the order with a line for everything we said of it. Source: SAP Business Accelerator Hub, domain.md §2.10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from crossdock.canonical.commands import erp as ask
from crossdock.connectors.s4hana import queries, wire
from crossdock.connectors.s4hana.config import Config
from crossdock.connectors.s4hana.queries import Change
from crossdock.connectors.s4hana.shipping import Wanted, back_call, ship_call
from crossdock.kernel.codec import encode_json
from crossdock.ports.fields import zone
from crossdock.ports.notes import Said, order_said, shipment_said
from crossdock.ports.reaching import Task, task_reader

COMMANDS = ("post_goods_issue", "reverse_goods_issue", "update_order_status", "update_delivery_status")
# A text is read and written whole: what was said first is forgotten first.
LINES_MAX = 200
Sap = Task[wire.Ledger, Change]


def tasks(config: Config) -> Mapping[str, Callable[[bytes], Sap]]:
    """How each command is read for one system."""

    def goods_issue(command: ask.PostGoodsIssue) -> Sap:
        return _goods_issue(command, config)

    def order_status(command: ask.UpdateOrderStatus) -> Sap:
        return _telling(command.order_no, order_said(command), config)

    def delivery_status(command: ask.UpdateDeliveryStatus) -> Sap:
        return _telling(command.order_no, shipment_said(command), config)

    return {
        "post_goods_issue": task_reader(ask.PostGoodsIssue, goods_issue),
        "reverse_goods_issue": task_reader(ask.ReverseGoodsIssue, _reversal),
        "update_order_status": task_reader(ask.UpdateOrderStatus, order_status),
        "update_delivery_status": task_reader(ask.UpdateDeliveryStatus, delivery_status),
    }


def _goods_issue(command: ask.PostGoodsIssue, config: Config) -> Sap:
    lines: dict[str, Decimal] = {}
    for line in command.lines:
        lines[line.line] = lines.get(line.line, Decimal(0)) + line.qty.value
    wanted = Wanted(
        handover_no=command.handover_no,
        plant=command.warehouse,
        lines={line: quantity for line, quantity in lines.items() if quantity},
        units={line.line: line.qty.uom for line in command.lines},
        day=command.at.astimezone(zone(config.zone, "this partner")).date(),
        bol=command.bol,
    )
    return Task(command.order_no, lambda ledger: ship_call(ledger, wanted))


def _reversal(command: ask.ReverseGoodsIssue) -> Sap:
    return Task(command.order_no, lambda ledger: back_call(ledger, command.handover_no))


def _telling(order_no: str, say: Said, config: Config) -> Sap:
    """A line in the text, once."""
    mark = f"[{say.mark}]"

    def following(ledger: wire.Ledger) -> Change | None:
        if ledger.note is None:
            text = {"Language": config.language, "LongTextID": config.text_id, "LongText": f"{say.text} {mark}"}
            path = f"{queries.ORDERS}/A_SalesOrder({queries.literal(order_no)})/to_Text"
            return Change("POST", path, encode_json(text))
        lines = ledger.note.long_text.splitlines()
        if any(mark in line for line in lines):
            return None
        kept = "\n".join([*lines, f"{say.text} {mark}"][-LINES_MAX:])
        path = queries.note(order_no, config.language, config.text_id)
        return Change("PATCH", path, encode_json({"LongText": kept}), ledger.note.metadata.etag)

    return Task(order_no, following, say.mark)
