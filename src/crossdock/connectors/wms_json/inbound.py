"""Warehouse webhooks in: `{id, event, at, data}`; `data.reference` is our fulfilment order id `order/site/release`.

Source: Crossdock generic WMS dialect 1; meanings per domain.md §2.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import fulfilment as say
from crossdock.canonical.parts import ErrorItem, LineQuantity, PackageInfo, Receiver
from crossdock.connectors.wms_json import stock, wire
from crossdock.connectors.wms_json.codes import PACKAGE_TYPES
from crossdock.kernel.codec import check_decimal, decode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import Decoded, IntakeContext
from crossdock.ports.statements import Statement, reference, refused, write_down

_hooks = msgspec.json.Decoder(wire.Hook)


class Inbound:
    """One webhook, one fact."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            hook = decode_json(body, _hooks)
            other = stock.EVENTS.get(hook.event)
            if other is not None:
                said = other.read(hook)
                statement = Statement(other.fact, said.subject, hook.at, said.payload, hook.id, said.refs)
                return Decoded(facts=[write_down(statement, context, hook.event)])
            event = EVENTS.get(hook.event)
            if event is None:
                return refused("MDM-03", Rejected(f"event {hook.event} is not in our list: map it", where="$.event"))
            order, payload = event.read(hook)
        except Rejected as error:
            return refused("INT-02", error)
        subject = Subject("fulfilment_order", order.fo)
        refs = reference("order", order.order_no)
        statement = Statement(event.fact, subject, hook.at, payload, hook.id, refs)
        return Decoded(facts=[write_down(statement, context, hook.event)])


Read = Callable[[wire.Hook], tuple[wire.Order, msgspec.Struct]]


class Event(NamedTuple):
    """The canonical fact a webhook states, and how its data is read."""

    fact: str
    read: Read


class _Fo(NamedTuple):
    """Our key of the fulfilment order a webhook is about."""

    order_no: str
    warehouse: str
    release_no: int


def _fo(order: wire.Order) -> _Fo:
    """The key the webhook names; its site and order number must agree with our reference."""
    release = order.reference.rpartition("/")[2]
    if order.fo != f"{order.order_no}/{order.site}/{release}" or not release.isdigit():
        detail = (
            f"reference {order.reference} is not one of ours for {order.order_no} at {order.site}: send it unchanged"
        )
        raise Rejected(detail, where="$.data.reference")
    return _Fo(order.order_no, order.site, int(release))


def _lines(lines: tuple[wire.Line, ...]) -> tuple[LineQuantity, ...]:
    return tuple(
        LineQuantity(line=line.line_no, qty=_quantity(line), item=line.sku, lot=line.lot, serials=line.serials)
        for line in lines
    )


def _quantity(line: wire.Line) -> Quantity:
    check_decimal(line.quantity, f"$.data, quantity of line {line.line_no}")
    return Quantity(line.quantity, line.uom)


def _accepted(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.Accepted)
    return data, say.FulfilmentAccepted(
        **_fo(data)._asdict(), wms_ref=data.order_id, lines=_lines(data.lines), est_ready_at=data.ready_at
    )


def _rejected(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.Rejection)
    reasons = tuple(ErrorItem(code=reason.code, path=reason.line_no, text=reason.text) for reason in data.reasons)
    return data, say.FulfilmentRejected(**_fo(data)._asdict(), reasons=reasons, retryable=data.retryable)


def _allocated(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.Lines)
    return data, say.AllocationConfirmed(**_fo(data)._asdict(), lines=_lines(data.lines))


def _allocated_short(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.AllocationShort)
    lines = tuple(
        say.ShortLine(
            line=short.line_no,
            requested=Quantity(short.requested, short.uom),
            allocated=Quantity(short.allocated, short.uom),
            reason=short.reason,
        )
        for short in data.lines
    )
    return data, say.AllocationShorted(**_fo(data)._asdict(), lines=lines)


