"""The money of an order in two legs (peers.md idea 3.10): a pure reading of freight cases and billing items.

Freight: contract → estimated → accrued → (answered by) the ERP; the carrier's claims → invoiced → approved → paid.
Billing: what shipped → due → asked for → posted → paid or credited. Amounts are ten-thousandths of one currency.

Every document that others must answer has a clearing account of its own, so that a document that never came, or came
twice, is exactly one open item with its number.
"""

from __future__ import annotations

from collections.abc import Iterator

from crossdock.process.billing.state import Bill, BillingState
from crossdock.process.billing.trigger import triggered
from crossdock.process.freight.rating import by_code
from crossdock.process.freight.state import FreightState
from crossdock.process.policy import Policy
from crossdock.process.postings import Account, Imbalance, Posting, open_items
from crossdock.process.sums import valued

ANSWER = "freight.accrual_answer"
BOOKED_TWICE = "freight.booked_twice"
INVOICED = "freight.invoiced"
APPROVED = "freight.approved"
PAID_TWICE = "freight.paid_twice"
DUE = "billing.due"
ASKED = "billing.asked"
UNASKED = "billing.unasked"
POSTED = "billing.posted"
CLEARING = frozenset({ANSWER, BOOKED_TWICE, INVOICED, APPROVED, PAID_TWICE, DUE, ASKED, UNASKED, POSTED})

CONTRACT, ESTIMATED, ACCRUED = Account("freight.contract"), Account("freight.estimated"), Account("freight.accrued")
BOOKED, CLAIMS, PAID = Account("freight.booked"), Account("freight.claims"), Account("freight.paid")
VARIANCE = Account("freight.variance")
GOODS, CASH, CREDITED = Account("billing.goods"), Account("billing.paid"), Account("billing.credited")


def freight_postings(state: FreightState) -> tuple[Posting, ...]:
    """The books of a freight case."""
    return (*_accruals(state), *_claims(state), *_payments(state))


def billing_postings(state: BillingState, policy: Policy) -> tuple[Posting, ...]:
    """The books of a billing item."""
    return tuple(_billing(state, policy))


def imbalances(*books: tuple[Posting, ...]) -> tuple[Imbalance, ...]:
    """Everything some document still has to answer, over these books."""
    return open_items((posting for book in books for posting in book), CLEARING)


def _accruals(state: FreightState) -> Iterator[Posting]:
    quoted = sum(by_code(state.estimate).values())
    if quoted:
        yield Posting(f"estimate {state.estimate_rev}", CONTRACT, ESTIMATED, quoted)
    for rev, (kind, amount) in state.postings.items():
        yield Posting(f"{kind} {rev}", ESTIMATED, ACCRUED, amount)
        yield Posting(f"{kind} {rev}", BOOKED, Account(ANSWER, rev), amount)
    answered: set[str] = set()
    for document, (rev, amount) in state.booked.items():
        clears = rev in state.postings and rev not in answered
        answered.add(rev)
        yield Posting(document, Account(ANSWER, rev) if clears else Account(BOOKED_TWICE, document), BOOKED, amount)


def _claims(state: FreightState) -> Iterator[Posting]:
    left: dict[str, int] = {}
    for number, total in state.suspects.items():
        yield Posting(number, CLAIMS, Account(INVOICED, number), total)
    superseded = [paper for paper in state.papers.values() if paper.kind == "corrected"]
    for paper in state.papers.values():
        if paper.kind == "credit":
            continue
        if superseded and paper.kind == "invoice":
            # A corrected invoice stands in the place of the invoices before it.
            continue
        yield Posting(paper.no, CLAIMS, Account(INVOICED, paper.no), paper.total)
        left[paper.no] = paper.total
    for paper in state.papers.values():
        if paper.kind == "credit":
            about = paper.about if paper.about in left else next(iter(left), paper.no)
            left[about] = left.get(about, 0) - paper.total
            yield Posting(paper.no, Account(INVOICED, about), CLAIMS, paper.total)
    if state.state in ("APPROVED", "SETTLED"):
        for number, amount in left.items():
            yield Posting("approval", Account(INVOICED, number), Account(APPROVED), amount)
        # What a person let pass or a dispute took off, beyond what the documents say.
        yield Posting("approval", VARIANCE, Account(APPROVED), state.approved - sum(left.values()))


def _payments(state: FreightState) -> Iterator[Posting]:
    owed = state.approved if state.state in ("APPROVED", "SETTLED") else 0
    for document, amount in state.paid.items():
        covered = min(amount, max(owed, 0))
        owed -= covered
        yield Posting(document, Account(APPROVED), PAID, covered)
        if amount > covered:
            yield Posting(document, Account(PAID_TWICE, document), PAID, amount - covered)


def _billing(state: BillingState, policy: Policy) -> Iterator[Posting]:
    owed: dict[str, int] = {}
    for unit, lines in triggered(state, policy).items():
        owed[unit] = valued(lines, state.prices, state.currency)
        yield Posting(unit, GOODS, Account(DUE, unit), owed[unit])
    for name, bill in state.bills.items():
        taken = min(bill.amount, max(owed.get(bill.unit, 0), 0)) if bill.asked else bill.amount
        owed[bill.unit] = owed.get(bill.unit, 0) - taken
        yield from _bill(name, bill, bill.amount - taken)
    for number, total in state.doubles.items():
        yield Posting(number, Account(UNASKED, number), CREDITED, total)


def _bill(name: str, bill: Bill, excess: int) -> Iterator[Posting]:
    """One invoice; `excess` is what it was asked for beyond what is due by now, which credit notes give back first."""
    if bill.asked:
        yield Posting(f"request {name}", Account(DUE, bill.unit), Account(ASKED, name), bill.amount)
    if bill.open:
        return
    charged_to = Account(ASKED, name) if bill.asked else Account(UNASKED, bill.invoice)
    yield Posting(bill.invoice, charged_to, Account(POSTED, bill.invoice), bill.charged)
    for reference, amount in bill.paid.items():
        yield Posting(reference, Account(POSTED, bill.invoice), CASH, amount)
    for note, amount in bill.credits.items():
        given = min(amount, excess)
        excess -= given
        yield Posting(note, Account(POSTED, bill.invoice), Account(DUE, bill.unit), given)
        yield Posting(note, Account(POSTED, bill.invoice), CREDITED, amount - given)
