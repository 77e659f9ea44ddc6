"""Values of a partner's record, checked on their way into a fact; what is missing says who must do what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from crossdock.kernel.codec import check_decimal
from crossdock.kernel.errors import Rejected

T = TypeVar("T")
REVISION_MAX = 2_147_483_647
END_OF_DAY = timedelta(days=1) - timedelta(seconds=1)


class Unmapped(Rejected):
    """A word of the partner's that is not in our list (MDM-03)."""


def needed(value: T | None, where: str, detail: str) -> T:
    """The value.

    Raises:
        Rejected: there is none.
    """
    if value is None or value == "":
        raise Rejected(detail, where=where)
    return value


def amount(value: Decimal, where: str) -> Decimal:
    """An amount without the zeros a floating-point number or a fixed scale gives it: `5.000` is five.

    Raises:
        Rejected: no ledger can hold it.
    """
    check_decimal(value, where)
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def checked(value: Decimal, where: str) -> Decimal:
    """A number as it was written.

    Raises:
        Rejected: no ledger can hold it.
    """
    check_decimal(value, where)
    return value


def meaning(table: Mapping[str, T], word: str, where: str) -> T:
    """What a word of the partner's means.

    Raises:
        Unmapped: it is not in the list.
    """
    if word not in table:
        raise Unmapped(f"{word} is not in our list: map it or use one of {', '.join(table)}", where=where)
    return table[word]


def unit(word: str, units: dict[str, str], where: str) -> str:
    """The UN/ECE Recommendation 20 code of a partner's unit.

    Raises:
        Unmapped: it is not in the list.
    """
    if word not in units:
        raise Unmapped(f"unit {word} is not in our list: map it or sell in another", where=where)
    return units[word]


def zone(name: str, partner: str) -> tzinfo:
    """An IANA zone; empty is UTC.

    Raises:
        Rejected: there is none of that name.
    """
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError) as error:
        raise Rejected(f"{name} is no time zone: correct settings.zone of {partner}") from error


def end_of(day: date, at: tzinfo) -> datetime:
    """The last second of a day."""
    return datetime.combine(day, time(), at) + END_OF_DAY


def start_of(day: date, at: tzinfo) -> datetime:
    """The first second of a day."""
    return datetime.combine(day, time(), at)


def revision(at: datetime, where: str) -> int:
    """Seconds since 1970: the revision of a record that only keeps when it was changed.

    Raises:
        Rejected: a change before 1970 or after 2038 is none.
    """
    seconds = int(at.timestamp())
    if not 1 <= seconds <= REVISION_MAX:
        raise Rejected(f"{at.isoformat()} is no instant of a change", where=where)
    return seconds
