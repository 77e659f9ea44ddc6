"""SHP's actions by the names its table uses, and what it answers without moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.tms import (
    UpdateShipment,
)
from crossdock.canonical.envelope import Fact, Reference
from crossdock.canonical.events.fulfilment import PackCompleted
from crossdock.canonical.events.tracking import TrackingRetracted
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Totals
from crossdock.canonical.vocabulary import Role
from crossdock.process.commands import content_hash, send
from crossdock.process.effects import Link, OpenCase
from crossdock.process.policy import Policy
from crossdock.process.shipment.delay import (
    CLEAR,
    LATE,
    LOST,
    STALE,
    clear,
    end_delay,
    feared_lost,
    freed,
    raise_delay,
    stale,
    too_late,
    watch_promise,
    weigh_estimate,
    weigh_hold,
)
from crossdock.process.shipment.docking import booked, tell_slots
from crossdock.process.shipment.execution import asked, load_quoted, tell_execution
from crossdock.process.shipment.expectation import LAG, behind_plan, caught_up, watch_plan
from crossdock.process.shipment.lane import check_lane
from crossdock.process.shipment.planning import (
    PATIENCE,
    TMS,
    Effects,
    assign_carrier,
    cancel_task,
    cancel_tender,
    create_task,
    free_work,
    hold_work,
    link_plan,
    link_pro,
    next_carrier,
    open_tender,
    patience_over,
    planning_failed,
    start_pickup,
    start_plan,
    tender_again,
)
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.shipment.table import UNDER_WAY
from crossdock.process.shipment.underway import (
    arrived,
    attempt_failed,
    confirm_handover,
    damaged,
    expect_return,
    hold,
    left_unconfirmed,
    partly_delivered,
    pod_far,
    refresh,
    refused,
    release_hold,
    request_pod,
    seen_after_loss,
    send_back,
    start_milestone,
    start_ofd,
    start_pod,
    tell_load,
    update_delivery_status,
    void_handover,
)
from crossdock.process.shipment.wishes import wished
from crossdock.process.step import Action, close_cases, raise_case, start, stop
from crossdock.process.told import ASK_EXECUTION, WISHES

DELAY_CASES = ("TRN-04", "TRN-05", "TRN-06", "TRN-07", "TRN-08", "TRN-09", "TRN-10", "TRN-11")


CLOCKS = (
    "tm_plan", "tm_pickup", "tm_departure", "tm_milestone", "tm_ofd", "tm_reattempt", "tm_pod", "rts_wait",
    "tm_intercept",
)  # fmt: skip

ACTIONS: Mapping[str, Action[ShipmentState]] = {
    **{
        action.__name__: action
        for action in (
            link_plan, check_lane, create_task, open_tender, tender_again, next_carrier, planning_failed,
            hold_work, free_work,
            assign_carrier, link_pro, confirm_handover, void_handover, left_unconfirmed, update_delivery_status,
            tell_load, arrived,
            attempt_failed, partly_delivered, request_pod, cancel_tender, cancel_task, hold, release_hold, damaged,
            seen_after_loss, refused, tell_execution, expect_return, tell_slots,
            watch_plan, caught_up, pod_far,
            watch_promise, weigh_estimate, weigh_hold, freed, raise_delay, end_delay,
        )
    },
    **{f"-{timer}": stop(timer) for timer in CLOCKS},
    "-plan_fail_patience": stop(PATIENCE),
    "-silence": stop(STALE, LOST),
    "-delay": stop(LATE, CLEAR, LAG),
    "+tm_plan": start_plan,
    "+tm_pickup": start_pickup,
    "+tm_departure": start("tm_departure"),
    "+tm_milestone": start_milestone,
    "+tm_ofd": start_ofd,
    "+tm_pod": start_pod,
    "booked": close_cases("TRN-01"),
    "departed": close_cases("TRN-04", "TRN-05"),
    "close_delay_cases": close_cases(*DELAY_CASES, "TRN-16", "TRN-15"),
    "close_pod_cases": close_cases("TRN-06", "CSR-06"),
    "found": close_cases("TRN-15"),
    "pod_disputed": raise_case("CSR-06", "the proof of delivery was not accepted: get a better one or re-deliver"),
    "delivery_in_doubt": raise_case("TRN-16", "the delivery was taken back: it is under way again until delivered"),
    "declared_lost": raise_case("TRN-15", "declared lost: claim, and decide on a new shipment"),
    "customer_decides": raise_case("CSR-02", "it is on its way back: decide with the customer what is next"),
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
        shipment=state.tms_id,
        content_hash=content_hash([package.key for package in packages], weights),
        request_id=key,
        firm=True,
        packages=packages,
        totals=totals,
    )
    counted = [package for package in packages if not package.sscc or package.sscc in fresh]
    grams = sum(int(package.kgm * 1000) for package in counted if package.kgm is not None)
    known = replace(
        state, ssccs=(*state.ssccs, *fresh), gross_g=state.gross_g + grams, packed=state.packed + len(counted)
    )
    return known, (*effects, send(update, TMS))


def _clock(action: Action[ShipmentState]) -> Watch:
    return lambda state, key, fact, policy: (None, action(state, key, fact, policy))


def _pod_overdue(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    return (
        OpenCase("TRN-06", key, "the proof of delivery is overdue: chase the carrier"),
        *request_pod(state, key, fact, policy),
    )


def _taken_back(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> tuple[ShipmentState | None, Effects]:
    """An owner took a delivery back, and the log without it ends on the road: somebody has to say what is true."""
    said = cast(TrackingRetracted, fact.payload)
    ours = fact.source.system is Role.SYNC
    if ours or state.state not in UNDER_WAY or Milestone.DELIVERED not in said.target:
        return None, ()
    return None, ACTIONS["delivery_in_doubt"](state, key, fact, policy)


WATCHES: Mapping[str, Watch] = {
    "tracking.retracted": _taken_back,
    ASK_EXECUTION: asked,
    WISHES: wished,
    "freight.estimated": load_quoted,
    "allocation.confirmed": _allocated,
    "allocation.shorted": _allocated,
    "pack.completed": _packed,
    "appointment.confirmed": booked,
    "appointment.rescheduled": booked,
    "delivery.rescheduled": _clock(stop("tm_reattempt")),
    "timer:tm_plan": _clock(raise_case("TRN-01", "no plan (or no run for our own vehicle) in time: plan by hand")),
    "timer:tm_pickup": _clock(refresh("TRN-04", "the pick-up is overdue: call the carrier or tender again")),
    "timer:tm_departure": _clock(refresh("TRN-05", "handed over and no departure: call the carrier")),
    "timer:tm_milestone": _clock(refresh("TRN-06", "no sign of life in time: call the carrier")),
    "timer:tm_ofd": _clock(refresh("TRN-06", "out for delivery and no outcome: call the driver")),
    "timer:tm_reattempt": _clock(raise_case("TRN-11", "no new delivery window: agree one, or return it")),
    "timer:tm_pod": _clock(_pod_overdue),
    f"timer:{PATIENCE}": patience_over,
    "timer:rts_wait": send_back,
    "timer:tm_intercept": _clock(
        raise_case("CSR-04", "asked to turn back, and nobody answers: call the carrier, or agree a return")
    ),
    f"timer:{LAG}": behind_plan,
    f"timer:{LATE}": too_late,
    f"timer:{CLEAR}": clear,
    f"timer:{STALE}": stale,
    f"timer:{LOST}": feared_lost,
}
