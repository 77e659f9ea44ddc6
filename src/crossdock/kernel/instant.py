"""Instants: UTC with microseconds, the original offset beside it, and how far to trust it (domain.md §0.2, §4.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

AwareDatetime = Annotated[datetime, msgspec.Meta(tz=True)]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
EPOCH_MS_FROM = 10**11


class TimeQuality(StrEnum):
    """How an instant came to be known; SLA clocks run on the first three only (domain.md §4.4)."""

    EXACT = "exact"
    ZONE = "zone"
    LOCATION = "location"
    ASSUMED = "assumed"
    DATE_ONLY = "date_only"
    AMBIGUOUS = "ambiguous"
    SUSPECT_FUTURE = "suspect_future"
    SUSPECT_PAST = "suspect_past"
    INFERRED = "inferred"


class Occurrence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When something happened in the world: `instant` in UTC plus what the source really said."""

    instant: AwareDatetime
    offset_min: int = 0
    tz: str = ""
    quality: TimeQuality = TimeQuality.EXACT
    raw: str = ""

    @property
    def utc(self) -> datetime:
        """The instant in UTC whatever offset it was written with."""
        return self.instant.astimezone(UTC)


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A span of time; `earliest` absent means open at that side."""

    latest: AwareDatetime | None = None
    earliest: AwareDatetime | None = None


def micros(at: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (at - EPOCH) // _MICROSECOND


def from_epoch(value: Decimal | int) -> datetime:
    """The UTC instant of a count since 1970 as platforms write it: milliseconds from 10^11 on, else seconds.

    As seconds that bound lies in the year 5138, as milliseconds in 1973 (domain.md §4.4 TS-02).

    Raises:
        OverflowError: it lies outside the years a calendar has.
    """
    count = Decimal(value)
    return from_micros(int(count * (1_000 if abs(count) >= EPOCH_MS_FROM else 1_000_000)))


def from_micros(value: int) -> datetime:
    """The UTC instant of `micros`."""
    return EPOCH + timedelta(microseconds=value)
