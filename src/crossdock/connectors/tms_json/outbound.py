"""Canonical commands to calls on the TMS. Pure. Source: Crossdock generic TMS dialect 2, domain.md §2.10."""

from __future__ import annotations

from crossdock.canonical.commands import fleet
from crossdock.canonical.commands import tms as ask
from crossdock.canonical.parts import LineQuantity, Place, Totals, Windows
from crossdock.connectors.tms_json.freight import CALLS as FREIGHT
from crossdock.ports.json_calls import CallFor, JsonCall, call_for, json_call, path_segment


def _shipment_path(shipment: str, action: str = "") -> str:
    path = f"/v2/shipments/{path_segment(shipment)}"
    return f"{path}/{action}" if action else path


def _place(place: Place) -> dict[str, object]:
    known = place.address
    return {
        "id": place.location_no,
        "name": place.name,
        "city": known.city if known else "",
        "postalCode": known.postal if known else "",
        "country": known.country if known else "",
        "timeZone": place.tz,
    }


def _windows(windows: Windows) -> dict[str, object]:
    pickup, delivery = windows.pickup, windows.delivery
    return {
        "pickupFrom": pickup.earliest if pickup else None,
        "pickupTo": pickup.latest if pickup else None,
        "deliveryFrom": delivery.earliest if delivery else None,
        "deliveryTo": delivery.latest if delivery else None,
    }


def _lines(lines: tuple[LineQuantity, ...]) -> list[dict[str, object]]:
    return [{"lineNo": line.line, "sku": line.item, "quantity": line.qty.value, "uom": line.qty.uom} for line in lines]


def _totals(totals: Totals) -> dict[str, object]:
    return {"packages": totals.packages, "grossKg": totals.gross_kgm, "volumeM3": totals.volume_mtq}


def _plan(command: ask.PlanShipment) -> JsonCall:
    body = {
        "externalRef": command.request_id,
        "orderNo": command.order_no,
        "originSite": command.warehouse,
        "origin": _place(command.origin),
        "destination": _place(command.destination),
        "windows": _windows(command.windows),
        "lines": _lines(command.lines),
        "totals": _totals(command.totals),
        "mode": command.mode,
        "carrierPreference": command.carrier_pref,
        "servicePreference": command.service_pref,
        "customs": command.customs_required,
        "priority": command.priority,
        "attempt": command.attempt,
    }
    return json_call("POST", "/v2/shipment-requests", body)


def _update(command: ask.UpdateShipment) -> JsonCall:
    packages = [{"sscc": one.sscc, "type": one.type, "grossKg": one.kgm} for one in command.packages]
    body = {
        "firm": command.firm,
        "packages": packages,
        "lines": _lines(command.lines),
        "totals": _totals(command.totals) if command.totals else None,
        "destination": _place(command.destination) if command.destination else None,
        "windows": _windows(command.windows),
        "appointmentNo": command.appointment_no,
        **({"carrier": command.carrier_pref} if command.carrier_pref else {}),
        **({"service": command.service_pref} if command.service_pref else {}),
        "contentHash": command.content_hash,
    }
    return json_call("PATCH", _shipment_path(command.shipment), body)


def _tender(command: ask.TenderLoad) -> JsonCall:
    body = {"loadId": command.load, "revision": command.rev, "exclude": list(command.exclude), "spot": command.spot}
    return json_call("POST", "/v2/tenders", body)


def _cancel_tender(command: ask.CancelTender) -> JsonCall:
    path = f"/v2/tenders/{path_segment(command.tender_no)}/cancellation"
    return json_call("POST", path, {"loadId": command.load, "reason": command.reason})


def _cancel(command: ask.CancelShipment) -> JsonCall:
    body = {"cancelId": command.cancel_id, "externalRef": command.request_id, "reason": command.reason}
    return json_call("POST", _shipment_path(command.shipment, "cancellation"), body)


def _hold(command: ask.HoldShipment) -> JsonCall:
    body = {"holdId": command.hold_id, "kind": command.kind, "reason": command.reason}
    return json_call("POST", _shipment_path(command.shipment, "hold"), body)


def _release(command: ask.ReleaseShipmentHold) -> JsonCall:
    return json_call("POST", _shipment_path(command.shipment, "release"), {"holdId": command.hold_id})


def _handover(command: ask.ConfirmHandover) -> JsonCall:
    body = {
        "handoverNo": command.handover_no,
        "at": command.at,
        "packages": list(command.packages),
        "lines": _lines(command.lines),
        "bolNo": command.bol,
        "seal": command.seal,
        "void": command.void,
    }
    return json_call("POST", _shipment_path(command.shipment, "handover"), body)


def _refresh(command: ask.RefreshTracking) -> JsonCall:
    body = {"hour": command.hour, "carrier": command.carrier, "proNo": command.pro_no}
    return json_call("POST", _shipment_path(command.shipment, "tracking-refresh"), body)


def _intercept(command: ask.InterceptShipment) -> JsonCall:
    destination = _place(command.destination) if command.destination else None
    body = {"requestId": command.request_id, "action": command.action, "destination": destination}
    return json_call("POST", _shipment_path(command.shipment, "reconsign"), body)


def _reschedule(command: fleet.RescheduleDelivery) -> JsonCall:
    window = command.window
    body = {
        "attempt": command.attempt_no,
        "from": window.earliest if window else None,
        "to": window.latest if window else None,
        "reason": command.reason,
    }
    return json_call("POST", _shipment_path(command.shipment, "reschedule"), body)


def _proof(command: fleet.RequestPod) -> JsonCall:
    body = {"day": command.day, "missing": list(command.missing), "carrier": command.carrier}
    return json_call("POST", _shipment_path(command.shipment, "pod-request"), body)


def _bring_back(command: ask.BookReturnTransport) -> JsonCall:
    pickup = command.pickup
    body = {
        "rma": command.rma_no,
        "origin": _place(command.origin),
        "destination": _place(command.destination),
        "packages": [package.key for package in command.packages],
        "pickupFrom": pickup.earliest if pickup else None,
        "pickupTo": pickup.latest if pickup else None,
    }
    return json_call("POST", "/v2/returns", body)


CALLS: dict[str, CallFor] = {
    **FREIGHT,
    "book_return_transport": call_for(ask.BookReturnTransport, _bring_back),
    "plan_shipment": call_for(ask.PlanShipment, _plan),
    "update_shipment": call_for(ask.UpdateShipment, _update),
    "tender_load": call_for(ask.TenderLoad, _tender),
    "cancel_tender": call_for(ask.CancelTender, _cancel_tender),
    "cancel_shipment": call_for(ask.CancelShipment, _cancel),
    "hold_shipment": call_for(ask.HoldShipment, _hold),
    "release_shipment_hold": call_for(ask.ReleaseShipmentHold, _release),
    "confirm_handover": call_for(ask.ConfirmHandover, _handover),
    "refresh_tracking": call_for(ask.RefreshTracking, _refresh),
    "intercept_shipment": call_for(ask.InterceptShipment, _intercept),
    "reschedule_delivery": call_for(fleet.RescheduleDelivery, _reschedule),
    "request_pod": call_for(fleet.RequestPod, _proof),
}
