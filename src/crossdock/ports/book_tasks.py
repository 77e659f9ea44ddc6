"""The four commands an ERP carries out in its books, whatever books those are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from crossdock.canonical.commands import erp as ask
from crossdock.ports.notes import Said, order_said, shipment_said
from crossdock.ports.reaching import Task, task_reader

LedgerT = TypeVar("LedgerT")
CallT = TypeVar("CallT")
COMMANDS = ("post_goods_issue", "reverse_goods_issue", "update_order_status", "update_delivery_status")


def book_tasks(
    goods_issue: Callable[[ask.PostGoodsIssue], Task[LedgerT, CallT]],
    reversal: Callable[[ask.ReverseGoodsIssue], Task[LedgerT, CallT]],
    telling: Callable[[str, Said], Task[LedgerT, CallT]],
) -> Mapping[str, Callable[[bytes], Task[LedgerT, CallT]]]:
    """How each of `COMMANDS` is read; `telling` says something at an order, by its number, once."""

    def order_status(command: ask.UpdateOrderStatus) -> Task[LedgerT, CallT]:
        return telling(command.order_no, order_said(command))

    def delivery_status(command: ask.UpdateDeliveryStatus) -> Task[LedgerT, CallT]:
        return telling(command.order_no, shipment_said(command))

    return {
        "post_goods_issue": task_reader(ask.PostGoodsIssue, goods_issue),
        "reverse_goods_issue": task_reader(ask.ReverseGoodsIssue, reversal),
        "update_order_status": task_reader(ask.UpdateOrderStatus, order_status),
        "update_delivery_status": task_reader(ask.UpdateDeliveryStatus, delivery_status),
    }


def handed_over(command: ask.PostGoodsIssue) -> tuple[dict[str, Decimal], dict[str, str]]:
    """How much left of each line, and its unit; a line may come in several lots."""
    quantities: dict[str, Decimal] = {}
    for line in command.lines:
        quantities[line.line] = quantities.get(line.line, Decimal(0)) + line.qty.value
    return quantities, {line.line: line.qty.uom for line in command.lines}
