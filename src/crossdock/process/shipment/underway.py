"""Actions of SHP from hand-over to proof: telling TMS, ERP and load, attempts, holds, damage, proof of delivery."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from crossdock.canonical.commands.erp import UpdateDeliveryStatus
from crossdock.canonical.commands.fleet import RequestPod, RescheduleDelivery
from crossdock.canonical.commands.tms import (
    ConfirmHandover,
    HoldShipment,
    InterceptShipment,
    RefreshTracking,
    ReleaseShipmentHold,
)
from crossdock.canonical.commands.wms import BlockLoading, ExpectReturn, UnblockLoading
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.fulfilment import HandoverVoided, ShipmentHandedOver
from crossdock.canonical.events.last_mile import DeliveryFailed, PodCaptured
from crossdock.canonical.events.planning import (
    ShipmentHeld,
    ShipmentHoldReleased,
)
from crossdock.canonical.events.returns import ReturnLine
from crossdock.canonical.events.tracking import (
    ShipmentArrived,
    ShipmentDelivered,
    ShipmentDeparted,
    ShipmentExceptionReported,
    TrackingMilestone,
)
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import PackageInfo
from crossdock.process.amounts import quantity
from crossdock.process.commands import send
from crossdock.process.effects import CloseCase, Derive, Effect, OpenCase, StartTimer, StopTimer
from crossdock.process.policy import Policy
from crossdock.process.shipment.delay import watch_silence
from crossdock.process.shipment.planning import ERP, LMD, TMS, Effects, last_mile, named, site, start_pickup
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.step import Action, latest, seconds, start

REPORTED_ROWS = {"shipment.departed": "IN_TRANSIT", "shipment.delivered": "DELIVERED"}


def start_milestone(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The next sign of life is due, counted from when the last happened; an overdue or stale case is answered."""
    usual = policy.transport.next_sign(state.mode, policy.timers.tm_milestone)
    due = fact.placed_at + timedelta(seconds=usual)
    return (StartTimer("tm_milestone", key, due), CloseCase("TRN-06", key), *watch_silence(state, key, fact, policy))


