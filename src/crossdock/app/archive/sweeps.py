"""What is dropped when its time is up: contributions to old KPIs, counts of old looks, files of the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from crossdock.ports.archive import Shelf
from crossdock.ports.clock import Clock

ROWS_MAX = 5_000


class Leftovers(Protocol):
    """Rows that only their age says anything about; each call drops at most `limit` and says how many.

    Raises:
        Transient: the database cannot be reached.
    """

    async def forget_measures(self, kpi: str, before: datetime, limit: int) -> int:
        """Contributions to a KPI that are over; what is still open is none of them."""

    async def forget_enquiries(self, before: datetime, limit: int) -> int:
        """Looks of customers at late shipments."""

    async def outdated_files(self, before: datetime, limit: int) -> Sequence[str]:
        """Files of the archive written before that, which are not gone."""

    async def file_gone(self, name: str, at: datetime) -> None:
        """Say that a file was deleted, in the record of acts as well."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """`files` zero keeps them for good."""

    leftovers: Leftovers
    shelf: Shelf | None
    clock: Clock
    every: Sequence[str]
    kpis: timedelta
    enquiries: timedelta
    files: timedelta

    async def sweep_once(self, limit: int = ROWS_MAX) -> int:
        """Drop a page of each; how many rows and files went, 0 when nothing is left to drop."""
        now = self.clock.now()
        gone = await self.leftovers.forget_enquiries(now - self.enquiries, limit)
        for kpi in self.every:
            gone += await self.leftovers.forget_measures(kpi, now - self.kpis, limit)
        if self.shelf is not None and self.files:
            # Done before it is said, and to be done twice: after a crash in between the file is found gone already.
            for name in await self.leftovers.outdated_files(now - self.files, 1):
                await self.shelf.destroy(name)
                await self.leftovers.file_gone(name, now)
                gone += 1
        return gone
