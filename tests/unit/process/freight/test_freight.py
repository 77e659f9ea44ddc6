"""FRT: from estimate to settled invoice, with everything that can go wrong between (domain.md §3.6)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crossdock.canonical.events import money as fin
from crossdock.canonical.events import planning as tms
from crossdock.process.policy import Policy
from crossdock.process.terms.money import Contract, MoneyTerms
from tests.unit.process.freight.freight_kit import (
    VOID,
    booked,
    erp,
    paid,
    settled,
)
from tests.unit.process.money import (
    CASE,
    ESTIMATE,
    FO,
    SHIPMENT,
    Story,
    charge,
    claim,
    eur,
    handed,
    rows,
)


@pytest.mark.proves("FRT-01", "FRT-02", "FRT-03", "Y-12")
def test_what_is_quoted_is_accrued_with_actual_weight_when_it_leaves() -> None:
    """450 kg were quoted, 500 kg leave: the confirmed hand-over accrues 1000.00 and 10 % fuel, once."""
    story = Story().planned()
    assert rows(story.tell(ESTIMATE, SHIPMENT), "FRT") == ["FRT-01 ESTIMATED"]
    assert rows(story.tell(replace(ESTIMATE, rev=2), SHIPMENT), "FRT") == ["FRT-02 ESTIMATED"]
    assert booked(story) == []
    assert rows(story.tell(handed(), FO), "FRT") == ["FRT-03 ACCRUED"]
    assert booked(story) == [("post", 1, "1100.00")]
    assert {"tm_freight_invoice", "accrual_age_max", "tm_erp_post"} <= story.timers()


@pytest.mark.proves("FRT-03", "Y-26", "X-06")
def test_a_repeated_estimate_accrues_nothing_more() -> None:
    """X-06: no second accrual, however often it is said."""
    story = Story().accrued()
    story.tell(ESTIMATE, SHIPMENT)
    story.departed()
    story.delivered()
    assert booked(story) == [("post", 1, "1100.00")]


@pytest.mark.proves("FRT-03")
def test_an_inferred_departure_accrues_nothing() -> None:
    """Money does not move on inference."""
    story = Story().planned()
    story.tell(ESTIMATE, SHIPMENT)
    story.departed()
    assert booked(story) == []


@pytest.mark.proves("FRT-03", "accrual_trigger")
def test_a_contract_that_pays_on_delivery_accrues_then() -> None:
    """accrual_trigger=delivery."""
    pays = MoneyTerms(contracts={"NVTR": Contract(accrual_trigger="delivery")})
    story = Story(Policy(money=pays)).accrued()
    assert booked(story) == []
    story.departed()
    assert rows(story.delivered(), "FRT") == ["FRT-03 ACCRUED"]


@pytest.mark.proves("FRT-01", "FRT-03")
def test_an_estimate_that_comes_late_accrues_at_once() -> None:
    """What left before it was quoted is owed all the same."""
    story = Story().shipped()
    assert rows(story.tell(ESTIMATE, SHIPMENT), "FRT") == ["FRT-01 ESTIMATED", "FRT-03 ACCRUED"]


@pytest.mark.proves("FRT-04")
def test_a_new_rate_adjusts_by_the_difference() -> None:
    """FRT-04."""
    story = Story().accrued()
    dearer = replace(ESTIMATE, rev=2, charges=(*ESTIMATE.charges, charge("LIF", "40.00", by="u.hart")))
    assert rows(story.tell(dearer, SHIPMENT), "FRT") == ["FRT-04 ACCRUED"]
    assert booked(story) == [("post", 1, "1100.00"), ("adjust", 2, "40.00")]


@pytest.mark.proves("FIN-04", "tm_erp_post")
def test_an_accrual_the_erp_does_not_book_is_a_case_until_it_does() -> None:
    """FIN-04, failed or silent."""
    story = Story().accrued()
    story.tell(fin.FreightAccrualFailed(reason="no account", accrual_rev=1), CASE)
    assert story.cases() == {("FIN-04", "1")}
    story.tell(erp(1, "1100.00"), CASE)
    assert story.cases() == set()
    assert "tm_erp_post" not in story.timers()
    silent = Story().accrued()
    silent.ring("tm_erp_post", "1")
    assert silent.cases() == {("FIN-04", "1")}


@pytest.mark.proves("FRT-04", "RC-22")
def test_what_the_erp_booked_otherwise_is_put_right() -> None:
    """A view of the facts that was not the last may have posted another amount: one adjustment mends it."""
    story = Story().accrued()
    story.tell(erp(1, "1050.00"), CASE)
    assert booked(story)[-1] == ("adjust", 2, "50.00")


def test_a_revision_nobody_here_asked_for_is_counted_and_put_right() -> None:
    """A view that was not the last asked for it: what is booked next brings the ERP's account right."""
    story = Story().accrued()
    story.tell(erp(1, "1100.00"), CASE)
    story.tell(erp(2, "70.00"), CASE)
    story.tell(claim(), SHIPMENT)
    assert booked(story)[-1] == ("adjust", 3, "-70.00")
    early = Story().accrued()
    early.tell(erp(2, "10.00"), CASE)
    early.tell(claim(), SHIPMENT)
    assert booked(early)[-1] == ("adjust", 3, "-10.00")


