"""The archive in PostgreSQL (ports.archive): what may leave, how it leaves, and how it comes back.

A dossier that left has the bit `ARCHIVED` in its version: whoever had read it before is fenced off as by any other
worker, and who reads it later knows without asking twice. Its row, links and list entries stay.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import LiteralString

from psycopg.rows import TupleRow

from crossdock.kernel.errors import Conflict, Permanent
from crossdock.ports.acts import Act
from crossdock.ports.archive import LOOK_MAX, ROUND_MAX, Archived, ArchiveFile, Place, Whole, Written
from crossdock.ports.originals import MESSAGES
from crossdock.ports.store import ARCHIVED, DossierRow
from crossdock.postgres.acts import keep_act
from crossdock.postgres.archive_rows import put_whole, read_wholes
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.packing import unpack_state

OURSELVES = "crossdock"
CLOSED = "closed"
SWEEPS = (CLOSED, MESSAGES)
OWNERS_MAX = 16
# Who follows the log and must have read all of a dossier before it leaves; whoever else has a place, as well.
READERS = ("cards", "kpi", "portal")
# A reader of the log that has not moved for so long is nobody's any more, and keeps nothing here.
DEAD_AFTER = timedelta(days=30)

_ONE_AT_A_TIME = "select pg_try_advisory_xact_lock(hashtextextended('archive', 0))"
_ONE_OF_US = "select pg_advisory_xact_lock(hashtextextended('archive', 0))"
_STANDING = "select place, paused from retention where name = %s"
_LOOKED = """
insert into retention (name, place, looked) values (%(name)s, %(place)s, now())
on conflict (name) do update set place = excluded.place, looked = excluded.looked"""
_PAUSE = """
insert into retention (name, paused) values (%(name)s, %(reason)s)
on conflict (name) do update set paused = excluded.paused"""

_PAGE = """
select count(*), max(id) from (select id from dossier where id > %s order by id limit %s) as page"""

# The dossiers of the page on which nothing is under way and of which nobody has anything left to read. An alarm says
# nothing: it stays behind when its timer is stopped and rings for nobody; the state says whether a timer runs.
_CANDIDATES: LiteralString = """
select d.id, d.ident, d.version, d.label, d.state from dossier d
where d.id > %(after)s and d.id <= %(until)s and d.version < %(bit)s
    and (select count(*) from relay_cursor where name = any(%(readers)s)) = cardinality(%(readers)s)
    and not exists (select from delivery v where v.dossier = d.id)
    and not exists (select from delivery_log v where v.dossier = d.id and v.echo_pending)
    and not exists (select from exception_case c where c.dossier = d.id and c.closed is null)
    and not exists (select from quarantine q where q.dossier = d.id)
    and not exists (select from link l join waiting_ident w on w.ident = l.ident where l.dossier = d.id)
    and not exists (select from ask k where k.dossier = d.id and k.ended is null)
    and not exists (select from notice_due n where n.dossier = d.id)
    and not exists (select from recon_break b where b.dossier = d.id and not b.healed)
    and not exists (
        select from repair_plan p join repair_item i on i.plan = p.id
        where p.state in ('planning', 'proposed', 'approved', 'applying') and i.dossier = d.id)
    and exists (select from event e where e.dossier = d.id)
    and not exists (
        select from event e where e.dossier = d.id and (
            e.recorded >= %(quiet)s
            or exists (
                select from relay_cursor c
                where c.updated > %(alive)s and (e.tx, e.dossier, e.seq) > (c.tx, c.dossier, c.seq))
            or exists (
                select from subscription s
                where s.paused = '' and s.served > %(alive)s and (e.tx, e.dossier, e.seq) > (s.tx, s.dossier, s.seq))))
order by d.id limit %(limit)s"""

# As `postgres.audit` counts them.
_COUNT_MESSAGES = """
update message m set archived = m.archived + (%(sign)s)::int * n.rows
from (select message, count(*)::int as rows from event
      where dossier = any(%(ids)s) and seq <= %(last)s and cause is null and message is not null group by message) as n
