"""The store on PostgreSQL (ports/store.py): a transaction a batch, read by key, written in a handful of statements."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Self

import psycopg

from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.errors import Bug, Conflict
from crossdock.ports.store import DossierRow, Match, QuarantineRow, StoredFact, WaitingRow, WriteSet
from crossdock.postgres import arrays
from crossdock.postgres.codes import DISPOSITIONS, NOT_FOLDED
from crossdock.postgres.connection import (
    HOT_PLANS,
    LOCK_TIMEOUT_MS,
    Connection,
    Pool,
    open_pool,
    transaction,
    translated,
)
from crossdock.postgres.packing import unpack_keyed, unpack_state
from crossdock.postgres.write import Loaded, Seen, write

# `increment by` of the two sequences: one `nextval` reserves that many numbers.
DOSSIER_BLOCK = 1024
DELIVERY_BLOCK = 4096

# What a transaction of some dozens of facts takes on a busy machine, and less than it takes to find a deadlock.
BRIEFLY_MS = 100

# States kept in memory as they were stored, some 2 KB each.
KNOWN_MAX = 4096

# One snapshot for all parts, and each state once however many identifiers lead to it. Who is at work on what is told by
# locks no row knows of, in so many places that they fit the database's table of locks however many workers there are;
# two dossiers of one place are busy together, which costs the one a moment.
_MATCH = """
with owner as materialized (select ident, dossier from link where ident = any(%(idents)s))
select ident, dossier, null::int, null::text, null::bytea, false from owner
union all
select d.ident, d.id, d.version, d.label, d.state, not pg_try_advisory_xact_lock(7203, (d.id & 2047)::int)
from dossier d where d.id in (select dossier from owner union select unnest(%(dossiers)s))
union all
select ident, 0, null, null, null, true
from (select unnest(%(idents)s) as ident except select ident from owner) as unknown
where not pg_try_advisory_xact_lock(7204, hashtext(ident) & 2047)"""

# In one order for everybody, so that those who wait never wait in a ring.
_CLAIM = """
select count(pg_advisory_xact_lock(kind, place)) from (
    select 7203 as kind, (id & 2047)::int as place
    from (select dossier as id from link where ident = any(%(idents)s) union select unnest(%(dossiers)s)) as those
    union select 7204, hashtext(ident) & 2047 from unnest(%(idents)s) as ident
    order by kind, place
) as places"""

_HISTORY = """
select dossier, seq, body, received, disposition, coalesce(cause, '') from event
where dossier = any(%s) and disposition <> all(%s)"""

_WAITING_UNDER = """
select id, idents, type, partner, body, key, received, expires, reason, message from waiting
where id in (select waiting from waiting_ident where ident = any(%s))"""

_WAITING_ALIKE = """
select id, idents, type, partner, body, key, received, expires, reason, message from waiting
where (key, partner) in (select * from unnest(%s, %s)) order by id"""

_QUARANTINED = """
select id, partner, body, received, reason, code, dossier, lane, message from quarantine
where id = %s for update"""


class PostgresBatch:
    """One open transaction (ports.store.Batch). Not for use by two tasks at once."""

    def __init__(self, connection: Connection, known: dict[int, Loaded]) -> None:
        self._connection = connection
        self._known = known
        self._seen = Seen()

    @property
    def written(self) -> dict[int, Loaded]:
        """The states this transaction stored."""
        return self._seen.written

    async def claim(self, idents: Sequence[str], dossiers: Sequence[int], *, briefly: bool = False) -> None:
        """Wait until no other transaction is at work on what these lead to; see `Batch.claim`."""
        with translated():
            if not briefly:
                await self._connection.execute(_CLAIM, _those(idents, dossiers))
                return
            await self._connection.execute(f"set local lock_timeout = {BRIEFLY_MS}".encode())
            try:
                await self._connection.execute(_CLAIM, _those(idents, dossiers))
            except psycopg.errors.LockNotAvailable as error:
                raise Conflict("others are at these orders and did not end soon; let go and repeat") from error
            await self._connection.execute(f"set local lock_timeout = {LOCK_TIMEOUT_MS}".encode())

    async def match(self, idents: Sequence[str], dossiers: Sequence[int] = ()) -> Match:
        """Owners of these identifiers and their dossier rows, plus the rows of `dossiers` asked for by id."""
        with translated():
            cursor = await self._connection.execute(_MATCH, _those(idents, dossiers), binary=True)
            rows = await cursor.fetchall()
        owners: dict[str, tuple[int, ...]] = {}
        found: dict[int, DossierRow] = {}
        busy: list[int] = []
        opening: list[str] = []
        for ident, dossier, version, label, packed, others in rows:
            if not dossier:
                opening.append(ident)
            elif version is None:
                owners[ident] = (*owners.get(ident, ()), dossier)
            else:
                if others:
                    busy.append(dossier)
                known = self._known.pop(dossier, None)
                # The very bytes we wrote need no unpacking; whatever anybody else wrote is other bytes.
                state = known.state if known is not None and known.packed == packed else unpack_state(packed)
                self._seen.states[dossier] = Loaded(version, state, packed)
                found[dossier] = DossierRow(dossier, ident, version, label, state)
        self._seen.owners.update(dict.fromkeys(idents, ()))
        self._seen.owners.update(owners)
        return Match(owners, found, frozenset(busy), frozenset(opening))

    async def history(self, dossiers: Sequence[int]) -> list[StoredFact]:
        """All facts of these dossiers' logs that take part in a fold, in no particular order."""
        with translated():
            cursor = await self._connection.execute(
                _HISTORY, (arrays.int8s(dossiers), arrays.int2s(NOT_FOLDED)), binary=True
            )
            rows = await cursor.fetchall()
        return [
            StoredFact(dossier, seq, unpack_keyed(body)[0], received, DISPOSITIONS[code], cause)
            for dossier, seq, body, received, code, cause in rows
        ]

    async def waiting_under(self, idents: Sequence[str]) -> list[WaitingRow]:
        """Facts waiting under any of these identifiers; each once."""
        with translated():
            cursor = await self._connection.execute(_WAITING_UNDER, (arrays.texts(idents),), binary=True)
            rows = await cursor.fetchall()
        found = [WaitingRow(row[0], tuple(row[1]), *row[2:]) for row in rows]
        self._seen.asked_waiting.update(idents)
        self._seen.waiting.update(row.id for row in found)
        return found

    async def waiting_alike(self, said: Sequence[tuple[str, str]]) -> list[WaitingRow]:
        """Facts that wait and are of these partners with these business keys, the first of each first."""
        names = arrays.texts([key for _, key in said]), arrays.texts([partner for partner, _ in said])
        with translated():
            rows = await (await self._connection.execute(_WAITING_ALIKE, names, binary=True)).fetchall()
        return [WaitingRow(row[0], tuple(row[1]), *row[2:]) for row in rows]

    async def quarantined(self, quarantine_id: str) -> QuarantineRow | None:
        """A fact in quarantine, locked against another operator until the transaction ends."""
        with translated():
            cursor = await self._connection.execute(_QUARANTINED, (quarantine_id,), binary=True)
            row = await cursor.fetchone()
        if row is None:
            return None
        kept, partner, body, received, reason, code, dossier, lane, message = row
        blocked = Lane(lane) if lane else None
        return QuarantineRow(kept, partner, body, received, reason, code, dossier, blocked, message)

    async def write(self, rows: WriteSet) -> None:
        """Store everything.

        Raises:
            Conflict: a dossier's version is not the one read, or what `match` or `waiting_under` answered in this
                transaction has changed meanwhile for an identifier written here.
            Rejected: the database refuses a value of the batch; the caller splits the batch to find whose.
        """
        with translated():
            await write(self._connection, self._seen, rows)


