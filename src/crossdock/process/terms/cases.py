"""Terms of exception cases (domain.md §5, §9.1): who works when, what a missed deadline costs, what is grave.

[calendars.trade]                  working hours of a queue; without one it works around the clock
tz = "Europe/Amsterdam"
days = ["mon", "tue", "wed", "thu", "fri"]
begin = "08:00"
end = "17:30"
holidays = ["2026-12-25"]

[cases]
vip_value = "25000.00"

[cases.queues]
CUS = "trade"

[cases.prices.TRN-04]
fee = "250.00"
per_hour = "40.00"
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ALL = 100


class Calendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Working hours in a time zone: on these days, from `begin` to `end` by the clock there, but not on holidays."""

    tz: str = "UTC"
    days: tuple[str, ...] = WEEKDAYS[:5]
    begin: str = "08:00"
    end: str = "17:00"
    holidays: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a calendar that has no hours."""
        try:
            ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"no time zone {self.tz}: give an IANA name such as Europe/Amsterdam") from error
        unknown = [day for day in self.days if day not in WEEKDAYS]
        if unknown or not self.days:
            raise ValueError(f"days are of {', '.join(WEEKDAYS)}, at least one; {', '.join(unknown) or 'none'} is not")
        if not time.fromisoformat(self.begin) < time.fromisoformat(self.end):
            raise ValueError("begin lies before end on the same day, such as 08:00 and 17:00")


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it costs not to solve a case in time, by contract or tariff; money in `CaseTerms.currency`.

    Attributes:
        fee: due once when the deadline has passed. `per_hour`: for each begun hour after it.
        order_pct: percent of the order's value, due once. `at_most` bounds the sum; 0 for no bound.
    """

    fee: Decimal = Decimal(0)
    per_hour: Decimal = Decimal(0)
    order_pct: Decimal = Decimal(0)
    at_most: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Refuse a price that is none."""
        if min(self.fee, self.per_hour, self.order_pct, self.at_most) < 0 or self.order_pct > ALL:
            raise ValueError("prices count from 0, and a share of the order is at most 100 percent")


class CaseTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How cases are worked.

    Attributes:
        vip_value: an order above this value makes its cases one level graver.
        unauth_repeat: so many refused assertions of one source in an hour make INT-04 one level graver.
        dup_storm_pct, dup_storm_window_s, dup_storm_floor: more duplicates than this share of what a partner sent in
            the window is a storm, once it sent `dup_storm_floor` at all.
        queues: the calendar each queue works by. `prices`: what a missed deadline costs, by code.
    """

    vip_value: Decimal = Decimal("25000.00")
    unauth_repeat: Annotated[int, msgspec.Meta(ge=2)] = 5
    dup_storm_pct: Decimal = Decimal(20)
    dup_storm_window_s: Annotated[int, msgspec.Meta(ge=60, le=86_400)] = 600
    dup_storm_floor: Annotated[int, msgspec.Meta(ge=1)] = 20
    currency: str = "EUR"
    queues: dict[str, str] = {}
    prices: dict[str, Price] = {}

    def __post_init__(self) -> None:
        """Refuse thresholds that are none."""
        if self.vip_value < 0 or not 0 <= self.dup_storm_pct <= ALL:
            raise ValueError("vip_value counts from 0, and dup_storm_pct lies between 0 and 100")
