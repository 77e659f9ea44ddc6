"""When an interchange says it was written. S004 names no zone (domain.md TS-05, TS-06)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from crossdock.formats.edifact.marks import value
from crossdock.formats.edifact.tree import Interchange
from crossdock.kernel.instant import Occurrence, TimeQuality
from crossdock.mapping.moments import reckon
from crossdock.ports.connector import IntakeContext

SKEW_OK = timedelta(minutes=5)


def spoken(interchange: Interchange, context: IntakeContext) -> Occurrence:
    """S004 in the partner's zone, or in UTC where that would be after its receipt: an assumption either way.

    Without a usable time it is the time of receipt.
    """
    day, hour = value(interchange.header, 4, 1).strip(), value(interchange.header, 4, 2).strip()
    for zone in (context.tz, "UTC"):
        told = _reckoned(day, hour, zone, context.received_at.year)
        if told is not None and told.instant <= context.received_at + SKEW_OK:
            return told
    return Occurrence(context.received_at.astimezone(UTC), 0, "", TimeQuality.ASSUMED, f"{day} {hour}".strip())


def dated(interchange: Interchange, year: int) -> datetime | None:
    """S004 as it stands, without a zone; `None` where it is no date and time."""
    told = _reckoned(value(interchange.header, 4, 1).strip(), value(interchange.header, 4, 2).strip(), "UTC", year)
    return told.instant if told is not None else None


@lru_cache(maxsize=1024)
def _reckoned(day: str, hour: str, zone: str, year: int) -> Occurrence | None:
    if not day or not hour:
        return None
    try:
        return reckon(day, hour, "", "", zone, year)
    except ValueError:
        return None