class PostgresStore:
    """Opens transactions and hands out numbers (ports.store.Store). Shared by all tasks of one event loop."""

    def __init__(self, batches: Pool, numbers: Pool) -> None:
        self._batches = batches
        # Numbers are reserved while a batch holds a connection: from the same pool, batches could starve each other.
        self._numbers = numbers
        self._numbers_lock = asyncio.Lock()
        self._dossiers_next = 0
        self._dossiers_end = 0
        # The states stored last, oldest first: what is loaded again soon need not be unpacked again.
        self._known: dict[int, Loaded] = {}

    @classmethod
    async def open(cls, url: str, *, pool_max: int = 4) -> Self:
        """Connect to a migrated database, with at most `pool_max` batches at once and one more connection for numbers.

        Raises:
            Transient: it cannot be reached.
        """
        batches = await open_pool(url, size_min=1, size_max=pool_max, name="batches", options=HOT_PLANS)
        try:
            # A sequence knows no transaction: beginning and ending one would be two more trips for each batch.
            numbers = await open_pool(url, size_min=1, size_max=1, name="numbers", autocommit=True)
        except BaseException:
            await batches.close()
            raise
        return cls(batches, numbers)

    @property
    def pools(self) -> tuple[Pool, Pool]:
        """The connections it works with."""
        return self._batches, self._numbers

    async def close(self) -> None:
        """Give the connections back; open batches end first."""
        await self._batches.close()
        await self._numbers.close()

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[PostgresBatch]:
        """A transaction that commits when the block ends well and rolls back when it does not."""
        async with transaction(self._batches, ours=True) as connection:
            batch = PostgresBatch(connection, self._known)
            yield batch
        self._known.update(batch.written)
        while len(self._known) > KNOWN_MAX:
            del self._known[next(iter(self._known))]

    async def reserve_dossiers(self, count: int) -> int:
        """Reserve `count` (at most 1,024) consecutive dossier ids; returns the first. Rarely asks the database."""
        _bounded(count, DOSSIER_BLOCK)
        async with self._numbers_lock:
            if self._dossiers_next + count > self._dossiers_end:
                self._dossiers_next = await self._next_block("dossier_id")
                self._dossiers_end = self._dossiers_next + DOSSIER_BLOCK
            first = self._dossiers_next
            self._dossiers_next += count
            return first

    async def reserve_deliveries(self, count: int) -> int:
        """Reserve `count` (at most 4,096) consecutive delivery ids; returns the first.

        Every call takes a block of its own from the database, higher than all before it anywhere: call it after the
        dossiers were read, and ids of one dossier's commands then rise in the order of its versions.
        """
        _bounded(count, DELIVERY_BLOCK)
        return await self._next_block("delivery_id")

    async def _next_block(self, sequence: str) -> int:
        async with transaction(self._numbers) as connection:
            with translated():
                cursor = await connection.execute("select nextval(%s::regclass)", (sequence,))
                row = await cursor.fetchone()
        if row is None:
            raise Bug(f"sequence {sequence} gave no number")
        return int(row[0])


def _those(idents: Sequence[str], dossiers: Sequence[int]) -> dict[str, arrays.Array]:
    return {"idents": arrays.texts(idents), "dossiers": arrays.int8s(dossiers)}


def _bounded(count: int, most: int) -> None:
    if not 0 < count <= most:
        raise Bug(f"{count} numbers were asked for at once: at least 1 and at most {most} can be reserved")
