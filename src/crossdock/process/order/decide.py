"""Guards and actions of ORD by the names its table uses, and what it answers without moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.erp import UpdateOrderStatus
from crossdock.canonical.commands.wms import HoldFulfilment, ReleaseFulfilmentHold
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.fulfilment import PackCompleted
from crossdock.canonical.events.order import (
    HoldType,
    OrderCancelRejected,
    OrderCancelRequested,
    OrderFulfilled,
    OrderHeld,
    OrderHoldReleased,
    SubstitutionApproved,
    SubstitutionRejected,
)
from crossdock.canonical.events.planning import HoldKind, ShipmentHeld, ShipmentHoldReleased
from crossdock.canonical.events.tracking import DelayKind, ShipmentDelayed
from crossdock.canonical.vocabulary import Role
from crossdock.process.commands import content_hash, send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, OpenCase, StopTimer
from crossdock.process.order.billing import (
    GRAVE,
    bill_ahead,
    billed,
    case_changed,
    complete,
    ledger_line,
    retell_terms,
    tell_terms,
)
from crossdock.process.order.books import LEVEL, group_name
from crossdock.process.order.cancel import (
    cancel_groups,
    cancel_remainder,
    conclude_cancel,
    refuse_cancel,
    refuse_gone,
)
from crossdock.process.order.declared import asked, taken, void
from crossdock.process.order.endings import AT_AN_END, dropped, served_elsewhere, stopped_or_there
from crossdock.process.order.evolve import proposed
from crossdock.process.order.header import header_of
from crossdock.process.order.ladder import decide_short
from crossdock.process.order.ledger import CLOSED_STAGES, DEAD_STAGES, all_complete, has_shipped, with_group
from crossdock.process.order.plausible import weigh_packages
from crossdock.process.order.release import (
    backorder,
    create_groups,
    demand_of,
    drop_shipment,
    plan_shipment,
    raise_rule_cases,
    reroute,
    run_rules,
    site,
    update_group,
)
from crossdock.process.order.rollup import billing_status, fulfilment_status, overlays
from crossdock.process.order.routing import route
from crossdock.process.order.shorts import (
    offer_over,
    run_ladder,
    short_decided,
    short_rerouted,
    short_shipped,
    take_step,
)
from crossdock.process.order.standing import OUT, OWN, TRIED
from crossdock.process.order.state import OrderState
from crossdock.process.order.stock import goods_left, goods_stayed
from crossdock.process.order.wishes import promised
from crossdock.process.policy import Policy
from crossdock.process.step import Action, answered, close_cases, raise_case, start, stop
from crossdock.process.told import BILLED as TOLD

Effects = tuple[Effect, ...]
ERP = Address(Role.ERP)
HOLD_KINDS = {
    str(HoldType.CREDIT): HoldKind.CREDIT,
    str(HoldType.CUSTOMER): HoldKind.CUSTOMER,
    str(HoldType.QUALITY): HoldKind.QUALITY,
}


# -- guards -----------------------------------------------------------------------------------------------------------


def whole(state: OrderState, fact: Fact, policy: Policy) -> bool:
    """The whole order, not some lines of it."""
    return not cast(OrderCancelRequested, fact.payload).scope


def whole_unshipped(state: OrderState, fact: Fact, policy: Policy) -> bool:
    """The whole order, and nothing has left a dock."""
    return whole(state, fact, policy) and not has_shipped(state)


def all_cancelled(state: OrderState, fact: Fact, policy: Policy) -> bool:
    """No release is alive any more."""
    return all(group.stage in DEAD_STAGES for group in state.groups.values())


def all_open_cancelled(state: OrderState, fact: Fact, policy: Policy) -> bool:
    """Nothing is open and nothing has shipped."""
    return not has_shipped(state) and all(line.open <= 0 for line in state.lines.values())


def elsewhere(state: OrderState, fact: Fact, policy: Policy) -> dict[str, dict[str, int]]:
    """Where everything of a refused release could go instead; empty when not all of it can."""
    name = group_name(state, fact)
    warehouse = name.rpartition("/")[0]
    wanted = {number: slip.released for number, slip in state.groups[name].lines.items()}
    demand = replace(demand_of(state, header_of(state), (warehouse,)), quantities=wanted)
    routing = route(demand, policy)
    return {} if routing.short else routing.groups


def has_alternative(state: OrderState, fact: Fact, policy: Policy) -> bool:
    """Another warehouse can serve all of the refused release."""
    return bool(elsewhere(state, fact, policy))


def nothing_left(state: OrderState, fact: Fact, policy: Policy) -> bool:
    """No release is alive and nothing has shipped."""
    return all_cancelled(state, fact, policy) and not has_shipped(state)


GUARDS = {
    guard.__name__: guard
    for guard in (whole, whole_unshipped, all_cancelled, all_open_cancelled, has_alternative, nothing_left)
}


# -- actions ----------------------------------------------------------------------------------------------------------


def report_status(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Tell the ERP where the order stands, once for each fact that is worth telling.

    The hash is of that fact, not of what is known with it: what else is known depends on the order of arrival, and the
    same fact must not be told twice for that.
    """
    update = UpdateOrderStatus(
        order_no=key,
        status_hash=content_hash(fact.key),
        control_state=state.state,
        fulfilment_status=fulfilment_status(state),
        billing_status=billing_status(state),
        overlays=overlays(state),
        at=fact.at,
    )
    return (send(update, ERP),)


