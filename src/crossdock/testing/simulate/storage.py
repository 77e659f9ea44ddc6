"""The database of a run: the engines in memory behind ports that take time, refuse, lose answers and die with a host.

What a transaction wrote is kept aside until its commit, which is one effect. A host that dies before it leaves nothing,
one that dies after it leaves everything, and where only the answer is lost the host believes that it failed.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec

from crossdock.kernel.errors import Conflict, Transient
from crossdock.ports.backbone import Publication
from crossdock.ports.feed import FeedRow, Position
from crossdock.ports.outbox import Answered, Backlog, Echo, End, Ending, Gate, Pulse, Turn
from crossdock.ports.store import Batch, CaseRow, Match, QuarantineRow, StoredFact, WaitingRow, WriteSet
from crossdock.ports.waiting import Overdue
from crossdock.testing.backbone import MemoryBackbone
from crossdock.testing.messages import MemoryMessages
from crossdock.testing.outbox import MemoryOutbox, MemoryTurn
from crossdock.testing.schedule import MemoryAlarms, MemoryFeed, MemoryWaitingRoom
from crossdock.testing.simulate.nature import Met, Nature
from crossdock.testing.simulate.plan import PLACES
from crossdock.testing.simulate.scheduler import Bell, Lock
from crossdock.testing.store import MemoryBatch, MemoryStore

# How long a transaction waits for others before anything else of it, and later, as the real one does.
LONG_S, MOMENT_S = 5.0, 0.1
LOST = "the connection was lost while the transaction committed"


class Disk:
    """What is durable, and who is told that it changed. `watch` is called after every commit with what it wrote."""

    def __init__(self, nature: Nature, watch: Callable[[WriteSet | MemoryTurn], None]) -> None:
        self.nature = nature
        self.watch = watch
        self.store = MemoryStore()
        self.outbox = MemoryOutbox(self.store)
        self.alarms = MemoryAlarms(self.store)
        self.messages = MemoryMessages(self.store)
        self.room = MemoryWaitingRoom(self.store)
        self.feed = MemoryFeed(self.store)
        self.log = MemoryBackbone(nature.scheduler.now, nature.scheduler.sleep)
        self._bells: dict[str, Bell] = {}
        self._locks: dict[str, Lock] = {}

    @property
    def published(self) -> list[Publication]:
        """What EVENTS holds."""
        return self.log.events

    def bell(self, topic: str) -> Bell:
        """Rung when there may be work of this kind."""
        return self._bells.setdefault(topic, Bell())

    def ring(self, *topics: str) -> None:
        """There may be work of these kinds."""
        for topic in topics:
            self.nature.scheduler.ring(self.bell(topic))

    def lock(self, partner: str) -> Lock:
        """The lock on a partner's gate row."""
        return self._locks.setdefault(partner, Lock(self.nature.scheduler))

    def committed(self, rows: WriteSet | MemoryTurn) -> None:
        """Tell everybody."""
        self.watch(rows)
        if isinstance(rows, MemoryTurn):
            self.ring("echo", "answers")
            if any(run.ending is Ending.PARKED for run in rows.runs):
                self.ring("parked")
            return
        self.ring(*sorted({f"deliver {row.partner}" for row in rows.deliveries}))
        if rows.alarms:
            self.ring("alarms")
        if rows.events or rows.redisposed:
            self.ring("relay", "answers")
        if rows.waiting or rows.links:
            self.ring("sweep")


class Turns:
    """What one transaction is told of a worker beside the hosts, and how long it waits for it.

    What it was told nobody is at, or waited for, is its own until it ends: the other comes too late for it.
    """

    def __init__(self, disk: Disk) -> None:
        self._nature = disk.nature
        self._store = disk.store
        self._ours: set[str] = set()

    def told(self, match: Match, idents: Sequence[str]) -> Match:
        """The answer with what others are at."""
        opening = frozenset(one for one in idents if one not in match.links and self._is_theirs(one))
        busy = frozenset(one for one, row in match.dossiers.items() if self._is_theirs(row.ident))
        self._nature.met[Met.BUSY] += bool(busy or opening)
        self._ours |= {one for one in idents if one not in match.links} - opening
        self._ours |= {row.ident for one, row in match.dossiers.items() if one not in busy}
        return msgspec.structs.replace(match, busy=busy, opening=opening) if busy or opening else match

    async def wait(self, idents: Sequence[str], dossiers: Sequence[int], most_s: float, *, briefly: bool) -> None:
        """Until nobody else is at any of it, so long at most.

        Raises:
            Conflict, Transient: it took longer; see `Batch.claim`.
        """
        owners = {one for ident in idents for one in self._store.links.get(ident, ())} | set(dossiers)
        wanted = {row.ident for one in sorted(owners) if (row := self._store.dossiers.get(one)) is not None}
        wanted |= {ident for ident in idents if ident not in self._store.links}
        until_us = self._nature.held_until_us({place_of(one) for one in wanted - self._ours})
        wait_s = (until_us - self._nature.scheduler.now_us) / 1_000_000 if until_us else 0.0
        if wait_s:
            self._nature.met[Met.WAITED] += 1
            await self._nature.scheduler.sleep(min(wait_s, most_s))
        if wait_s > most_s:
            raise (Conflict if briefly else Transient)("another worker is at the same orders: send again")
        self._ours |= wanted

    def _is_theirs(self, ident: str) -> bool:
        return ident not in self._ours and self._nature.held_until_us((place_of(ident),)) > 0


