"""What the ERP lists for reconciliation (Crossdock generic ERP dialect 1; domain.md §6 RC-01, 03, 04, 09, 21, 22, 24).

Rows of one object are of one key each; quantities are in the unit of the order line.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.ports.extracts import ExtractRow, Listing, listing, plain

ZERO = Decimal(0)


class _Wire(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Base: fields a list has beside these are not read."""

    changed_at: datetime | None = None


class ListedLine(msgspec.Struct, frozen=True, rename="camel"):
    """One line of an approved order, cancelled quantities taken off."""

    line_no: str
    quantity: Decimal


class ListedOrder(_Wire, frozen=True, kw_only=True):
    """An approved order."""

    order_no: str
    revision: int
    lines: tuple[ListedLine, ...] = ()


class ListedOrderLine(_Wire, frozen=True, kw_only=True):
    """Where one line stands; `open` is what is on no delivery and not cancelled."""

    order_no: str
    line_no: str
    shipped: Decimal = ZERO
    cancelled: Decimal = ZERO
    open: Decimal = ZERO


class ListedIssue(_Wire, frozen=True, kw_only=True):
    """One line of a goods issue document, reversals taken off."""

    handover_no: str
    line_no: str
    quantity: Decimal


class ListedInvoiceLine(_Wire, frozen=True, kw_only=True):
    """What is invoiced of one line of a delivery, over all invoices."""

    delivery_no: str
    line_no: str
    quantity: Decimal


class ListedAccrual(_Wire, frozen=True, kw_only=True):
    """The balance of one freight case in the accrual account."""

    case_no: str
    amount: Decimal


class ListedMaster(_Wire, frozen=True, kw_only=True):
    """A master record: `hash` covers the fields both sides keep, `revision` counts its changes."""

    entity: str
    number: str
    revision: int = 0
    hash: str = ""


def _order(one: ListedOrder) -> list[ExtractRow]:
    lines = " ".join(
        f"{line.line_no}={plain(line.quantity)}"
        for line in sorted(one.lines, key=lambda line: line.line_no)
        if line.quantity
    )
    return [ExtractRow(one.order_no, {"rev": str(one.revision), "lines": lines}, one.changed_at)]


def _order_line(one: ListedOrderLine) -> list[ExtractRow]:
    values = {"shipped": plain(one.shipped), "cancelled": plain(one.cancelled), "open": plain(one.open)}
    return [ExtractRow(f"{one.order_no}|{one.line_no}", values, one.changed_at)]


def _issue(one: ListedIssue) -> list[ExtractRow]:
    return [ExtractRow(f"{one.handover_no}|{one.line_no}", {"quantity": plain(one.quantity)}, one.changed_at)]


def _invoice(one: ListedInvoiceLine) -> list[ExtractRow]:
    return [ExtractRow(f"{one.delivery_no}|{one.line_no}", {"quantity": plain(one.quantity)}, one.changed_at)]


def _accrual(one: ListedAccrual) -> list[ExtractRow]:
    return [ExtractRow(one.case_no, {"amount": f"{one.amount:f}"}, one.changed_at)]


def _master(one: ListedMaster) -> list[ExtractRow]:
    return [ExtractRow(f"{one.entity}|{one.number}", {"hash": one.hash}, one.changed_at)]


LISTINGS: dict[str, Listing] = {
    "orders": listing("/api/v1/extracts/orders", ListedOrder, _order),
    "order_lines": listing("/api/v1/extracts/order-lines", ListedOrderLine, _order_line),
    "goods_issues": listing("/api/v1/extracts/goods-issues", ListedIssue, _issue),
    "invoices": listing("/api/v1/extracts/invoices", ListedInvoiceLine, _invoice),
    "accruals": listing("/api/v1/extracts/freight-accruals", ListedAccrual, _accrual),
    "masters": listing("/api/v1/extracts/masters", ListedMaster, _master),
}