where m.id = n.message"""

_REMOVE: tuple[LiteralString, ...] = (
    """delete from case_desk k using exception_case c
       where k.case_id = c.id and c.closed is not null and c.dossier = any(%s)""",
    "delete from exception_case where closed is not null and dossier = any(%s)",
    "delete from delivery_log where dossier = any(%s)",
    "delete from event where dossier = any(%s)",
    # What a dossier is found under, but for its own number.
    """delete from card_term t using dossier d
       where d.id = t.dossier and t.term <> upper(split_part(d.ident, '|', 3)) and t.dossier = any(%s)""",
)

_MARK = "update dossier set version = version | %s where id = any(%s)"
_UNMARK = "update dossier set version = (version & ~(%s)::int) + 1 where id = %s"

_PUT_FILE = """
insert into archive_file (at, pieces, bytes, kind, name, sha256) values (%s, %s, %s, %s, %s, %s)
on conflict (name) do nothing"""

_PUT_ARCHIVED = """
insert into archived (dossier, at, position, bytes, last, facts, commands, cases, file, sha256)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""

_ARCHIVED: LiteralString = """
select a.dossier, d.ident, a.at, a.facts, a.commands, a.cases, a.file, a.position, a.bytes, a.sha256, f.gone
from archived a join dossier d on d.id = a.dossier left join archive_file f on f.name = a.file
where a.dossier $which order by a.dossier limit %s"""
ARCHIVED_OF: LiteralString = _ARCHIVED.replace("$which", "= any(%s)")
_NAMED: LiteralString = _ARCHIVED.replace("$which", "in (select dossier from link where ident = %s)")
_FORGET = "delete from archived where dossier = %s and file = %s and position = %s"

_FILES = """
select name, kind, at, pieces, bytes, sha256, gone from archive_file
where %(before)s = '' or name < %(before)s order by name desc limit %(limit)s"""

_ROW = "select version from dossier where id = %s for update"


class PostgresRound:
    """See `ports.archive.Round`."""

    def __init__(self, connection: Connection, looked: int, candidates: Sequence[DossierRow]) -> None:
        self._connection = connection
        self._wholes: dict[int, Whole] = {}
        self.looked = looked
        self.candidates = candidates

    async def wholes(self, dossiers: Sequence[int]) -> Sequence[Whole]:
        """See `Round.wholes`."""
        with translated():
            found = await read_wholes(self._connection, dossiers)
        self._wholes = {one.head.dossier: one for one in found}
        return found

    async def remove(self, written: Written, dossiers: Sequence[int], at: datetime) -> None:
        """See `Round.remove`."""
        ids = list(dossiers)
        run = self._connection.execute
        with translated():
            await run(_COUNT_MESSAGES, {"sign": 1, "ids": ids, "last": 2**31 - 1})
            for statement in _REMOVE:
                await run(statement, (ids,))
            await run(_MARK, (ARCHIVED, ids))
            await keep_file(self._connection, "dossiers", written, at)
            async with self._connection.cursor() as cursor:
                rows = [self._row(one, place, at) for one, place in zip(ids, written.places, strict=True)]
                await cursor.executemany(_PUT_ARCHIVED, rows)
        done = Act("archived", OURSELVES, OURSELVES, f"{len(ids)} dossiers on which nothing was under way")
        await keep_act(self._connection, at, done, "", written.sha256, about=f"archive {written.name}")

    def _row(self, dossier: int, place: Place, at: datetime) -> tuple[object, ...]:
        whole = self._wholes[dossier]
        numbers = [seq for fact in whole.facts for seq in (fact.seq, *(one.seq for one in fact.concluded))]
        counts = (max(numbers), len(numbers), len(whole.commands), len(whole.cases))
        return (dossier, at, place.position, place.bytes, *counts, place.file, place.sha256)


