"""Guards and actions of SHP by the names its table uses, and what it answers without moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.erp import UpdateDeliveryStatus
from crossdock.canonical.commands.fleet import CancelDeliveryTask, CreateDeliveryTask, RequestPod, RescheduleDelivery
from crossdock.canonical.commands.tms import (
    CancelTender,
    ConfirmHandover,
    HoldShipment,
    RefreshTracking,
    ReleaseShipmentHold,
    TenderLoad,
    UpdateShipment,
)
from crossdock.canonical.commands.wms import BlockLoading, UnblockLoading, UpdateCarrierAssignment
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.fulfilment import HandoverVoided, PackCompleted, ShipmentHandedOver
from crossdock.canonical.events.last_mile import DeliveryFailed, PodCaptured, ProofKind
from crossdock.canonical.events.planning import (
    CarrierAccepted,
    ShipmentCancelled,
    ShipmentHeld,
    ShipmentHoldReleased,
    ShipmentPlanned,
    ShipmentReplanned,
)
from crossdock.canonical.events.tracking import (
    ShipmentArrived,
    ShipmentDelivered,
    ShipmentDeparted,
    ShipmentExceptionReported,
    TrackingMilestone,
    TrackingRetracted,
)
from crossdock.canonical.milestones import RUNGS, Chain, Milestone
from crossdock.canonical.parts import Totals
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.instant import Window, from_micros
from crossdock.process.commands import content_hash, send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, Link, OpenCase, StartTimer, StopTimer
from crossdock.process.policy import Policy
from crossdock.process.shipment.evolve import is_partial
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.step import Action, close_cases, raise_case, seconds, start, stop

Effects = tuple[Effect, ...]
ERP, TMS, LMD = Address(Role.ERP), Address(Role.TMS), Address(Role.LMD)
DELAY_CASES = ("TRN-04", "TRN-05", "TRN-06", "TRN-07", "TRN-08", "TRN-09", "TRN-10", "TRN-11")
REPORTED_ROWS = {"shipment.departed": "IN_TRANSIT", "shipment.delivered": "DELIVERED"}


# -- guards -----------------------------------------------------------------------------------------------------------


def own_fleet(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """No tender exists: our own vehicles."""
    return state.own_fleet


def plan_invalidated(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """A new plan takes back the carrier, the mode or the day of pick-up the tender was made for."""
    plan = cast("ShipmentPlanned | ShipmentReplanned", fact.payload)
    if plan.carrier and state.carrier and plan.carrier != state.carrier:
        return True
    if plan.mode is not None and str(plan.mode) != state.mode:
        return True
    pickup = plan.windows.pickup
    if pickup is None or pickup.latest is None or not state.pickup_by_us:
        return False
    return pickup.latest.date() != from_micros(state.pickup_by_us).date()


def inferred_before(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """It left by inference; this is the confirmation."""
    return state.inferred


def physical(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """A physical scan."""
    return RUNGS[cast(TrackingMilestone, fact.payload).milestone].chain is Chain.PHYSICAL


def found_by_person(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """A person says it was found."""
    return fact.source.system is Role.OPS and physical(state, fact, policy)


def next_attempt(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """It sets out for the attempt after those that failed."""
    return int(getattr(fact.payload, "attempt_no", 0)) == state.attempt


def new_attempt(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """An attempt not counted yet."""
    return str(cast(DeliveryFailed, fact.payload).attempt_no) not in state.failed


def partial(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """Part of it did not change hands."""
    return is_partial(cast(ShipmentDelivered, fact.payload))


def pod_complete(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """All required proofs, and quantities for all lines."""
    pod = cast(PodCaptured, fact.payload)
    stated = {line.line for line in pod.lines}
    return set(policy.proof_required) <= set(pod.proofs) and stated.issuperset(state.lines)


def delivery_retracted(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """What is taken back is the delivery."""
    target = cast(TrackingRetracted, fact.payload).target
    return "DELIVERED" in target or target.startswith(("delivery.completed", "shipment.delivered", "delivery.attempted"))


GUARDS = {
    guard.__name__: guard
    for guard in (
        own_fleet, plan_invalidated, inferred_before, physical, found_by_person, next_attempt, new_attempt, partial,
        pod_complete, delivery_retracted,
    )
}  # fmt: skip


# -- actions ----------------------------------------------------------------------------------------------------------


def site(state: ShipmentState) -> Address:
    """The warehouse it leaves from."""
    return Address(Role.WMS, site=state.warehouse)


def last_mile(state: ShipmentState) -> Address:
    """Who delivers it."""
    return LMD if state.own_fleet else TMS


def named(state: ShipmentState, key: str) -> str:
    """The TMS's shipment id, before planning ours."""
    return state.tms_id or key


