"""Dates and times as documents write them, to instants with offset and quality (domain.md §4.4, TS-03 to TS-10).

Notations: letters as EDI standards write them (`CCYYMMDD`, `YYMMDDHHMM`), the EDIFACT codes of element 2379 for them
(`102`, `203`), and `iso`. Without one, the length of the text decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from crossdock.kernel.instant import Occurrence, TimeQuality

YEAR_MIN, YEAR_MAX = 1970, 2199
TEXT_MAX = 40
NOON = 12
_MINUTE = timedelta(minutes=1)

# Element 2379, "date or time or period format" (reference/edifact-codes.csv); a period is two dates with `-` between.
FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "2": "DDMMYY",
        "101": "YYMMDD",
        "102": "CCYYMMDD",
        "201": "YYMMDDHHMM",
        "202": "YYMMDDHHMMSS",
        "203": "CCYYMMDDHHMM",
        "204": "CCYYMMDDHHMMSS",
        "205": "CCYYMMDDHHMMZHHMM",
        "301": "YYMMDDHHMMZZZ",
        "302": "YYMMDDHHMMSSZZZ",
        "303": "CCYYMMDDHHMMZZZ",
        "304": "CCYYMMDDHHMMSSZZZ",
        "602": "CCYY",
        "610": "CCYYMM",
        "713": "YYMMDDHHMM-YYMMDDHHMM",
        "717": "YYMMDD-YYMMDD",
        "718": "CCYYMMDD-CCYYMMDD",
        "719": "CCYYMMDDHHMM-CCYYMMDDHHMM",
    }
)
# By length, where the document names no notation. Twelve digits are a full year and minutes, as X12 and files have it.
_BY_LENGTH = {6: "YYMMDD", 8: "CCYYMMDD", 12: "CCYYMMDDHHMM", 14: "CCYYMMDDHHMMSS"}
_PARTS = (
    ("CCYY", r"(?P<year>\d{4})"),
    ("YY", r"(?P<short>\d{2})"),
    ("DD", r"(?P<day>\d{2})"),
    ("SS", r"(?P<second>\d{2})"),
    ("ZZZ", r"(?P<zone>[A-Z]{3})"),
    ("ZHHMM", r"(?P<offset>[+-]\d{4})"),
    ("HH", r"(?P<hour>\d{2})"),
)
# The three-letter zones documents write in notations that end in ZZZ; others need a zone of the map.
_ZONES = {"UTC": "UTC", "GMT": "UTC", "CET": "Europe/Paris", "EST": "America/New_York", "CST": "America/Chicago"}
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d([T ]\d\d:?\d\d(:?\d\d([.,]\d{1,9})?)?)?\s?(Z|[+-]\d\d(:?\d\d)?)?")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")


class Unplaced(ValueError):
    """A zone nobody knows: no sender's mistake, but a table's gap."""


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo | timezone:
    """A zone by IANA name, or an offset written `+05:30` or `-0600`.

    Raises:
        Unplaced: there is none of that name.
    """
    if fixed := _OFFSET.fullmatch(name):
        span = timedelta(hours=int(fixed[2]), minutes=int(fixed[3]))
        if span >= timedelta(hours=18):
            raise Unplaced(f"{name!r} is no offset of a time zone")
        return timezone(-span if fixed[1] == "-" else span)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Unplaced(f"{name!r} is no time zone: give an IANA name or an offset, or map the code") from error


@lru_cache(maxsize=256)
def notation(name: str) -> re.Pattern[str]:
    """The pattern of a notation.

    Raises:
        ValueError: there is none of that name.
    """
    letters = FORMATS.get(name, name)
    single = letters.partition("-")[0]
    pattern, rest, minutes = "", single, False
    while rest:
        part = next(((word, found) for word, found in _PARTS if rest.startswith(word)), None)
        if part is None and rest.startswith("MM"):
            # The first MM is the month unless hours came before it.
            minutes = "(?P<hour>" in pattern
            part = ("MM", rf"(?P<{'minute' if minutes else 'month'}>\d{{2}})")
        if part is None:
            raise ValueError(f"{name!r} is no notation of dates: write one such as CCYYMMDD, 102 or iso")
        pattern, rest = pattern + part[1], rest[len(part[0]) :]
    try:
        return re.compile(pattern, re.ASCII)
    except re.error as error:
        raise ValueError(f"{name!r} names a part of the date twice") from error


@lru_cache(maxsize=4096)
def reckon(day: str, hour: str, form: str, zone: str, fallback: str, year: int, place: str = "") -> Occurrence:
    """What was written, as an occurrence.

    Args:
        hour: the time where it stands by itself, `HHMM`, `HHMMSS` with fractions or with colons; empty for none.
        form: the notation of `day`, empty where its length decides.
        zone: IANA name or offset the document itself gives, empty for none.
        fallback: the zone assumed then.
        year: the year of receipt, the middle of the window of two-digit years (TS-10).
        place: the zone of the place it is about, which stands before the one assumed (TS-05); empty for none.

    Raises:
        Unplaced: the zone is unknown.
        ValueError: the text is no date of that notation; no time.
    """
    raw = " ".join(part for part in (day, hour, zone) if part)
    if len(raw) > TEXT_MAX + 40:
        raise ValueError("is too long for a date")
    local, named, timed = _local(day, form, year)
    if hour:
        local, timed = _at(local, hour), True
    if local.tzinfo is not None:
        offset = local.utcoffset() or timedelta()
        return Occurrence(local.astimezone(UTC), offset // _MINUTE, "", TimeQuality.EXACT, raw)
    if not timed:
        local = local.replace(hour=NOON)
    told = _placed(local, zone or named, place or fallback, raw, timed=timed)
    if place and told.quality is TimeQuality.ASSUMED:
        return msgspec.structs.replace(told, quality=TimeQuality.LOCATION)
    return told


def _local(day: str, form: str, year: int) -> tuple[datetime, str, bool]:
    """The local time, the zone it names, and whether it has hours; aware where it has an offset."""
    if form == "iso" or (not form and "-" in day[1:]):
        return _iso(day)
    form = form or _BY_LENGTH.get(len(day), "")
    found = notation(form).fullmatch(day.partition("-")[0] if "-" in FORMATS.get(form, "") else day) if form else None
    if found is None:
        raise ValueError(f"is no date {FORMATS.get(form, form) or 'CCYYMMDD'}")
    part = found.groupdict()
    # Files write a date nobody has given as 00000000: its year is 0, and not one of two digits.
    full, short = part.get("year"), part.get("short")
    century = int(full) if full else _full(int(short), year) if short else 0
    month, day_no, hour, minute, second = (
        int(part.get(name) or least)
        for name, least in (("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))
    )
    local = _checked(century, month, day_no, hour, minute, second)
    if offset := part.get("offset"):
        fixed = zone_of(offset)
        return local.replace(tzinfo=fixed), "", True
    return local, _ZONES.get(part.get("zone") or "", part.get("zone") or ""), part.get("hour") is not None


def _checked(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime:
    if not YEAR_MIN < year < YEAR_MAX:
        raise ValueError(f"has the year {year}, outside {YEAR_MIN + 1} to {YEAR_MAX - 1}")
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  (its zone is found out next)
    except ValueError as error:
        raise ValueError("is no date of the calendar") from error


def _iso(text: str) -> tuple[datetime, str, bool]:
    if len(text) > TEXT_MAX or not text.isascii() or _ISO.fullmatch(text) is None:
        raise ValueError("is no date and time as ISO 8601 has it")
    try:
        read = datetime.fromisoformat(text.replace(",", ".").replace(" Z", "Z"))
    except ValueError as error:
        raise ValueError("is no date and time as ISO 8601 has it") from error
    if not YEAR_MIN < read.year < YEAR_MAX:
        raise ValueError(f"has the year {read.year}, outside {YEAR_MIN + 1} to {YEAR_MAX - 1}")
    return read, "", len(text) > 10


def _full(short: int, year: int) -> int:
    full = short + year // 100 * 100
    if full > year + 1:
        return full - 100
    return full + 100 if full < year - 20 else full


def _at(day: datetime, hour: str) -> datetime:
    digits = hour.replace(":", "").partition(".")[0]
    if not digits.isdecimal() or not digits.isascii() or len(digits) not in (4, 6, 7, 8):
        raise ValueError("has a time that is not HHMM or HHMMSS")
    if digits[:4] == "2400":
        return day.replace(hour=0, minute=0) + timedelta(days=1)
    try:
        return day.replace(hour=int(digits[:2]), minute=int(digits[2:4]), second=int(digits[4:6] or 0))
    except ValueError as error:
        raise ValueError("has a time that no clock shows") from error


def _placed(local: datetime, zone: str, fallback: str, raw: str, *, timed: bool) -> Occurrence:
    """Local time in a zone: the first of two in an overlap (TS-08), shifted forward out of a gap (TS-09)."""
    here = zone_of(zone or fallback)
    first = local.replace(tzinfo=here)
    early, late = first.utcoffset(), first.replace(fold=1).utcoffset()
    assert early is not None
    assert late is not None
    instant = (local - early).replace(tzinfo=UTC)
    offset = (instant.astimezone(here).utcoffset() or early) // _MINUTE
    quality = TimeQuality.ASSUMED if not zone else TimeQuality.ZONE if isinstance(here, ZoneInfo) else TimeQuality.EXACT
    if not timed:
        quality = TimeQuality.DATE_ONLY
    elif early != late:
        quality = TimeQuality.AMBIGUOUS
    name = here.key if isinstance(here, ZoneInfo) else ""
    return Occurrence(instant, offset, name, quality, raw)


@lru_cache(maxsize=4096)
def write_moment(text: str, form: str, zone: str) -> str:
    """An instant of a command (RFC 3339) as local text in a notation; the other direction of `reckon`.

    Raises:
        ValueError: the text is no instant, or the notation cannot be written.
    """
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("names no offset: an instant of a command has one")
    try:
        local = read.astimezone(zone_of(zone))
    except OverflowError as error:
        raise ValueError("lies outside the years a calendar has") from error
    if form == "iso":
        return local.isoformat()
    letters = FORMATS.get(form, form)
    if "-" in letters or letters.endswith("ZZZ"):
        raise ValueError(f"notation {form!r} can be read only")
    for word, sign in (("CCYY", "%Y"), ("YY", "%y"), ("DD", "%d"), ("ZHHMM", "%z"), ("HHMM", "%H%M"), ("HH", "%H")):
        letters = letters.replace(word, sign)
    written = local.strftime(letters.replace("SS", "%S").replace("MM", "%m"))
    if re.search(r"[A-Z]{2}", written):
        raise ValueError(f"{form!r} is no notation of dates")
    return written
