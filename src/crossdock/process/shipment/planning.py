"""Actions of SHP up to the pick-up: plan, tender, carrier, own fleet, and taking them back."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.fleet import CancelDeliveryTask, CreateDeliveryTask
from crossdock.canonical.commands.tms import (
    CancelTender,
    TenderLoad,
    UpdateShipment,
)
from crossdock.canonical.commands.wms import HoldFulfilment, ReleaseFulfilmentHold, UpdateCarrierAssignment
from crossdock.canonical.envelope import Fact, Reference
from crossdock.canonical.events.last_mile import ProofKind
from crossdock.canonical.events.planning import (
    CarrierAccepted,
    ShipmentCancelled,
    ShipmentPlanned,
)
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.instant import Window, from_micros
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Effect, Link, OpenCase, StartTimer, StopTimer
from crossdock.process.policy import Policy
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.step import latest, seconds

Effects = tuple[Effect, ...]
PATIENCE = "plan_fail_patience"
ERP, TMS, LMD = Address(Role.ERP), Address(Role.TMS), Address(Role.LMD)


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
    """What bears the TMS's number of the shipment belongs here. The numbers of a movement (load, PRO) belong to its
    load, which tells its shipments; without a load the carrier's number leads here (§1.8)."""
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
            spot = TenderLoad(load=state.tms_id, rev=state.tenders + 1, spot=True)
            asked = (send(spot, TMS),) if policy.transport.spot_allowed and state.tenders == policy.max_tenders else ()
            detail = f"{state.tenders} tenders without a carrier: buy spot, re-date or use own fleet"
            return (OpenCase("TRN-03", key, detail), *asked)
        if fact.type == "tender.expired":
            cases = (OpenCase("TRN-02", key, "no carrier answered in time: call, extend or go on to the next"),)
        return (*cases, *ask_tender(state, policy))
    return ()


def planning_failed(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """TRN-01 with the TMS's reasons."""
    reasons = "; ".join(f"{item.code} {item.text}".strip() for item in getattr(fact.payload, "reasons", ()))
    return (OpenCase("TRN-01", key, f"the TMS could not plan it ({reasons}): plan by hand or change the route"),)


def hold_work(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Without transport nobody should pick: the warehouse waits, and nothing is cancelled for a while (§3.11)."""
    hold = HoldFulfilment(
        order_no=state.order_no,
        warehouse=state.warehouse,
        release_no=state.release_no,
        hold_id=f"{key}/plan",
        reason="no transport could be planned",
    )
    return (send(hold, site(state)), StartTimer(PATIENCE, key, latest(fact) + seconds(policy, PATIENCE)))


def free_work(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """It is planned after all: the warehouse may go on."""
    free = ReleaseFulfilmentHold(
        order_no=state.order_no, warehouse=state.warehouse, release_no=state.release_no, hold_id=f"{key}/plan"
    )
    return (
        send(free, site(state)),
        StopTimer(PATIENCE, key),
        CloseCase("TRN-01", key),
        CloseCase("TRN-01", key, PATIENCE),
    )


def patience_over(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> tuple[ShipmentState | None, Effects]:
    """Nobody found a way for so long that somebody has to decide what becomes of the goods."""
    if state.state != "PLAN_FAILED":
        return None, ()
    hours = policy.timers.plan_fail_patience / 3600
    detail = f"no transport for {hours:g} h: plan it by hand, change the route, or cancel the release"
    return None, (OpenCase("TRN-01", key, detail, PATIENCE),)


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


def start_plan(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A TMS that plans at once has less time than one that plans in runs of its own."""
    terms = policy.transport
    wait = timedelta(seconds=terms.tm_plan_sync) if terms.sync_planning else seconds(policy, "tm_plan")
    return (StartTimer("tm_plan", key, latest(fact) + wait),)


def start_pickup(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The pick-up must come by the end of its window and a grace; without a window nothing is expected."""
    if not state.pickup_by_us:
        return ()
    return (StartTimer("tm_pickup", key, from_micros(state.pickup_by_us) + seconds(policy, "tm_pickup")),)


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
    task = CancelDeliveryTask(
        task=state.tms_id, cancel_id=cancelled.cancel_id, shipment=state.tms_id, reason=cancelled.reason
    )
    return (send(task, LMD),)