def settle(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """`order.fulfilled` when every line is complete."""
    if state.state != "EXECUTING" or not all_complete(state):
        return ()
    ledger = tuple(ledger_line(state, number) for number in sorted(state.lines))
    return (Derive("order.fulfilled", Subject("order", key), OrderFulfilled(ledger=ledger, last_shipped_at=fact.at)),)


def reroute_group(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Another warehouse gets the refused release; its transport starts elsewhere, so the old plan goes."""
    name = group_name(state, fact)
    old = drop_shipment(key, name, state.groups[name], f"{key}/{name}/rejected", "routed to another warehouse")
    return (old, *reroute(state, key, elsewhere(state, fact, policy), policy, fact.at))


def warehouse_refused(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """WHS-02 with the reasons; the transport of the release is not needed."""
    name = group_name(state, fact)
    reasons = "; ".join(f"{one.code} {one.text}".strip() for one in getattr(fact.payload, "reasons", ()))
    return (
        OpenCase(
            "WHS-02", f"{key}/{name}", f"the warehouse refuses it ({reasons}): fix the data, route elsewhere or cancel"
        ),
        drop_shipment(key, name, state.groups[name], f"{key}/{name}/rejected", reasons),
    )


def hold_groups(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Warehouses stop what is not packed; what is packed or on its way is held as a shipment."""
    held = cast(OrderHeld, fact.payload)
    kind = HOLD_KINDS.get(str(held.type), HoldKind.SECURITY)
    effects: list[Effect] = []
    for name, group in state.groups.items():
        if group.stage in DEAD_STAGES or group.stage == "DELIVERED":
            continue
        if LEVEL.get(group.stage, 0) < LEVEL["PACKED"]:
            warehouse, _, number = name.rpartition("/")
            command = HoldFulfilment(
                order_no=key, warehouse=warehouse, release_no=int(number), hold_id=held.hold_id, reason=held.reason
            )
            effects.append(send(command, site(name)))
        else:
            payload = ShipmentHeld(hold_id=held.hold_id, kind=kind, source_event=fact.key, reason=held.reason)
            effects.append(Derive("shipment.held", Subject("shipment", group.shipment or f"{key}/{name}"), payload))
    return tuple(effects)


def release_groups(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The other way round: every live release may go on, every shipment the hold stopped too."""
    gone = cast(OrderHoldReleased, fact.payload).hold_id
    effects: list[Effect] = []
    for name, group in state.groups.items():
        if group.stage in DEAD_STAGES or group.stage == "DELIVERED":
            continue
        warehouse, _, number = name.rpartition("/")
        if group.stage not in CLOSED_STAGES:
            command = ReleaseFulfilmentHold(order_no=key, warehouse=warehouse, release_no=int(number), hold_id=gone)
            effects.append(send(command, site(name)))
        payload = ShipmentHoldReleased(hold_id=gone, source_event=fact.key)
        effects.append(
            Derive("shipment.hold_released", Subject("shipment", group.shipment or f"{key}/{name}"), payload)
        )
    return tuple(effects)


def close_rule_cases(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A cancelled order needs no release."""
    return tuple(CloseCase(code, key, rule) for rule, code in state.failed.items())


ACTIONS: Mapping[str, Action[OrderState]] = {
    **{
        action.__name__: action
        for action in (
            run_rules, raise_rule_cases, create_groups, report_status, settle, warehouse_refused, run_ladder,
            short_decided, short_rerouted, hold_groups, release_groups, cancel_groups, cancel_remainder,
            conclude_cancel, refuse_cancel, refuse_gone, close_rule_cases, short_shipped, tell_terms, retell_terms,
            bill_ahead, complete,
            goods_left, goods_stayed, served_elsewhere,
        )
    },
    "reroute": reroute_group,
    **{f"+{timer}": start(timer) for timer in ("tm_release", "tm_cancel", "tm_backorder_review")},
    **{f"-{timer}": answered(timer) for timer in ("tm_release", "tm_cancel")},
    "-tm_backorder_review": stop("tm_backorder_review"),
    "close_csr_08": close_cases("CSR-08", "CSR-02"),
}  # fmt: skip


# -- remembered and answered without moving ---------------------------------------------------------------------------

Watch = Callable[[OrderState, str, Fact, Policy], tuple[OrderState | None, Effects]]


def _settled(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    short = short_shipped(state, key, fact, policy) if fact.type == "shipment.handed_over" else ()
    terms = tell_terms(state, key, fact, policy) if fact.type == "shipment.handed_over" else ()
    told = goods_left(state, key, fact, policy) if fact.type == "shipment.handed_over" else ()
    if fact.type == "fulfilment.cancelled":
        terms = (*retell_terms(state, key, fact, policy), *_anew(state, key, fact, policy))
    ended = complete(state, key, fact, policy)
    name = group_name(state, fact)
    kept: Effects = (CloseCase("CSR-01", key, name),) if name and fact.type in AT_AN_END else ()
    if name and fact.type in (*AT_AN_END, "fulfilment.cancelled"):
        kept = (*kept, *stopped_or_there(state, key, name))
    if name and fact.type == "shipment.returned":
        kept = (*kept, CloseCase("CSR-05", f"{key}/{name}"))
    return None, (*terms, *told, *short, *settle(state, key, fact, policy), *kept, *ended)


def _anew(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """All that was to go to the old country is cancelled: release it to the new one, by the rules."""
    return run_rules(state, key, fact, policy) if state.moving and all_cancelled(state, fact, policy) else ()


def _not_moved(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    if not state.moving:
        return None, ()
    detail = "the warehouse will not stop what is to go to another country: intercept it, or agree a return"
    return None, (OpenCase("CSR-04", key, detail, str(state.moving)),)


def _still_blocked(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    return None, raise_rule_cases(state, key, fact, policy)


def _late(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    """The promise of a release cannot be kept, whatever the cause."""
    said = cast(ShipmentDelayed, fact.payload)
    name = group_name(state, fact)
    if not name or said.kind is not DelayKind.CONFIRMED:
        return None, ()
    detail = f"{name} is expected {said.expected:%Y-%m-%d %H:%MZ}, after the promise: agree a new date, or expedite"
    return None, (OpenCase("CSR-01", key, detail, name),)


def _in_time(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    name = group_name(state, fact)
    return None, (CloseCase("CSR-01", key, name),) if name else ()


def _on_the_road(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    """Our own vehicle sets out with it, or has been at the door: from then on it is not recalled (CX-08)."""
    name = group_name(state, fact)
    group = state.groups.get(name)
    if group is None or not group.road:
        return None, ()
    road = OUT if fact.type == "delivery.out_for_delivery" and group.road == OWN else TRIED
    return (with_group(state, name, replace(group, road=road)), ()) if road != group.road else (None, ())


def _stayed(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    return None, goods_stayed(state, key, fact, policy)


def _packed(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    name = group_name(state, fact)
    odd = weigh_packages(state, key, fact, policy)
    if not cast(PackCompleted, fact.payload).complete or state.groups[name].shipment:
        return None, odd
    order = header_of(state)
    mode = str(order.policies.planning_mode or policy.planning_mode)
    if mode != "after_pack":
        return None, odd
    return None, (*odd, plan_shipment(state, key, name, order, packages=len(state.groups[name].packages)))


def _reported(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    return None, report_status(state, key, fact, policy)


def _cancel_answered(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    """Whoever asked reads the answer in the status: cancelled, or the mark that it was refused. No later status of the
    order can overtake it.
    """
    refused = fact.payload.request_id if isinstance(fact.payload, OrderCancelRejected) else ""
    answered = replace(state, refused=refused)
    over = () if refused else (*dropped(answered, key), *_nothing_waits(answered, key, fact, policy))
    return answered, (*report_status(answered, key, fact, policy), *over)


def _nothing_waits(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Nobody asks any more after what was short, aged or could not be stopped."""
    short = (CloseCase(code, f"{key}/{name}", every=True) for name in state.groups for code in ("WHS-04", "WHS-05"))
    waiting = (CloseCase(code, key, every=True) for code in ("WHS-10", "CSR-02", "CSR-08"))
    return (StopTimer("tm_backorder_review", key), StopTimer("tm_customer_action", key), *waiting, *short)


def _rules_again(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    return None, run_rules(state, key, fact, policy) if state.state in ("NEW", "BLOCKED") else ()


def _customer_silent(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    number, _, fo = str(getattr(fact.payload, "about", "")).partition("|")
    name = fo.removeprefix(f"{key}/")
    if number not in state.lines or name not in state.groups:
        return None, ()
    missing = state.groups[name].lines[number].short
    return None, (
        CloseCase("CSR-02", key, number),
        backorder(state, key, number, missing, "no answer from the customer", fo),
    )


def _offered(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    return proposed(state, fact), ()


def _substituted(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    offer = cast(SubstitutionApproved, fact.payload).proposal_id
    number, name, item = _proposal(state, key, offer)
    if number not in state.lines or name not in state.groups:
        return None, ()
    changed = replace(state, lines={**state.lines, number: replace(state.lines[number], item=item)})
    decided = StopTimer("tm_substitution", key, offer)
    return changed, (decided, update_group(changed, key, name), CloseCase("WHS-05", f"{key}/{name}", number))


def _not_substituted(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    offer = cast(SubstitutionRejected, fact.payload).proposal_id
    number, name, _ = _proposal(state, key, offer)
    if number not in state.lines or name not in state.groups or not state.groups[name].lines[number].short:
        return None, ()
    missing = state.groups[name].lines[number].short
    left = {one: text for one, text in state.proposals.items() if one != offer}
    without = replace(state, proposals=left)
    decision = decide_short(without, number, missing, name.rpartition("/")[0], policy)
    return without, (StopTimer("tm_substitution", key, offer), *take_step(without, key, name, decision, fact, policy))


def _proposal(state: OrderState, key: str, offer: str) -> tuple[str, str, str]:
    number, fo, item = [*state.proposals.get(offer, "").split("|"), "", "", ""][:3]
    return number, fo.removeprefix(f"{key}/"), item


def _case(code: str, detail: str) -> Watch:
    raised = raise_case(code, detail)
    return lambda state, key, fact, policy: (None, raised(state, key, fact, policy))


WATCHES: Mapping[str, Watch] = {
    **dict.fromkeys(
        (
            "shipment.handed_over",
            "shipment.delivered",
            "delivery.refused",
            "shipment.lost",
            "shipment.returned",
            "fulfilment.cancelled",
        ),
        _settled,
    ),
    "handover.voided": _stayed,
    "fulfilment.cancel_rejected": _not_moved,
    "order.release_blocked": _still_blocked,
    "order.promise_changed": promised,
    **dict.fromkeys(("delivery.out_for_delivery", "delivery.failed", "delivery.arrived"), _on_the_road),
    "shipment.delayed": _late,
    "shipment.delay_cleared": _in_time,
    **dict.fromkeys(("customs.accepted", "customs.held", "customs.released"), taken),
    "cmd:cancel_declaration": asked,
    "customs.cancelled": void,
    "pack.completed": _packed,
    TOLD: billed,
    **{f"case:{code}": case_changed for code in GRAVE},
    "carrier.accepted": _reported,
    **dict.fromkeys(("order.cancelled", "order.cancel_rejected"), _cancel_answered),
    "substitution.proposed": _offered,
    "substitution.approved": _substituted,
    "substitution.rejected": _not_substituted,
    "timer:release_due": _rules_again,
    "timer:tm_customer_action": _customer_silent,
    "timer:tm_substitution": offer_over,
    "timer:tm_release": _case("INT-06", "the release rules have not finished: look at the hub"),
    "timer:tm_cancel": _case(
        "INT-06", "the warehouse did not answer the cancellation: treat the order as not cancelled"
    ),
    "timer:tm_backorder_review": _case(
        "CSR-08", "the backorder has aged: substitute, cancel the remainder or promise anew"
    ),
}
