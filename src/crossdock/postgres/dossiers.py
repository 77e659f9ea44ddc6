"""Dossiers one by one with all that rests on them, for the audit to fold again (ports.audit.AuditView.dossiers).

The ids are chosen first; then a page at a time is read in a snapshot of its own, so that no long transaction keeps the
database from tidying up. A page is closed at 5,000 events: memory is bounded by that, or by the longest log there is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

from crossdock.kernel.errors import Bug
from crossdock.ports.audit import Extent, StoredDossier
from crossdock.ports.store import DossierRow, StoredFact
from crossdock.postgres.codes import DISPOSITIONS, NOT_FOLDED, REPEATED
from crossdock.postgres.connection import Connection, Pool, allow, transaction, translated
from crossdock.postgres.packing import unpack_keyed, unpack_state

PAGE_DOSSIERS = 500
PAGE_EVENTS = 5_000

# Other dossiers each time, and each as likely as any; by one number, so that no second look at the clock is needed.
_CHOSEN = """
select id from $those order by hashint8extended(id, extract(epoch from now())::bigint) limit %(sample)s"""

# What is in the archive (ports.store.ARCHIVED) has no log here to be folded again.
_ALL = "(select id from dossier where version < 1 << 30) as here"

# No index knows when a fact came: this reads the whole log once.
_SINCE = """(
    select distinct e.dossier as id from event e join dossier d on d.id = e.dossier
    where e.recorded >= %(since)s and d.version < 1 << 30) as moved"""

_LENGTHS = "select dossier, count(*) from event where dossier = any(%s) group by dossier"

_DOSSIERS = """
select d.id, d.ident, d.version, d.label, d.state, a.due,
    (select coalesce(max(seq), 0) from event_number e where e.dossier = d.id),
    array(select ident from link l where l.dossier = d.id),
    array(select distinct lane from quarantine q where q.dossier = d.id and q.lane <> '')
from dossier d left join alarm a on a.dossier = d.id
where d.id = any(%s) order by d.id"""

_LOGS = """
select dossier, seq, body, received, disposition, coalesce(cause, '') from event
where dossier = any(%s) and disposition <> %s"""

_CASES = """
select dossier, code, subject, slot from exception_case where closed is null and dossier = any(%s)"""


async def read_dossiers(pool: Pool, extent: Extent, timeout_ms: int) -> AsyncIterator[StoredDossier]:
    """See `AuditView.dossiers`; `timeout_ms` is for each statement."""
    chosen = await _chosen(pool, extent, timeout_ms)
    for start in range(0, len(chosen), PAGE_DOSSIERS):
        page = chosen[start : start + PAGE_DOSSIERS]
        for ids in _portions(page, await _lengths(pool, page)):
            for stored in await _read(pool, ids):
                yield stored


async def _chosen(pool: Pool, extent: Extent, timeout_ms: int) -> list[int]:
    statement = _CHOSEN.replace("$those", _ALL if extent.since is None else _SINCE)
    async with transaction(pool) as connection:
        with translated():
            await allow(connection, timeout_ms)
            values = {"sample": extent.sample, "since": extent.since}
            cursor = await connection.execute(statement.encode(), values, prepare=False)
            return sorted(row[0] for row in await cursor.fetchall())


async def _lengths(pool: Pool, ids: Sequence[int]) -> dict[int, int]:
    async with transaction(pool) as connection:
        with translated():
            cursor = await connection.execute(_LENGTHS, (list(ids),))
            return dict(await cursor.fetchall())


def _portions(ids: Iterable[int], lengths: dict[int, int]) -> Iterator[list[int]]:
    """As many dossiers together as have 5,000 events, at least one."""
    portion: list[int] = []
    size = 0
    for one in ids:
        size += lengths.get(one, 0)
        if portion and size > PAGE_EVENTS:
            yield portion
            portion, size = [], lengths.get(one, 0)
        portion.append(one)
    if portion:
        yield portion


async def _read(pool: Pool, ids: list[int]) -> list[StoredDossier]:
    """These dossiers in one snapshot; one that cannot be read says so and does not keep the others."""
    try:
        async with transaction(pool) as connection:
            with translated():
                await connection.execute("set transaction isolation level repeatable read, read only")
                return await _snapshot(connection, ids)
    except Bug as error:
        if len(ids) == 1:
            return [StoredDossier(DossierRow(ids[0], "", 0, "", b""), damage=error.detail)]
    return [stored for one in ids for stored in await _read(pool, [one])]


async def _snapshot(connection: Connection, ids: list[int]) -> list[StoredDossier]:
    logs: dict[int, list[StoredFact]] = {one: [] for one in ids}
    cursor = await connection.execute(_LOGS, (ids, REPEATED), binary=True)
    for dossier, seq, body, received, code, cause in await cursor.fetchall():
        kept = unpack_keyed(body)[0]
        folded = code not in NOT_FOLDED
        logs[dossier].append(StoredFact(dossier, seq, kept, received, DISPOSITIONS[code], cause, folded))
    cases: dict[int, set[tuple[str, str, str]]] = {one: set() for one in ids}
    cursor = await connection.execute(_CASES, (ids,))
    for dossier, *case in await cursor.fetchall():
        cases[dossier].add(tuple(case))
    cursor = await connection.execute(_DOSSIERS, (ids,), binary=True)
    return [
        StoredDossier(
            row=DossierRow(one, ident, version, label, unpack_state(state)),
            log=tuple(logs[one]),
            last_seq=last_seq,
            idents=frozenset(idents),
            cases=frozenset(cases[one]),
            alarm=alarm,
            lanes=frozenset(lanes),
        )
        for one, ident, version, label, state, alarm, last_seq, idents, lanes in await cursor.fetchall()
    ]
