"""Canonical commands to ERP postings. Pure. Source: Crossdock generic ERP dialect 1, domain.md §2.10."""

from __future__ import annotations

from crossdock.canonical.commands import erp as ask
from crossdock.canonical.events.inventory import StockPlace
from crossdock.canonical.events.returns import ReturnLine
from crossdock.canonical.parts import LineQuantity
from crossdock.connectors.erp_json.codes import DELIVERY_STATUS, STOCK_TYPE_OF
from crossdock.connectors.erp_json.money import CALLS as MONEY
from crossdock.ports.json_calls import CallFor, JsonCall, call_for, json_call, path_segment

ORDERS = "/api/v1/orders"


def _items(lines: tuple[LineQuantity, ...]) -> list[dict[str, object]]:
    return [
        {
            "lineNo": line.line,
            "material": line.item,
            "quantity": line.qty.value,
            "unit": line.qty.uom,
            "batch": line.lot,
        }
        for line in lines
    ]


def _goods_issue(command: ask.PostGoodsIssue) -> JsonCall:
    body = {
        "deliveryNo": command.shipment,
        "handoverNo": command.handover_no,
        "orderNo": command.order_no,
        "plant": command.warehouse,
        "postedAt": command.at,
        "billOfLading": command.bol,
        "items": _items(command.lines),
    }
    return json_call("POST", "/api/v1/goods-issues", body)


def _reversal(command: ask.ReverseGoodsIssue) -> JsonCall:
    body = {
        "deliveryNo": command.shipment,
        "handoverNo": command.handover_no,
        "orderNo": command.order_no,
        "plant": command.warehouse,
        "voidedBy": command.void,
        "items": _items(command.lines),
    }
    return json_call("POST", "/api/v1/goods-issue-reversals", body)


def _order_status(command: ask.UpdateOrderStatus) -> JsonCall:
    body = {
        "status": command.control_state,
        "fulfilmentStatus": command.fulfilment_status,
        "billingStatus": command.billing_status,
        "flags": list(command.overlays),
        "asOf": command.at,
    }
    return json_call("PUT", f"{ORDERS}/{path_segment(command.order_no)}/status", body)


def _delivery_status(command: ask.UpdateDeliveryStatus) -> JsonCall:
    """`fact` is the event type, with its attempt behind a blank, colon, bar or slash; unmapped types go as they are."""
    kind = command.fact.replace("/", " ").replace(":", " ").replace("|", " ").partition(" ")[0]
    path = f"{ORDERS}/{path_segment(command.order_no)}/deliveries/{path_segment(command.shipment)}/status"
    delivered = [{"lineNo": line.line, "quantity": line.delivered.value} for line in command.lines]
    body = {
        "status": DELIVERY_STATUS.get(kind, command.status or kind),
        "fact": command.fact,
        "at": command.at,
        "delivered": delivered,
        "shipped": _items(command.shipped),
        "proofReference": command.pod_ref,
        "note": command.note,
    }
    return json_call("PUT", path, body)


def _place(place: StockPlace | None) -> dict[str, object] | None:
    return None if place is None else {"location": place.location, "stockType": STOCK_TYPE_OF[place.status]}


def _movement(command: ask.PostInventoryMovement) -> JsonCall:
    body = {
        "movementId": command.movement_id,
        "plant": command.warehouse,
        "material": command.item,
        "type": command.type,
        "quantity": command.qty.value,
        "unit": command.qty.uom,
        "batch": command.lot,
        "from": _place(command.origin),
        "to": _place(command.destination),
        "reason": command.reason,
        "reverses": command.reverses,
        "movedAt": command.at,
    }
    return json_call("POST", "/api/v1/material-movements", body)


def _return_items(lines: tuple[ReturnLine, ...]) -> list[dict[str, object]]:
    return [
        {
            "lineNo": line.line,
            "quantity": line.qty.value if line.qty else None,
            "unit": line.qty.uom if line.qty else "",
            "reason": line.reason,
            "condition": line.condition,
        }
        for line in lines
    ]


def _return_request(command: ask.RequestReturn) -> JsonCall:
    body = {
        "requestId": command.request_id,
        "orderNo": command.order_no,
        "items": _return_items(command.lines),
        "eligible": command.eligible,
        "wePay": command.we_pay,
        "findings": [{"code": one.code, "path": one.path, "text": one.text} for one in command.findings],
        "requestedAt": command.requested_at,
    }
    return json_call("POST", "/api/v1/return-requests", body)


def _return_receipt(command: ask.PostReturnReceipt) -> JsonCall:
    body = {
        "receiptNo": command.receipt_no,
        "rmaNo": command.rma_no,
        "orderNo": command.order_no,
        "plant": command.warehouse,
        "items": _return_items(command.lines),
    }
    return json_call("POST", "/api/v1/return-receipts", body)


CALLS: dict[str, CallFor] = {
    **MONEY,
    "post_inventory_movement": call_for(ask.PostInventoryMovement, _movement),
    "request_return": call_for(ask.RequestReturn, _return_request),
    "post_return_receipt": call_for(ask.PostReturnReceipt, _return_receipt),
    "post_goods_issue": call_for(ask.PostGoodsIssue, _goods_issue),
    "reverse_goods_issue": call_for(ask.ReverseGoodsIssue, _reversal),
    "update_order_status": call_for(ask.UpdateOrderStatus, _order_status),
    "update_delivery_status": call_for(ask.UpdateDeliveryStatus, _delivery_status),
}
