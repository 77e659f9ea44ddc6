"""A crash between any two effects of the hub: what was said again is done once (peers.md §5 no 3)."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import psycopg
import pytest

from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.clock import SystemDice
from crossdock.ports.store import Batch, Store, WriteSet
from crossdock.postgres.store import PostgresStore
from crossdock.testing.world import World
from tests.integration.deliver.given import Dock

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
COMMANDS = (
    "create_fulfilment_order",
    "plan_shipment",
    "confirm_handover",
    "update_order_status",
    "update_delivery_status",
)


class CrashError(Exception):
    """The process is gone."""


class Doomed:
    """A store whose process dies at its `at`-th effect: before or after any call, and after the commit."""

    def __init__(self, store: Store, at: int) -> None:
        self._store, self._left = store, at

    def live(self) -> None:
        """One effect more, or the end."""
        self._left -= 1
        if self._left == 0:
            raise CrashError

    async def reserve_dossiers(self, count: int) -> int:
        self.live()
        return await self._store.reserve_dossiers(count)

    async def reserve_deliveries(self, count: int) -> int:
        self.live()
        return await self._store.reserve_deliveries(count)

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[Batch]:
        self.live()
        async with self._store.batch() as batch:
            yield Dying(batch, self)
            self.live()
        # Committed, and nobody was told.
        self.live()


class Dying:
    """A transaction of a doomed store."""

    def __init__(self, batch: Batch, life: Doomed) -> None:
        self.match = batch.match
        self.history = batch.history
        self.waiting_under = batch.waiting_under
        self.quarantined = batch.quarantined
        self._write, self._life = batch.write, life

    async def write(self, rows: WriteSet) -> None:
        self._life.live()
        await self._write(rows)
        self._life.live()


async def survived(store: PostgresStore, number: int, at: int) -> bool:
    """Tell an order, whose hub dies at its `at`-th effect and is started again; whether it died at all."""
    world, died = World(PARTNERS, now=START), False
    parts = dataclasses.replace(world.parts, dice=SystemDice())
    world.ingest = Ingest(dataclasses.replace(parts, store=Doomed(store, at)))
    facts = list(Order(number, START).facts())
    for fact in (facts[0], facts[1], facts[7]):
        while True:
            try:
                await world.take([(fact.partner, fact.body)])
            except CrashError:
                died = True
                # Another process takes over, and the sender, who heard nothing, says it again.
                world.ingest = Ingest(dataclasses.replace(parts, store=store))
            else:
                break
    return died


@pytest.mark.proves("PF-03")
async def test_03_whichever_effect_is_the_last_everything_happens_once(store: PostgresStore, dock: Dock) -> None:
    """An order for every effect there is between the first byte and the last commit."""
    number = 1
    while await survived(store, number, number):
        number += 1
    assert number > 12, "every fact has several effects"
    with psycopg.connect(dock.url) as connection:
        sent = connection.execute("select split_part(idempotency_key, ':', 1), count(*) from delivery group by 1")
        assert dict(sent.fetchall()) == dict.fromkeys(COMMANDS, number)
        twice = connection.execute("select idempotency_key from delivery group by 1 having count(*) > 1").fetchall()
        labels = connection.execute("select label from dossier where ident like 'order|%'").fetchall()
    assert twice == []
    ((_, orders),) = Counter(labels).items()
    assert orders == number, "whatever broke, all orders ended alike"
