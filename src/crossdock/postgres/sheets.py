"""Sheets out of PostgreSQL (ports.sheets.SheetSource): pages by key, each bounded in what it reads.

Orders and shipments are those that got a fact in the window, as they stand now; facts by when they were recorded; cases
by when they were opened or closed; contributions to KPIs by the instant they count at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import LiteralString

from crossdock.ports.sheets import Cell, Column, Row, Sheet, SheetPage, SheetSource, Sort, Window
from crossdock.postgres.connection import Pool, transaction, translated
from crossdock.postgres.log import StoredEvent, views_of
from crossdock.postgres.rows import fetch
from crossdock.postgres.views import LOG

DOSSIERS_PAGE = 2_000
ROWS_PAGE = 10_000
FACTS_PAGE = 5_000
LOGS_PAGE = 500
SEQ_MAX = 2_147_483_647


def _columns(*given: tuple[str, Sort, str]) -> tuple[Column, ...]:
    return tuple(Column(*one) for one in given)


_DOSSIER = ("dossier_id", Sort.NUMBER, "The dossier it belongs to.")

ORDERS = Sheet(
    "orders",
    "Orders that got a fact in the window, as they stand.",
    _columns(
        _DOSSIER,
        ("order_no", Sort.TEXT, "Its number."),
        ("synthetic", Sort.FLAG, "True of canary orders."),
        ("headline", Sort.TEXT, "How it stands in a few words."),
        ("facts", Sort.NUMBER, "How many rows its log has."),
        ("first_recorded_at", Sort.INSTANT, "When its first fact was durable here."),
        ("last_recorded_at", Sort.INSTANT, "When its last fact was durable here."),
    ),
)
SHIPMENTS = Sheet(
    "shipments",
    "Identifiers of shipments, packages and transport documents of the orders that got a fact in the window.",
    _columns(
        _DOSSIER,
        ("order_no", Sort.TEXT, "Its order's number."),
        ("scheme", Sort.TEXT, "shipment, load, pro, bol, sscc, tracking and others."),
        ("issuer", Sort.TEXT, "Who issued it; empty where it is ours."),
        ("identifier", Sort.TEXT, "The identifier itself."),
    ),
)
FACTS = Sheet(
    "facts",
    "Facts recorded in the window, without their bodies.",
    _columns(
        ("fact_id", Sort.TEXT, "Its id, as everything else names it."),
        _DOSSIER,
        ("position", Sort.NUMBER, "Its number in that log."),
        ("type", Sort.TEXT, "What was said, as shipment.delivered."),
        ("source", Sort.TEXT, "The partner who said it; crossdock for what was concluded here."),
        ("disposition", Sort.TEXT, "What became of it."),
        ("occurred_at", Sort.INSTANT, "When it happened in the world."),
        ("received_at", Sort.INSTANT, "When it reached us."),
        ("recorded_at", Sort.INSTANT, "When it was durable here."),
        ("message_id", Sort.TEXT, "The kept message it came in."),
        ("caused_by", Sort.TEXT, "The fact it was concluded from."),
        ("transitions", Sort.TEXT, "What it moved."),
    ),
)
CASES = Sheet(
    "cases",
    "Cases opened or closed in the window. Who has one is not told.",
    _columns(
        ("case_id", Sort.NUMBER, "Its number."),
        ("code", Sort.TEXT, "Which exception."),
        ("queue", Sort.TEXT, "Whose work it is."),
        ("severity", Sort.NUMBER, "1 is the gravest."),
        ("subject", Sort.TEXT, "What it is about."),
        _DOSSIER,
        ("opened_at", Sort.INSTANT, "When it was opened."),
        ("closed_at", Sort.INSTANT, "When it was closed; empty while it is open."),
        ("occurrences", Sort.NUMBER, "How often the same was found while it was open."),
        ("state", Sort.TEXT, "How its work stands."),
        ("due_resolve_at", Sort.INSTANT, "By when it has to be solved."),
        ("price", Sort.AMOUNT, "What it costs by contract."),
        ("currency", Sort.TEXT, "Of price."),
    ),
)
KPIS = Sheet(
    "kpis",
    "Contributions to KPIs that count in the window.",
    _columns(
        _DOSSIER,
        ("kpi", Sort.TEXT, "K-01 to K-42."),
        ("slot", Sort.TEXT, "Which one of several."),
        ("counted_at", Sort.INSTANT, "The instant that says in which window it counts."),
        ("open_since", Sort.INSTANT, "Since when it ages; empty where it is over."),
        ("value", Sort.AMOUNT, "A sample, or the numerator of a share."),
        ("weight", Sort.AMOUNT, "The denominator of a share."),
        ("dimension", Sort.TEXT, "The partner, warehouse or carrier it may be cut by."),
    ),
)

# A page is so many dossiers, whether or not they got a fact in the window: the first column is how far it went.
_ORDERS = """
with page as (select id, ident, label from dossier where id > %(after)s::bigint order by id limit %(limit)s)
select p.id, e.* from page p left join lateral (
    select p.id as dossier, split_part(p.ident, '|', 3) as number,
        starts_with(split_part(p.ident, '|', 3), 'CROSSDOCK-CANARY-') as synthetic, p.label, count(*) as facts,
        min(recorded) as first, max(recorded) as last
    from event where dossier = p.id
    having bool_or(recorded >= %(since)s and recorded < %(until)s)
) e on starts_with(p.ident, 'order|') order by p.id"""

_SHIPMENTS = """
with page as (select id, ident from dossier where id > %(after)s::bigint order by id limit %(limit)s)
select p.id, l.* from page p left join lateral (
    select p.id as dossier, split_part(p.ident, '|', 3) as number, split_part(ident, '|', 1) as scheme,
        split_part(ident, '|', 2) as issuer, split_part(ident, '|', 3) as identifier
    from link where dossier = p.id and not starts_with(ident, 'order|') and exists (
        select from event where dossier = p.id and recorded >= %(since)s and recorded < %(until)s)
) l on starts_with(p.ident, 'order|') order by p.id"""

_CASES = """
with page as (select * from exception_case where id > %(after)s::bigint order by id limit %(limit)s)
select c.id, d.* from page c left join lateral (
    select c.id as number, c.code, c.queue, c.severity, c.subject, c.dossier, c.opened, c.closed, c.occurrences,
        k.state, k.due_resolve, k.price, k.currency
    from (select 1) as one left join case_desk k on k.case_id = c.id
    where c.opened >= %(since)s and c.opened < %(until)s or c.closed >= %(since)s and c.closed < %(until)s
) d on true order by c.id"""

_KPIS = """
with page as (select id from dossier where id > %(after)s::bigint order by id limit %(limit)s)
select p.id, m.dossier, m.kpi, m.slot, m.at, m.since, m.value, m.weight, m.dimension
from page p left join measure m on m.dossier = p.id and m.at >= %(since)s and m.at < %(until)s
order by p.id, m.kpi, m.slot"""

_IDS = "select id from dossier where id >= %s order by id limit %s"

_FACTS = """
$log where dossier = any(%(ids)s::bigint[]) and (dossier, seq) > (%(dossier)s, %(seq)s)
    and recorded >= %(since)s and recorded < %(until)s
