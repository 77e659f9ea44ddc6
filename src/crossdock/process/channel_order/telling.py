"""CHL as the fold sees it: in the dossier of a sales order made of a channel's order, what that channel must hear.

It listens to the commands the order's other machines give rather than to what moved them: those are only given once all
that must come before is known, so nothing has to be held here a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.erp import UpdateDeliveryStatus
from crossdock.canonical.commands.tms import ConfirmHandover
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.channel import (
    ChannelCancelRefused,
    ChannelOrderDelivered,
    ChannelOrderEntered,
    ChannelOrderShipped,
    ChannelOrderStopped,
    ChannelShipmentVoided,
)
from crossdock.canonical.events.fulfilment import PackageLabelled, PackCompleted
from crossdock.canonical.events.order import (
    OrderApproved,
    OrderCancelled,
    OrderCancelRejected,
    OrderChanged,
    OrderLineCancelled,
)
from crossdock.canonical.events.planning import CarrierAccepted
from crossdock.canonical.parts import LineQuantity
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.channel_order.state import LinkState
from crossdock.process.effects import Derive, Effect
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy

SCHEME = "channel_order"
DELIVERED = "DELIVERED"

Step = Decision[LinkState]
# What a fact teaches, and what it makes the channel's dossier hear.
Heard = tuple[LinkState, Payload | None]

NOT_OURS: Step = Decision(Disposition.RECORD, reason="no channel's order")


def told(state: LinkState, payload: Payload) -> Derive:
    """A conclusion for the channel's dossier."""
    subject, to = Subject(SCHEME, state.channel_order), (Reference(SCHEME, state.channel_order),)
    return Derive(TYPES[type(payload)], subject, payload, to=to)


TYPES: Mapping[type[Payload], str] = {
    ChannelOrderEntered: "channel.order_entered",
    ChannelOrderShipped: "channel.order_shipped",
    ChannelShipmentVoided: "channel.shipment_voided",
    ChannelOrderDelivered: "channel.order_delivered",
    ChannelOrderStopped: "channel.order_stopped",
    ChannelCancelRefused: "channel.cancel_refused",
}


def _changed(state: LinkState, key: str, fact: Fact) -> Heard:
    order = cast(OrderChanged, fact.payload).order
    if order is None:
        return state, None
    return state, ChannelOrderEntered(sales_order=key, rev=order.rev, lines=order.lines)


def _packed(state: LinkState, key: str, fact: Fact) -> Heard:
    packages = cast(PackCompleted, fact.payload).packages
    numbers = {one.sscc: one.tracking_no for one in packages if one.sscc and one.tracking_no}
    return (replace(state, tracking={**state.tracking, **numbers}) if numbers else state), None


def _labelled(state: LinkState, key: str, fact: Fact) -> Heard:
    label = cast(PackageLabelled, fact.payload)
    return replace(state, tracking={**state.tracking, label.sscc: label.tracking_no}), None


def _accepted(state: LinkState, key: str, fact: Fact) -> Heard:
    accepted = cast(CarrierAccepted, fact.payload)
    carriers = {**state.carriers, fact.subject.id: f"{accepted.carrier}|{accepted.pro_no}"}
    return replace(state, carriers=carriers), None


def _handed_over(state: LinkState, key: str, fact: Fact) -> Heard:
    gone = cast(ConfirmHandover, fact.payload)
    if gone.void:
        return state, ChannelShipmentVoided(shipment=gone.shipment, handover_no=gone.handover_no)
    carrier, pro = carrier_of(state, gone.shipment)
    parcels = tuple(dict.fromkeys(state.tracking[sscc] for sscc in gone.packages if sscc in state.tracking))
    shipped = ChannelOrderShipped(
        shipment=gone.shipment,
        handover_no=gone.handover_no,
        at=gone.at,
        lines=gone.lines,
        carrier=carrier,
        tracking=parcels or ((pro,) if pro else ()),
    )
    return state, shipped


def carrier_of(state: LinkState, shipment: str) -> tuple[str, str]:
    """Who carries a shipment and under which number; where there is one carrier for all, that one."""
    known = state.carriers.get(shipment) or (next(iter(state.carriers.values())) if len(state.carriers) == 1 else "")
    carrier, _, pro = known.partition("|")
    return carrier, pro


def _status(state: LinkState, key: str, fact: Fact) -> Heard:
    status = cast(UpdateDeliveryStatus, fact.payload)
    if status.status != DELIVERED:
        return state, None
    attempt = status.fact.rpartition(":")[2]
    number = int(attempt) if attempt.isdecimal() else 1
    return state, ChannelOrderDelivered(shipment=status.shipment, at=status.at or fact.at, attempt_no=number)


def _cancelled(state: LinkState, key: str, fact: Fact) -> Heard:
    cancelled = cast(OrderCancelled, fact.payload)
    return state, ChannelOrderStopped(cancel_id=cancelled.cancel_id, whole=True, lines=cancelled.qty)


def _line_cancelled(state: LinkState, key: str, fact: Fact) -> Heard:
    gone = cast(OrderLineCancelled, fact.payload)
    lines = (LineQuantity(line=gone.line_no, qty=gone.qty),)
    return state, ChannelOrderStopped(cancel_id=f"{gone.cancel_id}/{gone.line_no}", whole=False, lines=lines)


def _refused(state: LinkState, key: str, fact: Fact) -> Heard:
    refused = cast(OrderCancelRejected, fact.payload)
    return state, ChannelCancelRefused(
        request_id=refused.request_id, stage=refused.stage, alternatives=refused.alternatives
    )


HEAR: Mapping[str, Callable[[LinkState, str, Fact], Heard]] = {
    "order.changed": _changed,
    "pack.completed": _packed,
    "package.labelled": _labelled,
    "carrier.accepted": _accepted,
    "cmd:confirm_handover": _handed_over,
    "cmd:update_delivery_status": _status,
    "order.cancelled": _cancelled,
    "order.line_cancelled": _line_cancelled,
    "order.cancel_rejected": _refused,
}


class ChannelLinkMachine:
    """Implements `process.machine.Machine`."""

    name = "CHL"
    listens = frozenset(("order.approved", *HEAR))
    per_group = False
    state_type = LinkState

    def decide(self, state: LinkState | None, key: str, trigger: str, fact: Fact, policy: Policy) -> Step:
        """See `Machine.decide`."""
        if trigger == "order.approved":
            return self._approved(state, key, fact)
        if state is None:
            return NOT_OURS
        after, payload = HEAR[trigger](state, key, fact)
        if payload is None:
            return NOT_OURS if after is state else self._step(state, after, ())
        return self._step(state, after, (told(after, payload),))

    def label(self, state: LinkState) -> str:
        """The channel's order."""
        return state.channel_order

    def _approved(self, state: LinkState | None, key: str, fact: Fact) -> Step:
        number = next((one.id for one in fact.refs if one.scheme == SCHEME), "")
        if state is None and not number:
            return NOT_OURS
        after = state or LinkState(number)
        order = cast(OrderApproved, fact.payload)
        entered = ChannelOrderEntered(sales_order=key, rev=order.rev, lines=order.lines)
        return self._step(state, after, (told(after, entered),))

    def _step(self, before: LinkState | None, after: LinkState, effects: tuple[Effect, ...]) -> Step:
        label = "" if before is None else self.label(before)
        changed = None if after is before else after
        return Decision(Disposition.APPLY, before=label, after=self.label(after), state=changed, effects=effects)


MACHINE = ChannelLinkMachine()
