"""Guards and actions of FRT by the names its table uses: cases, clocks, and what is asked of ERP and TMS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from crossdock.canonical.commands.erp import AdjustFreightAccrual, PostFreightAccrual, ReverseFreightAccrual
from crossdock.canonical.commands.tms import ApproveFreightInvoice, OpenFreightDispute
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.money import ApprovalBasis, FreightAccrued, FreightApproved, FreightDisputed
from crossdock.canonical.vocabulary import Role
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, Link, OpenCase, StartTimer, Tell
from crossdock.process.freight.evidence import evidence
from crossdock.process.freight.match import UNMATCHABLE
from crossdock.process.freight.payment import invoice_set
from crossdock.process.freight.rating import as_charges, by_code
from crossdock.process.freight.state import Failing, FreightState
from crossdock.process.policy import Policy
from crossdock.process.step import Action, close_cases, latest, seconds, start, stop
from crossdock.process.sums import money, of_decimal, shares
from crossdock.process.told import ASK_EXECUTION, Execution

Effects = tuple[Effect, ...]
ERP, TMS = Address(Role.ERP), Address(Role.TMS)
BOOKINGS = {"post": PostFreightAccrual, "adjust": AdjustFreightAccrual, "reverse": ReverseFreightAccrual}
CASES = {"over": "FIN-01", "under": "FIN-02", "unmatchable": "FIN-03", "unauthorised": "FIN-11"}


# -- guards -----------------------------------------------------------------------------------------------------------


def no_fee(state: FreightState, fact: Fact, policy: Policy) -> bool:
    """The carrier claims nothing for a truck ordered and not used."""
    return not state.fee


def about_the_case(state: FreightState, fact: Fact, policy: Policy) -> bool:
    """The clock of the case, not that of a fact on hold."""
    return not getattr(fact.payload, "about", "")


def nothing_claimed(state: FreightState, fact: Fact, policy: Policy) -> bool:
    """The carrier has credited all it invoiced."""
    invoiced = sum(paper.total for paper in state.papers.values() if paper.kind != "credit")
    return sum(paper.total for paper in state.papers.values() if paper.kind == "credit") >= invoiced


def owes_otherwise(state: FreightState, fact: Fact, policy: Policy) -> bool:
    """The charges are not those accrued already."""
    return by_code(cast(FreightAccrued, fact.payload).charges) != state.accrued


GUARDS = {guard.__name__: guard for guard in (no_fee, about_the_case, nothing_claimed, owes_otherwise)}


# -- what was executed, and what the ERP books ------------------------------------------------------------------------


def link(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A case of a load is found by the load's number; that of a release by its key."""
    return () if "/" in key else (Link(Reference("freight_case", key)),)