def test_answers_dated_before_what_asked_for_them_end() -> None:
    """Each correction would be answered before its cause again, and ask for another: it was trillions once."""
    story = Story().accrued()
    story.tell(erp(1, "1100.00"), CASE)
    for revision in range(2, 12):
        story.tell(erp(revision, "70.00" if revision % 2 else "-70.00"), CASE)
    assert len(booked(story)) == len(booked(Story().accrued()))


@pytest.mark.parametrize(("clock", "state"), [("tm_freight_invoice", "ACCRUED"), ("accrual_age_max", "ACCRUED")])
@pytest.mark.proves("FIN-04", "tm_freight_invoice", "accrual_age_max", "Y-32")
def test_an_accrual_without_an_invoice_ages(clock: str, state: str) -> None:
    """FIN-04 asks for the invoice."""
    story = Story().accrued()
    story.ring(clock)
    assert (story.cases(), story.frt.state) == ({("FIN-04", "")}, state)


@pytest.mark.proves("FRT-14", "FRT-03")
def test_a_voided_hand_over_takes_the_accrual_back_and_a_new_one_owes_again() -> None:
    """FRT-14 of 3.11, then FRT-03 under the next revision."""
    story = Story().accrued()
    assert rows(story.tell(VOID, SHIPMENT), "FRT") == ["FRT-14 REVERSED"]
    assert booked(story)[-1] == ("reverse", 2, "-1100.00")
    assert rows(story.tell(handed("HO-2"), FO), "FRT") == ["FRT-03 ACCRUED"]
    assert booked(story)[-1] == ("post", 3, "1100.00")
    assert story.frt.posted == 11_000_000


@pytest.mark.proves("FRT-14", "cancel_fee_auto_max", "FIN-11")
def test_a_cancelled_shipment_owes_nothing_but_its_fee() -> None:
    """Without a fee the case is over; with one, TON is accrued, and a large one needs a person."""
    free = Story().planned()
    free.tell(ESTIMATE, SHIPMENT)
    gone = tms.ShipmentCancelled(cancel_id="X-1")
    assert rows(free.tell(gone, SHIPMENT), "FRT") == ["FRT-14 REVERSED"]
    dear = Story().planned()
    dear.tell(ESTIMATE, SHIPMENT)
    assert rows(dear.tell(replace(gone, fees=(eur("75.00"),)), SHIPMENT), "FRT") == ["FRT-03 ACCRUED"]
    assert booked(dear) == [("post", 1, "75.00")]
    assert dear.cases() == {("FIN-11", "TON")}
    assert rows(dear.tell(claim(TON="75.00"), SHIPMENT), "FRT")[-1] == "FRT-12 APPROVED"


@pytest.mark.proves("FRT-05", "FRT-06", "FRT-12", "FRT-13", "tm_settle")
def test_an_invoice_within_tolerance_is_approved_trued_up_and_settled() -> None:
    """+12.40 on fuel passes; the accrual follows, one payment is made, nothing is left over."""
    story = Story().accrued()
    told = story.tell(claim(LHL="1000.00", FUE="112.40"), SHIPMENT)
    assert rows(told, "FRT") == ["FRT-05 INVOICED", "FRT-06 MATCHED", "FRT-12 APPROVED"]
    assert (booked(story)[-1], paid(story)) == (("adjust", 2, "12.40"), ["1112.40"])
    assert "tm_settle" in story.timers()
    assert rows(story.tell(settled("1112.40"), CASE), "FRT") == ["FRT-13 SETTLED"]
    assert (story.frt.posted, story.cases(), story.timers() & {"tm_settle", "accrual_age_max"}) == (
        11_124_000,
        set(),
        set(),
    )


@pytest.mark.proves("FRT-13")
def test_what_was_paid_less_releases_the_rest_of_the_accrual() -> None:
    """A discount at payment."""
    story = Story().accrued()
    story.tell(claim(), SHIPMENT)
    story.tell(settled("1078.00"), CASE)
    assert booked(story)[-1] == ("adjust", 2, "-22.00")


@pytest.mark.proves("FIN-04", "tm_settle")
def test_approved_and_not_paid_in_time_is_a_case() -> None:
    """tm_settle."""
    story = Story().accrued()
    story.tell(claim(), SHIPMENT)
    story.ring("tm_settle")
    assert story.cases() == {("FIN-04", "")}


@pytest.mark.proves("FRT-13", "INT-05")
def test_an_erp_that_pays_outside_the_flow_is_believed_and_asked() -> None:
    """Settled before approved: APPLY and INT-05; a second payment beyond what was approved too."""
    story = Story().accrued()
    assert rows(story.tell(settled("1100.00"), CASE), "FRT") == ["FRT-13 SETTLED"]
    assert len(story.cases("INT-05")) == 1
    twice = Story().accrued()
    twice.tell(claim(), SHIPMENT)
    twice.tell(settled("1100.00"), CASE)
    twice.tell(settled("1100.00", "PAY-2"), CASE)
    assert len(twice.cases("INT-05")) == 1
