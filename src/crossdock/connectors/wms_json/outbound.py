"""Canonical commands to calls on the warehouse. Pure. Source: Crossdock generic WMS dialect 1, domain.md §2.10."""

from __future__ import annotations

from crossdock.canonical.commands import wms as ask
from crossdock.canonical.events.returns import ReturnLine
from crossdock.canonical.parts import Place
from crossdock.kernel.instant import Window
from crossdock.ports.json_calls import CallFor, JsonCall, call_for, json_call, path_segment

ORDERS = "/v1/outbound-orders"


def _reference(order_no: str, warehouse: str, release_no: int) -> str:
    return f"{order_no}/{warehouse}/{release_no}"


def _order_path(order_no: str, warehouse: str, release_no: int, action: str = "") -> str:
    path = f"{ORDERS}/{path_segment(_reference(order_no, warehouse, release_no))}"
    return f"{path}/{action}" if action else path


def _lines(lines: tuple[ask.FulfilmentLine, ...]) -> list[dict[str, object]]:
    return [
        {"lineNo": line.line, "sku": line.item, "quantity": line.qty.value, "uom": line.qty.uom, "gtin": line.gtin}
        for line in lines
    ]


def address(place: Place) -> dict[str, object]:
    """A ship-to as the warehouse wants it."""
    known = place.address
    return {
        "id": place.location_no,
        "name": place.name,
        "lines": list(known.lines) if known else [],
        "city": known.city if known else "",
        "postalCode": known.postal if known else "",
        "country": known.country if known else "",
    }


def _window(window: Window | None) -> dict[str, object] | None:
    return None if window is None else {"from": window.earliest, "to": window.latest}


def _create(command: ask.CreateFulfilmentOrder) -> JsonCall:
    return json_call(
        "POST",
        ORDERS,
        {
            "reference": _reference(command.order_no, command.warehouse, command.release_no),
            "orderNo": command.order_no,
            "site": command.warehouse,
            "lines": _lines(command.lines),
            "shipTo": address(command.ship_to),
            "shipBy": command.ship_by,
            "requested": _window(command.requested),
            "priority": command.priority,
            "customerPo": command.customer_po,
            "carrier": command.carrier,
            "service": command.service,
            "handling": list(command.handling),
            "partialAllowed": command.ship_policy == "ship_partial",
        },
    )


def _update(command: ask.UpdateFulfilmentOrder) -> JsonCall:
    path = _order_path(command.order_no, command.warehouse, command.release_no)
    ship_to = address(command.ship_to) if command.ship_to else None
    body = {"revision": command.rev, "lines": _lines(command.lines), "shipTo": ship_to, "shipBy": command.ship_by}
    return json_call("PUT", path, body)


def _cancel(command: ask.CancelFulfilmentOrder) -> JsonCall:
    path = _order_path(command.order_no, command.warehouse, command.release_no, "cancellation")
    lines = [{"lineNo": line.line, "quantity": line.qty.value} for line in command.lines]
    return json_call("POST", path, {"cancelId": command.cancel_id, "reason": command.reason, "lines": lines})


def _hold(command: ask.HoldFulfilment) -> JsonCall:
    path = _order_path(command.order_no, command.warehouse, command.release_no, "hold")
    return json_call("POST", path, {"holdId": command.hold_id, "reason": command.reason})


def _unhold(command: ask.ReleaseFulfilmentHold) -> JsonCall:
    path = _order_path(command.order_no, command.warehouse, command.release_no, "unhold")
    return json_call("POST", path, {"holdId": command.hold_id})


def _block(command: ask.BlockLoading) -> JsonCall:
    path = f"/v1/shipments/{path_segment(command.shipment)}/block-loading"
    body = {"holdId": command.hold_id, "reason": command.reason, "packages": list(command.packages)}
    return json_call("POST", path, body)


def _unblock(command: ask.UnblockLoading) -> JsonCall:
    path = f"/v1/shipments/{path_segment(command.shipment)}/unblock-loading"
    return json_call("POST", path, {"holdId": command.hold_id})


def _carrier(command: ask.UpdateCarrierAssignment) -> JsonCall:
    path = _order_path(command.order_no, command.warehouse, command.release_no, "carrier")
    body = {
        "shipment": command.shipment,
        "carrier": command.carrier,
        "service": command.service,
        "proNo": command.pro_no,
        "bolNo": command.bol_no,
        "load": command.load,
        "pickup": _window(command.pickup),
    }
    return json_call("PUT", path, body)


def _resend(command: ask.ResendShipConfirmation) -> JsonCall:
    path = _order_path(command.order_no, command.warehouse, command.release_no, "dispatch-resend")
    return json_call("POST", path, {"shipment": command.shipment, "day": command.day})


def _expected(line: ReturnLine) -> dict[str, object]:
    stated = line.qty_authorised or line.qty
    return {"lineNo": line.line, "quantity": stated.value if stated else None, "reason": line.reason}


def _expect(command: ask.ExpectReturn) -> JsonCall:
    body = {
        "revision": command.rev,
        "orderNo": command.order_no,
        "site": command.warehouse,
        "lines": [_expected(line) for line in command.lines],
        "packages": [package.key for package in command.packages],
        "until": command.window_until,
    }
    return json_call("PUT", f"/v1/returns/{path_segment(command.rma_no)}", body)


def _count(command: ask.RequestCount) -> JsonCall:
    body = {
        "case": command.case,
        "site": command.warehouse,
        "sku": command.item,
        "location": command.location,
        "reason": command.reason,
    }
    return json_call("POST", "/v1/counts", body)


def _report(command: ask.RequestInventorySnapshot) -> JsonCall:
    return json_call("POST", "/v1/snapshots", {"site": command.warehouse, "window": command.window})


CALLS: dict[str, CallFor] = {
    "expect_return": call_for(ask.ExpectReturn, _expect),
    "request_count": call_for(ask.RequestCount, _count),
    "request_inventory_snapshot": call_for(ask.RequestInventorySnapshot, _report),
    "create_fulfilment_order": call_for(ask.CreateFulfilmentOrder, _create),
    "update_fulfilment_order": call_for(ask.UpdateFulfilmentOrder, _update),
    "cancel_fulfilment_order": call_for(ask.CancelFulfilmentOrder, _cancel),
    "hold_fulfilment": call_for(ask.HoldFulfilment, _hold),
    "release_fulfilment_hold": call_for(ask.ReleaseFulfilmentHold, _unhold),
    "block_loading": call_for(ask.BlockLoading, _block),
    "unblock_loading": call_for(ask.UnblockLoading, _unblock),
    "update_carrier_assignment": call_for(ask.UpdateCarrierAssignment, _carrier),
    "resend_ship_confirmation": call_for(ask.ResendShipConfirmation, _resend),
}
