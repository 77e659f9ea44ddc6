"""FRT: disputes, credits, overrides and what comes late (domain.md §3.6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crossdock.canonical.events import money as fin
from crossdock.canonical.events import planning as tms
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.policy import Policy
from crossdock.process.terms.money import Contract, MoneyTerms, Tolerance
from crossdock.testing.given import NOON
from tests.unit.process.freight.freight_kit import (
    OVER,
    VOID,
    arrived_and_left,
    booked,
    credit,
    disputed,
    override,
    paid,
    settled,
)
from tests.unit.process.money import (
    CASE,
    ESTIMATE,
    FO,
    KEY,
    SHIPMENT,
    Story,
    claim,
    eur,
    handed,
    rows,
)


@pytest.mark.proves("FRT-07", "FRT-09", "FRT-10", "FIN-01", "FIN-11", "X-13")
def test_an_invoice_over_tolerance_is_disputed_credited_and_paid() -> None:
    """The golden trace's R57 to R60: nothing is paid in silence."""
    story = Story().accrued()
    assert rows(story.tell(OVER, SHIPMENT), "FRT") == ["FRT-05 INVOICED", "FRT-07 MISMATCHED"]
    assert story.cases() == {("FIN-01", ""), ("FIN-11", "DET")}
    assert paid(story) == []
    assert rows(story.tell(disputed(), CASE, by=Role.OPS), "FRT") == ["FRT-09 DISPUTED"]
    command: Any = story.sent("open_freight_dispute")[0]
    assert "120 min are free" in command.reason
    told = story.tell(credit(DET="200.00"), SHIPMENT)
    assert rows(told, "FRT") == ["FRT-10 INVOICED", "FRT-06 MATCHED", "FRT-12 APPROVED"]
    assert paid(story) == ["1100.00"]
    story.tell(settled("1100.00"), CASE)
    assert story.cases() == set()


@pytest.mark.proves("FRT-10")
def test_a_credit_note_without_charges_gives_back_what_was_contested() -> None:
    """It has to go somewhere: to the disputed charge."""
    story = Story().accrued()
    story.tell(OVER, SHIPMENT)
    story.tell(disputed(), CASE, by=Role.OPS)
    assert rows(story.tell(credit(), SHIPMENT), "FRT")[-1] == "FRT-12 APPROVED"


@pytest.mark.proves("FRT-10")
def test_a_corrected_invoice_takes_the_place_of_the_first() -> None:
    """FRT-10 from MISMATCHED."""
    story = Story().accrued()
    story.tell(OVER, SHIPMENT)
    told = story.tell(claim("FI-1C", "corrected"), SHIPMENT)
    assert rows(told, "FRT") == ["FRT-10 INVOICED", "FRT-06 MATCHED", "FRT-12 APPROVED"]
    assert paid(story) == ["1100.00"]


@pytest.mark.parametrize(
    ("outcome", "amount", "expected"),
    [("carrier", "0.00", "1300.00"), ("shipper", "200.00", "1100.00"), ("split", "100.00", "1200.00")],
)
@pytest.mark.proves("FRT-11")
def test_a_dispute_ends_for_one_side_or_between(outcome: str, amount: str, expected: str) -> None:
    """FRT-11: what the carrier keeps of the contested charge is accepted, what it gives back is not paid."""
    story = Story(Policy(money=MoneyTerms(tolerance=Tolerance(tol_pos_abs=Decimal(300), tol_pos_pct=Decimal(50)))))
    story.accrued()
    story.tell(OVER, SHIPMENT)
    story.tell(disputed(), CASE, by=Role.OPS)
    end = fin.FreightDisputeResolved(dispute_no="DSP-1", outcome=fin.DisputeOutcome(outcome), amount=eur(amount))
    told = story.tell(end, CASE)
    assert rows(told, "FRT") == ["FRT-11 INVOICED", "FRT-06 MATCHED", "FRT-12 APPROVED"]
    assert paid(story) == [expected]


@pytest.mark.proves("FRT-09", "pay_undisputed")
def test_the_undisputed_part_is_paid_where_the_policy_says_so() -> None:
    """pay_undisputed; the rest follows when the dispute ends."""
    story = Story(Policy(money=MoneyTerms(pay_undisputed=True))).accrued()
    story.tell(OVER, SHIPMENT)
    story.tell(disputed(), CASE, by=Role.OPS)
    assert paid(story) == ["1100.00"]