def link_plan(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """What bears the TMS's number of the shipment belongs here. The numbers of a movement (load, PRO) belong to its load,
    which tells its shipments; without a load the carrier's number leads here (§1.8)."""
    group = f"{state.warehouse}/{state.release_no}"
    links = [Link(Reference("shipment", state.tms_id), group)]
    if isinstance(fact.payload, ShipmentPlanned):
        plan = fact.payload
        if plan.bol_no:
            links.append(Link(Reference("bol", plan.bol_no), group))
        if plan.pro_no and not state.load:
            links.append(Link(Reference("pro", plan.pro_no, plan.carrier), group))
    return tuple(links)


def create_task(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Own fleet: the last-mile platform gets the task."""
    if not state.own_fleet or not isinstance(fact.payload, ShipmentPlanned):
        return ()
    plan = fact.payload
    task = CreateDeliveryTask(
        shipment=state.tms_id,
        leg=1,
        destination=plan.destination,
        window=plan.windows.delivery,
        origin=plan.origin,
        depot=plan.depot,
        lines=plan.lines,
        proof_required=tuple(ProofKind(kind) for kind in policy.proof_required),
        order_no=state.order_no,
    )
    return (send(task, LMD),)


def open_tender(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The tender gate: firm up the shipment and have it tendered once stock is reserved (policy `tender_gate`)."""
    if not state.tms_id or not (state.allocated or policy.tender_gate != "allocation_confirmed"):
        return ()
    firm = UpdateShipment(shipment=state.tms_id, content_hash="firm", request_id=key, firm=True)
    return (send(firm, TMS), *ask_tender(state, policy))


def ask_tender(state: ShipmentState, policy: Policy) -> Effects:
    """Have the next carrier asked; own fleet has none."""
    if state.own_fleet:
        return ()
    return (send(TenderLoad(load=state.tms_id, rev=state.tenders + 1), TMS),)


def tender_again(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The plan changed under a tender: ask again for the new one."""
    return ask_tender(replace(state, tenders=state.plan_rev - 1), policy)


def next_carrier(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """No carrier: the load asks the next one; a shipment without a load asks for itself until the list is exhausted."""
    cases: Effects = ()
    if fact.type == "load.cancelled" or not state.load:
        if state.tenders >= policy.max_tenders:
            return (OpenCase("TRN-03", key, f"{state.tenders} tenders without a carrier: buy spot, re-date or use own fleet"),)
        if fact.type == "tender.expired":
            cases = (OpenCase("TRN-02", key, "no carrier answered in time: call, extend or go on to the next"),)
        return (*cases, *ask_tender(state, policy))
    return ()


def planning_failed(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """TRN-01 with the TMS's reasons."""
    reasons = "; ".join(f"{item.code} {item.text}".strip() for item in getattr(fact.payload, "reasons", ()))
    return (OpenCase("TRN-01", key, f"the TMS could not plan it ({reasons}): plan by hand or change the route"),)


def assign_carrier(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Tell the warehouse who comes."""
    accepted = cast(CarrierAccepted, fact.payload)
    pickup = Window(latest=from_micros(state.pickup_by_us)) if state.pickup_by_us else None
    command = UpdateCarrierAssignment(
        shipment=state.tms_id,
        tender_no=accepted.tender_no,
        carrier=accepted.carrier,
        order_no=state.order_no,
        warehouse=state.warehouse,
        release_no=state.release_no,
        pro_no=accepted.pro_no,
        load=state.load,
        equipment=accepted.equipment,
        pickup=pickup,
    )
    return (send(command, site(state)), CloseCase("TRN-02", key), CloseCase("TRN-03", key))


def link_pro(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The carrier's number leads here (CG-05), unless a load answers for it."""
    if not state.pro or state.load:
        return ()
    return (Link(Reference("pro", state.pro, state.carrier), f"{state.warehouse}/{state.release_no}"),)


def start_pickup(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The pick-up must come by the end of its window and a grace; without a window nothing is expected."""
    if not state.pickup_by_us:
        return ()
    return (StartTimer("tm_pickup", key, from_micros(state.pickup_by_us) + seconds(policy, "tm_pickup")),)


def start_milestone(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The next sign of life is due, counted from when the last happened; an overdue or stale case is answered."""
    due = fact.at + seconds(policy, "tm_milestone")
    return (StartTimer("tm_milestone", key, due), CloseCase("TRN-06", key), CloseCase("TRN-07", key))


def start_pod(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The proof is due, counted from the delivery."""
    wait = timedelta(seconds=policy.pod_own_fleet_s) if state.own_fleet else seconds(policy, "tm_pod")
    return (StartTimer("tm_pod", key, fact.at + wait),)


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
    return (OpenCase("TRN-16", key, "handed over without a confirmed carrier: fix the assignment with the carrier that has it"),)


def update_delivery_status(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Tell the ERP what became true."""
    payload = cast("ShipmentDeparted | ShipmentDelivered", fact.payload)
    name, lines = fact.type, ()
    if isinstance(payload, ShipmentDelivered):
        return (send(_delivered_status(state, payload), ERP),)
    report = UpdateDeliveryStatus(
        shipment=state.tms_id, fact=name, order_no=state.order_no, at=payload.at, status=REPORTED_ROWS[name], lines=lines
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
        return (CloseCase("TRN-10", key), OpenCase("TRN-11", key, detail))
    again = RescheduleDelivery(shipment=state.tms_id, attempt_no=failed.attempt_no + 1, reason=failed.reason)
    return (
        OpenCase("TRN-10", key, f"attempt {failed.attempt_no} failed ({failed.reason or 'no reason given'}): agree a new window"),
        send(again, last_mile(state)),
        StartTimer("tm_reattempt", key, fact.received_at + seconds(policy, "tm_reattempt")),
    )


def partly_delivered(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The remainder: refused goods are the customer's matter, damaged and short ones the carrier's."""
    lines = cast(ShipmentDelivered, fact.payload).lines
    refused = [line.line for line in lines if line.refused is not None and line.refused.value > 0]
    cases: list[Effect] = []
    if refused:
        cases.append(OpenCase("CSR-05", key, f"lines {', '.join(refused)} refused in part: re-deliver, credit or return"))
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


def cancel_tender(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A cancelled shipment needs no carrier; a shared load withdraws its own tender."""
    if not state.tender or state.load:
        return ()
    cancelled = cast(ShipmentCancelled, fact.payload)
    return (send(CancelTender(tender_no=state.tender, load=state.load, reason=cancelled.reason), TMS),)


def cancel_task(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Nor a driver."""
    if not state.own_fleet:
        return ()
    cancelled = cast(ShipmentCancelled, fact.payload)
    task = CancelDeliveryTask(task=state.tms_id, cancel_id=cancelled.cancel_id, shipment=state.tms_id, reason=cancelled.reason)
    return (send(task, LMD),)


def hold(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Stop it where it is: TMS or fleet always, the warehouse's loading while it is still there; clocks pause."""
    held = cast(ShipmentHeld, fact.payload)
    name = named(state, key)
    stop_it = HoldShipment(shipment=name, hold_id=held.hold_id, kind=str(held.kind), reason=held.reason)
    commands: list[Payload] = [stop_it]
    effects: list[Effect] = [send(stop_it, TMS)]
    if state.own_fleet:
        effects.append(send(stop_it, LMD))
    if not state.handed and not state.departed_us:
        block = BlockLoading(shipment=name, hold_id=held.hold_id, warehouse=state.warehouse, reason=held.reason, packages=state.ssccs)
        commands.append(block)
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
        effects.append(send(UnblockLoading(shipment=name, hold_id=gone.hold_id, warehouse=state.warehouse), site(state)))
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
    return (OpenCase("TRN-15", key, f"{fact.source.instance} saw it ({seen}) after it was declared lost: confirm it is found"),)


def refused(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CSR-05."""
    return (OpenCase("CSR-05", key, "the consignee refused it: re-deliver, credit or take it back"), CloseCase("TRN-10", key))


def refresh(code: str, detail: str) -> Action[ShipmentState]:
    """An overdue sign of life: a case, and a question to the carrier."""

    def run(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
        ask = RefreshTracking(shipment=named(state, key), hour=f"{fact.at:%Y-%m-%dT%H}", carrier=state.carrier, pro_no=state.pro)
        return (OpenCase(code, key, detail), send(ask, TMS))

    return run


ACTIONS: Mapping[str, Action[ShipmentState]] = {
    **{
        action.__name__: action
        for action in (
            link_plan, create_task, open_tender, tender_again, next_carrier, planning_failed, assign_carrier, link_pro,
            confirm_handover, void_handover, left_unconfirmed, update_delivery_status, tell_load, arrived,
            attempt_failed, partly_delivered, request_pod, cancel_tender, cancel_task, hold, release_hold, damaged,
            seen_after_loss, refused,
        )
    },
    **{f"-{timer}": stop(timer) for timer in ("tm_plan", "tm_pickup", "tm_departure", "tm_milestone", "tm_ofd", "tm_reattempt", "tm_pod")},
    "+tm_plan": start("tm_plan"),
    "+tm_pickup": start_pickup,
    "+tm_departure": start("tm_departure"),
    "+tm_milestone": start_milestone,
    "+tm_ofd": start("tm_ofd"),
    "+tm_pod": start_pod,
    "planned_after_all": close_cases("TRN-01"),
    "booked": close_cases("TRN-01"),
    "close_delay_cases": close_cases(*DELAY_CASES, "TRN-16", "TRN-15"),
    "close_pod_cases": close_cases("TRN-06", "CSR-06"),
    "found": close_cases("TRN-15"),
    "pod_disputed": raise_case("CSR-06", "the proof of delivery was not accepted: get a better one or re-deliver"),
    "delivery_in_doubt": raise_case("TRN-16", "the delivery was taken back: it is under way again until delivered"),
    "declared_lost": raise_case("TRN-15", "declared lost: claim, and decide on a new shipment"),
    "customer_decides": raise_case("CSR-02", "it is on its way back: decide with the customer what becomes of the order"),
}  # fmt: skip


# -- remembered and answered without moving ---------------------------------------------------------------------------

Watch = Callable[[ShipmentState, str, Fact, Policy], tuple[ShipmentState | None, Effects]]


def _allocated(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> tuple[ShipmentState | None, Effects]:
    if state.allocated:
        return None, ()
    opened = replace(state, allocated=True)
    return opened, open_tender(opened, key, fact, policy)


def _packed(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> tuple[ShipmentState | None, Effects]:
    packages = cast(PackCompleted, fact.payload).packages
    fresh = tuple(package.sscc for package in packages if package.sscc and package.sscc not in state.ssccs)
    group = f"{state.warehouse}/{state.release_no}"
    effects: Effects = tuple(Link(Reference("sscc", sscc), group) for sscc in fresh)
    weights = [package.kgm for package in packages if package.kgm is not None]
    totals = Totals(packages=len(packages), gross_kgm=sum(weights, Totals().gross_kgm))
    update = UpdateShipment(
        shipment=named(state, key),
        content_hash=content_hash([package.key for package in packages], weights),
        request_id=key,
        firm=True,
        packages=packages,
        totals=totals,
    )
    return replace(state, ssccs=(*state.ssccs, *fresh)), (*effects, send(update, TMS))


def _clock(action: Action[ShipmentState]) -> Watch:
    return lambda state, key, fact, policy: (None, action(state, key, fact, policy))


def _pod_overdue(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    return (OpenCase("TRN-06", key, "the proof of delivery is overdue: chase the carrier"), *request_pod(state, key, fact, policy))


WATCHES: Mapping[str, Watch] = {
    "allocation.confirmed": _allocated,
    "allocation.shorted": _allocated,
    "pack.completed": _packed,
    "delivery.rescheduled": _clock(stop("tm_reattempt")),
    "timer:tm_plan": _clock(raise_case("TRN-01", "the TMS has not answered: plan by hand")),
    "timer:tm_pickup": _clock(refresh("TRN-04", "the pick-up is overdue: call the carrier or tender again")),
    "timer:tm_departure": _clock(refresh("TRN-05", "handed over and no departure: call the carrier")),
    "timer:tm_milestone": _clock(refresh("TRN-06", "no sign of life in time: call the carrier")),
    "timer:tm_ofd": _clock(refresh("TRN-06", "out for delivery and no outcome: call the driver")),
    "timer:tm_reattempt": _clock(raise_case("TRN-11", "no new delivery window: agree one, or return it")),
    "timer:tm_pod": _clock(_pod_overdue),
}