def ask(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Ask SHP or LD what really happened; their answer moves the case on."""
    return (Tell(ASK_EXECUTION, Execution(shipment=""), key.partition("/")[2]),)


def book(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Have the ERP book the latest revision, in the period that is open when we know of it."""
    rev = str(state.accrual_rev)
    kind, amount = state.postings.get(rev, ("", 0))
    if kind not in BOOKINGS:
        # Nothing was ever asked for, or the last revision is one the ERP told us of.
        return ()
    period = f"{latest(fact):%Y-%m}"
    extra: dict[str, dict[str, str]] = {}
    if period != f"{fact.at:%Y-%m}":
        extra["freight"] = {"period_shift": "true"}
    if state.execution is not None and len(state.execution.weights) > 1:
        extra["allocation"] = allocation(state, amount)
    command = BOOKINGS[kind](
        case=key,
        accrual_rev=state.accrual_rev,
        amount=money(amount, state.currency),
        period=period,
        charges=as_charges(state.accrued, state.currency),
        shipment=state.execution.shipment if state.execution is not None else "",
        ext=extra,
    )
    clock = StartTimer("tm_erp_post", key, latest(fact) + seconds(policy, "tm_erp_post"), rev)
    return (send(command, ERP), clock) if rev in state.unbooked else (send(command, ERP),)


def allocation(state: FreightState, amount: int) -> dict[str, str]:
    """An amount shared by gross weight among the shipments of a load, to the cent (domain.md §1.6; W-04.7)."""
    weights = state.execution.weights if state.execution is not None else {}
    parts = shares(amount, weights, state.currency)
    return {name: str(money(part, state.currency).amount) for name, part in sorted(parts.items())}


# -- match, approval, dispute -----------------------------------------------------------------------------------------


def approve_automatically(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Everything agrees: nobody has to be asked."""
    amount = money(state.net + state.taxes, state.currency)
    approved = FreightApproved(
        approved_amount=amount, by="crossdock", basis=ApprovalBasis.AUTO, invoices=invoice_set(state)
    )
    return (Derive("freight.approved", Subject("freight_case", key), approved),)


def approve(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Have the ERP pay what is approved, and neither paid nor asked for yet."""
    return _payments(state, key, cast(FreightApproved, fact.payload).by)


def _payments(state: FreightState, key: str, by: str) -> Effects:
    """The payment asked for last: one that has gone out before is the same command."""
    return tuple(
        send(ApproveFreightInvoice(case=key, invoice_set=name, amount=money(amount, state.currency), by=by), ERP)
        for name, amount in list(state.asked.items())[-1:]
    )


def case_of(failing: Failing) -> str:
    """The exception a failing test raises."""
    if failing.rule in UNMATCHABLE:
        return CASES["unmatchable"]
    if failing.rule == "UNAUTH":
        return CASES["unauthorised"]
    return CASES["over" if failing.amount > 0 else "under"]


def raise_cases(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """One case a kind of failure, an unauthorised charge each its own."""
    by_kind: dict[tuple[str, str], list[Failing]] = {}
    for failing in state.failing:
        code = case_of(failing)
        by_kind.setdefault((code, failing.charge if code == "FIN-11" else ""), []).append(failing)
    large = of_decimal(policy.money.freight_s2_abs)
    effects: list[Effect] = []
    for (code, slot), found in by_kind.items():
        told = ", ".join(f"{one.charge} {one.rule} {money(one.amount, state.currency).amount:+}" for one in found)
        grave = " (S2: a large amount)" if code == "FIN-01" and max(one.amount for one in found) > large else ""
        detail = f"carrier invoice {'+'.join(invoice_set(state))}: {told}{grave}: approve, dispute or correct it"
        effects.append(OpenCase(code, key, detail, slot))
    return tuple(effects)


def open_dispute(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Contest these charges at the TMS, with what events prove of them."""
    dispute = cast(FreightDisputed, fact.payload)
    codes = sorted(by_code(dispute.charges))
    command = OpenFreightDispute(
        dispute_no=dispute.dispute_no,
        case=key,
        amount=dispute.amount,
        charges=dispute.charges,
        evidence=dispute.evidence,
        reason="; ".join(evidence(state, code, policy) for code in codes),
    )
    return (send(command, TMS),)


def pay_undisputed(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Pay the rest at once, where the policy says so."""
    if not policy.money.pay_undisputed:
        return ()
    return _payments(state, key, "crossdock")


def close_variance(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Paid: what was wrong with the invoice is settled (FRT-13)."""
    slots = tuple(CloseCase("FIN-11", key, slot) for slot in dict.fromkeys((*state.opened, "TON")))
    return (*close_cases("FIN-01", "FIN-02", "FIN-03", "FIN-04")(state, key, fact, policy), *slots)


def unmatched(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """FIN-03: nothing to set the invoice against."""
    numbers = "+".join(invoice_set(state))
    detail = f"carrier invoice {numbers} has no accrual: link it to its shipment, accrue, or send it back"
    return (OpenCase("FIN-03", key, detail),)


def paid_outside(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The ERP paid what was not approved here."""
    return (OpenCase("INT-05", key, f"freight settled while {state.prior}: paid outside the flow, check it", fact.key),)


def paid_twice(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """More left the bank than was approved."""
    if sum(state.paid.values()) <= state.approved:
        return ()
    return (OpenCase("INT-05", key, "freight paid beyond what was approved: get the excess back", fact.key),)


CLOCKS = ("tm_freight_invoice", "accrual_age_max", "tm_mismatch", "tm_dispute", "tm_settle", "hold_ttl_freight")

ACTIONS: Mapping[str, Action[FreightState]] = {
    **{
        action.__name__: action
        for action in (
            link, ask, approve_automatically, approve, raise_cases, open_dispute, pay_undisputed, close_variance,
            unmatched, paid_outside, paid_twice,
        )
    },
    **dict.fromkeys(("post", "adjust", "reverse", "true_up", "release_residual", "post_credit"), book),
    **{f"+{clock}": start(clock) for clock in CLOCKS},
    **{f"-{clock}": stop(clock) for clock in CLOCKS},
    "close_unmatched": close_cases("FIN-03"),
    "close_aged": close_cases("FIN-04"),
}  # fmt: skip
