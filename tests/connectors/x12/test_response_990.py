"""990 to carrier.accepted and carrier.rejected (domain.md §2.3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.connectors.x12.kit import context, file, idents, reply, tell, tell_990


def test_an_acceptance_names_load_and_pro() -> None:
    told = tell_990("B1*NVTR*LD-5*20260602*A", "N9*CN*NV7745120", "N7*AB*1234")
    (fact,) = told.facts
    assert (fact.type, fact.key) == ("carrier.accepted", "carrier.accepted|load:LD-5|LD-5,NVTR")
    assert idents(fact) == ["load||LD-5", "shipment||LD-5", "pro|NVTR|NV7745120"]
    assert (fact.payload.pro_no, fact.payload.equipment.no) == ("NV7745120", "AB1234")  # type: ignore[attr-defined]


def test_the_answer_is_as_old_as_its_group_when_both_name_the_same_day() -> None:
    (fact,) = tell_990("B1*NVTR*LD-5*20260602*A").facts
    assert (fact.at, fact.occurred.quality) == (datetime(2026, 6, 2, 13, 58, tzinfo=UTC), "assumed")


@pytest.mark.parametrize(
    ("tz", "at"),
    [
        ("America/New_York", datetime(2026, 6, 2, 15, 58, tzinfo=UTC)),
        ("UTC", datetime(2026, 6, 2, 15, 58, tzinfo=UTC)),
        ("Europe/Amsterdam", datetime(2026, 6, 2, 13, 58, tzinfo=UTC)),
    ],
)
def test_an_envelope_is_never_younger_than_its_receipt(tz: str, at: datetime) -> None:
    (fact,) = tell(file("990", "B1*NVTR*LD-5*20260602*A"), context("CAR", tz)).facts
    assert fact.at == at


def test_ts07_another_day_is_noon_there() -> None:
    (fact,) = tell_990("B1*NVTR*LD-5*20260601*A").facts
    assert (fact.at, fact.occurred.quality) == (datetime(2026, 6, 1, 10, tzinfo=UTC), "date_only")


@pytest.mark.parametrize("action", ["D", "E"])
def test_a_decline_is_a_rejection_with_the_carriers_words(action: str) -> None:
    (fact,) = tell_990(f"B1*NVTR*LD-5*20260602*{action}", "K1*NO TRUCK*UNTIL FRIDAY").facts
    assert (fact.type, fact.payload.reason) == ("carrier.rejected", "NO TRUCK UNTIL FRIDAY")  # type: ignore[attr-defined]


@pytest.mark.parametrize("action", ["B", "C", "U", "N"])
def test_conditions_and_counter_offers_are_never_taken_for_a_yes(action: str) -> None:
    told = tell_990(f"B1*NVTR*LD-5*20260602*{action}")
    assert told.facts == []
    (finding,) = told.findings
    assert (finding.code, finding.severity) == (f"X12-990-{action}", "error")
    assert "a person must" in finding.detail
    assert ["AK5", "A"] in reply(file("990", f"B1*NVTR*LD-5*20260602*{action}"), context())


def test_our_tender_number_comes_back_where_the_carrier_returns_it() -> None:
    (echoed,) = tell_990("B1*NVTR*LD-5*20260602*A", "N9*TN*T-77").facts
    (later,) = tell_990("B1*NVTR*LD-5*20260602*A", "L11*T-78*TN", "L11*B-1*BM").facts
    assert (echoed.payload.tender_no, later.payload.tender_no) == ("T-77", "T-78")  # type: ignore[attr-defined]
    assert idents(later)[-1] == "bol||B-1"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("B1**LD-5*20260602*A", "X12-723-1"),
        ("B1*NVTR**20260602*A", "X12-723-1"),
        ("B1*NVTR*LD-5*20260602", "X12-723-1"),
        ("B1*NVTR*LD-5*20261302*A", "X12-723-8"),
        ("N9*CN*X", "X12-720-3"),
        ("B1*NVTR*LD-5*20260602*Q", "MDM-03"),
    ],
)
def test_what_is_no_answer_makes_no_fact(row: str, code: str) -> None:
    told = tell_990(row)
    assert told.facts == []
    assert code in told.codes
