"""The books of freight and billing: zero in sum at all times, and every missing or doubled document named once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import money as fin
from crossdock.process.money_ledger import billing_postings, freight_postings, imbalances
from crossdock.process.policy import Policy
from crossdock.process.postings import Imbalance, balances
from tests.unit.process.money import (
    CASE,
    ESTIMATE,
    FO,
    ITEM,
    SHIPMENT,
    Story,
    charge,
    claim,
    door,
    eur,
    handed,
    pod,
    posted,
)

ACCRUED = fin.FreightAccrualPosted(doc_no="A-1", amount=eur("1100.00"), period="2026-06", accrual_rev=1)
TRUED_UP = fin.FreightAccrualPosted(doc_no="A-2", amount=eur("10.00"), period="2026-06", accrual_rev=2)
OVER = claim(LHL="1000.00", FUE="110.00", DET="200.00")
DISPUTED = fin.FreightDisputed(dispute_no="D-1", charges=(charge("DET", "200.00"),), amount=eur("200.00"))
CREDIT = fin.FreightCredited(
    credit_no="CN-1", invoice_no="FI-1", amount=eur("200.00"), charges=(charge("DET", "200.00"),), carrier="NVTR"
)
SETTLED = fin.FreightSettled(posted_amount=eur("1110.00"), doc_no="PAY-1")
PAID = fin.InvoicePaid(invoice_no="INV-1", amount=eur("530.00"), date="2026-06-20", payment_ref="P-1")

Told = tuple[str, Payload, Subject]
WAY: tuple[Told, ...] = (
    ("estimate", ESTIMATE, SHIPMENT),
    ("hand-over", handed(), FO),
    ("accrual answer", ACCRUED, CASE),
    ("invoice answer", posted(), ITEM),
    ("payment", PAID, ITEM),
    ("carrier invoice", OVER, SHIPMENT),
    ("dispute", DISPUTED, CASE),
    ("credit note", CREDIT, SHIPMENT),
    ("true-up answer", TRUED_UP, CASE),
    ("settlement", SETTLED, CASE),
)


def story(*told: Told) -> Story:
    """Everything before the money, then these."""
    one = Story().planned()
    for name, payload, about in told:
        if name == "departure and delivery":
            one.departed()
            one.delivered()
        else:
            one.tell(payload, about)
    return one


def open_items(one: Story) -> tuple[Imbalance, ...]:
    """Over all books of the release that have begun."""
    books = []
    if "FRT:WH-NL1/1" in one.run.states:
        books.append(freight_postings(one.frt))
    if "BIL:WH-NL1/1" in one.run.states:
        books.append(billing_postings(one.bil, Policy()))
    for book in books:
        assert sum(balances(book).values()) == 0
    return imbalances(*books)


def named(one: Story) -> list[tuple[str, str]]:
    """Account and document of every imbalance."""
    return [(item.account, item.about) for item in open_items(one)]


@pytest.mark.proves("RC-22", "RC-26")
def test_a_complete_way_leaves_nothing_open() -> None:
    """Every document answered: all clearing accounts are at zero."""
    assert named(story(*WAY)) == []


@pytest.mark.parametrize(
    ("missing", "item"),
    [
        ("accrual answer", ("freight.accrual_answer", "1")),
        ("invoice answer", ("billing.asked", "handover:HO-1")),
        ("payment", ("billing.posted", "INV-1")),
        ("true-up answer", ("freight.accrual_answer", "2")),
        ("settlement", ("freight.approved", "")),
    ],
)
@pytest.mark.proves("RC-22", "RC-08")
def test_a_document_that_never_came_is_one_open_item(missing: str, item: tuple[str, str]) -> None:
    """By name; a payment of an invoice that was never posted waits with it."""
    left_out = {"payment"} if missing == "invoice answer" else set()
    assert named(story(*(told for told in WAY if told[0] != missing and told[0] not in left_out))) == [item]


def again(kind: str) -> Told:
    """The same business twice, under another number."""
    doubled: dict[str, tuple[Payload, Subject]] = {
        "accrual answer": (
            fin.FreightAccrualPosted(doc_no="A-9", amount=eur("1100.00"), period="2026-06", accrual_rev=1),
            CASE,
        ),
        "invoice answer": (posted("INV-9"), ITEM),
        "payment": (
            fin.InvoicePaid(invoice_no="INV-1", amount=eur("530.00"), date="2026-06-21", payment_ref="P-9"),
            ITEM,
        ),
        "carrier invoice": (claim("FI-9", LHL="1000.00", FUE="110.00", DET="200.00"), SHIPMENT),
        "settlement": (fin.FreightSettled(posted_amount=eur("1110.00"), doc_no="PAY-9"), CASE),
    }
    payload, about = doubled[kind]
    return (kind, payload, about)


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        ("accrual answer", ("freight.booked_twice", "A-9")),
        ("invoice answer", ("billing.unasked", "INV-9")),
        ("payment", ("billing.posted", "INV-1")),
        ("carrier invoice", ("freight.invoiced", "FI-9")),
        ("settlement", ("freight.paid_twice", "PAY-9")),
    ],
)
@pytest.mark.proves("RC-26", "FIN-07", "FIN-10", "X-06")
def test_a_document_that_came_twice_is_one_open_item(kind: str, item: tuple[str, str]) -> None:
    """Directly after the first, and at the end of everything."""
    place = [told[0] for told in WAY].index(kind) + 1
    assert named(story(*WAY[:place], again(kind), *WAY[place:])) == [item]
    assert named(story(*WAY, again(kind))) == [item]


@pytest.mark.proves("BIL-13", "BIL-12")
def test_what_is_given_back_clears_what_was_billed_too_much() -> None:
    """A credit note for the difference, and the payment of the rest."""
    one = Story().shipped("on_pod")
    one.departed()
    one.delivered()
    one.tell(pod(), SHIPMENT)
    one.tell(posted(), ITEM)
    one.tell(lmd.PodAmended(pod_ref="P-2", supersedes="POD-1", lines=door(l10=36, l20=10)), SHIPMENT)
    assert named(one) == [("billing.due", "proof:POD-1"), ("billing.posted", "INV-1")]
    one.tell(fin.InvoiceCredited(credit_no="C-1", invoice_no="INV-1", amount=eur("50.00")), ITEM)
    one.tell(fin.InvoicePaid(invoice_no="INV-1", amount=eur("480.00"), date="2026-06-21", payment_ref="P"), ITEM)
    assert named(one) == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WAY), unique_by=lambda told: told[0], max_size=len(WAY)))
def test_the_books_are_zero_whatever_was_told(told: list[Told]) -> None:
    """Any part of the documents, in any order."""
    open_items(story(*told))
