"""Daily send windows in the partner's own zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.app.deliver.window import opened_at, opens_at
from crossdock.kernel.errors import Permanent

OFFICE = ("08:00", "18:00")
NIGHT = ("22:00", "04:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_without_a_window_the_way_is_always_open() -> None:
    now = at("2026-06-01T03:00")
    assert opens_at(None, "UTC", now) == now
    assert opened_at(None, "UTC", now) is not None


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-06-01T05:59", "2026-06-01T06:00"),
        ("2026-06-01T06:00", "2026-06-01T06:00"),
        ("2026-06-01T15:59", "2026-06-01T15:59"),
        ("2026-06-01T16:00", "2026-06-02T06:00"),
    ],
)
def test_office_hours_are_read_in_the_partners_zone(now: str, opens: str) -> None:
    assert opens_at(OFFICE, "Europe/Amsterdam", at(now)) == at(opens)


@pytest.mark.parametrize(("now", "is_open"), [("21:59", False), ("22:00", True), ("03:59", True), ("04:00", False)])
def test_a_window_may_span_midnight(now: str, is_open: bool) -> None:
    assert (opened_at(NIGHT, "UTC", at(f"2026-06-01T{now}")) is not None) is is_open


def test_patience_can_count_from_when_the_window_opened() -> None:
    assert opened_at(NIGHT, "UTC", at("2026-06-02T01:00")) == at("2026-06-01T22:00")


def test_a_clock_change_moves_the_window_with_the_wall_clock() -> None:
    assert opens_at(OFFICE, "Europe/Amsterdam", at("2026-10-24T20:00")) == at("2026-10-25T07:00")


@pytest.mark.parametrize(("window", "tz"), [(("8 o'clock", "18:00"), "UTC"), (OFFICE, "Europe/Atlantis")])
def test_a_window_that_cannot_be_read_names_the_file_to_correct(window: tuple[str, str], tz: str) -> None:
    with pytest.raises(Permanent, match="correct the partner's file"):
        opens_at(window, tz, at("2026-06-01T12:00"))
