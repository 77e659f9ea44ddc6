"""FRT as the fold sees it: one case a warehouse release in an order's dossier, one case a load in a load's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.money import (
    FailingCharge,
    FreightAccrualFailed,
    FreightAccrualPosted,
    FreightAccrued,
    FreightMatched,
    FreightMismatched,
)
from crossdock.canonical.parts import Charge
from crossdock.process.effects import CloseCase, Derive, Effect, OpenCase, StopTimer
from crossdock.process.freight.decide import ACTIONS, GUARDS
from crossdock.process.freight.evolve import LEARN, evolve, rebooked
from crossdock.process.freight.gate import gate
from crossdock.process.freight.match import Verdict, judge
from crossdock.process.freight.payment import invoice_set
from crossdock.process.freight.rating import as_charges, by_code, rerated
from crossdock.process.freight.state import Failing, FreightState
from crossdock.process.freight.table import (
    ACCRUED,
    APPROVED,
    DISPUTED,
    ESTIMATED,
    INVOICED,
    MISMATCHED,
    PROGRESS,
    REVERSED,
    ROWS,
    SETTLED,
    UNDECIDED,
    UNMATCHED,
)
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.step import HOLD_TTL, Spec, TableMachine, latest
from crossdock.process.sums import money, of_decimal
from crossdock.process.told import EXECUTION

Outcome = Decision[FreightState]
Effects = tuple[Effect, ...]

# Revisions that were booked and not asked for: beyond so many the ERP's dates are not to be trusted with another.
CORRECTIONS_MAX = 3

WAITS = {
    "freight.credited": "hold_ttl_freight",
    **dict.fromkeys(
        ("freight.disputed", "freight.dispute_resolved", "freight.approved", "freight.settled",
         "freight.accrual_posted", "freight.accrual_failed"), HOLD_TTL
    ),
}  # fmt: skip


# -- after every step -------------------------------------------------------------------------------------------------


def due_charges(state: FreightState, policy: Policy) -> tuple[Charge, ...]:
    """What the case owes by what really happened; empty before the accrual trigger (§9.1) is met."""
    done = state.execution
    if state.fee:
        return as_charges({"TON": state.fee}, state.currency)
    if done is None or not done.handed or done.cancelled:
        return ()
    if policy.money.contract_of(state.carrier).accrual_trigger == "delivery" and not done.delivered:
        return ()
    return rerated(state.estimate, done)


def concluded(state: FreightState, key: str, fact: Fact, policy: Policy) -> Effects:
    """`freight.accrued` once the trigger is met, and again when the charges come out otherwise."""
    if state.state not in (ESTIMATED, UNMATCHED, REVERSED, ACCRUED):
        return ()
    charges = due_charges(state, policy)
    amounts = by_code(charges)
    if not charges or (state.state == ACCRUED and amounts == state.accrued):
        return ()
    accrued = FreightAccrued(
        total=money(sum(amounts.values()), state.currency),
        charges=charges,
        trigger_event=fact.type,
        period=f"{latest(fact):%Y-%m}",
        accrual_rev=state.accrual_rev + 1,
    )
    return (Derive("freight.accrued", Subject("freight_case", key), accrued),)


class FreightMachine(TableMachine[FreightState]):
    """A table machine that looks after every step whether something is owed."""

    def __init__(self, spec: Spec[FreightState]) -> None:
        super().__init__(spec)
        self.listens |= frozenset(LEARN)

    def decide(
        self, state: FreightState | None, key: str, trigger: str, fact: Fact, policy: Policy
    ) -> Decision[FreightState]:
        """See `process.machine.Machine`."""
        decision = super().decide(state, key, trigger, fact, policy)
        if decision.state is None:
            return decision
        more = concluded(decision.state, key, fact, policy)
        return replace(decision, effects=(*decision.effects, *more)) if more else decision


# -- remembered and answered without moving ---------------------------------------------------------------------------

Watch = Callable[[FreightState, str, Fact, Policy], tuple[FreightState | None, Effects]]


def _matched(state: FreightState, key: str, fact: Fact, policy: Policy) -> tuple[FreightState | None, Effects]:
    """What happened is known: set the documents against it (§3.6.1)."""
    if state.state != INVOICED:
        return None, ()
    verdict = judge(state, policy)
    slots = sorted({*state.opened, *(one.charge for one in verdict.failing if one.rule == "UNAUTH")})
    looked = replace(state, net=verdict.net, taxes=verdict.taxes, failing=verdict.failing, opened=tuple(slots))
    subject = Subject("freight_case", key)
    currency = state.currency
    if verdict.failing:
        found = FreightMismatched(
            variance_abs=money(verdict.variance, currency),
            variance_pct=share(verdict.variance, state.owed),
            failing=tuple(_failing(one, currency) for one in verdict.failing),
            invoices=invoice_set(state),
        )
        return looked, (Derive("freight.mismatched", subject, found),)
    return looked, (Derive("freight.matched", subject, _agreement(state, verdict)),)


def _agreement(state: FreightState, verdict: Verdict) -> FreightMatched:
    currency = state.currency
    return FreightMatched(
        invoiced_net=money(verdict.net, currency),
        accrued=money(state.owed, currency),
        variance=money(verdict.variance, currency),
        results=dict.fromkeys(sorted(verdict.charges), "pass"),
        invoices=invoice_set(state),
    )


def _failing(one: Failing, currency: str) -> FailingCharge:
    return FailingCharge(charge=one.charge, code=one.rule, rule=one.rule, amount=money(one.amount, currency))


def share(part: int, whole: int) -> Decimal:
    """Percent with two places, 0 of nothing."""
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.01")) if whole else Decimal(0)


def _posted(state: FreightState, key: str, fact: Fact, policy: Policy) -> tuple[FreightState | None, Effects]:
    """The ERP booked a revision; what it booked otherwise than asked is put right by one more."""
    posted = cast(FreightAccrualPosted, fact.payload)
    rev = str(posted.accrual_rev)
    answered: Effects = (StopTimer("tm_erp_post", key, rev), CloseCase("FIN-04", key, rev))
    right = rebooked(state, booked_by_now(state))
    if right is state or state.unbooked:
        return None, answered
    strange = sum(kind == "booked" for kind, _ in state.postings.values())
    if strange > CORRECTIONS_MAX or (state.postings[rev][0] == "booked" and state.state != SETTLED):
        # Not asked for as the facts stand: perhaps the answer is only dated before what asks for it, and a correction
        # would be answered so, too, without end. Whatever is booked next counts it; after the settlement nothing is.
        return None, answered
    return right, (*answered, *ACTIONS["adjust"](right, key, fact, policy))


def booked_by_now(state: FreightState) -> int:
    """What the ERP's accrual account should hold of this case."""
    if state.state == APPROVED:
        return state.approved - state.taxes
    if state.state == SETTLED:
        return sum(state.paid.values()) - state.taxes
    return state.owed


