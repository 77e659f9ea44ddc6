"""Commands out: what to read in the shop's books, and the call that makes them say what the command wants.

Source: Shopify Admin REST API 2024-10. A fulfilment of ours bears our number of the shipment as its tracking number: it
is how we find again what an earlier attempt did, and how its progress finds it.

    post_goods_issue         a fulfilment of the lines that left
    reverse_goods_issue      that fulfilment is cancelled
    update_delivery_status   an event of that fulfilment
    update_order_status      the order's metafield `crossdock.status`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

import msgspec

from crossdock.canonical.commands import erp as ask
from crossdock.canonical.parts import LineQuantity
from crossdock.connectors.shopify import codes, wire
from crossdock.connectors.shopify.config import Config
from crossdock.kernel.errors import Permanent
from crossdock.ports.json_calls import JsonCall, json_call, path_segment


class Look(msgspec.Struct, frozen=True):
    """Read this path, then ask `then` what comes next."""

    path: str
    then: Callable[[bytes], Step]


class Done(msgspec.Struct, frozen=True):
    """The shop's books say what the command wants; `reference` is the shop's own id of it."""

    reference: str = ""


Step = Look | JsonCall | Done
T = TypeVar("T")


def plan(kind: str, payload: bytes, config: Config) -> Step:
    """The first step of a command.

    Raises:
        Permanent: this connector has no way to say it, or the payload is not the command's contract. Steps raise it too
            where the shop's books do not allow what is asked.
    """
    begin = BEGIN.get(kind)
    if begin is None:
        raise Permanent(f"a Shopify shop takes no {kind}: name a system for it that does")
    try:
        return begin(payload, config)
    except msgspec.MsgspecError as error:
        raise Permanent(f"{kind} does not fit its contract: {error}") from error


# ---------------------------------------------------------------- goods


def _issue(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=ask.PostGoodsIssue)
    order = _order(command.order_no)

    def unless_there(body: bytes) -> Step:
        known = _ours(body, command.shipment)
        if known is not None:
            return Done(str(known.id))
        return Look(f"{order}/fulfillment_orders.json", create)

    def create(body: bytes) -> Step:
        books = _read(body, wire.FulfilmentOrders).fulfillment_orders
        return json_call("POST", "/fulfillments.json", {"fulfillment": _fulfilment(command, books, config)})

    return Look(f"{order}/fulfillments.json", unless_there)


def _fulfilment(
    command: ask.PostGoodsIssue, books: tuple[wire.FulfilmentOrder, ...], config: Config
) -> dict[str, object]:
    tracking = {"number": command.shipment}
    if config.tracking_url:
        tracking["url"] = config.tracking_url.replace("{shipment}", path_segment(command.shipment))
    return {
        "line_items_by_fulfillment_order": _shares(command.lines, books, command.order_no),
        "tracking_info": tracking,
        "notify_customer": config.notify_customer,
    }


def _shares(
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


def _reverse(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=ask.ReverseGoodsIssue)

    def cancel(body: bytes) -> Step:
        known = _ours(body, command.shipment)
        return Done() if known is None else json_call("POST", f"/fulfillments/{known.id}/cancel.json", {})

    return Look(f"{_order(command.order_no)}/fulfillments.json", cancel)


# ---------------------------------------------------------------- progress


def _progress(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=ask.UpdateDeliveryStatus)
    status = codes.PROGRESS.get(command.status, "")
    if not status:
        # The hand-over is told by its goods issue, and a shop has no word for the rest.
        return Done()
    order = _order(command.order_no)

    def find(body: bytes) -> Step:
        known = _ours(body, command.shipment)
        if known is None:
            raise Permanent(
                f"order {command.order_no} has no fulfilment {command.shipment}: post its goods issue first"
            )
        path = f"{order}/fulfillments/{known.id}/events.json"

        def add(body: bytes) -> Step:
            for event in _read(body, wire.Events).fulfillment_events:
                if event.status == status:
                    return Done(str(event.id))
            return json_call("POST", path, {"event": {"status": status, "happened_at": command.at}})

        return Look(path, add)

    return Look(f"{order}/fulfillments.json", find)


def _status(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=ask.UpdateOrderStatus)
    value = " ".join(part for part in (command.control_state, command.fulfilment_status, *command.overlays) if part)
    path = f"{_order(command.order_no)}/metafields.json"

    def write(body: bytes) -> Step:
        for field in _read(body, wire.Metafields).metafields:
            if field.key == codes.STATUS_KEY:
                same = {"metafield": {"id": field.id, "value": value}}
                return (
                    Done(str(field.id))
                    if field.value == value
                    else json_call("PUT", f"/metafields/{field.id}.json", same)
                )
        field_type = "single_line_text_field"
        new = {"namespace": codes.NAMESPACE, "key": codes.STATUS_KEY, "value": value, "type": field_type}
        return json_call("POST", path, {"metafield": new})

    return Look(f"{path}?namespace={codes.NAMESPACE}", write)


# ---------------------------------------------------------------- reading


def _order(order_no: str) -> str:
    if not order_no:
        raise Permanent("the command names no order, and a shop knows shipments by their order only")
    return f"/orders/{path_segment(order_no)}"


def _ours(body: bytes, shipment: str) -> wire.Fulfilment | None:
    """Our fulfilment of that shipment which is in force."""
    known = _read(body, wire.Fulfilments).fulfillments
    return next((one for one in known if shipment in one.tracking_numbers and one.status not in codes.CANCELLED), None)


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Permanent(f"the shop's answer is not what its API says: {error}") from error


BEGIN: Mapping[str, Callable[[bytes, Config], Step]] = {
    "post_goods_issue": _issue,
    "reverse_goods_issue": _reverse,
    "update_delivery_status": _progress,
    "update_order_status": _status,
}
