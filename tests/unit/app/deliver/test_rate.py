"""GCRA: a burst at once, then one call an interval, whatever the pattern of asking."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crossdock.app.deliver.rate import after_calls, calls_admitted, next_admission
from crossdock.ports.connector import Limits
from tests.unit.app.deliver.given import NOON, after

TEN_A_SECOND = Limits(concurrency=100, rate_per_s=10.0, burst=5)


def test_a_fresh_partner_takes_its_burst_and_then_one_an_interval() -> None:
    assert calls_admitted(None, NOON, TEN_A_SECOND) == 5
    full_at = after_calls(None, NOON, TEN_A_SECOND, 5)
    assert calls_admitted(full_at, NOON, TEN_A_SECOND) == 0
    assert next_admission(full_at, NOON, TEN_A_SECOND) == after(milliseconds=100)
    assert calls_admitted(full_at, after(milliseconds=100), TEN_A_SECOND) == 1


def test_a_partner_without_a_limit_is_bounded_by_concurrency_only() -> None:
    unlimited = Limits(concurrency=3)
    assert calls_admitted(None, NOON, unlimited) == 3
    assert after_calls(None, NOON, unlimited, 3) is None
    assert next_admission(None, NOON, unlimited) == NOON


def test_a_reserve_is_kept_for_urgent_calls_where_the_burst_allows() -> None:
    assert calls_admitted(None, NOON, TEN_A_SECOND, keep=1) == 4
    single = Limits(rate_per_s=1.0, burst=1)
    assert calls_admitted(None, NOON, single, keep=1) == 1


def test_a_long_silence_saves_no_more_than_the_burst() -> None:
    full_at = after_calls(None, NOON, TEN_A_SECOND, 5)
    assert calls_admitted(full_at, after(days=3), TEN_A_SECOND) == 5


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_in_no_second_more_calls_start_than_rate_and_burst_allow(gaps_ms: list[int]) -> None:
    now, full_at, starts = NOON, None, list[datetime]()
    for gap_ms in gaps_ms:
        now += timedelta(milliseconds=gap_ms)
        calls = calls_admitted(full_at, now, TEN_A_SECOND)
        full_at = after_calls(full_at, now, TEN_A_SECOND, calls)
        starts += [now] * calls
    for start in starts:
        inside = sum(start <= other < start + timedelta(seconds=1) for other in starts)
        assert inside <= TEN_A_SECOND.burst + TEN_A_SECOND.rate_per_s
