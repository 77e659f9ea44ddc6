"""Where cards are kept current (ports.cards.CardFiles): replaced by dossier, one filing at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import msgspec
from psycopg.rows import dict_row

from crossdock.ports.cards import CardSet, Sheet
from crossdock.ports.store import DossierRow
from crossdock.ports.views import EVENTS_MAX, CaseView, EventView
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.log import StoredEvent, views_of
from crossdock.postgres.packing import unpack_state
from crossdock.postgres.renewing import Derived, copy_rows, renew
from crossdock.postgres.views import EVENTS

IDENTS_MAX = 2000
CASES_MAX = 200

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('crossdock cards', 0))"
_DOSSIERS = "select id, ident, version, label, state from dossier where id = any(%s::bigint[])"
_IDENTS = """
select d.id, array(select ident from link where dossier = d.id order by ident limit %s) as idents,
    array(select distinct partner from event where dossier = d.id order by partner) as partners
from unnest(%s::bigint[]) as d (id)"""
_CASES = """
select c.* from unnest(%s::bigint[]) as d (id) cross join lateral (
    select id, code, subject, slot, dossier, severity, queue, detail, occurrences, opened, cause_open
    from exception_case where dossier = d.id and closed is null order by id limit %s) as c"""

_TABLES = ("order_card", "freight_card", "stock_card")
_FORGET = tuple("delete from $table where dossier = any(%s::bigint[])".replace("$table", one) for one in _TABLES)

_MARKS = Derived("order_mark", {"mark": "text"})
_TERMS = Derived("card_term", {"term": "text"}, ("scheme",))

# What a card counted, against what is open: a number and a sum of ids are the same only of the same cases.
_OUTDATED = """
with held as (
    select dossier, count(*) as cases, sum(id) as case_sum
    from (select dossier, id, row_number() over (partition by dossier order by id) as place
        from exception_case where closed is null and dossier <> 0) as c
    where place <= %(most)s group by dossier
)
select o.dossier from held h join order_card o using (dossier) where (o.cases, o.case_sum) <> (h.cases, h.case_sum)
union all
select o.dossier from order_card o where o.cases > 0 and not exists (select from held h where h.dossier = o.dossier)
limit %(limit)s"""


class PostgresCardFiles:
    """See `ports.cards.CardFiles`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def filing(self) -> AsyncIterator[PostgresFiling]:
        """See `CardFiles.filing`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_ONE_AT_A_TIME)
            yield PostgresFiling(connection)

    async def outdated(self, limit: int) -> Sequence[int]:
        """See `CardFiles.outdated`."""
        async with transaction(self._pool) as connection:
            with translated():
                cursor = await connection.execute(_OUTDATED, {"most": CASES_MAX, "limit": limit})
                return [int(row[0]) for row in await cursor.fetchall()]


class PostgresFiling:
    """See `ports.cards.Filing`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def sheets(self, dossiers: Sequence[int]) -> Sequence[Sheet]:
        """See `Filing.sheets`."""
        wanted = list(dossiers)
        rows = await self._rows(_DOSSIERS, (wanted,))
        around = {row["id"]: row for row in await self._rows(_IDENTS, (IDENTS_MAX, wanted))}
        cases: dict[object, list[CaseView]] = {}
        for row in await self._rows(_CASES, (wanted, CASES_MAX)):
            cases.setdefault(row["dossier"], []).append(msgspec.convert(row, CaseView))
        return [_sheet(row, around[row["id"]], cases.get(row["id"], ())) for row in rows]

    async def log(self, dossier: int) -> Sequence[EventView]:
        """See `Filing.log`."""
        rows = await self._rows(EVENTS, (dossier, EVENTS_MAX))
        found = [event for row in rows for event in views_of(msgspec.convert(row, StoredEvent))]
        return sorted(found, key=lambda event: (event.occurred, event.seq))

    async def put(self, sets: Sequence[CardSet]) -> None:
        """See `Filing.put`."""
        dossiers = [one.dossier for one in sets]
        with translated():
            for statement in _FORGET:
                await self._connection.execute(statement, (dossiers,))
        await self._copy("order_card", [one.order for one in sets if one.order is not None])
        await self._copy("freight_card", [card for one in sets for card in one.freight])
        await self._copy("stock_card", [card for one in sets for card in one.stock])
        marks = [_Mark(one.dossier, mark) for one in sets for mark in one.marks]
        terms = [_Term(one.dossier, *term) for one in sets for term in one.terms]
        with translated():
            await renew(self._connection, _MARKS, dossiers, marks)
            await renew(self._connection, _TERMS, dossiers, terms)

    async def _copy(self, table: str, rows: Sequence[msgspec.Struct]) -> None:
        """Rows whose fields are named as the columns are."""
        columns = rows[0].__struct_fields__ if rows else ()
        with translated():
            values = [[getattr(row, column) for column in columns] for row in rows]
            await copy_rows(self._connection, table, columns, values)

    async def _rows(self, statement: str, values: Sequence[object]) -> list[dict[str, object]]:
        async with self._connection.cursor(row_factory=dict_row) as cursor:
            with translated():
                await cursor.execute(statement, values)
                return await cursor.fetchall()


class _Mark(msgspec.Struct):
    dossier: int
    mark: str


class _Term(msgspec.Struct):
    dossier: int
    term: str
    scheme: str


def _sheet(row: dict[str, object], around: dict[str, object], cases: Iterable[CaseView]) -> Sheet:
    packed = row["state"]
    assert isinstance(packed, bytes)
    dossier = msgspec.convert(row | {"state": unpack_state(packed)}, DossierRow)
    return msgspec.convert(
        {"row": dossier, "idents": around["idents"], "partners": around["partners"], "cases": tuple(cases)}, Sheet
    )