@pytest.mark.proves("FRT-08", "freight_override_limit", "INT-04")
def test_a_person_may_override_within_the_limit_and_two_beyond_it() -> None:
    """The accrual follows what was approved; alone beyond the limit it is refused."""
    story = Story().accrued()
    story.tell(OVER, SHIPMENT)
    told = story.tell(override("1300.00"), CASE, by=Role.OPS)
    assert rows(told, "FRT") == ["FRT-08 APPROVED"]
    assert (booked(story)[-1], paid(story)) == (("adjust", 2, "200.00"), ["1300.00"])
    large = Story().accrued()
    large.tell(claim(LHL="1000.00", FUE="100.00", OTH="400.00"), SHIPMENT)
    refused = large.tell(override("1500.00"), CASE, by=Role.OPS)
    assert refused.disposition is Disposition.REJECT
    assert paid(large) == []
    assert rows(large.tell(override("1500.00", second="u.lee"), CASE, by=Role.OPS), "FRT") == ["FRT-08 APPROVED"]


@pytest.mark.parametrize(("disputes", "clock"), [(False, "tm_mismatch"), (True, "tm_dispute")])
@pytest.mark.proves("tm_mismatch", "tm_dispute", "FIN-01")
def test_undecided_and_unanswered_are_chased(disputes: bool, clock: str) -> None:
    """FIN-01 stays, or opens where only a charge failed."""
    story = Story(Policy(money=MoneyTerms(tolerance=Tolerance(tol_pos_abs=Decimal(300), tol_pos_pct=Decimal(50)))))
    story.accrued()
    story.tell(OVER, SHIPMENT)
    assert story.cases() == {("FIN-11", "DET")}
    if disputes:
        story.tell(disputed(), CASE, by=Role.OPS)
    story.ring(clock)
    assert ("FIN-01", "") in story.cases()


@pytest.mark.proves("FIN-02", "FRT-07")
def test_an_invoice_far_below_is_a_case_too() -> None:
    """FIN-02."""
    story = Story().accrued()
    assert rows(story.tell(claim(LHL="600.00", FUE="100.00"), SHIPMENT), "FRT")[-1] == "FRT-07 MISMATCHED"
    assert story.cases() == {("FIN-02", "")}


@pytest.mark.proves("FIN-01", "freight_s2_abs")
def test_a_large_excess_says_that_it_is_graver() -> None:
    """freight_s2_abs."""
    story = Story().accrued()
    story.tell(claim(LHL="1700.00", FUE="100.00"), SHIPMENT)
    (case,) = (case for case in story.run.cases.values() if case.code == "FIN-01")
    assert "S2" in case.detail


@pytest.mark.proves("FRT-15", "FRT-16", "FIN-03", "hold_ttl_freight")
def test_an_invoice_before_the_accrual_waits_and_is_matched_then() -> None:
    """UNMATCHED, FIN-03 when nothing comes in time, and the accrual is what matches it."""
    story = Story().planned()
    story.tell(ESTIMATE, SHIPMENT)
    assert rows(story.tell(claim(), SHIPMENT), "FRT") == ["FRT-15 UNMATCHED"]
    told = story.tell(handed(), FO)
    assert rows(told, "FRT") == ["FRT-16 INVOICED", "FRT-06 MATCHED", "FRT-12 APPROVED"]
    late = Story().planned()
    assert rows(late.tell(claim(), SHIPMENT), "FRT") == ["FRT-15 UNMATCHED"]
    assert rows(late.ring("hold_ttl_freight"), "FRT") == ["FRT-15 UNMATCHED"]
    assert late.cases() == {("FIN-03", "")}


@pytest.mark.proves("FRT-19", "FIN-03")
def test_an_unmatched_invoice_the_carrier_withdraws_is_over() -> None:
    """FRT-19, and half of it is not."""
    story = Story().planned()
    story.tell(claim(), SHIPMENT)
    story.ring("hold_ttl_freight")
    assert rows(story.tell(credit("100.00"), SHIPMENT), "FRT") == ["FRT-19 UNMATCHED"]
    assert rows(story.tell(credit("1000.00", "CN-2"), SHIPMENT), "FRT") == ["FRT-19 REVERSED"]
    assert story.cases() == set()


@pytest.mark.proves("hold_ttl_freight")
def test_a_credit_before_its_invoice_waits() -> None:
    """It is a money event: held, and taken with the invoice."""
    story = Story().accrued()
    assert story.tell(credit("50.00"), SHIPMENT).disposition is Disposition.HOLD
    assert "hold_ttl_freight" in story.timers()
    told = story.tell(claim(LHL="1050.00", FUE="100.00"), SHIPMENT)
    assert "FRT-05 INVOICED" in rows(told, "FRT")
    assert story.frt.papers.keys() == {"FI-1", "credit:CN-1"}


@pytest.mark.proves("FRT-17")
def test_a_balance_due_after_settlement_is_matched_with_all_before_it() -> None:
    """Cumulative: within tolerance it is approved, and only the rest is paid."""
    story = Story().accrued()
    story.tell(claim(), SHIPMENT)
    story.tell(settled("1100.00"), CASE)
    told = story.tell(claim("FI-2", "balance_due", FUE="10.00"), SHIPMENT)
    assert rows(told, "FRT") == ["FRT-17 INVOICED", "FRT-06 MATCHED", "FRT-12 APPROVED"]
    assert paid(story) == ["1100.00", "10.00"]


