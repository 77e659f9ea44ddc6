"""Element types to Python values (x12-envelope.md §3): DT, TM, R and Nn. `None` means the text is not of the type."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

DIGITS_MAX = 18
# Outside these years a date is a slip, and arithmetic with time zones may leave the calendar.
YEAR_MIN, YEAR_MAX = 1900, 2199


def to_date(text: str, century_of: int) -> date | None:
    """DT: CCYYMMDD, or YYMMDD in the window −20/+1 years around the year `century_of` (domain.md TS-10)."""
    if not text.isdecimal() or len(text) not in (6, 8):
        return None
    if len(text) == 8:
        year, rest = int(text[:4]), text[4:]
    else:
        year, rest = int(text[:2]) + century_of // 100 * 100, text[2:]
        if year > century_of + 1:
            year -= 100
        elif year < century_of - 20:
            year += 100
    try:
        return date(year, int(rest[:2]), int(rest[2:])) if YEAR_MIN <= year <= YEAR_MAX else None
    except ValueError:
        return None


def to_time(text: str) -> time | None:
    """TM: HHMM, HHMMSS, or with tenths or hundredths of a second."""
    if not text.isdecimal() or not 4 <= len(text) <= 8 or len(text) == 5:
        return None
    seconds = int(text[4:6] or 0)
    fraction = text[6:].ljust(2, "0") if len(text) > 6 else "0"
    try:
        return time(int(text[:2]), int(text[2:4]), seconds, int(fraction) * 10_000)
    except ValueError:
        return None


def to_number(text: str) -> Decimal | None:
    """R: digits with an optional sign and decimal point, no exponent, at most eighteen digits."""
    bare = text.removeprefix("-")
    whole, _, places = bare.partition(".")
    digits = whole + places
    if not digits.isdecimal() or not digits.isascii() or len(digits) > DIGITS_MAX:
        return None
    return Decimal(text)


def to_implied(text: str, places: int) -> Decimal | None:
    """Nn: an integer with `places` implied decimals; N2 `1234` is 12.34."""
    if not text.removeprefix("-").isdecimal() or len(text) > DIGITS_MAX:
        return None
    return Decimal(text).scaleb(-places)


def from_number(value: Decimal) -> str:
    """A number as R: no exponent, no trailing zeros, no leading zero before the point is dropped."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
