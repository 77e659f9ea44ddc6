"""X12 dates and times to instants with offset and quality (domain.md §4.4, TS-03 to TS-10).

What needs the history of an order (TS-11 to TS-15: future, long past, causal order) is judged where that history is.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from crossdock.connectors.x12.codes import FIXED_OFFSETS, GENERIC_ZONES, LOCAL_TIME
from crossdock.connectors.x12.zones import Zone
from crossdock.formats.x12.values import to_date, to_time
from crossdock.kernel.instant import Occurrence, TimeQuality

NOON = time(12)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


class Reckoning(msgspec.Struct, frozen=True):
    """A time as read. Exactly one of `occurrence` and `wrong` is set.

    `wrong` is 1 for a bad date and 2 for a bad time. `remark` is a code unknown to the table, or empty; `unplaced`
    tells that the partner's own zone had to stand in for an unknown place (TS-06).
    """

    occurrence: Occurrence | None
    wrong: int = 0
    remark: str = ""
    unplaced: bool = False


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """An IANA zone by name."""
    return ZoneInfo(name)


# The statuses of one interchange and the head of its group name the same few minutes again and again.
@lru_cache(maxsize=4096)
def reckon(
    day: str, hour: str, code: str, place: Zone | None, fallback: str, year: int, after: datetime | None = None
) -> Reckoning:
    """Turn AT7-05/06/07 or G62-02/04/05 into an occurrence.

    Args:
        place: the zone of the place of the event; used for `LT` and a missing code (TS-05).
        fallback: IANA name of the partner's zone (TS-06).
        year: year of receipt, the middle of the window for two-digit years (TS-10).
        after: the event before it in the same message, which tells the two hours of a DST overlap apart (TS-08).
    """
    on = _day(day, year)
    if on is None:
        return Reckoning(None, wrong=1)
    raw = f"{day} {hour} {code}".rstrip()
    at = NOON if not hour else _clock(hour)
    if at is None:
        return Reckoning(None, wrong=2)
    local = datetime.combine(on, at)
    minutes = FIXED_OFFSETS.get(code)
    if minutes is not None:
        quality = TimeQuality.EXACT if hour else TimeQuality.DATE_ONLY
        return Reckoning(Occurrence((local - minutes * _MINUTE).replace(tzinfo=UTC), minutes, "", quality, raw))
    named = GENERIC_ZONES.get(code)
    remark = "" if named or code in ("", LOCAL_TIME) else code
    if named:
        found, quality = named, TimeQuality.ZONE
    elif place is not None:
        found, quality = place.name, TimeQuality.LOCATION if place.certain else TimeQuality.ASSUMED
    else:
        found, quality = fallback, TimeQuality.ASSUMED
    occurrence = _in_zone(local, found, quality if hour else TimeQuality.DATE_ONLY, raw, after)
    return Reckoning(occurrence, remark=remark, unplaced=not named and place is None)


_day = lru_cache(maxsize=1024)(to_date)
_clock = lru_cache(maxsize=4096)(to_time)


@lru_cache(maxsize=2048)
def _steady(name: str, on: date) -> timedelta | None:
    """The offset of a zone on a day it keeps one offset from midnight to midnight, `None` on the day it changes."""
    here = zone(name)
    midnight = datetime.combine(on, time(), here)
    early, late = midnight.utcoffset(), (midnight + _DAY).replace(fold=1).utcoffset()
    return early if early == late == midnight.replace(fold=1).utcoffset() else None


def _in_zone(local: datetime, name: str, quality: TimeQuality, raw: str, after: datetime | None) -> Occurrence:
    """Local time in a zone: the first of two (TS-08), shifted forward out of a gap (TS-09)."""
    steady = _steady(name, local.date())
    if steady is not None:
        return Occurrence((local - steady).replace(tzinfo=UTC), steady // _MINUTE, name, quality, raw)
    here = zone(name)
    first = local.replace(tzinfo=here)
    early, late = first.utcoffset(), first.replace(fold=1).utcoffset()
    if early is None or late is None:
        raise AssertionError(f"zone {name} has no offset")
    instant = (local - early).replace(tzinfo=UTC)
    if early == late:
        return Occurrence(instant, early // _MINUTE, name, quality, raw)
    if early > late and after is not None and instant < after:
        instant = (local - late).replace(tzinfo=UTC)
    offset = instant.astimezone(here).utcoffset() or early
    doubt = quality if quality is TimeQuality.DATE_ONLY else TimeQuality.AMBIGUOUS
    return Occurrence(instant, offset // _MINUTE, name, doubt, raw)


def midday(on: date, name: str, raw: str) -> Occurrence:
    """A day without a time: 12:00 in that zone (TS-07)."""
    return _in_zone(datetime.combine(on, NOON), name, TimeQuality.DATE_ONLY, raw, None)
