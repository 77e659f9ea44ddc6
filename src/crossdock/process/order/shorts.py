"""What a shortage leads to: the ladder walked, its step taken, its case opened and closed (domain.md §3.2.4)."""

from __future__ import annotations

from typing import cast

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.order import (
    OrderLineBackordered,
    OrderReleased,
    SubstitutionApproved,
    SubstitutionRejected,
)
from crossdock.process.amounts import decimal
from crossdock.process.effects import CloseCase, Derive, Effect, OpenCase, StartTimer
from crossdock.process.order.books import group_name, says_only_what_left
from crossdock.process.order.ladder import ShortDecision, Step, decide_short
from crossdock.process.order.ledger import with_group, with_lines
from crossdock.process.order.release import (
    backorder,
    reroute,
)
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.step import deadline

Effects = tuple[Effect, ...]


def take_step(state: OrderState, key: str, name: str, decision: ShortDecision, fact: Fact, policy: Policy) -> Effects:
    """What a step of the ladder means."""
    fo = f"{key}/{name}"
    if decision.step is Step.SUBSTITUTE:
        return offer(state, key, decision.line, fact, policy)
    if decision.step is Step.REROUTE:
        return reroute(state, key, {decision.warehouse: {decision.line: decision.missing}}, policy, fact.at)
    if decision.step is Step.BACKORDER:
        return (backorder(state, key, decision.line, decision.missing, fact.type, fo),)
    if decision.step is Step.ASK:
        due = deadline(policy, "tm_customer_action", key, fact)
        detail = f"line {decision.line}: {decimal(decision.missing)} short: ask the customer whether to wait"
        return (
            OpenCase("CSR-02", key, detail, decision.line),
            StartTimer("tm_customer_action", key, due, f"{decision.line}|{fo}"),
        )
    if decision.step is Step.CANCEL:
        detail = f"line {decision.line}: {decimal(decision.missing)} short: cancel the remainder in the ERP"
        return (OpenCase("CSR-02", key, detail, decision.line),)
    return ()


def offer(state: OrderState, key: str, number: str, fact: Fact, policy: Policy) -> Effects:
    """A substitute was proposed: one the project approves beforehand is taken, else the ERP has a while to decide."""
    proposal, text = next((one, text) for one, text in state.proposals.items() if text.startswith(f"{number}|"))
    item = text.split("|")[2]
    if item in policy.release.substitutes.get(state.lines[number].item, ()):
        approved = SubstitutionApproved(proposal_id=proposal)
        return (Derive("substitution.approved", Subject("order", key), approved),)
    return (StartTimer("tm_substitution", key, deadline(policy, "tm_substitution", key, fact), proposal),)


def offer_over(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[None, Effects]:
    """Nobody decided on a substitute in time: that is a refusal."""
    proposal = str(getattr(fact.payload, "about", ""))
    if proposal not in state.proposals:
        return None, ()
    refused = SubstitutionRejected(proposal_id=proposal, reason="nobody decided in time")
    return None, (Derive("substitution.rejected", Subject("order", key), refused),)


def run_ladder(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A refused release's quantities, from step 4 on."""
    name = group_name(state, fact)
    step = {"backorder": Step.BACKORDER, "ask": Step.ASK}.get(state.backorder_policy, Step.CANCEL)
    effects: list[Effect] = []
    for number, slip in state.groups[name].lines.items():
        effects += take_step(state, key, name, ShortDecision(number, slip.released, step), fact, policy)
    return tuple(effects)


def short_decided(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The shortage has its answer."""
    waits = cast(OrderLineBackordered, fact.payload)
    return (CloseCase("WHS-04", waits.fo, waits.line_no), CloseCase("WHS-05", waits.fo, waits.line_no))


def short_rerouted(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A later release answers the shortages of earlier ones."""
    lines = [line.line for part in cast(OrderReleased, fact.payload).groups for line in part.lines]
    return tuple(
        CloseCase(code, f"{key}/{name}", line)
        for name in state.groups
        for line in lines
        for code in ("WHS-04", "WHS-05")
    )


def short_shipped(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """What a warehouse that only says what left did not ship."""
    name = group_name(state, fact)
    if not name or not says_only_what_left(state.groups[name]):
        return ()
    group = state.groups[name]
    blank = with_group(state, name, with_lines(group, dict.fromkeys(group.lines, 0), "short"))
    return shortages(blank, state, key, fact, policy)


def shortages(before: OrderState, after: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The ladder for everything a warehouse has just turned out not to have."""
    name = group_name(after, fact)
    effects: list[Effect] = []
    for number, slip in after.groups[name].lines.items():
        known = before.groups[name].lines.get(number)
        missing = slip.short - (known.short if known is not None else 0)
        if missing <= 0 or number not in after.lines:
            continue
        decision = decide_short(after, number, missing, name.rpartition("/")[0], policy)
        if decision.step is not Step.CLOSE_SHORT:
            code = "WHS-04" if fact.type == "allocation.shorted" else "WHS-05"
            detail = f"line {number}: {decimal(missing)} short: decide by the ladder or by hand"
            effects.append(OpenCase(code, f"{key}/{name}", detail, number))
        effects += take_step(after, key, name, decision, fact, policy)
    return tuple(effects)