def place_of(ident: str) -> str:
    """The place an identifier, or the dossier named by it, lies at."""
    return PLACES[zlib.crc32(ident.encode()) % len(PLACES)]


class SimBatch:
    """ports.store.Batch: reads take time, the write waits for the commit, and others are at what it asks for."""

    def __init__(self, host: str, disk: Disk) -> None:
        self._host = host
        self._disk = disk
        self._batch = MemoryBatch(disk.store)
        self._turns = Turns(disk)
        self.rows: WriteSet | None = None

    async def claim(self, idents: Sequence[str], dossiers: Sequence[int], *, briefly: bool = False) -> None:
        """See `Batch.claim`."""
        await self._disk.nature.effect(self._host)
        await self._turns.wait(idents, dossiers, MOMENT_S if briefly else LONG_S, briefly=briefly)
        await self._batch.claim(idents, dossiers, briefly=briefly)

    async def match(self, idents: Sequence[str], dossiers: Sequence[int] = ()) -> Match:
        """See `Batch.match`."""
        await self._disk.nature.effect(self._host)
        return self._turns.told(await self._batch.match(idents, dossiers), idents)

    async def history(self, dossiers: Sequence[int]) -> list[StoredFact]:
        """See `Batch.history`."""
        await self._disk.nature.effect(self._host)
        return await self._batch.history(dossiers)

    async def waiting_under(self, idents: Sequence[str]) -> list[WaitingRow]:
        """See `Batch.waiting_under`."""
        await self._disk.nature.effect(self._host)
        return await self._batch.waiting_under(idents)

    async def waiting_alike(self, said: Sequence[tuple[str, str]]) -> list[WaitingRow]:
        """See `Batch.waiting_alike`."""
        await self._disk.nature.effect(self._host)
        return await self._batch.waiting_alike(said)

    async def quarantined(self, quarantine_id: str) -> QuarantineRow | None:
        """See `Batch.quarantined`."""
        return await self._batch.quarantined(quarantine_id)

    async def write(self, rows: WriteSet) -> None:
        """See `Batch.write`."""
        await self._disk.nature.effect(self._host)
        self._disk.nature.refuse_when_full()
        self.rows = rows

    async def commit(self) -> None:
        """Fence and store at once, or nothing."""
        if self.rows is None:
            return
        await self._disk.nature.effect(self._host)
        await self._disk.nature.slow(self._host)
        await self._batch.write(self.rows)
        self._disk.committed(self.rows)
        if self._disk.nature.loses_commit(self._host):
            raise Transient(LOST)
        await self._disk.nature.effect(self._host)


class SimStore:
    """ports.store.Store as one host sees it."""

    def __init__(self, host: str, disk: Disk) -> None:
        self._host = host
        self._disk = disk

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[Batch]:
        """See `Store.batch`."""
        batch = SimBatch(self._host, self._disk)
        yield batch
        await batch.commit()

    async def reserve_dossiers(self, count: int) -> int:
        """See `Store.reserve_dossiers`."""
        return await self._disk.store.reserve_dossiers(count)

    async def reserve_deliveries(self, count: int) -> int:
        """See `Store.reserve_deliveries`."""
        await self._disk.nature.effect(self._host)
        return await self._disk.store.reserve_deliveries(count)


