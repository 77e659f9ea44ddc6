"""Daily send windows in the partner's own zone (`Limits.window`), across midnight and across clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crossdock.kernel.errors import Permanent


def opened_at(window: tuple[str, str] | None, tz: str, now: datetime) -> datetime | None:
    """Since when the window has been open, UTC; `None` while it is shut. Without a window it was always open."""
    if window is None:
        return datetime.min.replace(tzinfo=UTC)
    for start, end in _spans(window, tz, now):
        if start <= now < end:
            return start
    return None


def opens_at(window: tuple[str, str] | None, tz: str, now: datetime) -> datetime:
    """When we may send next, UTC; now, if we may already."""
    if window is None:
        return now
    for start, end in _spans(window, tz, now):
        if now < end:
            return max(start, now)
    return now + timedelta(days=1)


def _spans(window: tuple[str, str], tz: str, now: datetime) -> list[tuple[datetime, datetime]]:
    """The windows that began yesterday, begin today and tomorrow, as UTC instants.

    A wall time that a clock change skips is read with the offset before the change, so a window is never lost.
    """
    try:
        zone, first, last = ZoneInfo(tz), time.fromisoformat(window[0]), time.fromisoformat(window[1])
    except (KeyError, ValueError) as error:
        raise Permanent(f"send window {window} in zone {tz!r} cannot be read: correct the partner's file") from error
    today = now.astimezone(zone).date()
    spans = []
    for shift in (-1, 0, 1):
        day = today + timedelta(days=shift)
        until = day if first < last else day + timedelta(days=1)
        start = datetime.combine(day, first, zone).astimezone(UTC)
        spans.append((start, datetime.combine(until, last, zone).astimezone(UTC)))
    return spans
