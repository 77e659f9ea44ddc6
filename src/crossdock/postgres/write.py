"""Writing one batch: fence first, then upserts in a pipeline, then what only grows by binary COPY.

Locks are always taken in the same order, identifiers before dossiers before the rest and each sorted, so that two
writers wait for each other but never in a ring.

The fence on identifiers is an advisory lock on each identifier linked or waited under, held until commit. Without it a
fact could go to the waiting room while another worker, unseen, links its identifier: it would wait for ever. And two
workers could open two dossiers for one order. A unique index on `dossier.ident` would prevent the second only, and
costs an index entry a dossier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

import msgspec

from crossdock.kernel.errors import Bug, Conflict
from crossdock.ports.store import AlarmRow, DossierRow, Redisposed, WriteSet
from crossdock.postgres import arrays
from crossdock.postgres.acts import keep_act
from crossdock.postgres.cases import write_cases
from crossdock.postgres.codes import code_of
from crossdock.postgres.connection import Connection
from crossdock.postgres.copying import copy_links, copy_messages, copy_quarantine, copy_waiting
from crossdock.postgres.hot_rows import copy_deliveries, copy_events
from crossdock.postgres.packing import pack_change, pack_state

_LOCK_IDENTS = """
select count(pg_advisory_xact_lock(key)) from (
    select distinct hashtextextended(ident, 0) as key from unnest(%s) as ident order by key
) as keys"""

_OWNERS_NOW = "select ident, dossier from link where ident = any(%s)"
_WAITING_NOW = "select ident, waiting from waiting_ident where ident = any(%s)"

_INSERT_DOSSIERS = """
insert into dossier (id, version, ident, label, state) select * from unnest(%s, %s, %s, %s, %s)"""

_UPDATE_DOSSIERS = """
update dossier d set version = u.version, label = u.label, state = u.state
from unnest(%s, %s, %s, %s) as u (id, version, label, state)
where d.id = u.id and d.version = u.version - 1"""

_RELEASE = """
with released as (delete from waiting where id = any(%s) returning id, idents),
unlinked as (
    delete from waiting_ident w using (select id, unnest(idents) as ident from released) as r
    where w.ident = r.ident and w.waiting = r.id
)
select count(*) from released"""

# Not `on conflict`, which logs a lock for each; a dossier's version fence keeps two writers of its alarm apart.
_SET_ALARMS = """
with asked as (select * from unnest(%s, %s) as a (dossier, due)),
moved as (update alarm a set due = asked.due from asked where a.dossier = asked.dossier and a.due <> asked.due)
insert into alarm (dossier, due)
select dossier, due from asked where not exists (select from alarm a where a.dossier = asked.dossier)"""

_DROP_ALARMS = "delete from alarm where dossier = any(%s)"

_FREE = "delete from quarantine where id = any(%s)"

# With a new place in commit order the relay tells subscribers too.
_REDISPOSE = """
update event e set disposition = u.disposition, transitions = nullif(u.transitions, ''), moves = null,
    reason = nullif(u.reason, ''), tx = pg_current_xact_id()::text::bigint
from unnest(%s, %s, %s, %s, %s) as u (dossier, seq, disposition, transitions, reason)
where e.dossier = u.dossier and e.seq = u.seq"""


class Loaded(NamedTuple):
    """A dossier's state as it was loaded, and as it is stored."""

    version: int
    state: bytes
    packed: bytes


class Seen(msgspec.Struct):
    """What a transaction was told, to be checked again under lock before writing on the strength of it.

    `owners` holds every identifier `match` was asked for; `asked_waiting` and `waiting` the same for the waiting room.
    `states` are the dossiers loaded, of which only what changed is put down; `written` is what was put down.
    """

    owners: dict[str, tuple[int, ...]] = {}
    asked_waiting: set[str] = set()
    waiting: set[str] = set()
    states: dict[int, Loaded] = {}
    written: dict[int, Loaded] = {}


async def write(connection: Connection, seen: Seen, rows: WriteSet) -> None:
    """Write all rows; see `Batch.write`. Driver errors pass through to the caller."""
    links = _all_links(rows)
    stored = await _fence_idents(connection, seen, rows, links)
    await _write_states(connection, seen, rows)
    await copy_links(connection, [link for link in links if link not in stored])
    await _write_rare(connection, rows)
    await copy_events(connection, rows.events)
    await copy_deliveries(connection, rows.deliveries)
    await _redispose(connection, rows.redisposed)
    for one in rows.acts:
        await keep_act(connection, one.at, one.act, one.before, one.after, about=one.object)


def _all_links(rows: WriteSet) -> list[tuple[str, int]]:
    """The links to write, sorted; a new dossier always owns its primary identifier."""
    links = {(link.ident, link.dossier) for link in rows.links}
    links.update((dossier.ident, dossier.id) for dossier in rows.dossiers if dossier.version == 1)
    return sorted(links)


