"""Commands out: the order's status and fields of ours beside it, set to what the command says.

Source: WooCommerce REST API v3, Update an order. `meta_data` without an id replaces the field of that key
(WC_Data::update_meta_data), so every call may be made again.

    update_order_status     field `_crossdock_status`; completed when all has left
    post_goods_issue        field `_crossdock_shipment_<number>`: handed_over, when, how much of which line
    reverse_goods_issue     the same field: void
    update_delivery_status  the same field: in_transit, delivered
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

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


def _shipment(
    order_no: str, shipment: str, status: str, at: datetime | None, lines: tuple[LineQuantity, ...]
) -> JsonCall:
    when = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
    goods = ", ".join(f"{line.line}: {line.qty.value:f} {line.qty.uom}" for line in lines)
    value = "; ".join(part for part in (f"{status} {when}".rstrip(), goods) if part)
    return _set(order_no, f"{codes.META_SHIPMENT}{shipment}", value)


def _set(order_no: str, key: str, value: str, status: str = "") -> JsonCall:
    if not order_no:
        raise Permanent("the command names no order, and a shop knows shipments by their order only")
    body = {"status": status, "meta_data": [{"key": key, "value": value}]}
    return json_call("PUT", f"/orders/{path_segment(order_no)}", body)
