"""What the WMS lists for reconciliation (Crossdock generic WMS dialect 1; domain.md §6 RC-02): its open orders."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.ports.extracts import ExtractRow, Listing, listing, plain

# The warehouse's words for how far an order is, and ours.
STAGES = {
    "new": "SENT",
    "accepted": "ACCEPTED",
    "allocated": "ALLOCATED",
    "waved": "WAVED",
    "picking": "PICKING",
    "picked": "PICKED",
    "packed": "PACKED",
    "staged": "STAGED",
    "loaded": "LOADED",
    "shipped": "HANDED_OVER",
}


class ListedLine(msgspec.Struct, frozen=True, rename="camel"):
    """One line as requested."""

    line_no: str
    quantity: Decimal


class ListedOrder(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An order of the warehouse that is not closed."""

    order_no: str
    warehouse: str
    release_no: int = 1
    status: str
    lines: tuple[ListedLine, ...] = ()
    changed_at: datetime | None = None


def _order(one: ListedOrder) -> list[ExtractRow]:
    lines = " ".join(
        f"{line.line_no}={plain(line.quantity)}"
        for line in sorted(one.lines, key=lambda line: line.line_no)
        if line.quantity
    )
    values = {"lines": lines, "stage": STAGES.get(one.status, one.status)}
    return [ExtractRow(f"{one.order_no}|{one.warehouse}|{one.release_no}", values, one.changed_at)]


LISTINGS: dict[str, Listing] = {"fulfilment_orders": listing("/v1/extracts/orders", ListedOrder, _order)}
