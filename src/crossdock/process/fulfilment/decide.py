"""Guards and actions of FO by the names its table uses, and what it answers without moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.erp import PostGoodsIssue, ReverseGoodsIssue
from crossdock.canonical.commands.tms import CancelShipment
from crossdock.canonical.commands.wms import ResendShipConfirmation, UpdateFulfilmentOrder
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.fulfilment import (
    HandoverVoided,
    PackageVoided,
    PackCompleted,
    PickShorted,
    ShipmentHandedOver,
)
from crossdock.canonical.events.inventory import InventoryErpPosted, InventoryErpPostFailed
from crossdock.canonical.events.tracking import ShipmentDeparted
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.instant import from_micros
from crossdock.process.amounts import whole
from crossdock.process.authority import foreign_warehouse
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Effect, OpenCase, StartTimer, StopTimer
from crossdock.process.fulfilment.evolve import LEARN, by_line, requested, without_package
from crossdock.process.fulfilment.state import FulfilmentState
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy, Site
from crossdock.process.step import Action, answered, close_cases, is_graced, latest, raise_case, seconds, start, stop

Effects = tuple[Effect, ...]
ERP, TMS = Address(Role.ERP), Address(Role.TMS)
PICK_SLACK = timedelta(minutes=30)


def gate(
    state: FulfilmentState, key: str, trigger: str, fact: Fact, policy: Policy
) -> Decision[FulfilmentState] | None:
    """Only the warehouse that has the order speaks about it."""
    if fact.source.system is not Role.WMS:
        return None
    return cast("Decision[FulfilmentState] | None", foreign_warehouse(state.wms, state.warehouse, key, fact, policy))


# -- guards -----------------------------------------------------------------------------------------------------------


def graced(state: FulfilmentState, fact: Fact, policy: Policy) -> bool:
    """The time to wait for what should have come before is over."""
    return is_graced(state, fact)


def may_ship_partial(state: FulfilmentState, fact: Fact, policy: Policy) -> bool:
    """The order may go without the missing part."""
    return not state.ship_complete


def nothing_picked(state: FulfilmentState, fact: Fact, policy: Policy) -> bool:
    """Final, and no line of the order has anything picked."""
    short = cast(PickShorted, fact.payload)
    others = [quantity for line, quantity in state.picked.items() if line != short.line]
    missing = [line for line in state.lines if line != short.line and line not in state.picked]
    return short.final and short.picked.value == 0 and not any(others) and not missing


def complete(state: FulfilmentState, fact: Fact, policy: Policy) -> bool:
    """These are the last packages."""
    return cast(PackCompleted, fact.payload).complete


def complete_graced(state: FulfilmentState, fact: Fact, policy: Policy) -> bool:
    """The last packages, and nobody will tell of the picking any more."""
    return complete(state, fact, policy) and is_graced(state, fact)


def other_packages(state: FulfilmentState, fact: Fact, policy: Policy) -> bool:
    """A further hand-over of packages that have not gone yet."""
    gone = {sscc for packages in state.handed.values() for sscc in packages}
    here = cast(ShipmentHandedOver, fact.payload).packages
    return bool(here) and gone.isdisjoint(here)


def more_to_pick(state: FulfilmentState, fact: Fact, policy: Policy) -> bool:
    """The new revision asks for more of a line, or for another item, than has been picked."""
    order = cast(UpdateFulfilmentOrder, fact.payload)
    return any(whole(line.qty.value) > state.picked.get(line.line, 0) for line in order.lines)


def inferred(state: FulfilmentState, fact: Fact, policy: Policy) -> bool:
    """The carrier left without the warehouse's confirmation."""
    return cast(ShipmentDeparted, fact.payload).inferred


GUARDS = {
    guard.__name__: guard
    for guard in (
        graced, may_ship_partial, nothing_picked, complete, complete_graced, other_packages, more_to_pick, inferred,
    )
}  # fmt: skip


# -- actions ----------------------------------------------------------------------------------------------------------


def site(state: FulfilmentState) -> Address:
    """The warehouse itself."""
    return Address(Role.WMS, site=state.warehouse)


