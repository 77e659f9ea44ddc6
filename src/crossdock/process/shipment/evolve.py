"""How a shipment's state follows from the rows taken. Pure, and keyed by what the fact says: the same fact twice is
once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.tms import PlanShipment
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.fulfilment import HandoverVoided, ShipmentHandedOver
from crossdock.canonical.events.last_mile import DeliveryFailed, PodCaptured
from crossdock.canonical.events.planning import (
    CarrierAccepted,
    CarrierTendered,
    ShipmentHeld,
    ShipmentHoldReleased,
    ShipmentPlanned,
    ShipmentReplanned,
)
from crossdock.canonical.events.tracking import (
    DelayKind,
    ShipmentDelayed,
    ShipmentDelivered,
    ShipmentDeparted,
    ShipmentEtaChanged,
)
from crossdock.canonical.milestones import RUNGS, Milestone
from crossdock.canonical.parts import Windows
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.ids import fingerprint
from crossdock.kernel.instant import micros
from crossdock.process.amounts import whole
from crossdock.process.calendars import is_zone
from crossdock.process.machine import Row
from crossdock.process.shipment.lattice import Reach, Slot, Track, advances
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.step import entered

Learn = Callable[[ShipmentState, Fact], ShipmentState]
IN_REVIEW = "proof_in_review"


def evolve(state: ShipmentState, fact: Fact, row: Row) -> ShipmentState:
    """The state after a row: what the fact taught, and the state name it leads to."""
    learn = LEARN.get(fact.type)
    learned = state if learn is None else learn(state, fact)
    if fact.type == "pod.captured" and (row.guard == "far_away" or IN_REVIEW in learned.overlays):
        learned = replace(learned, overlays=with_overlay(learned, IN_REVIEW, row.guard == "far_away"))
    after, prior = entered(state, row)
    if after == "PLANNED" and state.tender:
        learned = replace(learned, past=state.offered.ended())
    return learned if after == state.state else replace(learned, state=after, prior=prior)


def fill(track: Track, milestone: Milestone, at: datetime, role: Role, cycle: int = 0) -> Track:
    """Note a milestone of our own knowledge; a slot that is filled already keeps its statement."""
    rung = RUNGS[milestone]
    cycle = cycle or track.cycle
    name = f"{milestone}||{cycle}"
    if name in track.slots:
        return track
    at_us = micros(at)
    slots = {**track.slots, name: Slot(at_us, role)}
    here = Reach(cycle, rung.rank, at_us)
    frontier = track.frontier
    if advances(frontier.get(rung.chain), here, rung.repeats):
        frontier = {**frontier, rung.chain: here}
    return Track(max(track.cycle, cycle), frontier, slots)


def with_overlay(state: ShipmentState, overlay: str, on: bool) -> tuple[str, ...]:
    """The overlays with one set or cleared."""
    others = tuple(name for name in state.overlays if name != overlay)
    return (*others, overlay) if on else others


def _asked(state: ShipmentState, fact: Fact) -> ShipmentState:
    plan = cast(PlanShipment, fact.payload)
    return replace(
        state,
        order_no=plan.order_no,
        warehouse=plan.warehouse,
        release_no=plan.release_no,
        lines={line.line: whole(line.qty.value) for line in plan.lines},
        ship_to=plan.destination.address.country if plan.destination.address is not None else "",
        cross_border=plan.customs_required,
        promise_us=_latest(plan.windows, 0, 0)[1],
        door_tz=plan.destination.tz if is_zone(plan.destination.tz) else "",
    )


def _latest(windows: Windows, pickup_us: int, deliver_us: int) -> tuple[int, int]:
    pickup, delivery = windows.pickup, windows.delivery
    return (
        micros(pickup.latest) if pickup is not None and pickup.latest is not None else pickup_us,
        micros(delivery.latest) if delivery is not None and delivery.latest is not None else deliver_us,
    )


def _planned(state: ShipmentState, fact: Fact) -> ShipmentState:
    plan = cast(ShipmentPlanned, fact.payload)
    pickup_us, deliver_us = _latest(plan.windows, state.pickup_by_us, state.deliver_by_us)
    return replace(
        state,
        tms_id=plan.tms_id,
        mode=str(plan.mode),
        load=plan.load or state.load,
        carrier=plan.carrier or state.carrier,
        plan_rev=state.plan_rev + 1,
        pickup_by_us=pickup_us,
        deliver_by_us=deliver_us,
    )


def _replanned(state: ShipmentState, fact: Fact) -> ShipmentState:
    plan = cast(ShipmentReplanned, fact.payload)
    pickup_us, deliver_us = _latest(plan.windows, state.pickup_by_us, state.deliver_by_us)
    return replace(
        state,
        mode=str(plan.mode) if plan.mode is not None else state.mode,
        load=plan.load or state.load,
        carrier=plan.carrier or state.carrier,
        plan_rev=state.plan_rev + 1,
        pickup_by_us=pickup_us,
        deliver_by_us=deliver_us,
    )


def _tendered(state: ShipmentState, fact: Fact) -> ShipmentState:
    tender = cast(CarrierTendered, fact.payload)
    return replace(state, tender=tender.tender_no, carrier=tender.carrier)


def _accepted(state: ShipmentState, fact: Fact) -> ShipmentState:
    accepted = cast(CarrierAccepted, fact.payload)
    track = fill(state.track, Milestone.CARRIER_BOOKED, fact.at, Role.TMS)
    return replace(state, tender=accepted.tender_no, carrier=accepted.carrier, pro=accepted.pro_no, track=track)


def _booked(state: ShipmentState, fact: Fact) -> ShipmentState:
    return replace(state, track=fill(state.track, Milestone.CARRIER_BOOKED, fact.at, Role.LMD))


def _no_carrier(state: ShipmentState, fact: Fact) -> ShipmentState:
    return replace(state, tender="", carrier="", pro="", tenders=state.tenders + 1)


def _load_gone(state: ShipmentState, fact: Fact) -> ShipmentState:
    return replace(_no_carrier(state, fact), load="")


def _handed(state: ShipmentState, fact: Fact) -> ShipmentState:
    handover = cast(ShipmentHandedOver, fact.payload)
    if handover.handover_no in state.handed:
        return state
    track = fill(state.track, Milestone.HANDED_OVER, fact.at, Role.WMS)
    return replace(state, handed=(*state.handed, handover.handover_no), inferred=False, track=track)


def _voided(state: ShipmentState, fact: Fact) -> ShipmentState:
    number = cast(HandoverVoided, fact.payload).handover_no
    slots = {name: slot for name, slot in state.track.slots.items() if not name.startswith(Milestone.HANDED_OVER)}
    frontier = {
        chain: reach for chain, reach in state.track.frontier.items() if reach.rank < RUNGS[Milestone.HANDED_OVER].rank
    }
    handed = tuple(one for one in state.handed if one != number)
    return replace(state, handed=handed, track=Track(state.track.cycle, frontier, slots))


def _departed(state: ShipmentState, fact: Fact) -> ShipmentState:
    departed = cast(ShipmentDeparted, fact.payload)
    track = fill(state.track, Milestone.DEPARTED_ORIGIN, departed.at, Role.SYNC)
    return replace(state, departed_us=micros(departed.at), inferred=departed.inferred, track=track)


def _out(state: ShipmentState, fact: Fact) -> ShipmentState:
    track = fill(state.track, Milestone.OUT_FOR_DELIVERY, fact.at, Role.SYNC, state.attempt)
    return replace(state, track=track)


def _failed(state: ShipmentState, fact: Fact) -> ShipmentState:
    failed = cast(DeliveryFailed, fact.payload)
    track = fill(state.track, Milestone.DELIVERY_ATTEMPTED, failed.at, Role.SYNC, failed.attempt_no)
    return replace(state, failed={**state.failed, str(failed.attempt_no): failed.reason}, track=track)


def _delivered(state: ShipmentState, fact: Fact) -> ShipmentState:
    delivered = cast(ShipmentDelivered, fact.payload)
    track = fill(
        state.track, Milestone.DELIVERED, delivered.at, Role.SYNC, max(state.track.cycle, delivered.attempt_no)
    )
    overlays = tuple(name for name in state.overlays if name not in ("delayed", "delay_risk"))
    more = ("partial_delivery",) if is_partial(delivered) else ()
    return replace(
        state,
        delivered_us=micros(delivered.at),
        delivered_attempt=delivered.attempt_no,
        delivered_by=fingerprint(delivered.source_event or fact.key),
        overlays=(*overlays, *more),
        track=track,
    )


def is_partial(delivered: ShipmentDelivered) -> bool:
    """Whether part of the shipment did not change hands."""
    return delivered.partial or any(
        (line.refused is not None and line.refused.value > 0) or (line.damaged is not None and line.damaged.value > 0)
        for line in delivered.lines
    )


def _proved(state: ShipmentState, fact: Fact) -> ShipmentState:
    pod = cast(PodCaptured, fact.payload)
    if pod.pod_ref in state.pods:
        return state
    track = fill(state.track, Milestone.POD_AVAILABLE, fact.at, Role.LMD)
    return replace(state, pods=(*state.pods, pod.pod_ref), track=track)


def _undelivered(state: ShipmentState, fact: Fact) -> ShipmentState:
    slots = {name: slot for name, slot in state.track.slots.items() if not name.startswith(Milestone.DELIVERED)}
    reach = Reach(state.track.cycle, RUNGS[Milestone.DEPARTED_ORIGIN].rank, state.departed_us)
    track = Track(state.track.cycle, {**state.track.frontier, "P": reach}, slots)
    return replace(state, delivered_us=0, delivered_attempt=0, delivered_by=0, track=track)


def _held(state: ShipmentState, fact: Fact) -> ShipmentState:
    held = cast(ShipmentHeld, fact.payload)
    return replace(state, holds={**state.holds, held.hold_id: str(held.kind)})


def _unheld(state: ShipmentState, fact: Fact) -> ShipmentState:
    gone = cast(ShipmentHoldReleased, fact.payload).hold_id
    return replace(state, holds={one: kind for one, kind in state.holds.items() if one != gone})


def _damaged(state: ShipmentState, fact: Fact) -> ShipmentState:
    return replace(state, overlays=with_overlay(state, "damaged", True))


def _delayed(state: ShipmentState, fact: Fact) -> ShipmentState:
    risk = cast(ShipmentDelayed, fact.payload).kind is DelayKind.RISK
    others = tuple(name for name in state.overlays if name not in ("delayed", "delay_risk"))
    return replace(state, overlays=(*others, "delay_risk" if risk else "delayed"))


def _on_time(state: ShipmentState, fact: Fact) -> ShipmentState:
    return replace(state, overlays=tuple(name for name in state.overlays if name not in ("delayed", "delay_risk")))


def _expected(state: ShipmentState, fact: Fact) -> ShipmentState:
    return replace(state, eta_us=micros(cast(ShipmentEtaChanged, fact.payload).eta))


LEARN: dict[str, Learn] = {
    "shipment.eta_changed": _expected,
    "cmd:plan_shipment": _asked,
    "shipment.planned": _planned,
    "shipment.replanned": _replanned,
    "carrier.tendered": _tendered,
    "carrier.accepted": _accepted,
    "run.planned": _booked,
    "carrier.rejected": _no_carrier,
    "tender.expired": _no_carrier,
    "tender.cancelled": _no_carrier,
    "load.cancelled": _load_gone,
    "shipment.handed_over": _handed,
    "handover.voided": _voided,
    "shipment.departed": _departed,
    "delivery.out_for_delivery": _out,
    "delivery.failed": _failed,
    "shipment.delivered": _delivered,
    "pod.captured": _proved,
    "tracking.retracted": _undelivered,
    "shipment.held": _held,
    "shipment.hold_released": _unheld,
    "shipment.exception_reported": _damaged,
    "shipment.delayed": _delayed,
    "shipment.delay_cleared": _on_time,
}
