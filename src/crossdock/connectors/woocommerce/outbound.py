"""Commands out: the order's status and fields of ours beside it, set to what the command says.

Source: WooCommerce REST API v3, Update an order. `meta_data` without an id replaces the field of that key
(WC_Data::update_meta_data), so every call may be made again.

    update_order_status     field `_crossdock_status`; completed when all has left
    post_goods_issue        field `_crossdock_shipment_<number>`: handed_over, when, how much of which line
    reverse_goods_issue     the same field: void
    update_delivery_status  the same field: in_transit, delivered

To a shop in the role of a sales channel, with our hand-over behind the shipment's number:

    ship_channel_order      the field: handed_over, when, how much, with whom; completed with the last
    void_channel_shipment   the field: void; processing again
    deliver_channel_order   the field: delivered
    cancel_channel_order    cancelled; of some lines only a field that says so
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from crossdock.canonical.commands import channel as sold
from crossdock.canonical.commands import erp as ask
from crossdock.canonical.parts import LineQuantity
from crossdock.connectors.woocommerce import codes
from crossdock.kernel.errors import Permanent
from crossdock.ports.json_calls import CallFor, JsonCall, call_for, json_call, path_segment


def calls(*, complete: bool) -> Mapping[str, CallFor]:
    """The calls of a shop; `complete` as in its settings."""
    return {
        "update_order_status": call_for(ask.UpdateOrderStatus, _completing if complete else _status),
        "post_goods_issue": call_for(ask.PostGoodsIssue, _issue),
        "reverse_goods_issue": call_for(ask.ReverseGoodsIssue, _reverse),
        "update_delivery_status": call_for(ask.UpdateDeliveryStatus, _progress),
        "ship_channel_order": call_for(sold.ShipChannelOrder, _completing_shipment if complete else _sent),
        "void_channel_shipment": call_for(sold.VoidChannelShipment, _voided),
        "deliver_channel_order": call_for(sold.DeliverChannelOrder, _there),
        "cancel_channel_order": call_for(sold.CancelChannelOrder, _cancelled),
    }


def _status(command: ask.UpdateOrderStatus) -> JsonCall:
    return _set(command.order_no, codes.META_STATUS, _told(command))


def _completing(command: ask.UpdateOrderStatus) -> JsonCall:
    status = codes.COMPLETED if command.fulfilment_status in codes.ALL_LEFT else ""
    return _set(command.order_no, codes.META_STATUS, _told(command), status)


def _told(command: ask.UpdateOrderStatus) -> str:
    return " ".join(part for part in (command.control_state, command.fulfilment_status, *command.overlays) if part)


def _issue(command: ask.PostGoodsIssue) -> JsonCall:
    return _shipment(command.order_no, command.shipment, "handed_over", command.at, command.lines)


def _reverse(command: ask.ReverseGoodsIssue) -> JsonCall:
    return _shipment(command.order_no, command.shipment, "void", None, ())


def _progress(command: ask.UpdateDeliveryStatus) -> JsonCall:
    return _shipment(command.order_no, command.shipment, command.status.lower(), command.at, command.shipped)


def _sent(command: sold.ShipChannelOrder, status: str = "") -> JsonCall:
    told = "handed_over", command.at, command.lines
    way = " ".join(part for part in (command.carrier, *command.tracking) if part)
    return _shipment(command.number, _named(command), *told, way=way, order_status=status)


def _completing_shipment(command: sold.ShipChannelOrder) -> JsonCall:
    return _sent(command, codes.COMPLETED if command.complete else "")


def _voided(command: sold.VoidChannelShipment) -> JsonCall:
    return _shipment(command.number, _named(command), "void", None, (), order_status=codes.PROCESSING)


def _there(command: sold.DeliverChannelOrder) -> JsonCall:
    way = " ".join(command.tracking)
    return _shipment(command.number, _named(command), "delivered", command.at, command.lines, way=way)


def _cancelled(command: sold.CancelChannelOrder) -> JsonCall:
    goods = _goods(command.lines)
    status = "" if command.lines else codes.CANCELLED
    told = "; ".join(part for part in (goods or "all", command.reason) if part)
    return _set(command.number, f"{codes.META_CANCELLED}{command.cancel_id}", told, status)


def _named(command: sold.ShipChannelOrder | sold.VoidChannelShipment | sold.DeliverChannelOrder) -> str:
    return f"{command.shipment}/{command.handover_no}"


def _goods(lines: tuple[LineQuantity, ...]) -> str:
    return ", ".join(f"{line.line}: {line.qty.value:f} {line.qty.uom}" for line in lines)


def _shipment(
    order_no: str,
    shipment: str,
    status: str,
    at: datetime | None,
    lines: tuple[LineQuantity, ...],
    *,
    way: str = "",
    order_status: str = "",
) -> JsonCall:
    when = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
    value = "; ".join(part for part in (f"{status} {when}".rstrip(), _goods(lines), way) if part)
    return _set(order_no, f"{codes.META_SHIPMENT}{shipment}", value, order_status)


def _set(order_no: str, key: str, value: str, status: str = "") -> JsonCall:
    if not order_no:
        raise Permanent("the command names no order, and a shop knows shipments by their order only")
    body = {"status": status, "meta_data": [{"key": key, "value": value}]}
    return json_call("PUT", f"/orders/{path_segment(order_no)}", body)
