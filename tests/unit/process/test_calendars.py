"""Working time against tables worked out by hand: weekends, holidays, both changes of the clock, two zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.process.calendars import after_working, working_between
from crossdock.process.terms.cases import Calendar

OFFICE = Calendar(tz="Europe/Amsterdam", begin="08:00", end="17:00", holidays=(date(2026, 12, 25),))
NIGHTS = Calendar(tz="Europe/Amsterdam", days=("sat", "sun"), begin="00:00", end="06:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.proves("X-01")
@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-06-08T07:00", 2, "2026-06-08T09:00"),  # a Monday, summer time: 09:00 to 11:00 there
        ("2026-06-08T03:00", 1, "2026-06-08T07:00"),  # before the shift
        ("2026-06-08T14:30", 1, "2026-06-09T06:30"),  # half an hour is left of the day
        ("2026-06-08T06:00", 9, "2026-06-08T15:00"),  # exactly one day
        ("2026-06-12T14:00", 2, "2026-06-15T07:00"),  # over the weekend
        ("2026-06-13T10:00", 1, "2026-06-15T07:00"),  # begins on a Saturday
        ("2026-12-24T15:00", 2, "2026-12-28T08:00"),  # one hour on the 24th, the 25th is a holiday, then a weekend
        ("2026-03-27T15:00", 2, "2026-03-30T07:00"),  # summer time began on Sunday
        ("2026-10-23T14:00", 2, "2026-10-26T08:00"),  # and ended
        ("2028-02-29T10:00", 8, "2028-03-01T09:00"),  # a leap day
    ],
)
def test_a_span_is_used_up_in_working_hours(start: str, hours: int, due: str) -> None:
    assert after_working(at(start), timedelta(hours=hours), OFFICE) == at(due)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (
            "2026-03-28T23:00",
            "2026-04-03T23:00",
        ),  # the night of 29 March has no 02:00 to 03:00: five hours, the sixth on 4 April
        ("2026-10-24T22:00", "2026-10-25T04:00"),  # the night of 25 October has it twice: seven hours
    ],
)
def test_hours_that_pass_count_not_those_the_clock_shows(start: str, due: str) -> None:
    assert after_working(at(start), timedelta(hours=6), NIGHTS) == at(due)


def test_without_a_calendar_it_is_around_the_clock() -> None:
    start = at("2026-06-13T23:30")
    assert after_working(start, timedelta(hours=1), None) == start + timedelta(hours=1)
    assert working_between(start, start + timedelta(days=1), None) == timedelta(days=1)


def test_a_calendar_of_holidays_only_is_by_the_clock() -> None:
    start = at("2026-06-13T23:30")
    never = Calendar(days=("mon",), holidays=tuple(date(2026, 6, 8) + timedelta(weeks=n) for n in range(200)))
    assert after_working(start, timedelta(hours=1), never) == start + timedelta(hours=1)


@given(
    st.integers(0, 730 * 86_400).map(lambda one: at("2025-01-01") + timedelta(seconds=one)),
    st.timedeltas(timedelta(seconds=1), timedelta(hours=60)),
    st.sampled_from([OFFICE, NIGHTS, None]),
)
def test_what_was_added_lies_between(start: datetime, span: timedelta, calendar: Calendar | None) -> None:
    due = after_working(start, span, calendar)
    assert due >= start + span
    assert working_between(start, due, calendar) == span


@pytest.mark.parametrize(
    "table",
    [{"tz": "Mars/Olympus"}, {"days": []}, {"days": ["monday"]}, {"begin": "17:00", "end": "08:00"}, {"end": "24:30"}],
)
def test_a_calendar_without_hours_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(table, Calendar)
