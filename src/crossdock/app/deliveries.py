"""What is on its way to partners, as an operator asks: the ways, the commands, one command with all its runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from crossdock.app.queries import Page, page
from crossdock.kernel.errors import Rejected
from crossdock.ports.clock import Clock
from crossdock.ports.deliveries import Deliveries, DeliveryRun, UnderWay
from crossdock.ports.directory import Directory
from crossdock.ports.outbox import Backlog, Phase

ACTS = {Phase.PARKED.value: ("retry", "skip"), "refused": ("retry",)}


class Way(msgspec.Struct, frozen=True):
    """The way to one partner: its name, and how it stands."""

    name: str
    role: str
    way: Backlog


class DeliveryDetail(msgspec.Struct, frozen=True):
    """One command: how it stands now, what a person may do about it, and its runs, the latest last.

    `payload` is the command in canonical JSON, indented.
    """

    now: DeliveryRun
    acts: tuple[str, ...]
    runs: tuple[DeliveryRun, ...]
    payload: str


@dataclass(frozen=True, slots=True)
class DeliveryDesk:
    """See the module."""

    deliveries: Deliveries
    directory: Directory
    clock: Clock

    async def ways(self) -> tuple[Way, ...]:
        """Every partner something is on its way to, those that need a hand first."""
        found = []
        for way in await self.deliveries.ways(self.clock.now()):
            partner = self.directory.partner(way.partner)
            name = (partner.name or partner.id) if partner is not None else way.partner
            found.append(Way(name, partner.role.value if partner is not None else "", way))
        return tuple(sorted(found, key=lambda one: (-one.way.parked, -one.way.unknown, -one.way.open, one.name)))

    async def under_way(self, partner: str, phase: str, cursor: str, limit: int) -> Page[UnderWay]:
        """Open commands, the oldest first.

        Raises:
            Rejected: no such phase, or a cursor we did not give.
        """
        if phase and phase not in tuple(Phase):
            raise Rejected(f"no command is {phase!r}: take one of {', '.join(Phase)}")
        if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):
            raise Rejected("the cursor is not one we gave: begin with the first page")
        rows = await self.deliveries.under_way(partner=partner, phase=phase, after=int(cursor or 0), limit=limit)
        return page(rows, limit, lambda row: str(row.id))

    async def one(self, delivery: int) -> DeliveryDetail | None:
        """One command whole, `None` when there is none of that number."""
        runs: Sequence[DeliveryRun] = await self.deliveries.runs(delivery)
        if not runs:
            return None
        last = runs[-1]
        payload = msgspec.json.format(last.payload, indent=2).decode()
        return DeliveryDetail(last, ACTS.get(last.state, ()), tuple(runs), payload)
