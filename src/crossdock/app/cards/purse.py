"""Freight money for those who settle it: what is open by carrier, state, age and period, and the cases behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from crossdock.app.orders.sheet import name_of
from crossdock.app.queries import Page, page
from crossdock.ports.cards import CardReads, FreightAsked, FreightCard, FreightSum, Window
from crossdock.ports.clock import Clock

AGES = (0, 8, 31, 61)
ZERO = Decimal(0)


class Line(msgspec.Struct, frozen=True):
    """A freight case, whose dossier it is and what that one's page is called."""

    card: FreightCard
    number: str
    name: str


class CarrierTotal(msgspec.Struct, frozen=True):
    """What is open with one carrier; `ages` are accrued amounts by age, youngest first (0, 8, 31, 61 days)."""

    carrier: str
    currency: str
    cases: int
    over: int
    accrued: Decimal
    invoiced: Decimal
    approved: Decimal
    disputed: Decimal
    ages: tuple[Decimal, ...]


class StateTotal(msgspec.Struct, frozen=True):
    """What is open in one state."""

    state: str
    currency: str
    cases: int
    accrued: Decimal
    invoiced: Decimal


class Totals(msgspec.Struct, frozen=True):
    """Everything that is neither settled nor reversed."""

    carriers: tuple[CarrierTotal, ...]
    states: tuple[StateTotal, ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Purse:
    """See the module."""

    reads: CardReads
    clock: Clock

    async def cases(self, asked: FreightAsked) -> Page[Line]:
        """A page of freight cases, newest first."""
        rows = await self.reads.freight(asked)
        lines = [Line(row.card, row.ident.rpartition("|")[2], name_of(row.ident, row.card.dossier)) for row in rows]
        return page(lines, asked.limit, lambda one: f"{one.card.dossier} {one.card.part}")

    async def totals(self) -> Totals:
        """All sums at once."""
        sums = await self.reads.freight_sums(self.clock.now())
        by_carrier: dict[tuple[str, str], list[FreightSum]] = {}
        by_state: dict[tuple[str, str], list[FreightSum]] = {}
        for one in sums:
            by_carrier.setdefault((one.carrier, one.currency), []).append(one)
            by_state.setdefault((one.state, one.currency), []).append(one)
        return Totals(
            tuple(_carrier(*key, rows) for key, rows in by_carrier.items()),
            tuple(_state(*key, rows) for key, rows in sorted(by_state.items())),
            tuple(await self.reads.windows()),
        )


def _carrier(carrier: str, currency: str, rows: list[FreightSum]) -> CarrierTotal:
    return CarrierTotal(
        carrier,
        currency,
        cases=sum(row.cases for row in rows),
        over=sum(row.over for row in rows),
        accrued=_sum(row.accrued for row in rows),
        invoiced=_sum(row.invoiced for row in rows),
        approved=_sum(row.approved for row in rows),
        disputed=_sum(row.disputed for row in rows),
        ages=tuple(_sum(row.accrued for row in rows if row.age == age) for age in AGES),
    )


def _state(state: str, currency: str, rows: list[FreightSum]) -> StateTotal:
    accrued, invoiced = _sum(row.accrued for row in rows), _sum(row.invoiced for row in rows)
    return StateTotal(state, currency, sum(row.cases for row in rows), accrued, invoiced)


def _sum(parts: Iterable[Decimal]) -> Decimal:
    return sum(parts, ZERO)