def start_ofd(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The outcome is due in the evening by the clock at the door (an hour from now at the soonest); where nobody says
    which clock that is, after its usual time."""
    due = latest(fact) + seconds(policy, "tm_ofd")
    if state.door_tz:
        zone = ZoneInfo(state.door_tz)
        evening = datetime.combine(
            fact.placed_at.astimezone(zone).date(), time.fromisoformat(policy.transport.ofd_until), zone
        )
        due = max(evening.astimezone(UTC), latest(fact) + timedelta(hours=1))
    return (StartTimer("tm_ofd", key, due),)


def start_pod(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The proof is due, counted from the delivery."""
    wait = timedelta(seconds=policy.pod_own_fleet_s) if state.own_fleet else seconds(policy, "tm_pod")
    return (StartTimer("tm_pod", key, fact.placed_at + wait),)


def confirm_handover(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Tell the TMS and the ERP what left the dock."""
    gone = cast(ShipmentHandedOver, fact.payload)
    confirm = ConfirmHandover(
        shipment=state.tms_id,
        handover_no=gone.handover_no,
        at=gone.at,
        packages=gone.packages,
        lines=gone.lines,
        bol=gone.bol,
        seal=gone.seal,
    )
    report = UpdateDeliveryStatus(
        shipment=state.tms_id,
        fact=f"shipment.handed_over:{gone.handover_no}",
        order_no=state.order_no,
        at=gone.at,
        status="HANDED_OVER",
        shipped=gone.lines,
    )
    return (send(confirm, TMS), send(report, ERP))


def void_handover(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Take the hand-over back at the TMS."""
    void = cast(HandoverVoided, fact.payload)
    command = ConfirmHandover(
        shipment=state.tms_id, handover_no=void.handover_no, at=fact.at, packages=void.packages, void=True
    )
    return (send(command, TMS),)


def left_unconfirmed(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """It left without a confirmed carrier."""
    return (
        OpenCase(
            "TRN-16", key, "handed over without a confirmed carrier: fix the assignment with the carrier that has it"
        ),
    )


def update_delivery_status(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Tell the ERP what became true.

    A departure only the delivery shows is no news beside it, and would come after it where the delivery was told before
    the hand-over was known.
    """
    payload = cast("ShipmentDeparted | ShipmentDelivered", fact.payload)
    name, lines = fact.type, ()
    if isinstance(payload, ShipmentDelivered):
        return (send(_delivered_status(state, payload), ERP),)
    if not payload.source_event:
        return ()
    report = UpdateDeliveryStatus(
        shipment=state.tms_id,
        fact=name,
        order_no=state.order_no,
        at=payload.at,
        status=REPORTED_ROWS[name],
        lines=lines,
    )
    return (send(report, ERP),)


def _delivered_status(state: ShipmentState, payload: ShipmentDelivered) -> UpdateDeliveryStatus:
    return UpdateDeliveryStatus(
        shipment=state.tms_id,
        fact=f"shipment.delivered:{payload.attempt_no}",
        order_no=state.order_no,
        at=payload.at,
        status="DELIVERED",
        lines=payload.lines,
    )


def tell_load(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """What the load needs to know of its shipments."""
    if not state.load:
        return ()
    told = (Reference("load", state.load),)
    return (Derive(fact.type, Subject("shipment", named(state, key)), cast(Payload, fact.payload), to=told),)


def arrived(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """At the consignee's: `shipment.arrived`, once a stop and cycle."""
    seen = cast(TrackingMilestone, fact.payload)
    if seen.milestone is not Milestone.ARRIVED_DELIVERY:
        return ()
    payload = ShipmentArrived(at=fact.at, stop_seq=seen.stop_seq or 2, source_event=fact.key, cycle=state.track.cycle)
    return (Derive("shipment.arrived", Subject("shipment", named(state, key)), payload),)


def attempt_failed(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Another try, or what to do when there is none left."""
    failed = cast(DeliveryFailed, fact.payload)
    if len(state.failed) >= policy.max_attempts:
        detail = f"{len(state.failed)} attempts failed: offer collection or a new address, or return it to the sender"
        due = latest(fact) + timedelta(seconds=policy.transport.rts_wait)
        return (CloseCase("TRN-10", key), OpenCase("TRN-11", key, detail), StartTimer("rts_wait", key, due))
    again = RescheduleDelivery(shipment=state.tms_id, attempt_no=failed.attempt_no + 1, reason=failed.reason)
    return (
        OpenCase(
            "TRN-10",
            key,
            f"attempt {failed.attempt_no} failed ({failed.reason or 'no reason given'}): agree a new window",
        ),
        send(again, last_mile(state)),
        StartTimer("tm_reattempt", key, latest(fact) + seconds(policy, "tm_reattempt")),
    )


def send_back(
    state: ShipmentState, key: str, fact: Fact, policy: Policy
) -> tuple[ShipmentState | None, tuple[Effect, ...]]:
    """Nobody found another way in time: it is asked to turn back, and somebody must answer that."""
    if state.state != "ATTEMPT_FAILED":
        return None, ()
    back = InterceptShipment(shipment=named(state, key), request_id=f"{key}/rts/{len(state.failed)}")
    due = latest(fact) + seconds(policy, "tm_intercept")
    return None, (send(back, TMS), StartTimer("tm_intercept", key, due))


def partly_delivered(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The remainder: refused goods are the customer's matter, damaged and short ones the carrier's."""
    lines = cast(ShipmentDelivered, fact.payload).lines
    refused = [line.line for line in lines if line.refused is not None and line.refused.value > 0]
    cases: list[Effect] = []
    if refused:
        cases.append(
            OpenCase("CSR-05", key, f"lines {', '.join(refused)} refused in part: re-deliver, credit or return")
        )
    if not refused or any(line.damaged is not None and line.damaged.value > 0 for line in lines):
        cases.append(OpenCase("TRN-14", key, "damaged or short at the door: inspect, replace or claim"))
    return tuple(cases)


def request_pod(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Ask for what the proof lacks, once a day."""
    missing: tuple[str, ...] = ()
    if isinstance(fact.payload, PodCaptured):
        pod = fact.payload
        stated = {line.line for line in pod.lines}
        missing = (
            *(kind for kind in policy.proof_required if kind not in pod.proofs),
            *(f"line {line}" for line in state.lines if line not in stated),
        )
    ask = RequestPod(shipment=state.tms_id, day=f"{fact.at:%Y-%m-%d}", missing=missing, carrier=state.carrier)
    return (send(ask, last_mile(state)),)


def pod_far(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CSR-06: the proof was not taken at the door."""
    metres = cast(PodCaptured, fact.payload).distance_m
    detail = f"the proof was taken {metres} m from the door: have it confirmed, or get a better one"
    return (OpenCase("CSR-06", key, detail),)


def hold(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Stop it where it is: TMS or fleet always, the warehouse's loading while it is still there; clocks pause."""
    held = cast(ShipmentHeld, fact.payload)
    name = named(state, key)
    stop_it = HoldShipment(shipment=name, hold_id=held.hold_id, kind=str(held.kind), reason=held.reason)
    effects: list[Effect] = [send(stop_it, TMS)]
    if state.own_fleet:
        effects.append(send(stop_it, LMD))
    if not state.handed and not state.departed_us:
        block = BlockLoading(
            shipment=name, hold_id=held.hold_id, warehouse=state.warehouse, reason=held.reason, packages=state.ssccs
        )
        effects.append(send(block, site(state)))
    return (*effects, StopTimer("tm_pickup", key), StopTimer("tm_departure", key))


def release_hold(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Let it go on when no other hold is left; its clocks run again."""
    gone = cast(ShipmentHoldReleased, fact.payload)
    name = named(state, key)
    let_go = ReleaseShipmentHold(shipment=name, hold_id=gone.hold_id)
    effects: list[Effect] = [send(let_go, TMS)]
    if state.own_fleet:
        effects.append(send(let_go, LMD))
    if not state.handed and not state.departed_us:
        effects.append(
            send(UnblockLoading(shipment=name, hold_id=gone.hold_id, warehouse=state.warehouse), site(state))
        )
    if not state.holds:
        clock = {"CONFIRMED": start_pickup, "HANDED_OVER": start("tm_departure")}.get(state.state)
        effects += clock(state, key, fact, policy) if clock else ()
    return tuple(effects)


def damaged(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """TRN-14 with what was reported."""
    said = cast(ShipmentExceptionReported, fact.payload)
    return (OpenCase("TRN-14", key, f"{said.kind}: {said.reason or 'no reason given'}; inspect, replace or claim"),)


def seen_after_loss(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A scan of lost goods."""
    seen = cast(TrackingMilestone, fact.payload).milestone
    return (
        OpenCase(
            "TRN-15", key, f"{fact.source.instance} saw it ({seen}) after it was declared lost: confirm it is found"
        ),
    )


def refused(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CSR-05."""
    return (
        OpenCase("CSR-05", key, "the consignee refused it: re-deliver, credit or take it back"),
        CloseCase("TRN-10", key),
    )


def expect_return(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The warehouse gets back what nobody took: there is no authorisation, so it goes by the shipment's number."""
    lines = tuple(ReturnLine(line=line, qty=quantity(amount, "EA")) for line, amount in state.lines.items())
    expect = ExpectReturn(
        rma_no=f"RTS-{named(state, key)}",
        rev=1,
        warehouse=state.warehouse,
        order_no=state.order_no,
        lines=lines,
        packages=tuple(PackageInfo(sscc=sscc) for sscc in state.ssccs),
    )
    return (send(expect, site(state)),)


def refresh(code: str, detail: str) -> Action[ShipmentState]:
    """An overdue sign of life: a case, and a question to the carrier."""

    def run(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
        ask = RefreshTracking(
            shipment=named(state, key), hour=f"{fact.at:%Y-%m-%dT%H}", carrier=state.carrier, pro_no=state.pro
        )
        return (OpenCase(code, key, detail), send(ask, TMS))

    return run
