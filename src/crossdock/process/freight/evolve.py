"""What facts teach a freight case before its table is asked, and the state after a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.money import (
    FreightAccrualPosted,
    FreightAccrued,
    FreightApproved,
    FreightCredited,
    FreightDisputed,
    FreightDisputeResolved,
    FreightEstimated,
    FreightInvoiced,
    FreightSettled,
)
from crossdock.canonical.events.planning import ShipmentCancelled, TenderCancelled
from crossdock.canonical.events.returns import AppointmentCheckedIn, AppointmentCompleted
from crossdock.kernel.instant import micros
from crossdock.process.freight.payment import asked, credited_beyond
from crossdock.process.freight.rating import BY_WEIGHT, by_code, is_tax
from crossdock.process.freight.state import Dispute, FreightState, Paper
from crossdock.process.machine import Row
from crossdock.process.step import entered
from crossdock.process.sums import sum_of
from crossdock.process.told import BillingTerms, Execution

Learn = Callable[[FreightState, Fact], FreightState]
MINUTE_US = 60_000_000


def evolve(state: FreightState, fact: Fact, row: Row) -> FreightState:
    """The state a row leads to, with what it makes us ask the ERP to book."""
    after, prior = entered(state, row)
    if row.trigger == "freight.accrued":
        state = _accrued(state, fact)
    elif row.id == "FRT-14":
        # What was executed is told anew: nothing may be concluded from what was known before.
        state = replace(rebooked(state, 0, "reverse"), accrued={}, execution=None)
    elif row.trigger == "freight.approved":
        state = asked(rebooked(state, state.approved - state.taxes), state.approved)
    elif row.id == "FRT-13" and after != state.state and state.postings:
        state = rebooked(state, sum(state.paid.values()) - state.taxes)
    elif row.id == "FRT-18":
        credit = credited_beyond(state, sum_of(cast(FreightCredited, fact.payload).amount))
        state = replace(rebooked(state, state.posted - credit), approved=state.approved - credit)
    return state if after == state.state else replace(state, state=after, prior=prior)


def normalised(number: str) -> str:
    """An invoice number as duplicates are told by: no case, no spaces, no leading zeros (§3.6.1 step 1)."""
    return "".join(number.split()).upper().lstrip("0")


def paper_of(fact: Fact) -> Paper:
    """The carrier's invoice as a document of the case."""
    said = cast(FreightInvoiced, fact.payload)
    weighed = [charge.qty for charge in said.charges if charge.basis.lower() in BY_WEIGHT and charge.qty]
    return Paper(
        no=said.invoice_no,
        kind=str(said.type),
        date=said.date,
        currency=said.total.currency,
        total=sum_of(said.total),
        charges=by_code(said.charges),
        taxes=tuple(charge for charge in said.charges if is_tax(charge)),
        weight_g=int(max(weighed, default=0) * 1000),
        carrier=said.carrier,
    )


def _estimated(state: FreightState, fact: Fact) -> FreightState:
    quote = cast(FreightEstimated, fact.payload)
    if quote.rev < state.estimate_rev:
        return state
    charges = quote.charges or ()
    return replace(state, currency=quote.currency, estimate_rev=quote.rev, estimate=charges)


def _accrued(state: FreightState, fact: Fact) -> FreightState:
    accrual = cast(FreightAccrued, fact.payload)
    accrued = by_code(accrual.charges)
    kind = "adjust" if state.posted or (accrual.accrual_rev > 1 and state.state == "ACCRUED") else "post"
    return rebooked(replace(state, accrued=accrued), sum(accrued.values()), kind)


def rebooked(state: FreightState, target: int, kind: str = "adjust") -> FreightState:
    """The state with one more posting, that brings the ERP's account to this; none where it is there."""
    if target == state.posted:
        return state
    rev = str(state.accrual_rev + 1)
    postings = {**state.postings, rev: (kind, target - state.posted)}
    return replace(state, accrual_rev=state.accrual_rev + 1, postings=postings, unbooked=(*state.unbooked, rev))


def _booked(state: FreightState, fact: Fact) -> FreightState:
    posted = cast(FreightAccrualPosted, fact.payload)
    rev, amount = str(posted.accrual_rev), sum_of(posted.amount)
    booked = {**state.booked, posted.doc_no: (rev, amount)}
    if rev not in state.postings:
        # Asked for in a view of the facts that was not the last: it stands in the ERP's books all the same.
        postings = {**state.postings, rev: ("booked", amount)}
        return replace(state, booked=booked, postings=postings, accrual_rev=max(state.accrual_rev, posted.accrual_rev))
    if rev not in state.unbooked:
        return replace(state, booked=booked)
    left = tuple(one for one in state.unbooked if one != rev)
    postings = {**state.postings, rev: (state.postings[rev][0], amount)}
    return replace(state, booked=booked, unbooked=left, postings=postings)