class SimOutbox:
    """ports.outbox.Outbox as one host sees it: turns lock the partner's gate, over all hosts."""

    def __init__(self, host: str, disk: Disk) -> None:
        self._host = host
        self._disk = disk

    async def pulse(self, partner: str, now: datetime) -> Pulse:
        """See `Outbox.pulse`."""
        return await self._disk.outbox.pulse(partner, now)

    @asynccontextmanager
    async def turn(self, partner: str, now: datetime) -> AsyncIterator[Turn]:
        """See `Outbox.turn`."""
        disk = self._disk
        async with disk.lock(partner):
            await disk.nature.effect(self._host)
            outbox = disk.outbox
            turn = MemoryTurn(outbox.rows(partner), await outbox.gate(partner), now)
            yield turn
            await disk.nature.effect(self._host)
            disk.nature.refuse_when_full()
            outbox.commit(partner, turn)
            disk.committed(turn)
            if disk.nature.loses_commit(self._host):
                raise Transient(LOST)
        await disk.nature.effect(self._host)

    async def gate(self, partner: str) -> Gate:
        """See `Outbox.gate`."""
        return await self._disk.outbox.gate(partner)

    async def backlog(self, now: datetime) -> list[Backlog]:
        """See `Outbox.backlog`."""
        return await self._disk.outbox.backlog(now)

    async def echoes(self, limit: int) -> list[Echo]:
        """See `Outbox.echoes`."""
        await self._disk.nature.effect(self._host)
        return await self._disk.outbox.echoes(limit)

    async def echoed(self, echoes: Sequence[Echo]) -> None:
        """See `Outbox.echoed`."""
        await self._disk.nature.effect(self._host)
        self._disk.nature.refuse_when_full()
        await self._disk.outbox.echoed(echoes)

    async def answered(self, limit: int) -> list[Answered]:
        """See `Outbox.answered`."""
        return await self._disk.outbox.answered(limit)

    async def acknowledge(self, partner: str, idempotency_key: str, end: End, *, cases: Sequence[CaseRow] = ()) -> bool:
        """See `Outbox.acknowledge`."""
        async with self._disk.lock(partner):
            await self._disk.nature.effect(self._host)
            self._disk.nature.refuse_when_full()
            ended = await self._disk.outbox.acknowledge(partner, idempotency_key, end, cases=cases)
        self._disk.ring(f"deliver {partner}")
        return ended

    async def arrivals(self) -> AsyncGenerator[str, None]:
        """See `Outbox.arrivals`."""
        async for partner in self._disk.outbox.arrivals():
            yield partner


class SimAlarms:
    """ports.alarms.Alarms as one host sees it."""

    def __init__(self, host: str, disk: Disk) -> None:
        self._host = host
        self._disk = disk

    async def take(self, now: datetime, *, limit: int, lease_until: datetime) -> list[int]:
        """See `Alarms.take`."""
        taken = await self._disk.alarms.take(now, limit=limit, lease_until=lease_until)
        await self._disk.nature.effect(self._host)
        return taken

    async def done(self, dossiers: Sequence[int], now: datetime, *, lease_until: datetime) -> None:
        """See `Alarms.done`."""
        await self._disk.nature.effect(self._host)
        await self._disk.alarms.done(dossiers, now, lease_until=lease_until)


class SimWaitingRoom:
    """ports.waiting.WaitingRoom as one host sees it."""

    def __init__(self, host: str, disk: Disk) -> None:
        self._host = host
        self._disk = disk

    async def releasable(self, limit: int) -> list[WaitingRow]:
        """See `WaitingRoom.releasable`."""
        await self._disk.nature.effect(self._host)
        return await self._disk.room.releasable(limit)

    async def overdue(self, now: datetime, limit: int) -> list[Overdue]:
        """See `WaitingRoom.overdue`."""
        return await self._disk.room.overdue(now, limit)

    async def left(self, codes: Sequence[str], now: datetime, limit: int) -> list[CaseRow]:
        """See `WaitingRoom.left`."""
        return await self._disk.room.left(codes, now, limit)

    async def cases(self, rows: Sequence[CaseRow]) -> None:
        """See `WaitingRoom.cases`."""
        await self._disk.nature.effect(self._host)
        self._disk.nature.refuse_when_full()
        await self._disk.room.cases(rows)


class SimFeed:
    """ports.feed.Feed as one host sees it."""

    def __init__(self, host: str, disk: Disk) -> None:
        self._host = host
        self._disk = disk

    async def cursor(self, name: str) -> Position:
        """See `Feed.cursor`."""
        await self._disk.nature.effect(self._host)
        return await self._disk.feed.cursor(name)

    async def read(self, after: Position, *, limit: int) -> Sequence[FeedRow]:
        """See `Feed.read`."""
        return await self._disk.feed.read(after, limit=limit)

    async def advance(self, name: str, before: Position, after: Position) -> bool:
        """See `Feed.advance`."""
        await self._disk.nature.effect(self._host)
        return await self._disk.feed.advance(name, before, after)
