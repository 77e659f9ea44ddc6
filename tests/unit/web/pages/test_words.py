"""How values read on a page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from crossdock.web.pages import words

NOW = datetime(2026, 6, 8, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3_600, "1 h"),
        (5_400, "1 h 30 min"),
        (11 * 3_600 + 60, "11 h"),
        (86_400, "1 d"),
        (90_000, "1 d 1 h"),
        (11 * 86_400 + 3_600, "11 d"),
        (-120, "2 min"),
    ],
)
def test_a_span_is_said_in_its_two_leading_units(seconds: float, said: str) -> None:
    assert words.span(seconds) == said


def test_what_was_and_what_will_be_are_told_apart() -> None:
    assert ">2 min ago<" in words.relative(NOW - timedelta(minutes=2), NOW)
    assert ">in 3 h<" in words.relative(NOW + timedelta(hours=3), NOW)


def test_an_instant_can_be_read_by_machines_and_to_the_second() -> None:
    text = words.instant(NOW)
    assert 'datetime="2026-06-08T06:00:00Z"' in text
    assert "06:00:00 UTC" in text


@pytest.mark.parametrize(
    "shown", [words.instant(None), words.relative(None, NOW), words.money(None), words.count(None)]
)
def test_what_is_not_known_is_a_dash(shown: str) -> None:
    assert "–" in shown


def test_money_keeps_its_cents_and_its_currency() -> None:
    assert words.money(Decimal("1234567.5"), "EUR") == "1\u202f234\u202f567.50 EUR"


def test_sizes_are_said_as_people_say_them() -> None:
    assert [words.size(octets) for octets in (12, 2_048, 3 * 1024 * 1024)] == ["12 B", "2.0 kB", "3.0 MB"]