class PostgresArchive:
    """See `ports.archive.Archive`."""

    def __init__(self, pool: Pool, readers: Sequence[str] = READERS) -> None:
        self._pool = pool
        self._readers = list(readers)

    @asynccontextmanager
    async def round(self, quiet_since: datetime, limit: int = ROUND_MAX) -> AsyncIterator[PostgresRound | None]:
        """See `Archive.round`."""
        async with transaction(self._pool) as connection:
            with translated():
                place = await begin_round(connection, CLOSED)
                after = int(place or 0)
                found = None if place is None else await self._look(connection, after, quiet_since, limit, lock=True)
            if found is None:
                yield None
                return
            looked, last, candidates = found
            yield PostgresRound(connection, looked, candidates)
            with translated():
                await note_place(connection, CLOSED, str(last))

    async def closed(self, after: int, quiet_since: datetime, limit: int) -> tuple[int, Sequence[DossierRow]]:
        """See `Archive.closed`."""
        async with transaction(self._pool) as connection:
            with translated():
                _, last, candidates = await self._look(connection, after, quiet_since, limit, lock=False)
        return last, candidates

    async def _look(
        self, connection: Connection, after: int, quiet_since: datetime, limit: int, *, lock: bool
    ) -> tuple[int, int, list[DossierRow]]:
        page = await (await connection.execute(_PAGE, (after, LOOK_MAX))).fetchone()
        if page is None or not page[0]:
            return 0, 0, []
        statement: LiteralString = _CANDIDATES + " for update of d skip locked" if lock else _CANDIDATES
        values = {"after": after, "until": page[1], "bit": ARCHIVED, "readers": self._readers}
        values |= {"quiet": quiet_since, "alive": quiet_since - DEAD_AFTER, "limit": limit}
        cursor = await connection.execute(statement, values, prepare=False)
        rows = [_dossier(row) for row in await cursor.fetchall()]
        return int(page[0]), rows[-1].id if len(rows) == limit else int(page[1]), rows

    async def of(self, dossiers: Sequence[int]) -> Sequence[Archived]:
        """See `Archive.of`."""
        return await self._archived(ARCHIVED_OF, (list(dossiers), len(dossiers)))

    async def named(self, ident: str) -> Sequence[Archived]:
        """See `Archive.named`."""
        return await self._archived(_NAMED, (ident, OWNERS_MAX))

    async def _archived(self, statement: LiteralString, values: Sequence[object]) -> list[Archived]:
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(statement, values)).fetchall()
        return [archived_of(row) for row in rows]

    async def files(self, before: str, limit: int) -> Sequence[ArchiveFile]:
        """See `Archive.files`."""
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_FILES, {"before": before, "limit": limit})).fetchall()
        return [ArchiveFile(*row) for row in rows]

    async def restore(self, archived: Archived, whole: Whole, at: datetime) -> bool:
        """See `Archive.restore`."""
        dossier, place = archived.dossier, archived.place
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                row = await (await connection.execute(_ROW, (dossier,))).fetchone()
                gone = await connection.execute(_FORGET, (dossier, place.file, place.position))
                if row is None or not gone.rowcount:
                    return False
                if not row[0] & ARCHIVED:
                    raise Conflict(f"{archived.ident} is half archived: load again and repeat")
                await put_whole(connection, whole)
                last = max(fact.seq for fact in whole.facts)
                await connection.execute(_COUNT_MESSAGES, {"sign": -1, "ids": [dossier], "last": last})
                await connection.execute(_UNMARK, (ARCHIVED, dossier))
            done = Act("restored", OURSELVES, OURSELVES, f"{archived.ident} was asked for")
            await keep_act(connection, at, done, place.sha256, "", about=f"archive {place.file}")
        return True

    async def start_over(self) -> None:
        """See `Archive.start_over`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_ONE_OF_US)
                row = await (await connection.execute(_STANDING, (CLOSED,))).fetchone() or ("", "")
                if row[1]:
                    raise Permanent(f"archiving is paused: {row[1]}; let it go on with crossdock archive resume")
                for name in SWEEPS:
                    await note_place(connection, name, "")

    async def pause(self, reason: str, at: datetime, person: str) -> None:
        """See `Archive.pause`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_PAUSE, {"name": CLOSED, "reason": reason})
            act = Act("paused" if reason else "resumed", person, person, reason or "it may go on")
            await keep_act(connection, at, act, "", "", about="archive keeper")


async def begin_round(connection: Connection, name: str) -> str | None:
    """Behind which place this sweep is to look, empty at the beginning; `None` while it is not our turn."""
    ours = await (await connection.execute(_ONE_AT_A_TIME)).fetchone()
    place, _ = await (await connection.execute(_STANDING, (name,))).fetchone() or ("", "")
    # One word stops all of them.
    _, paused = await (await connection.execute(_STANDING, (CLOSED,))).fetchone() or ("", "")
    return place if ours is not None and ours[0] and not paused else None


async def note_place(connection: Connection, name: str, place: str) -> None:
    """This sweep has looked as far as that."""
    await connection.execute(_LOOKED, {"name": name, "place": place})


async def keep_file(connection: Connection, kind: str, written: Written, at: datetime) -> None:
    """Say that this file is part of the archive."""
    columns = (at, len(written.places), written.bytes, kind, written.name, written.sha256)
    await connection.execute(_PUT_FILE, columns)


def archived_of(row: TupleRow) -> Archived:
    """A row of `ARCHIVED_OF`."""
    dossier, ident, at, facts, commands, cases, *place, gone = row
    return Archived(dossier, ident, at, facts, commands, cases, Place(*place), gone)


def _dossier(row: TupleRow) -> DossierRow:
    return DossierRow(row[0], row[1], row[2], row[3], unpack_state(row[4]))