@pytest.mark.proves("FRT-18")
def test_a_credit_after_settlement_is_posted() -> None:
    """FRT-18."""
    story = Story().accrued()
    story.tell(claim(), SHIPMENT)
    story.tell(settled("1100.00"), CASE)
    assert rows(story.tell(credit("30.00"), SHIPMENT), "FRT") == ["FRT-18 SETTLED"]
    assert booked(story)[-1] == ("adjust", 2, "-30.00")


@pytest.mark.parametrize("number", ["FI-1", "fi-1", "  FI-1 ", "00FI-1"])
@pytest.mark.proves("X-06")
def test_the_same_invoice_number_again_is_suppressed(number: str) -> None:
    """§3.6.1 step 1, first kind; variant (f)."""
    story = Story().accrued()
    story.tell(claim(), SHIPMENT)
    again = story.tell(claim(number), SHIPMENT)
    assert (again.disposition, again.transitions) == (Disposition.SUPPRESS, [])
    assert paid(story) == ["1100.00"]


@pytest.mark.proves("FIN-10")
def test_the_same_claim_under_another_number_is_held() -> None:
    """Second kind; the carrier's credit of it is the proof that it was one."""
    story = Story().accrued()
    story.tell(claim(), SHIPMENT)
    told = story.tell(claim("FI-9"), SHIPMENT)
    assert (told.disposition, story.cases()) == (Disposition.ESCALATE, {("FIN-10", "FI-9")})
    assert (paid(story), story.frt.suspects) == (["1100.00"], {"FI-9": 11_000_000})
    story.tell(credit("1100.00", invoice="FI-9"), SHIPMENT)
    assert (story.cases(), story.frt.state) == (set(), "APPROVED")


@pytest.mark.proves("FRT-05")
def test_late_money_goes_to_the_open_period() -> None:
    """`period_shift`: what happened in June and reaches us in July is booked in July."""
    story = Story().planned()
    story.tell(ESTIMATE, SHIPMENT)
    story.at = NOON + timedelta(days=29)
    late = story.tell(handed(), FO)
    assert late.fact.at.month == 6
    command: Any = story.sent("post_freight_accrual")[0]
    assert (command.period, command.ext) == ("2026-06", {})


@pytest.mark.proves("FIN-11")
def test_dwell_beyond_free_time_earns_detention() -> None:
    """52 minutes do not, 180 do, at the contract's rate an hour."""
    rate = MoneyTerms(contracts={"NVTR": Contract(detention_rate=Decimal(60))})
    for minutes, last in ((52, "FRT-07 MISMATCHED"), (180, "FRT-12 APPROVED")):
        story = Story(Policy(money=rate)).planned()
        story.tell(ESTIMATE, SHIPMENT)
        story.fold(arrived_and_left(story, minutes))
        story.tell(handed(), FO)
        assert rows(story.tell(claim(LHL="1000.00", FUE="100.00", DET="45.00"), SHIPMENT), "FRT")[-1] == last


def test_key_of_the_case() -> None:
    """The case is named as we asked for the transport, so that what is learned later makes no second one."""
    story = Story().accrued()
    command: Any = story.sent("post_freight_accrual")[0]
    assert (command.case, command.shipment) == (KEY, "SHP-1")


@pytest.mark.proves("FIN-04", "FIN-11", "FRT-14", "FRT-13")
def test_what_was_overdue_ends_with_the_case() -> None:
    """FIN-04 for an invoice that never came ends when nothing is owed; FIN-11 for a large fee when it is paid."""
    void = Story().accrued()
    void.ring("tm_freight_invoice")
    assert ("FIN-04", "") in void.cases()
    assert rows(void.tell(VOID, SHIPMENT), "FRT") == ["FRT-14 REVERSED"]
    assert ("FIN-04", "") not in void.cases()
    dear = Story().planned()
    dear.tell(ESTIMATE, SHIPMENT)
    dear.tell(tms.ShipmentCancelled(cancel_id="X-1", fees=(eur("75.00"),)), SHIPMENT)
    dear.tell(claim(TON="75.00"), SHIPMENT)
    assert dear.cases() == {("FIN-11", "TON")}
    dear.tell(settled("75.00"), CASE)
    assert dear.cases() == set()


@pytest.mark.proves("FIN-04", "FRT-05")
def test_the_invoice_ends_the_case_of_its_absence() -> None:
    """Asked for, and here."""
    story = Story().accrued()
    story.ring("tm_freight_invoice")
    story.tell(claim(), SHIPMENT)
    assert story.cases() == set()
