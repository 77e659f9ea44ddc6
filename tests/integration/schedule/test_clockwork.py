"""The schedule role as wired: every loop does its round against the real database, and all end when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime

import pytest_asyncio

from crossdock.app.ingest.parts import Parts
from crossdock.app.intake import MessageReceipt, Receipt
from crossdock.ports.directory import Partner
from crossdock.ports.store import AlarmRow, DossierRow, WaitingRow, WriteSet
from crossdock.postgres.alarms import PostgresAlarms
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.waiting import PostgresWaitingRoom
from crossdock.process.policy import Policy
from crossdock.runtime.clockwork import Movement, Pace, wind
from crossdock.runtime.loops import Work
from crossdock.testing.world import OURSELVES, REGISTRIES, CountedDice, Partners, StillClock

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
QUICK = Pace(*[0.01] * 6)


class Witness:
    """Intake, ingest, relay and pickup in one, each noting that it was called."""

    def __init__(self) -> None:
        self.seen: dict[str, asyncio.Event] = {name: asyncio.Event() for name in ("woken", "relay", "pickup")}
        self.woken: list[int] = []

    async def wake(self, dossiers: Sequence[int], now: datetime) -> int:
        self.woken += dossiers
        self.seen["woken"].set()
        return len(dossiers)

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        raise AssertionError("no command has ended")

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        raise AssertionError("no message came")

    def noting(self, name: str) -> Work:
        async def work() -> int:
            self.seen[name].set()
            return 0

        return work


@pytest_asyncio.fixture
async def outbox(postgres_url: str) -> AsyncIterator[PostgresOutbox]:
    """An outbox on a database of the test's own."""
    opened = await PostgresOutbox.open(postgres_url, pool_max=4)
    yield opened
    await opened.close()


def movement(outbox: PostgresOutbox, store: PostgresStore, witness: Witness, clock: StillClock) -> Movement:
    """All that the clockwork drives, over one database."""
    directory = Partners({})
    parts = Parts(store, directory, REGISTRIES, Policy(), clock, CountedDice(), OURSELVES)
    return Movement(
        alarms=PostgresAlarms(outbox.pool),
        ingest=witness,
        outbox=outbox,
        intake=witness,
        waiting=PostgresWaitingRoom(outbox.pool),
        parts=parts,
        relay=witness.noting("relay"),
        pickups={"wms-nl2": witness.noting("pickup")},
    )


async def test_alarms_ring_files_are_picked_up_and_late_facts_get_their_case(
    outbox: PostgresOutbox, store: PostgresStore
) -> None:
    late = WaitingRow("w-1", ("pro||1",), "tracking.milestone", "car-1", b"{}", "k", NOON, NOON, "nobody knows it")
    async with store.batch() as batch:
        await batch.write(WriteSet(dossiers=[DossierRow(7, "order||SO-1", 1, "SO-1", b"")], waiting=[late]))
    async with store.batch() as batch:
        await batch.write(WriteSet(alarms=[AlarmRow(7, NOON)]))
    witness, clock = Witness(), StillClock(NOON)
    clockwork = wind(movement(outbox, store, witness, clock), clock, QUICK)
    running = asyncio.create_task(clockwork.run())
    async with asyncio.timeout(30):
        for event in witness.seen.values():
            await event.wait()
        await until(lambda: clockwork.loops["sweep"].health.done > 0)
        clockwork.stop()
        await running
    assert witness.woken == [7]
    assert sorted(clockwork.loops) == ["alarms", "answers", "echo", "pickup wms-nl2", "relay", "sweep"]
    assert [health.last_error for health in clockwork.health() if health.failures] == []


async def until(true: Callable[[], bool]) -> None:
    """Let other tasks run until it is so; the caller bounds it."""
    while not true():  # noqa: ASYNC110  (the loop under test tells its state by figures only)
        await asyncio.sleep(0)
