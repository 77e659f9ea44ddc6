"""Counts since 1970 as platforms write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.kernel.instant import from_epoch

WANTED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.proves("TS-02")
@pytest.mark.parametrize("count", [1_772_443_800, 1_772_443_800_000])
def test_seconds_and_milliseconds_are_told_apart_by_their_size(count: int) -> None:
    assert from_epoch(count) == WANTED


@pytest.mark.proves("TS-02")
def test_the_bound_is_ten_to_the_eleventh() -> None:
    assert from_epoch(10**11 - 1).year == 5138
    assert from_epoch(10**11) == datetime(1973, 3, 3, 9, 46, 40, tzinfo=UTC)