order by dossier, seq limit %(limit)s""".replace("$log", LOG)


class NumberedSheet:
    """A sheet read by the growing number of something; the first column of its statement is that number."""

    def __init__(self, pool: Pool, sheet: Sheet, statement: LiteralString, limit: int) -> None:
        self._pool = pool
        self.sheet = sheet
        self._statement = statement
        self._limit = limit

    async def page(self, window: Window, after: str) -> SheetPage:
        """See `SheetSource.page`."""
        values = {"after": after or "0", "limit": self._limit, "since": window.since, "until": window.until}
        rows = await _rows(self._pool, self._statement, values)
        numbers = {row[0] for row in rows}
        found = [row[1:] for row in rows if row[1] is not None]
        return SheetPage(found, str(rows[-1][0]) if len(numbers) == self._limit else "")


class FactSheet:
    """Facts, dossier by dossier: one with a long log is read in several pages."""

    sheet = FACTS

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(self, window: Window, after: str) -> SheetPage:
        """See `SheetSource.page`. The cursor is the id of the row read last."""
        dossier, seq = (int(part) for part in after.split(".")) if after else (0, 0)
        ids = [row[0] for row in await _rows(self._pool, _IDS, (dossier, LOGS_PAGE))]
        values = {"ids": ids, "dossier": dossier, "seq": seq, "limit": FACTS_PAGE}
        span = {"since": window.since, "until": window.until}
        events = await fetch(self._pool, StoredEvent, _FACTS, values | span)
        rows: list[Row] = [
            (
                one.id, one.dossier, one.seq, one.type, one.partner, one.disposition.value, one.occurred, one.received,
                one.recorded, one.message or None, one.cause or None, one.transitions or None,
            )
            for event in events
            for one in views_of(event)
        ]  # fmt: skip
        if len(events) == FACTS_PAGE:
            return SheetPage(rows, f"{events[-1].dossier}.{events[-1].seq}")
        return SheetPage(rows, f"{ids[-1]}.{SEQ_MAX}" if len(ids) == LOGS_PAGE else "")


def sheets(pool: Pool) -> tuple[SheetSource, ...]:
    """All of them, orders first."""
    return (
        NumberedSheet(pool, ORDERS, _ORDERS, DOSSIERS_PAGE),
        NumberedSheet(pool, SHIPMENTS, _SHIPMENTS, DOSSIERS_PAGE),
        FactSheet(pool),
        NumberedSheet(pool, CASES, _CASES, ROWS_PAGE),
        NumberedSheet(pool, KPIS, _KPIS, DOSSIERS_PAGE),
    )


async def _rows(
    pool: Pool, statement: LiteralString, values: Mapping[str, object] | Sequence[object]
) -> Sequence[tuple[Cell, ...]]:
    async with transaction(pool) as connection:
        with translated():
            return await (await connection.execute(statement, values)).fetchall()
