"""Each kind of silence is named as what it is, and a night or a holiday is none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from crossdock.app.slos.silence import Expectation, ended, silences
from crossdock.ports.slos import Pulse
from crossdock.process.terms.cases import Calendar

NOW = datetime(2026, 6, 8, 16, tzinfo=UTC)  # a Monday
HOUR = 3600.0
ASSIGNED = "carrier.accepted"
AGREED = Expectation("tms", "The TMS", "transport desk", 4 * HOUR, 6 * HOUR, {ASSIGNED: 8 * HOUR})


def pulse(lane: str = "", heard_h: float = 0.0, moved_h: float = 0.0, since: int = 0) -> Pulse:
    return Pulse("tms", lane, NOW - timedelta(hours=heard_h), NOW - timedelta(hours=moved_h), since)


@pytest.mark.proves("INT-10", "Y-29")
@pytest.mark.parametrize(
    ("pulses", "slots"),
    [
        ([pulse(), pulse(ASSIGNED)], []),
        ([pulse(heard_h=5, moved_h=9, since=40), pulse(ASSIGNED, 9)], ["silent"]),
        ([pulse(heard_h=1), pulse(ASSIGNED, 9)], ["lane silent carrier.accepted"]),
        ([pulse(moved_h=7, since=40), pulse(ASSIGNED)], ["business silent"]),
        ([pulse(moved_h=7, since=3), pulse(ASSIGNED)], []),
        ([pulse(moved_h=7, since=40), pulse(ASSIGNED, 9)], ["lane silent carrier.accepted", "business silent"]),
        ([], []),
    ],
)
def test_three_kinds_are_told_apart(pulses: list[Pulse], slots: list[str]) -> None:
    assert [silence.slot for silence in silences(AGREED, pulses, NOW)] == slots


def test_where_nothing_is_agreed_nothing_is_silent() -> None:
    assert silences(Expectation("tms", "", ""), [pulse(heard_h=900, moved_h=900, since=900)], NOW) == []


@pytest.mark.parametrize("holiday", [True, False])
def test_nights_weekends_and_holidays_are_no_silence(holiday: bool) -> None:
    closed = (date(2026, 6, 8),) if holiday else ()
    agreed = replace(AGREED, lanes={}, calendar=Calendar(begin="08:00", end="17:00", holidays=closed))
    friday_evening = [pulse(heard_h=72 - 1)]
    assert bool(silences(agreed, friday_evening, NOW)) is not holiday


def test_each_ends_by_its_own_proof() -> None:
    heard = [pulse(heard_h=1, moved_h=2), pulse(ASSIGNED, 0.5)]
    assert ended("silent", AGREED, heard) == "it was heard at 2026-06-08 15:00Z"
    assert ended(f"lane silent {ASSIGNED}", AGREED, heard) == "it told carrier.accepted at 2026-06-08 15:30Z"
    assert ended("business silent", AGREED, heard) == "what it said at 2026-06-08 14:00Z moved an order"
    assert "nothing is agreed" in ended("silent", None, heard)
