"""Element types (x12-envelope.md §3)."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from crossdock.formats.x12.values import from_number, to_date, to_implied, to_number, to_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260602", date(2026, 6, 2)),
        ("260602", date(2026, 6, 2)),
        ("270101", date(2027, 1, 1)),
        ("280101", date(1928, 1, 1)),
        ("990101", date(1999, 1, 1)),
        ("060101", date(2006, 1, 1)),
        ("20260631", None),
        ("00010101", None),
        ("2026-6-2", None),
        ("²0260602", None),
        ("", None),
        ("2026", None),
    ],
)
def test_dates_have_eight_or_six_digits_in_the_window_of_ts10(text: str, expected: date | None) -> None:
    assert to_date(text, 2026) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1558", time(15, 58)),
        ("155830", time(15, 58, 30)),
        ("1558305", time(15, 58, 30, 500_000)),
        ("15583025", time(15, 58, 30, 250_000)),
        ("2400", None),
        ("1560", None),
        ("155", None),
        ("15583", None),
        ("15:58", None),
        ("", None),
    ],
)
def test_times_have_minutes_at_least(text: str, expected: time | None) -> None:
    assert to_time(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40", Decimal(40)),
        ("-1.50", Decimal("-1.50")),
        (".5", Decimal("0.5")),
        ("4.", Decimal(4)),
        ("1E3", None),
        ("NaN", None),
        ("1,5", None),
        ("", None),
        ("-", None),
        ("1.2.3", None),
        ("1" * 19, None),
    ],
)
def test_numbers_have_no_exponent_and_at_most_eighteen_digits(text: str, expected: Decimal | None) -> None:
    assert to_number(text) == expected


def test_implied_decimals_are_placed() -> None:
    assert to_implied("139240", 2) == Decimal("1392.40")
    assert to_implied("12.5", 2) is None


@pytest.mark.parametrize(
    ("value", "text"), [("40.000", "40"), ("0.50", "0.5"), ("1E+2", "100"), ("-3", "-3"), ("0", "0")]
)
def test_numbers_are_written_plainly(value: str, text: str) -> None:
    assert from_number(Decimal(value)) == text