def _invoiced(state: FreightState, fact: Fact) -> FreightState:
    paper = paper_of(fact)
    return replace(
        state,
        papers={**state.papers, normalised(paper.no): paper},
        currency=state.currency or paper.currency,
        carrier=state.carrier or paper.carrier,
    )


def _credited(state: FreightState, fact: Fact) -> FreightState:
    note = cast(FreightCredited, fact.payload)
    paper = Paper(
        no=note.credit_no, kind="credit", date=f"{fact.at:%Y-%m-%d}", currency=note.amount.currency,
        total=sum_of(note.amount), charges=by_code(note.charges), carrier=note.carrier, about=note.invoice_no,
    )  # fmt: skip
    suspects = {number: total for number, total in state.suspects.items() if number != normalised(note.invoice_no)}
    if len(suspects) != len(state.suspects):
        # The carrier takes a doubled invoice back: nothing of it was ever counted.
        return replace(state, suspects=suspects)
    return replace(state, papers={**state.papers, f"credit:{normalised(note.credit_no)}": paper})


def _disputed(state: FreightState, fact: Fact) -> FreightState:
    said = cast(FreightDisputed, fact.payload)
    dispute = Dispute(sum_of(said.amount), tuple(sorted(by_code(said.charges))))
    return replace(state, disputes={**state.disputes, said.dispute_no: dispute})


def _resolved(state: FreightState, fact: Fact) -> FreightState:
    said = cast(FreightDisputeResolved, fact.payload)
    dispute = state.disputes.get(said.dispute_no)
    if dispute is None:
        return state
    # `amount` is what the carrier gives back; what it keeps of the contested charges is accepted.
    agreed = 0 if said.outcome == "carrier" else sum_of(said.amount)
    ended = replace(dispute, outcome=str(said.outcome), agreed=agreed)
    allowed = state.allowed if agreed >= dispute.amount else tuple(sorted({*state.allowed, *dispute.codes}))
    return replace(state, disputes={**state.disputes, said.dispute_no: ended}, allowed=allowed)


def _approved(state: FreightState, fact: Fact) -> FreightState:
    return replace(state, approved=sum_of(cast(FreightApproved, fact.payload).approved_amount))


def _settled(state: FreightState, fact: Fact) -> FreightState:
    said = cast(FreightSettled, fact.payload)
    return replace(state, paid={**state.paid, said.doc_no: sum_of(said.posted_amount)})


def _cancelled(state: FreightState, fact: Fact) -> FreightState:
    fees = cast(ShipmentCancelled, fact.payload).fees
    return replace(state, fee=sum(sum_of(fee) for fee in fees)) if fees else state


def _tender_cancelled(state: FreightState, fact: Fact) -> FreightState:
    fee = cast(TenderCancelled, fact.payload).fee
    return replace(state, fee=sum_of(fee)) if fee is not None else state


def _checked_in(state: FreightState, fact: Fact) -> FreightState:
    said = cast(AppointmentCheckedIn, fact.payload)
    return replace(state, arrived_us={**state.arrived_us, said.appt_no: micros(said.at)})


def _left_dock(state: FreightState, fact: Fact) -> FreightState:
    said = cast(AppointmentCompleted, fact.payload)
    arrived = state.arrived_us.get(said.appt_no, micros(said.start))
    dwell = (micros(said.end) - arrived) // MINUTE_US
    return replace(state, dwell_min={**state.dwell_min, said.appt_no: max(dwell, 0)})


def _executed(state: FreightState, fact: Fact) -> FreightState:
    done = cast(Execution, fact.payload)
    if done == state.execution:
        return state
    return replace(state, execution=done, carrier=state.carrier or done.carrier)


def _terms(state: FreightState, fact: Fact) -> FreightState:
    customer = cast(BillingTerms, fact.payload).customer
    return state if customer == state.customer else replace(state, customer=customer)


LEARN: dict[str, Learn] = {
    "freight.estimated": _estimated,
    "freight.accrual_posted": _booked,
    "freight.invoiced": _invoiced,
    "freight.credited": _credited,
    "freight.disputed": _disputed,
    "freight.dispute_resolved": _resolved,
    "freight.approved": _approved,
    "freight.settled": _settled,
    "shipment.cancelled": _cancelled,
    "tender.cancelled": _tender_cancelled,
    "appointment.checked_in": _checked_in,
    "appointment.completed": _left_dock,
    "tell:execution": _executed,
    "tell:billing_terms": _terms,
}


def learn(state: FreightState, trigger: str, fact: Fact) -> FreightState:
    """The state with what this fact says in it; the same object when it says nothing new."""
    teach = LEARN.get(trigger)
    return state if teach is None else teach(state, fact)
