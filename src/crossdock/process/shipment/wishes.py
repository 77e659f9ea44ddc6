"""What a shipment makes of a new wish of the customer (domain.md §3.2.6): whoever moves it is told, once a revision."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.fleet import RescheduleDelivery, UpdateDeliveryTask
from crossdock.canonical.commands.tms import UpdateShipment
from crossdock.canonical.envelope import Fact
from crossdock.canonical.parts import Windows
from crossdock.kernel.instant import micros
from crossdock.process.commands import content_hash, send
from crossdock.process.effects import Effect, StartTimer, StopTimer
from crossdock.process.policy import Policy
from crossdock.process.shipment.delay import ENDED, LATE
from crossdock.process.shipment.planning import LMD, TMS, named
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.shipment.table import BEFORE_HANDOVER, PLAN_FAILED, PLANNING
from crossdock.process.step import latest
from crossdock.process.told import Wishes

Effects = tuple[Effect, ...]
STILL_THERE = (PLANNING, PLAN_FAILED, *BEFORE_HANDOVER)


def wished(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> tuple[ShipmentState | None, Effects]:
    """Before it leaves the TMS plans anew; on the road the delivery is moved; the promise is the new one."""
    wishes = cast(Wishes, fact.payload)
    if state.state in ENDED:
        return None, ()
    moved = (
        wishes.promise is not None
        and wishes.promise.latest is not None
        and (micros(wishes.promise.latest) != state.promise_us)
    )
    changed, clock = _promised(state, key, fact, wishes, policy) if moved else (state, ())
    if state.state in STILL_THERE and wishes.ship_to is not None and wishes.ship_to.address is not None:
        changed = replace(changed, ship_to=wishes.ship_to.address.country)
    return changed, (*clock, *_told(changed, key, wishes, moved=moved))


def _promised(
    state: ShipmentState, key: str, fact: Fact, wishes: Wishes, policy: Policy
) -> tuple[ShipmentState, Effects]:
    if wishes.promise is None or wishes.promise.latest is None:
        return state, ()
    promise = wishes.promise.latest
    due = max(promise + timedelta(seconds=policy.transport.delay_grace), latest(fact))
    return replace(state, promise_us=micros(promise)), (StopTimer(LATE, key), StartTimer(LATE, key, due))


def _told(state: ShipmentState, key: str, wishes: Wishes, *, moved: bool) -> Effects:
    if state.state in STILL_THERE:
        update = UpdateShipment(
            shipment=named(state, key),
            content_hash=content_hash(wishes),
            request_id=key,
            windows=Windows(delivery=wishes.promise),
            destination=wishes.ship_to,
            carrier_pref=wishes.carrier,
            service_pref=wishes.service,
        )
        return (send(update, TMS),)
    if not moved:
        return ()
    if state.own_fleet:
        task = UpdateDeliveryTask(
            task=state.tms_id, content_hash=content_hash(wishes), shipment=state.tms_id, window=wishes.promise
        )
        return (send(task, LMD),)
    later = RescheduleDelivery(
        shipment=named(state, key), attempt_no=state.attempt, window=wishes.promise, reason="the customer wishes it"
    )
    return (send(later, TMS),)
