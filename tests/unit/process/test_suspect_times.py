"""Times that cannot be, or hardly: marked, put in their place, and never a reason to drop what was said (§4.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.canonical.envelope import Fact, Source, Subject
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence, TimeQuality
from crossdock.process.suspect import judged, time_quality
from crossdock.process.terms.times import TimeTerms

RECEIVED = datetime(2026, 6, 1, 12, tzinfo=UTC)
TERMS = TimeTerms()


def told(ahead: timedelta, cls: FactClass = FactClass.ACT, role: Role = Role.CAR) -> Fact:
    """A scan that says it happened so much after it reached us."""
    payload = TrackingMilestone(milestone=Milestone.DEPARTED_ORIGIN)
    at = Occurrence(RECEIVED + ahead)
    body = make_envelope("tracking.milestone", Subject("shipment", "S-1"), Source(role, "x"), at, payload, cls=cls)
    return decode_fact(body, RECEIVED)


@pytest.mark.proves("TS-11", "skew_ok")
@pytest.mark.parametrize("ahead", [timedelta(), timedelta(seconds=1), timedelta(minutes=5)])
def test_two_clocks_that_differ_a_little_are_accepted_unchanged(ahead: timedelta) -> None:
    fact = told(ahead)
    assert judged(fact, TERMS) is fact
    assert fact.occurred.instant == RECEIVED + ahead
    assert abs(fact.placed_at - RECEIVED) < timedelta(milliseconds=1), "but it stands at its receipt"


@pytest.mark.proves("TS-12", "skew_ok")
def test_what_is_further_ahead_is_marked_and_stands_at_its_receipt() -> None:
    fact = judged(told(timedelta(minutes=5, seconds=1)), TERMS)
    assert fact.occurred.quality is TimeQuality.SUSPECT_FUTURE
    assert fact.occurred.instant == RECEIVED + timedelta(minutes=5, seconds=1), "what was said is kept"
    assert abs(fact.placed_at - RECEIVED) < timedelta(milliseconds=1)
    wider = TimeTerms(skew_ok=3_600)
    assert time_quality(told(timedelta(minutes=59)), wider) is TimeQuality.EXACT


@given(st.lists(st.timedeltas(timedelta(), timedelta(hours=26)), min_size=2, max_size=6))
def test_what_came_in_one_batch_keeps_the_order_it_states(leads: list[timedelta]) -> None:
    placed = [told(ahead).placed_at for ahead in sorted(leads)]
    assert placed == sorted(placed)
    assert placed[-1] - RECEIVED < timedelta(seconds=0.1)


@pytest.mark.proves("TS-14")
def test_what_is_long_past_is_marked_and_keeps_its_place() -> None:
    """Decision record 9: it applies at its place whenever it comes; its time is doubtful, and no more than that."""
    fact = judged(told(-timedelta(days=31)), TERMS)
    assert fact.occurred.quality is TimeQuality.SUSPECT_PAST
    assert fact.placed_at == fact.at
    assert time_quality(told(-timedelta(days=30)), TERMS) is TimeQuality.EXACT


@pytest.mark.proves("TS-16")
@pytest.mark.parametrize("cls", [FactClass.EST, FactClass.PLN, FactClass.REQ])
def test_estimates_and_plans_may_lie_ahead(cls: FactClass) -> None:
    fact = told(timedelta(days=9), cls)
    assert judged(fact, TERMS) is fact
    assert fact.placed_at == fact.at


def test_we_believe_ourselves() -> None:
    assert time_quality(told(timedelta(hours=1), role=Role.SYNC), TERMS) is TimeQuality.EXACT


def test_terms_that_are_none_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"skew_ok": -1}, TimeTerms)
