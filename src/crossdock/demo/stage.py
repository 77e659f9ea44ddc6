"""What every simulated system is given: the seed, business time, the yard, the order book, the fault ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import datetime

import msgspec

from crossdock.demo.calendar import Calendar
from crossdock.demo.fates import Fate, fate
from crossdock.demo.ledger import FaultLedger
from crossdock.demo.storeroom import Storeroom
from crossdock.demo.world import DemoOrder, pick
from crossdock.demo.yard import Yard


class Stage:
    """Shared by the systems of one enterprise process.

    Args:
        pace_s: the mean real time one step of work takes.
        freight: whether the ERP keeps freight accounts, takes goods back and calls orders off, so that quotes,
            carriers' invoices, returns and call-offs are of use.
    """

    def __init__(
        self,
        seed: int,
        calendar: Calendar,
        yard: Yard,
        ledger: FaultLedger,
        orders: Mapping[str, DemoOrder],
        pace_s: float,
        *,
        freight: bool = True,
    ) -> None:
        self.seed = seed
        self.calendar = calendar
        self.yard = yard
        self.ledger = ledger
        self.orders = orders
        self.freight = freight
        self.room = Storeroom(seed)
        # Which order a shipment of the TMS is of, as its papers say.
        self.shipped: dict[str, str] = {}
        # And the other way round, by order and site.
        self.planned: dict[tuple[str, str], str] = {}
        self.failures: list[str] = []
        self._pace_s = pace_s
        self._work: set[asyncio.Task[None]] = set()

    def fate(self, order: DemoOrder | str) -> Fate:
        """What becomes of an order, or of the one of this number in the book. Only a simulated ERP calls orders off."""
        ours = fate(self.seed, self.orders[order] if isinstance(order, str) else order)
        return ours if self.freight else msgspec.structs.replace(ours, called_off=None)

    async def step(self, order_no: str, name: str, minutes: tuple[int, int]) -> datetime:
        """Do a step of work on an order: real time passes, then its business clock moves on."""
        await self.rest(order_no, name)
        return self.move((order_no,), name, minutes)

    async def rest(self, key: str, name: str) -> None:
        """Let half to one and a half paces of real time pass."""
        await asyncio.sleep(self._pace_s * (50 + pick(self.seed, 100, "rest", key, name)) / 100)

    def move(self, order_nos: tuple[str, ...], name: str, minutes: tuple[int, int]) -> datetime:
        """Move the business clocks of these orders together, by half of a seeded number within `minutes`.

        Half, so that a day with returns, docks and shared loads ends before the horizon: there all would be one minute.
        """
        low, high = minutes
        span = low + pick(self.seed, high - low + 1, "minutes", name, *order_nos)
        return self.calendar.advance(order_nos, span // 2)

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Run a piece of work in the background; what it raises is kept in `failures`, never swallowed."""
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._finished)

    @property
    def busy(self) -> int:
        """Pieces of work under way."""
        return len(self._work)

    async def close(self) -> None:
        """End all work."""
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failures.append(repr(error))
