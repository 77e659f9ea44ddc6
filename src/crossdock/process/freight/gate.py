"""What FRT looks at before its table: what is none of its business, what comes too soon, duplicates, and approvals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.money import FreightApproved, FreightCredited, FreightDisputed
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.authority import refusal
from crossdock.process.effects import CloseCase, OpenCase
from crossdock.process.freight.evolve import learn, normalised, paper_of
from crossdock.process.freight.payment import asked
from crossdock.process.freight.rating import days_between
from crossdock.process.freight.state import FreightState
from crossdock.process.freight.table import (
    ACCRUED,
    APPROVED,
    DISPUTED,
    MATCHED,
    MISMATCHED,
    SETTLED,
    UNDECIDED,
    UNMATCHED,
)
from crossdock.process.machine import NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.step import hold
from crossdock.process.sums import of_decimal, sum_of

Outcome = Decision[FreightState]

# Facts that only say something in these states; in an earlier one they wait, in a later one they are recorded.
WHEN: Mapping[str, tuple[str, ...]] = {
    "freight.credited": (UNMATCHED, *UNDECIDED, APPROVED, SETTLED),
    "freight.disputed": (MISMATCHED,),
    "freight.dispute_resolved": (DISPUTED,),
    "freight.approved": (MATCHED, MISMATCHED, DISPUTED),
    "freight.settled": (UNMATCHED, ACCRUED, *UNDECIDED, APPROVED, SETTLED),
}


def gate(state: FreightState, key: str, trigger: str, fact: Fact, policy: Policy) -> Outcome | FreightState | None:
    """Leave what is none of a case's business, tell duplicates apart, and take in what a fact teaches."""
    if trigger == "freight.estimated" and fact.subject.type == "load" and "/" in key:
        return Decision(Disposition.RECORD, reason="quoted for the load, which has the case")
    if state.state == NEW and trigger not in ("freight.estimated", "freight.invoiced"):
        return None if trigger.startswith(("freight.", "timer:")) else Decision(Disposition.RECORD)
    if state.state not in WHEN.get(trigger, (state.state,)):
        return None
    if trigger == "freight.credited":
        return _credited(state, key, fact, policy)
    if trigger == "freight.invoiced":
        return _duplicate(state, key, fact, policy) or learn(state, trigger, fact)
    refused = _beyond_limit(state, key, fact, policy) if trigger == "freight.approved" else None
    learned = learn(state, trigger, fact)
    if trigger == "freight.disputed" and policy.money.pay_undisputed:
        contested = sum_of(cast(FreightDisputed, fact.payload).amount)
        learned = asked(learned, learned.net + learned.taxes - contested, "-undisputed")
    return refused or (None if learned is state else learned)


def _credited(state: FreightState, key: str, fact: Fact, policy: Policy) -> Outcome | FreightState:
    """A credit note belongs to its invoice: it waits for it, and one of a suspected duplicate ends the suspicion."""
    about = normalised(cast(FreightCredited, fact.payload).invoice_no)
    if about not in state.papers and about not in state.suspects:
        return hold(state, key, "hold_ttl_freight", fact, policy)
    learned = learn(state, "freight.credited", fact)
    if learned.suspects is state.suspects:
        return learned
    case = CloseCase("FIN-10", key, about)
    return Decision(Disposition.APPLY, before=state.state, after=state.state, state=learned, effects=(case,))


def _duplicate(state: FreightState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    """§3.6.1 step 1: the same number again is a duplicate; the same claim under another number is suspected to be."""
    paper = paper_of(fact)
    number = normalised(paper.no)
    known = state.papers.get(number)
    if known is not None and known.kind == paper.kind and known.total == paper.total:
        return Decision(Disposition.SUPPRESS, reason=f"invoice {known.no} of {paper.carrier} is known")
    twin = known
    if paper.kind == "invoice":
        days = policy.money.duplicate_days
        like = (
            one
            for one in state.papers.values()
            if one.kind != "credit" and one.total == paper.total and days_between(one.date, paper.date) <= days
        )
        twin = known or next(like, None)
    if twin is None or (known is not None and paper.kind == "corrected"):
        return None
    detail = f"invoice {paper.no} claims what {twin.no} claims: hold the payment, confirm it a duplicate or accept it"
    case = OpenCase("FIN-10", key, detail, number)
    held = replace(state, suspects={**state.suspects, number: paper.total})
    return Decision(
        Disposition.ESCALATE, before=state.state, after=state.state, state=held, effects=(case,), reason=detail
    )


def _beyond_limit(state: FreightState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    """A person may override small variances alone; beyond the limit a second one has to sign (`ext.approval`)."""
    if fact.source.system is Role.SYNC:
        return None
    approved = cast(FreightApproved, fact.payload)
    excess = abs(of_decimal(approved.approved_amount.amount) - state.taxes - state.owed)
    second = approved.ext.get("approval", {}).get("second", "")
    if excess <= of_decimal(policy.money.freight_override_limit) or (second and second != approved.by):
        return None
    limit = policy.money.freight_override_limit
    detail = f"{approved.by} may not override more than {limit} alone: name a second approver"
    return cast("Outcome", refusal(key, fact, detail))