def _waved(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.Wave)
    return data, say.WaveAssigned(
        **_fo(data)._asdict(), wave_no=data.wave_no, planned_release=data.planned_release, cutoff_at=data.cutoff_at
    )


def _pick_started(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.PickStart)
    return data, say.PickStarted(**_fo(data)._asdict(), task_ids=data.task_ids, started_at=hook.at)


def _picked(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.Picked)
    return data, say.PickCompleted(**_fo(data)._asdict(), lines=_lines(data.lines), task_ids=data.task_ids)


def _picked_short(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.PickShort)
    return data, say.PickShorted(
        **_fo(data)._asdict(),
        line=data.line_no,
        requested=Quantity(data.requested, data.uom),
        picked=Quantity(data.picked, data.uom),
        reason=data.reason,
        final=data.final,
    )


def _packed(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.Packed)
    packages = tuple(_package(package) for package in data.packages)
    return data, say.PackCompleted(**_fo(data)._asdict(), packages=packages, complete=data.complete)


def _package(package: wire.Package) -> PackageInfo:
    kind = PACKAGE_TYPES.get(package.type.lower())
    if kind is None:
        raise Rejected(
            f"package type {package.type} is unknown: use {', '.join(PACKAGE_TYPES)}", where="$.data.packages"
        )
    return PackageInfo(
        sscc=package.sscc,
        type=kind,
        kgm=package.gross_kg,
        contents=_lines(package.contents),
        tracking_no=package.tracking,
    )


def _staged(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.Dock)
    return data, say.ShipmentStaged(**_fo(data)._asdict(), packages=data.packages, lane=data.lane, at=hook.at)


def _loaded(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.Dock)
    return data, say.ShipmentLoaded(
        **_fo(data)._asdict(), packages=data.packages, equipment=data.equipment, seal=data.seal, at=hook.at
    )


def _dispatched(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.Dispatch)
    return data, say.ShipmentHandedOver(
        **_fo(data)._asdict(),
        handover_no=data.dispatch_no,
        at=hook.at,
        packages=data.packages,
        lines=_lines(data.lines),
        receiver=Receiver(carrier=data.receiver, driver=data.driver),
        bol=data.bol,
        seal=data.seal,
    )


def _dispatch_voided(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.DispatchVoid)
    return data, say.HandoverVoided(
        **_fo(data)._asdict(), handover_no=data.dispatch_no, reason=data.reason, packages=data.packages
    )


def _cancelled(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.Cancelled)
    return data, say.FulfilmentCancelled(
        **_fo(data)._asdict(), cancel_id=data.cancel_id, lines=_lines(data.lines), putback_required=data.putback
    )


def _cancel_refused(hook: wire.Hook) -> tuple[wire.Order, msgspec.Struct]:
    data = wire.read(hook, wire.CancelRefused)
    return data, say.FulfilmentCancelRejected(
        **_fo(data)._asdict(), cancel_id=data.cancel_id, stage=data.stage, reason=data.reason
    )


EVENTS = {
    "order.accepted": Event("fulfilment.accepted", _accepted),
    "order.rejected": Event("fulfilment.rejected", _rejected),
    "allocation.completed": Event("allocation.confirmed", _allocated),
    "allocation.short": Event("allocation.shorted", _allocated_short),
    "wave.assigned": Event("wave.assigned", _waved),
    "pick.started": Event("pick.started", _pick_started),
    "pick.completed": Event("pick.completed", _picked),
    "pick.short": Event("pick.shorted", _picked_short),
    "pack.completed": Event("pack.completed", _packed),
    "shipment.staged": Event("shipment.staged", _staged),
    "shipment.loaded": Event("shipment.loaded", _loaded),
    "shipment.dispatched": Event("shipment.handed_over", _dispatched),
    "dispatch.voided": Event("handover.voided", _dispatch_voided),
    "order.cancelled": Event("fulfilment.cancelled", _cancelled),
    "order.cancel_refused": Event("fulfilment.cancel_rejected", _cancel_refused),
}
