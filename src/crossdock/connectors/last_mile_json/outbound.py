"""Canonical commands to calls on the platform. Pure. Times in epoch milliseconds.

Source: Crossdock generic last-mile dialect 1, domain.md §2.10.
"""

from __future__ import annotations

from datetime import datetime

from crossdock.canonical.commands import fleet as ask
from crossdock.canonical.commands import tms
from crossdock.canonical.parts import Place
from crossdock.kernel.instant import Window, micros
from crossdock.ports.json_calls import CallFor, JsonCall, call_for, json_call, path_segment

TASKS = "/api/tasks"


def _task_path(task: str, action: str = "") -> str:
    path = f"{TASKS}/{path_segment(task)}"
    return f"{path}/{action}" if action else path


def _epoch_ms(at: datetime | None) -> int | None:
    return None if at is None else micros(at) // 1000


def _window(window: Window | None) -> dict[str, object] | None:
    if window is None:
        return None
    return {"from": _epoch_ms(window.earliest), "to": _epoch_ms(window.latest)}


def _destination(place: Place) -> dict[str, object]:
    known = place.address
    return {
        "name": place.name,
        "street": ", ".join(known.lines) if known else "",
        "city": known.city if known else "",
        "postalCode": known.postal if known else "",
        "country": known.country if known else "",
    }


def _create(command: ask.CreateDeliveryTask) -> JsonCall:
    body = {
        "shipmentId": command.shipment,
        "orderNo": command.order_no,
        "leg": command.leg,
        "depot": command.depot or (command.origin.location_no if command.origin else ""),
        "destination": _destination(command.destination),
        "recipient": command.customer.name if command.customer else command.destination.name,
        "window": _window(command.window),
        "items": [{"lineNo": line.line, "quantity": line.qty.value, "unit": line.qty.uom} for line in command.lines],
        "packages": list(command.packages),
        "proof": [kind.value for kind in command.proof_required],
        "metadata": {"shipment_id": command.shipment, "order_no": command.order_no},
    }
    return json_call("POST", TASKS, body)


def _update(command: ask.UpdateDeliveryTask) -> JsonCall:
    destination = _destination(command.destination) if command.destination else None
    body = {
        "window": _window(command.window),
        "destination": destination,
        "packages": list(command.packages),
        "contentHash": command.content_hash,
    }
    return json_call("PUT", _task_path(command.task), body)


def _cancel(command: ask.CancelDeliveryTask) -> JsonCall:
    body = {"cancelId": command.cancel_id, "reason": command.reason}
    return json_call("POST", _task_path(command.task, "cancel"), body)


def _reschedule(command: ask.RescheduleDelivery) -> JsonCall:
    """The platform finds the task by its own id or by our shipment id."""
    body = {"attempt": command.attempt_no, "window": _window(command.window), "reason": command.reason}
    return json_call("POST", _task_path(command.task or command.shipment, "reschedule"), body)


def _proof(command: ask.RequestPod) -> JsonCall:
    body = {"day": command.day, "missing": list(command.missing)}
    return json_call("POST", _task_path(command.shipment, "pod-request"), body)


def _hold(command: tms.HoldShipment) -> JsonCall:
    body = {"holdId": command.hold_id, "reason": command.reason}
    return json_call("POST", _task_path(command.shipment, "hold"), body)


def _unhold(command: tms.ReleaseShipmentHold) -> JsonCall:
    return json_call("POST", _task_path(command.shipment, "unhold"), {"holdId": command.hold_id})


CALLS: dict[str, CallFor] = {
    "create_delivery_task": call_for(ask.CreateDeliveryTask, _create),
    "update_delivery_task": call_for(ask.UpdateDeliveryTask, _update),
    "cancel_delivery_task": call_for(ask.CancelDeliveryTask, _cancel),
    "reschedule_delivery": call_for(ask.RescheduleDelivery, _reschedule),
    "request_pod": call_for(ask.RequestPod, _proof),
    "hold_shipment": call_for(tms.HoldShipment, _hold),
    "release_shipment_hold": call_for(tms.ReleaseShipmentHold, _unhold),
}