def _not_posted(state: FreightState, key: str, fact: Fact, policy: Policy) -> tuple[FreightState | None, Effects]:
    failed = cast(FreightAccrualFailed, fact.payload)
    if str(failed.accrual_rev) not in state.unbooked:
        # Booked in the end, within the same minute: what went wrong before is over.
        return None, ()
    detail = f"the ERP cannot book accrual {failed.accrual_rev} ({failed.reason}): correct the account and book it"
    return None, (OpenCase("FIN-04", key, detail, str(failed.accrual_rev)),)


def _unanswered(state: FreightState, key: str, fact: Fact, policy: Policy) -> tuple[FreightState | None, Effects]:
    rev = str(getattr(fact.payload, "about", ""))
    return None, (OpenCase("FIN-04", key, f"the ERP has not answered accrual {rev}: look it up by our key", rev),)


def _overdue(code: str, states: tuple[str, ...], detail: str) -> Watch:
    def watch(state: FreightState, key: str, fact: Fact, policy: Policy) -> tuple[FreightState | None, Effects]:
        return None, (OpenCase(code, key, detail),) if state.state in states else ()

    return watch


def _fee(state: FreightState, key: str, fact: Fact, policy: Policy) -> tuple[FreightState | None, Effects]:
    limit = of_decimal(policy.money.cancel_fee_auto_max)
    if state.fee <= limit:
        return None, ()
    detail = f"the carrier claims {money(state.fee, state.currency).amount} for a truck not used: authorise or dispute"
    return None, (OpenCase("FIN-11", key, detail, "TON"),)


WATCHES: Mapping[str, Watch] = {
    EXECUTION: _matched,
    "freight.accrual_posted": _posted,
    "freight.accrual_failed": _not_posted,
    "shipment.cancelled": _fee,
    "tender.cancelled": _fee,
    "timer:tm_erp_post": _unanswered,
    "timer:tm_freight_invoice": _overdue("FIN-04", (ACCRUED,), "no carrier invoice in time: ask the carrier for it"),
    "timer:accrual_age_max": _overdue(
        "FIN-04", (ACCRUED, *UNDECIDED, APPROVED), "the accrual is old: settle it, or release it"
    ),
    "timer:tm_mismatch": _overdue("FIN-01", (MISMATCHED,), "nobody decided about the invoice: decide"),
    "timer:tm_dispute": _overdue("FIN-01", (DISPUTED,), "the carrier has not answered the dispute: chase it"),
    "timer:tm_settle": _overdue("FIN-04", (APPROVED,), "approved and not paid: ask the ERP"),
}


def _spec(*, per_group: bool) -> Spec[FreightState]:
    return Spec(
        name="FRT",
        per_group=per_group,
        blank=FreightState(),
        rows=ROWS,
        guards=GUARDS,
        actions=ACTIONS,
        evolve=evolve,
        progress=PROGRESS,
        waits=WAITS,
        conflicts={},
        watches=WATCHES,
        gate=gate,
    )


MACHINE = FreightMachine(_spec(per_group=True))
LOAD_MACHINE = FreightMachine(_spec(per_group=False))
