"""A carrier is paid once: whatever comes while a payment is on its way (domain.md §3.6, peers.md idea 3.10)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crossdock.canonical.events import money as fin
from crossdock.canonical.vocabulary import Role
from crossdock.process.policy import Policy
from crossdock.process.terms.money import MoneyTerms, Tolerance
from tests.unit.process.freight.freight_kit import OVER, booked, credit, disputed, erp, paid, settled
from tests.unit.process.money import CASE, SHIPMENT, Story, claim, eur, rows

SHIPPER = fin.DisputeOutcome.SHIPPER


def resolved(amount: str = "200.00") -> fin.FreightDisputeResolved:
    """The carrier was wrong, and will give money back."""
    return fin.FreightDisputeResolved(dispute_no="DSP-1", outcome=SHIPPER, amount=eur(amount))


def contested(policy: Policy | None = None) -> Story:
    """1300.00 are claimed where 1100.00 are owed, and 200.00 of it are contested."""
    story = Story(policy).accrued()
    story.tell(erp(1, "1100.00"), CASE)
    story.tell(OVER, SHIPMENT)
    story.tell(disputed(), CASE, by=Role.OPS)
    return story


@pytest.mark.proves("FRT-10", "FRT-11", "Y-13")
def test_the_note_a_dispute_promised_is_no_second_payment() -> None:
    """The dispute ends, the rest is paid; then the note comes, while that payment is still on its way."""
    story = contested()
    story.tell(resolved(), CASE)
    assert paid(story) == ["1100.00"]
    assert rows(story.tell(credit(), SHIPMENT), "FRT")[-1] == "FRT-12 APPROVED"
    assert rows(story.tell(settled("1100.00"), CASE), "FRT") == ["FRT-13 SETTLED"]
    assert paid(story) == ["1100.00"]


@pytest.mark.proves("FRT-18")
def test_a_note_that_comes_after_the_payment_is_taken_off_once() -> None:
    """What the dispute promised was taken off when it ended: nothing is booked a second time."""
    story = contested()
    story.tell(resolved(), CASE)
    story.tell(settled("1100.00"), CASE)
    assert rows(story.tell(credit(), SHIPMENT), "FRT") == ["FRT-18 SETTLED"]
    assert booked(story) == [("post", 1, "1100.00")]
    story.tell(credit("50.00", "CN-2"), SHIPMENT)
    assert booked(story)[-1] == ("adjust", 2, "-50.00")


@pytest.mark.proves("FRT-09", "pay_undisputed")
def test_what_was_paid_beforehand_is_not_paid_with_the_rest() -> None:
    """1100.00 are on their way when the dispute ends half and half: only the other half follows."""
    wide = Tolerance(tol_pos_abs=Decimal(300), tol_pos_pct=Decimal(50))
    story = contested(Policy(money=MoneyTerms(pay_undisputed=True, tolerance=wide)))
    half = fin.FreightDisputeResolved(dispute_no="DSP-1", outcome=fin.DisputeOutcome.SPLIT, amount=eur("100.00"))
    story.tell(half, CASE)
    assert sorted(paid(story)) == ["100.00", "1100.00"]


@pytest.mark.proves("FRT-17")
def test_a_balance_due_is_paid_by_itself() -> None:
    """What comes after the payment is another payment, of the difference."""
    story = Story().accrued()
    story.tell(claim(LHL="1000.00", FUE="100.00"), SHIPMENT)
    story.tell(settled("1100.00"), CASE)
    story.tell(claim("FI-2", fin.CarrierInvoiceType.BALANCE_DUE, LHL="4.00"), SHIPMENT)
    assert sorted(paid(story)) == ["1100.00", "4.00"]


@pytest.mark.proves("FIN-04")
def test_what_failed_and_was_booked_within_a_minute_is_booked() -> None:
    """Two words of the ERP at one instant: that it could not is over, whichever is read first."""
    story = Story().accrued()
    story.tell(erp(1, "1100.00"), CASE)
    story.tell(fin.FreightAccrualFailed(reason="period closed", accrual_rev=1), CASE)
    assert "FIN-04" not in {case.code for case in story.run.cases.values()}
