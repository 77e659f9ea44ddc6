"""Commands to a shop in the role of a sales channel: the steps that make its books say what they want. Pure.

A hand-over is a fulfilment, found again by the number its customer follows (the carrier's, else ours of the shipment)
and by what left with it.

    ship_channel_order      a fulfilment of the lines that left
    void_channel_shipment   that fulfilment is cancelled
    deliver_channel_order   it gets the event `delivered`
    cancel_channel_order    the order is cancelled; some lines of it a person takes out

Source: Shopify Admin REST API 2024-10, resources Fulfillment, FulfillmentEvent, Order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from crossdock.canonical.commands import channel as sold
from crossdock.connectors.shopify import codes, wire
from crossdock.connectors.shopify.books import Done, Look, Step, order_path, read, shares
from crossdock.connectors.shopify.config import Config
from crossdock.kernel.errors import Permanent
from crossdock.ports.json_calls import json_call, path_segment

OfShipment = sold.ShipChannelOrder | sold.VoidChannelShipment | sold.DeliverChannelOrder


def _ship(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=sold.ShipChannelOrder)
    order = order_path(command.number)

    def unless_there(body: bytes) -> Step:
        known = _ours(body, command)
        return Done(str(known.id)) if known is not None else Look(f"{order}/fulfillment_orders.json", create)

    def create(body: bytes) -> Step:
        open_lines = read(body, wire.FulfilmentOrders).fulfillment_orders
        tracking = {"number": _number(command)}
        if command.carrier:
            tracking["company"] = command.carrier
        if config.tracking_url:
            tracking["url"] = config.tracking_url.replace("{shipment}", path_segment(command.shipment))
        fulfilment: dict[str, object] = {
            "line_items_by_fulfillment_order": shares(command.lines, open_lines, command.number),
            "tracking_info": tracking,
            "notify_customer": config.notify_customer,
        }
        return json_call("POST", "/fulfillments.json", {"fulfillment": fulfilment})

    return Look(f"{order}/fulfillments.json", unless_there)


def _void(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=sold.VoidChannelShipment)

    def cancel(body: bytes) -> Step:
        known = _ours(body, command)
        return Done() if known is None else json_call("POST", f"/fulfillments/{known.id}/cancel.json", {})

    return Look(f"{order_path(command.number)}/fulfillments.json", cancel)


def _deliver(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=sold.DeliverChannelOrder)
    order = order_path(command.number)

    def find(body: bytes) -> Step:
        known = _ours(body, command)
        if known is None:
            raise Permanent(
                f"order {command.number} has no fulfilment {_number(command)}: fulfil it in the shop by hand"
            )
        path = f"{order}/fulfillments/{known.id}/events.json"

        def add(body: bytes) -> Step:
            told = read(body, wire.Events).fulfillment_events
            done = next((event for event in told if event.status == codes.DELIVERED), None)
            event = {"status": codes.DELIVERED, "happened_at": command.at}
            return Done(str(done.id)) if done is not None else json_call("POST", path, {"event": event})

        return Look(path, add)

    return Look(f"{order}/fulfillments.json", find)


def _cancel(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=sold.CancelChannelOrder)
    if command.lines:
        wanted = ", ".join(f"{line.qty.value:f} of line {line.line}" for line in command.lines)
        raise Permanent(f"refund {wanted} of order {command.number} in the shop by hand: they will not come")
    order = order_path(command.number)

    def unless_cancelled(body: bytes) -> Step:
        if read(body, wire.OneOrder).order.cancelled_at:
            return Done(command.number)
        return json_call("POST", f"{order}/cancel.json", {"reason": "other", "email": config.notify_customer})

    return Look(f"{order}.json?fields=id,cancelled_at", unless_cancelled)


def _number(command: OfShipment) -> str:
    return next(iter(command.tracking), command.shipment)


def _ours(body: bytes, command: OfShipment) -> wire.Fulfilment | None:
    """The fulfilment in force that this hand-over is."""
    wanted: dict[int, Decimal] = {}
    for line in command.lines:
        if line.line.isdecimal():
            wanted[int(line.line)] = wanted.get(int(line.line), Decimal(0)) + line.qty.value
    for one in read(body, wire.Fulfilments).fulfillments:
        sent = {line.id: Decimal(line.quantity) for line in one.line_items if line.quantity}
        if one.status not in codes.CANCELLED and _number(command) in one.tracking_numbers and sent == wanted:
            return one
    return None


BEGIN: Mapping[str, Callable[[bytes, Config], Step]] = {
    "ship_channel_order": _ship,
    "void_channel_shipment": _void,
    "deliver_channel_order": _deliver,
    "cancel_channel_order": _cancel,
}
