"""Working time: when a span of working hours that begins now is over, by a calendar in its own time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crossdock.process.terms.cases import WEEKDAYS, Calendar

# Beyond this a calendar has no more hours (all days are holidays): the deadline is then by the clock.
DAYS_MAX = 750


def after_working(start: datetime, span: timedelta, calendar: Calendar | None) -> datetime:
    """The instant at which `span` of working time since `start` is used up; around the clock without a calendar.

    Hours are those that pass, not those the clock shows: a day on which summer time begins is an hour shorter when the
    lost hour is a working hour.
    """
    if calendar is None or span <= timedelta(0):
        return start + span
    left = span
    for begin, end in _shifts(start, calendar):
        length = end - begin
        if left <= length:
            return begin + left
        left -= length
    return start + span


def working_between(start: datetime, end: datetime, calendar: Calendar | None) -> timedelta:
    """How much working time lies between two instants; nothing when they are the wrong way round."""
    if calendar is None:
        return max(timedelta(0), end - start)
    total = timedelta(0)
    for begin, close in _shifts(start, calendar):
        if begin >= end:
            break
        total += min(close, end) - begin
    return total


def before_working_days(moment: datetime, days: int, calendar: Calendar) -> datetime:
    """The same time of day so many working days earlier, by the clock in the calendar's zone."""
    local = moment.astimezone(ZoneInfo(calendar.tz))
    day, left = local.date(), days
    for _ in range(DAYS_MAX):
        if left <= 0:
            break
        day -= timedelta(days=1)
        left -= _works(day, calendar)
    return datetime.combine(day, local.time(), local.tzinfo).astimezone(UTC)


def next_departure(ready: datetime, cutoff: str, zone: str, calendar: Calendar | None) -> datetime:
    """The first cut-off (`17:00` by the clock in `zone`) not before `ready`, on a working day where one is named."""
    tz = ZoneInfo(zone)
    first = ready.astimezone(tz).date()
    for number in range(DAYS_MAX):
        day = first + timedelta(days=number)
        at = datetime.combine(day, time.fromisoformat(cutoff), tz).astimezone(UTC)
        if at >= ready and (calendar is None or _works(day, calendar)):
            return at
    return ready


def is_zone(name: str) -> bool:
    """Whether this is an IANA zone we know."""
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _shifts(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The rest of the shift under way and all that follow, in UTC."""
    zone = ZoneInfo(calendar.tz)
    first = start.astimezone(zone).date()
    opens, closes = time.fromisoformat(calendar.begin), time.fromisoformat(calendar.end)
    for number in range(DAYS_MAX):
        day = first + timedelta(days=number)
        if not _works(day, calendar):
            continue
        begin, end = (datetime.combine(day, at, zone).astimezone(UTC) for at in (opens, closes))
        begin = max(begin, start.astimezone(UTC))
        if begin < end:
            yield begin, end


def _works(day: date, calendar: Calendar) -> bool:
    return WEEKDAYS[day.weekday()] in calendar.days and day not in calendar.holidays
