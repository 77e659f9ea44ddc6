"""One invoice for a whole order, asked for or posted: shared out among the releases it covers (domain.md §9.3)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import money as fin
from crossdock.canonical.parts import OrderLine, StockAtp
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.policy import Policy
from crossdock.process.terms.money import MoneyTerms
from crossdock.testing.given import NOON
from tests.unit.process.money import ORDER, Story, approved, eur, lines, posted, qty

WHOLE = Subject("billing_item", "SO-1")
ONE = MoneyTerms(invoice_split="order")


def two_sites(money: MoneyTerms) -> Story:
    """Line 10 leaves one warehouse, line 20 another: 500.00 and 30.00."""
    story = Story(Policy(money=money))
    ordered = tuple(
        OrderLine(no=no, item=no, qty=qty(amount), unit_price=eur(price), stock=(StockAtp(site, Decimal(99)),))
        for no, amount, price, site in (("10", 40, "12.50", "WH-A"), ("20", 10, "3.00", "WH-B"))
    )
    story.tell(approved(lines=ordered), ORDER)
    return story


def hand_over(story: Story, site: str, number: str, **amounts: int) -> None:
    """A warehouse that only says what left; its grace is over."""
    about = Subject("fulfilment_order", f"SO-1/{site}/1")
    accepted = wms.FulfilmentAccepted(wms_ref="W", lines=lines(**amounts), order_no="SO-1", warehouse=site)
    story.tell(accepted, about)
    story.tell(wms.AllocationConfirmed(lines=lines(**amounts), order_no="SO-1", warehouse=site), about)
    story.tell(wms.WaveAssigned(wave_no="V", order_no="SO-1", warehouse=site), about)
    story.tell(wms.PickCompleted(lines=lines(**amounts), order_no="SO-1", warehouse=site), about)
    story.tell(wms.PackCompleted(packages=(), complete=True, order_no="SO-1", warehouse=site), about)
    gone = wms.ShipmentHandedOver(
        handover_no=number, at=NOON + timedelta(hours=1), packages=(), lines=lines(**amounts), order_no="SO-1",
        warehouse=site,
    )  # fmt: skip
    story.tell(gone, about)


def requests(story: Story) -> list[tuple[str, str]]:
    """Item and amount of every invoice asked for."""
    asked: list[Any] = list(story.sent("request_invoice"))
    return [(one.billing_item, str(one.amount.amount)) for one in asked]


def states(story: Story) -> dict[str, str]:
    """Billing items by release."""
    return {name: label for name, label in story.run.headlines().items() if name.startswith("BIL")}


@pytest.mark.proves("BIL-02", "BIL-04", "BIL-09")
def test_one_invoice_for_the_order_when_all_of_it_is_due() -> None:
    """invoice_split=order: nothing is asked for before the last release left; its parts are posted and paid with it."""
    story = two_sites(ONE)
    hand_over(story, "WH-A", "HO-A", l10=40)
    assert requests(story) == []
    hand_over(story, "WH-B", "HO-B", l20=10)
    assert requests(story) == [("SO-1", "530.00")]
    story.tell(posted(), WHOLE)
    assert states(story) == {"BIL:WH-A/1": "POSTED", "BIL:WH-B/1": "POSTED"}
    story.tell(fin.InvoicePaid(invoice_no="INV-1", amount=eur("530.00"), date="2026-07-01"), WHOLE)
    assert set(states(story).values()) == {"PAID"}
    assert story.cases() == set()


@pytest.mark.proves("BIL-04", "BIL-12")
def test_an_erp_that_invoices_by_order_is_understood() -> None:
    """Whatever was asked for: each release gets its lines, and of a credit its share."""
    story = two_sites(MoneyTerms())
    hand_over(story, "WH-A", "HO-A", l10=40)
    hand_over(story, "WH-B", "HO-B", l20=10)
    assert [item for item, _ in requests(story)] == ["SO-1/WH-A/1", "SO-1/WH-B/1"]
    story.tell(posted(), WHOLE)
    assert set(states(story).values()) == {"POSTED"}
    story.tell(fin.InvoiceCredited(credit_no="CN", invoice_no="INV-1", amount=eur("530.00")), WHOLE)
    assert set(states(story).values()) == {"CREDITED"}


@pytest.mark.proves("BIL-05", "FIN-07")
def test_what_nobody_is_owed_is_a_case() -> None:
    """One piece more than left."""
    story = two_sites(MoneyTerms())
    hand_over(story, "WH-A", "HO-A", l10=40)
    story.tell(posted("INV-1", "512.50", l10=41), WHOLE)
    assert story.cases() == {("FIN-07", "INV-1")}


@pytest.mark.proves("BIL-06", "FIN-06")
def test_a_failed_invoice_of_the_order_fails_all_its_parts() -> None:
    """And a silent ERP is a case about the order."""
    story = two_sites(ONE)
    hand_over(story, "WH-A", "HO-A", l10=40)
    hand_over(story, "WH-B", "HO-B", l20=10)
    story.ring("tm_invoice_ack", scope="SO-1")
    assert story.cases() == {("FIN-06", "")}
    story.tell(fin.InvoiceFailed(request_key="k", reason="no tax code"), WHOLE)
    assert set(states(story).values()) == {"FAILED"}


def test_an_answer_before_anything_left_waits() -> None:
    """Nothing is known that it could be about."""
    story = two_sites(MoneyTerms())
    assert story.tell(posted(), WHOLE).disposition is Disposition.HOLD


@pytest.mark.proves("FIN-06")
def test_the_case_of_a_silent_erp_ends_with_its_invoice() -> None:
    """The order's own FIN-06."""
    story = two_sites(ONE)
    hand_over(story, "WH-A", "HO-A", l10=40)
    hand_over(story, "WH-B", "HO-B", l20=10)
    story.ring("tm_invoice_ack", scope="SO-1")
    story.tell(posted(), WHOLE)
    assert story.cases() == set()