async def _fence_idents(
    connection: Connection, seen: Seen, rows: WriteSet, links: Sequence[tuple[str, int]]
) -> set[tuple[str, int]]:
    """Lock the identifiers, and check what was told of them; returns which of these links are stored already."""
    linked = {ident for ident, _ in links}
    waited = {ident for row in rows.waiting for ident in row.idents}
    if not linked and not waited:
        return set()
    owned = [*linked, *(ident for ident in waited - linked if ident in seen.owners)]
    watched = [ident for ident in linked if ident in seen.asked_waiting]
    async with connection.pipeline():
        await connection.execute(_LOCK_IDENTS, (arrays.texts([*linked, *waited]),))
        owners = await connection.execute(_OWNERS_NOW, (arrays.texts(owned),), binary=True)
        waiters = await connection.execute(_WAITING_NOW, (arrays.texts(watched),), binary=True)
    stored = {(ident, dossier) for ident, dossier in await owners.fetchall()}
    for ident, dossier in stored:
        if ident in seen.owners and dossier not in seen.owners[ident]:
            raise Conflict(f"{ident} was linked to dossier {dossier} by another worker; load again and repeat")
    for ident, waiting in await waiters.fetchall():
        if waiting not in seen.waiting:
            raise Conflict(f"a fact began to wait for {ident} meanwhile; load again and repeat")
    return stored


async def _write_states(connection: Connection, seen: Seen, rows: WriteSet) -> None:
    dossiers = sorted(rows.dossiers, key=attrgetter("id"))
    fresh = [row for row in dossiers if row.version == 1]
    moved = [row for row in dossiers if row.version > 1]
    updated = None
    async with connection.pipeline():
        if moved:
            updated = await connection.execute(_UPDATE_DOSSIERS, _dossier_columns(seen, moved))
        if fresh:
            ids, versions, *rest = _dossier_columns(seen, fresh)
            idents = arrays.texts([row.ident for row in fresh])
            await connection.execute(_INSERT_DOSSIERS, (ids, versions, idents, *rest))
        await write_cases(connection, rows.cases)
        await _write_alarms(connection, rows.alarms)
    if updated is not None and updated.rowcount != len(moved):
        missed = len(moved) - updated.rowcount
        raise Conflict(f"another worker moved {missed} of {len(moved)} dossiers read here; load again and repeat")


def _dossier_columns(seen: Seen, rows: Sequence[DossierRow]) -> tuple[arrays.Array, ...]:
    return (
        arrays.int8s([row.id for row in rows]),
        arrays.int4s([row.version for row in rows]),
        arrays.texts([row.label for row in rows]),
        arrays.blobs([_packed_state(seen, row) for row in rows]),
    )


def _packed_state(seen: Seen, row: DossierRow) -> bytes:
    loaded = seen.states.get(row.id)
    # Were it another version, the fence would refuse the row all the same.
    if loaded is None or loaded.version != row.version - 1:
        packed = pack_state(row.state)
    else:
        packed = pack_change(row.state, loaded.state, loaded.packed)
    seen.written[row.id] = Loaded(row.version, row.state, packed)
    return packed


async def _write_alarms(connection: Connection, alarms: Iterable[AlarmRow]) -> None:
    # The last word counts; the version fence of the dossier keeps two workers' words apart.
    dues = {row.dossier: row.due for row in alarms}
    running = sorted((dossier, due) for dossier, due in dues.items() if due is not None)
    stopped = sorted(dossier for dossier, due in dues.items() if due is None)
    if running:
        parameters = (arrays.int8s([dossier for dossier, _ in running]), arrays.instants(due for _, due in running))
        await connection.execute(_SET_ALARMS, parameters)
    if stopped:
        await connection.execute(_DROP_ALARMS, (arrays.int8s(stopped),))


async def _write_rare(connection: Connection, rows: WriteSet) -> None:
    """Waiting room, quarantine and originals: a few rows in a thousand facts, if any."""
    if rows.released:
        cursor = await connection.execute(_RELEASE, (arrays.texts(sorted(rows.released)),))
        row = await cursor.fetchone()
        if row is None or row[0] != len(rows.released):
            raise Conflict("a waiting fact was released by another worker; load again and repeat")
    if rows.freed:
        cursor = await connection.execute(_FREE, (arrays.texts(sorted(rows.freed)),))
        if cursor.rowcount != len(rows.freed):
            raise Conflict("a quarantined fact was freed by another operator; load again and repeat")
    await copy_waiting(connection, rows.waiting)
    await copy_quarantine(connection, rows.quarantine)
    await copy_messages(connection, rows.messages)


async def _redispose(connection: Connection, changes: Sequence[Redisposed]) -> None:
    if not changes:
        return
    # The last word counts when a fact changed twice in one batch.
    latest = {(change.dossier, change.seq): change for change in changes}
    ordered = [latest[key] for key in sorted(latest)]
    parameters = (
        arrays.int8s([change.dossier for change in ordered]),
        arrays.int4s([change.seq for change in ordered]),
        arrays.int2s([code_of(change.disposition, folded=True) for change in ordered]),
        arrays.texts([change.transitions for change in ordered]),
        arrays.texts([change.reason for change in ordered]),
    )
    cursor = await connection.execute(_REDISPOSE, parameters)
    if cursor.rowcount != len(ordered):
        raise Bug(f"{len(ordered) - cursor.rowcount} of {len(ordered)} facts given a new disposition are not stored")
