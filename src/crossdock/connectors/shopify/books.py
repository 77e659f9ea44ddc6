"""What is read in a shop's books before anything is called, and what a step of a command is. Pure."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

import msgspec

from crossdock.canonical.parts import LineQuantity
from crossdock.connectors.shopify import wire
from crossdock.kernel.errors import Permanent
from crossdock.ports.json_calls import JsonCall, path_segment

T = TypeVar("T")


class Look(msgspec.Struct, frozen=True):
    """Read this path, then ask `then` what comes next."""

    path: str
    then: Callable[[bytes], Step]


class Done(msgspec.Struct, frozen=True):
    """The shop's books say what the command wants; `reference` is the shop's own id of it."""

    reference: str = ""


Step = Look | JsonCall | Done


def shares(
    lines: tuple[LineQuantity, ...], books: tuple[wire.FulfilmentOrder, ...], order_no: str
) -> list[dict[str, object]]:
    """What is taken of each fulfilment order. A line that left in several lots is taken together."""
    wanted: dict[str, Decimal] = {}
    for line in lines:
        wanted[line.line] = wanted.get(line.line, Decimal(0)) + line.qty.value
    shares: list[dict[str, object]] = []
    for book in books:
        taken: list[dict[str, object]] = []
        for open_line in book.line_items:
            quantity = min(wanted.get(str(open_line.line_item_id), Decimal(0)), Decimal(open_line.fulfillable_quantity))
            if quantity > 0:
                wanted[str(open_line.line_item_id)] -= quantity
                taken.append({"id": open_line.id, "quantity": _whole(quantity)})
        if taken:
            shares.append({"fulfillment_order_id": book.id, "fulfillment_order_line_items": taken})
    left = ", ".join(f"{quantity:f} of line {line}" for line, quantity in sorted(wanted.items()) if quantity)
    if left:
        detail = (
            f"the shop has nothing open for {left} of order {order_no}: correct the order there or fulfil it by hand"
        )
        raise Permanent(detail)
    return shares


def _whole(quantity: Decimal) -> int:
    if quantity != quantity.to_integral_value():
        raise Permanent(f"a shop counts pieces, not {quantity:f}: fulfil this order by hand")
    return int(quantity)


def order_path(order_no: str) -> str:
    """Where an order is."""
    if not order_no:
        raise Permanent("the command names no order, and a shop knows shipments by their order only")
    return f"/orders/{path_segment(order_no)}"


def read(body: bytes, kind: type[T]) -> T:
    """The shop's answer.

    Raises:
        Permanent: it is not what its API says.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Permanent(f"the shop's answer is not what its API says: {error}") from error