def start_at_ship_by(timer: str) -> Action[FulfilmentState]:
    """A timer that ends when the goods must leave, or after its policy duration when nobody said when."""

    def run(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> Effects:
        due = from_micros(state.ship_by_us) if state.ship_by_us else latest(fact) + seconds(policy, timer)
        return (StartTimer(timer, key, max(due, fact.received_at + timedelta(minutes=1))),)

    return run


def start_pick_clock(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Picking must begin while the site's usual work still fits before departure (§9.1), half an hour from now at
    the soonest."""
    due = latest(fact) + seconds(policy, "tm_pick_start")
    if state.ship_by_us:
        work = policy.sites[state.warehouse].work_s if state.warehouse in policy.sites else Site().work_s
        begin = from_micros(state.ship_by_us) - timedelta(seconds=work) - PICK_SLACK
        due = max(begin, latest(fact) + PICK_SLACK)
    return (StartTimer("tm_pick_start", key, due),)


AFTER_PICKING = ("PACKED", "STAGED", "LOADED", "HANDED_OVER")
# Not accepted, picking not begun, not allocated.
BEFORE_PICKING = ("WHS-01", "WHS-03", "WHS-04")


def picking(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Goods are being picked: nothing waits for that to begin any more, and what was missing before it was there."""
    clocks = ("tm_fo_accept", "tm_allocate", "tm_pick_start")
    return (*(StopTimer(clock, key) for clock in clocks), *(CloseCase(code, key) for code in BEFORE_PICKING))


def ask_customer(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """All or nothing, and it is not all: the customer decides."""
    wait = StartTimer("tm_customer_action", key, latest(fact) + seconds(policy, "tm_customer_action"))
    return (OpenCase("CSR-02", key, "stock is short and the order may only ship complete: ask the customer"), wait)


def cancel_shipment(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Nothing will leave: the transport is not needed."""
    cancel = CancelShipment(shipment=key, cancel_id=f"{key}/short", request_id=key, reason="nothing could be picked")
    return (send(cancel, TMS),)


def post_goods_issue(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The goods left: the one moment that moves stock in the ERP (D-04, D-24)."""
    gone = cast(ShipmentHandedOver, fact.payload)
    issue = PostGoodsIssue(
        # As the confirmation calls it: what we learn of the shipment later must not make a second posting.
        shipment=fact.subject.id,
        handover_no=gone.handover_no,
        order_no=state.order_no,
        warehouse=state.warehouse,
        lines=gone.lines,
        at=gone.at,
        bol=gone.bol,
    )
    if not policy.stock.erp_confirms:
        return (send(issue, ERP),)
    due = latest(fact) + seconds(policy, "tm_erp_post")
    return (send(issue, ERP), StartTimer("tm_erp_post", key, due, gone.handover_no))


def check_confirmation(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Each SSCC known and not voided (WHS-14), what left is what was packed and not too much (WHS-09)."""
    gone = cast(ShipmentHandedOver, fact.payload)
    cases: list[Effect] = []
    wrong = [sscc for sscc in gone.packages if sscc in state.voided or (state.packages and sscc not in state.packages)]
    if wrong:
        cases.append(
            OpenCase(
                "WHS-14", key, f"packages {', '.join(wrong)} left but were never packed or are void", gone.handover_no
            )
        )
    shipped = by_line(gone.lines)
    packed = by_lines_packed(state, gone.packages)
    odd = [
        line
        for line, amount in shipped.items()
        if amount > state.over.get(line, 0) or (packed and amount != packed.get(line, 0))
    ]
    odd += [line for line in packed if line not in shipped]
    if odd:
        detail = (
            f"lines {', '.join(sorted(set(odd)))}: confirmed is not what was packed: void and confirm again, or accept"
        )
        cases.append(OpenCase("WHS-09", key, detail, gone.handover_no))
    return tuple(cases)


def by_lines_packed(state: FulfilmentState, packages: tuple[str, ...]) -> dict[str, int]:
    """What is in these packages (all of them when none are named); empty when the warehouse does not report
    contents."""
    totals: dict[str, int] = {}
    known = [sscc for sscc in packages if sscc in state.packages]
    for sscc in known or state.packages:
        for line, amount in state.packages.get(sscc, {}).items():
            totals[line] = totals.get(line, 0) + amount
    return totals


def reverse_goods_issue(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The goods did not leave after all."""
    void = cast(HandoverVoided, fact.payload)
    reverse = ReverseGoodsIssue(
        shipment=fact.subject.id,
        handover_no=void.handover_no,
        void="void",
        order_no=state.order_no,
        warehouse=state.warehouse,
    )
    return (send(reverse, ERP), CloseCase("WHS-09", key, void.handover_no), CloseCase("WHS-14", key, void.handover_no))


def miss_confirmation(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The carrier left and the warehouse is silent: ask it, and count the time from when the departure was inferred."""
    due = latest(fact) + seconds(policy, "tm_handover_grace") + seconds(policy, "tm_ship_confirm")
    return (
        OpenCase("WHS-08", key, "the carrier left and the warehouse has not confirmed the hand-over: confirm it"),
        *resend(state, key, fact, policy),
        *stop("tm_handover", "tm_cutoff")(state, key, fact, policy),
        StartTimer("tm_ship_confirm", key, due),
    )


def resend(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Ask the warehouse for its ship confirmation, once a day."""
    ask = ResendShipConfirmation(
        shipment=key,
        day=f"{fact.at:%Y-%m-%d}",
        order_no=state.order_no,
        warehouse=state.warehouse,
        release_no=state.release_no,
    )
    return (send(ask, site(state)),)


WORK = (
    "tm_fo_accept",
    "tm_allocate",
    "tm_pick_start",
    "tm_pick",
    "tm_pack",
    "tm_handover",
    "tm_cutoff",
    "tm_ship_confirm",
)

ACTIONS: Mapping[str, Action[FulfilmentState]] = {
    **{
        action.__name__: action
        for action in (
            ask_customer, cancel_shipment, post_goods_issue, check_confirmation, reverse_goods_issue,
            miss_confirmation, picking,
        )
    },
    **{f"-{timer}": stop(timer) for timer in WORK},
    "-tm_cancel": answered("tm_cancel"),
    **{f"+{timer}": start(timer) for timer in (*WORK[:5], "tm_cancel")},
    "+tm_pick_start": start_pick_clock,
    "+tm_cutoff": start_at_ship_by("tm_cutoff"),
    "+tm_handover": start_at_ship_by("tm_handover"),
    "-work": stop(*WORK),
    "close_whs_08": close_cases("WHS-08", "WHS-07", "WHS-06", *BEFORE_PICKING),
    "accepted_late": close_cases("WHS-01"),
    "allocated_late": close_cases("WHS-04"),
}  # fmt: skip


# -- remembered and answered without moving ---------------------------------------------------------------------------

Watch = Callable[[FulfilmentState, str, Fact, Policy], tuple[FulfilmentState | None, Effects]]


def _package_voided(
    state: FulfilmentState, key: str, fact: Fact, policy: Policy
) -> tuple[FulfilmentState | None, Effects]:
    sscc = cast(PackageVoided, fact.payload).sscc
    if any(sscc in packages for packages in state.handed.values()):
        return None, (OpenCase("WHS-14", key, f"package {sscc} is void but has left: correct one of the two", sscc),)
    if sscc in state.voided:
        return None, ()
    return without_package(state, fact), ()


def _picked_before(
    state: FulfilmentState, key: str, fact: Fact, policy: Policy
) -> tuple[FulfilmentState | None, Effects]:
    """What was picked is known as well where its packing was heard of first."""
    learned = LEARN[fact.type](state, fact)
    return (learned if state.state in AFTER_PICKING and learned != state else None), ()


def _expired(code: str, detail: str) -> Watch:
    case = raise_case(code, detail)
    return lambda state, key, fact, policy: (None, case(state, key, fact, policy))


def _confirmation_overdue(
    state: FulfilmentState, key: str, fact: Fact, policy: Policy
) -> tuple[FulfilmentState | None, Effects]:
    return None, resend(state, key, fact, policy)


def _cancel_unanswered(
    state: FulfilmentState, key: str, fact: Fact, policy: Policy
) -> tuple[FulfilmentState | None, Effects]:
    if state.state != "CANCEL_PENDING":
        return None, ()
    return replace(state, cancel=""), (
        OpenCase("INT-06", key, "the warehouse did not answer the cancellation: ask it"),
    )


def _updated(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> tuple[FulfilmentState | None, Effects]:
    return requested(state, fact), ()


def _booked(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> tuple[FulfilmentState | None, Effects]:
    number = cast(InventoryErpPosted, fact.payload).movement_id
    return None, (StopTimer("tm_erp_post", key, number), CloseCase("FIN-08", key, number))


def _not_booked(state: FulfilmentState, key: str, fact: Fact, policy: Policy) -> tuple[FulfilmentState | None, Effects]:
    failed = cast(InventoryErpPostFailed, fact.payload)
    if failed.movement_id not in state.handed:
        return None, ()
    detail = f"the ERP did not book goods issue {failed.movement_id} ({failed.reason}): mend it, then book it"
    stopped = StopTimer("tm_erp_post", key, failed.movement_id)
    return None, (stopped, OpenCase("FIN-08", key, detail, failed.movement_id))


def _post_overdue(
    state: FulfilmentState, key: str, fact: Fact, policy: Policy
) -> tuple[FulfilmentState | None, Effects]:
    number = str(getattr(fact.payload, "about", ""))
    if number not in state.handed:
        return None, ()
    detail = f"the ERP has not answered whether it booked goods issue {number}: look there, then book it"
    return None, (OpenCase("FIN-08", key, detail, number),)


WATCHES: Mapping[str, Watch] = {
    "inventory.erp_posted": _booked,
    "inventory.erp_post_failed": _not_booked,
    "timer:tm_erp_post": _post_overdue,
    "cmd:update_fulfilment_order": _updated,
    "package.voided": _package_voided,
    "pick.completed": _picked_before,
    "pick.shorted": _picked_before,
    "timer:tm_fo_accept": _expired("WHS-01", "the warehouse has not accepted the order: send again or route elsewhere"),
    "timer:tm_allocate": _expired("WHS-04", "no allocation in time: check stock at the warehouse"),
    "timer:tm_pick_start": _expired("WHS-03", "picking has not started: expedite the wave"),
    "timer:tm_pick": _expired("WHS-06", "picking takes too long: expedite"),
    "timer:tm_pack": _expired("WHS-06", "packing takes too long: expedite"),
    "timer:tm_handover": _expired("WHS-07", "it should have left by now: expedite or change the service"),
    "timer:tm_cutoff": _expired("WHS-07", "the carrier's cut-off has passed: plan the next departure"),
    "timer:tm_customer_action": _expired("CSR-02", "the customer has not decided: decide for them"),
    "timer:tm_ship_confirm": _confirmation_overdue,
    "timer:tm_cancel": _cancel_unanswered,
}
