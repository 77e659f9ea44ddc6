"""Stock as lists show it: positions with their drift, and one item's movements, snapshots and variances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.app.fold.registry import Registry
from crossdock.app.queries import Fact, Page, facts_of, page
from crossdock.app.reconcile.dossier import stored
from crossdock.kernel.instant import from_micros
from crossdock.ports.cards import CardReads, StockAsked, StockCard
from crossdock.ports.clock import Clock
from crossdock.ports.views import CaseView, Views
from crossdock.process.amounts import decimal
from crossdock.process.policy import Policy
from crossdock.process.stock.state import Movement, StockState

MOVEMENTS_MAX = 200
FACTS_MAX = 200


class Moved(msgspec.Struct, frozen=True):
    """One movement of a position; `booked` is where the ERP is with it (RECORDED, POSTED, FAILED, REVERSED)."""

    movement: str
    position: str
    at: datetime | None
    amount: Decimal
    booked: str


class ItemSheet(msgspec.Struct, frozen=True):
    """One item in one warehouse. `said` are its newest facts, `variances` its open and closed cases."""

    dossier: int
    warehouse: str
    item: str
    positions: tuple[StockCard, ...]
    movements: tuple[Moved, ...]
    said: tuple[Fact, ...]
    variances: tuple[CaseView, ...]


@dataclass(frozen=True, slots=True)
class Shelves:
    """See the module."""

    reads: CardReads
    views: Views
    registries: Mapping[str, Registry]
    policy: Policy
    clock: Clock

    async def positions(self, asked: StockAsked) -> Page[StockCard]:
        """A page of positions, by place."""
        rows = await self.reads.stock(asked)
        return page(rows, asked.limit, lambda one: f"{one.warehouse}\t{one.item}\t{one.lot}\t{one.status}")

    async def item(self, dossier: int) -> ItemSheet | None:
        """One item in one warehouse; `None` where that is no stock."""
        ident = await self.reads.ident_of(dossier)
        if not ident.startswith("stock|"):
            return None
        row = next(row for row in await self.views.owners(ident) if row.id == dossier)
        state = stored(row, self.registries, self.policy, self.clock.now()).one("MOV", StockState)
        warehouse, _, item = ident.partition("||")[2].partition("|")
        return ItemSheet(
            dossier=dossier,
            warehouse=warehouse,
            item=item,
            positions=tuple(await self.reads.stock_of(dossier)),
            movements=_movements(state) if state is not None else (),
            said=tuple(reversed(facts_of(await self.views.events(dossier))[-FACTS_MAX:])),
            variances=tuple(await self.views.cases(dossier)),
        )


def _movements(state: StockState) -> tuple[Moved, ...]:
    """Those behind the last snapshot, newest first, then those it holds that the ERP is still to book."""
    found = [
        Moved(delta.movement, name, from_micros(delta.at_us) if delta.at_us else None, decimal(delta.amount),
              _state_of(state.movements, delta.movement))
        for name, place in state.positions.items()
        for delta in place.deltas
    ]  # fmt: skip
    found.sort(key=lambda one: (one.at is not None, one.at), reverse=True)
    behind = {one.movement for one in found}
    found += [
        Moved(number, name, None, decimal(amount), movement.state)
        for number, movement in state.movements.items()
        if number not in behind
        for name, amount in movement.books.items()
    ]
    return tuple(found[:MOVEMENTS_MAX])


def _state_of(movements: Mapping[str, Movement], number: str) -> str:
    return movements[number].state if number in movements else ""
