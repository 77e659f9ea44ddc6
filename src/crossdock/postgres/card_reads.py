"""Lists, searches and sums over cards (ports.cards.CardReads): by key, a page at a time, without a lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.ports.cards import (
    Found,
    FreightAsked,
    FreightCard,
    FreightLine,
    FreightSum,
    OrderCard,
    OrdersAsked,
    StockAsked,
    StockCard,
    Window,
)
from crossdock.postgres.connection import Pool
from crossdock.postgres.rows import fetch

# Sorts behind every text a term can go on with.
BEHIND = "\U0010ffff"
# A search looks at so many terms for its page: one order has many that begin alike.
TERMS_SEEN_MAX = 2000

_ORDER = ", ".join(f"o.{field}" for field in OrderCard.__struct_fields__)
_FREIGHT = ", ".join(f"f.{field}" for field in FreightCard.__struct_fields__)
_STOCK = ", ".join(StockCard.__struct_fields__)

# Only what is asked for stands in a statement, so that each has the plan of its own filters.
_ORDERS = "select $order from order_card o where $where order by o.dossier desc limit %(limit)s".replace(
    "$order", _ORDER
)
_MARKED = """
select $order from order_mark m join order_card o on o.dossier = m.dossier
where $where order by m.dossier desc limit %(limit)s""".replace("$order", _ORDER)
_WHERE = {
    "grade": "o.grade = %(grade)s",
    "flow": "o.flow = %(flow)s",
    "customer": "o.customer = %(customer)s",
    "late": "o.due < %(now)s",
    "cases": "o.cases > 0",
}
_OTHER_MARK = "exists (select from order_mark p where p.mark = %(other)s and p.dossier = o.dossier)"

_FREIGHT_PAGE = """
select d.ident, $freight from freight_card f join dossier d on d.id = f.dossier
where $where order by f.dossier desc, f.part desc limit %(limit)s""".replace("$freight", _FREIGHT)
_STOCK_PAGE = """
select $stock from stock_card where $where order by $order limit %(limit)s""".replace("$stock", _STOCK)
# Positions of one warehouse are kept in the order of their items, those of all warehouses by item as well.
_PLACE, _BY_ITEM = "warehouse, item, lot, status", "item, warehouse, lot, status"
_STOCK_OF = "select $stock from stock_card where dossier = %s order by lot, status limit 1000".replace("$stock", _STOCK)

_SEEN = """
with seen as (
    select term, scheme, dossier from card_term
    where $which and (%(scheme)s = '' or scheme = %(scheme)s) and term > %(after)s
    order by term, dossier limit %(seen)s
), first as (
    select distinct on (dossier) dossier, term, scheme from seen order by dossier, term
), page as materialized (
    select * from first order by term, dossier limit %(limit)s
)
select f.dossier, f.term, f.scheme, d.ident, d.label as headline, o.dossier as card, $order
from page f join dossier d on d.id = f.dossier left join order_card o on o.dossier = f.dossier
order by f.term, f.dossier""".replace("$order", _ORDER.replace("o.dossier, ", ""))
_EXACT = _SEEN.replace("$which", "term = %(text)s")
_PREFIX = _SEEN.replace("$which", "term >= %(text)s and term < %(until)s")

_IDENT = "select ident from dossier where id = %s"

_AGE = """case when since > %(now)s - interval '8 days' then 0 when since > %(now)s - interval '31 days' then 8
    when since > %(now)s - interval '61 days' then 31 else 61 end"""
_SUMS = """
select carrier, currency, state, $age as age, count(*)::int as cases, count(*) filter (where over)::int as over,
    sum(accrued) as accrued, sum(invoiced) as invoiced, sum(approved) as approved, sum(disputed) as disputed
from freight_card where state not in ('SETTLED', 'REVERSED')
group by 1, 2, 3, 4 order by sum(accrued) desc, carrier, state limit 2000""".replace("$age", _AGE)
_WINDOWS = """
select period, currency, count(*)::int as cases, sum(accrued) as accrued, sum(booked) as booked,
    count(*) filter (where papers = '')::int as uninvoiced,
    coalesce(sum(accrued) filter (where papers = ''), 0) as uninvoiced_accrued
from freight_card where state not in ('SETTLED', 'REVERSED') and period <> ''
group by period, currency order by period desc, currency limit 120"""


class PostgresCardReads:
    """See `ports.cards.CardReads`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def orders(self, asked: OrdersAsked, now: datetime) -> Sequence[OrderCard]:
        """See `CardReads.orders`."""
        return await fetch(self._pool, OrderCard, *_orders(asked, now))

    async def search(self, text: str, scheme: str, *, prefix: bool, after: str, limit: int) -> Sequence[Found]:
        """See `CardReads.search`."""
        values = {
            "text": text,
            "until": text + BEHIND,
            "scheme": scheme,
            "after": after,
            "seen": TERMS_SEEN_MAX,
            "limit": limit,
        }
        return await fetch(self._pool, Found, _PREFIX if prefix else _EXACT, values, mend=_found)

    async def ident_of(self, dossier: int) -> str:
        """See `CardReads.ident_of`."""
        rows = await fetch(self._pool, _Ident, _IDENT, (dossier,))
        return rows[0].ident if rows else ""

    async def freight(self, asked: FreightAsked) -> Sequence[FreightLine]:
        """See `CardReads.freight`."""
        # One state is asked for as one: only then is the index of states known to be in the order of the page.
        one = "f.state = %(state)s" if len(asked.states) == 1 else "f.state = any(%(states)s)"
        where = [one] if asked.states else ["f.state not in ('SETTLED', 'REVERSED')"]
        where += ["f.carrier = %(carrier)s"] if asked.carrier else []
        where += ["f.over"] if asked.over else []
        where += ["(f.dossier, f.part) < (%(dossier)s, %(part)s)"] if asked.after else []
        dossier, part = asked.after or (0, "")
        statement = _FREIGHT_PAGE.replace("$where", " and ".join(where))
        values = {
            "states": list(asked.states),
            "state": next(iter(asked.states), ""),
            "carrier": asked.carrier,
            "dossier": dossier,
            "part": part,
            "limit": asked.limit,
        }
        return await fetch(self._pool, FreightLine, statement, values, mend=_line)

    async def freight_sums(self, now: datetime) -> Sequence[FreightSum]:
        """See `CardReads.freight_sums`."""
        return await fetch(self._pool, FreightSum, _SUMS, {"now": now})

    async def windows(self) -> Sequence[Window]:
        """See `CardReads.windows`."""
        return await fetch(self._pool, Window, _WINDOWS, ())

    async def stock(self, asked: StockAsked) -> Sequence[StockCard]:
        """See `CardReads.stock`."""
        where = ["true"]
        where += ["warehouse = %(warehouse)s"] if asked.warehouse else []
        where += ["item >= %(item)s and item < %(until)s"] if asked.item else []
        where += ["differs"] if asked.differs else []
        by_item = bool(asked.item) and not asked.warehouse
        after = "(%(b)s, %(a)s, %(c)s, %(d)s)" if by_item else "(%(a)s, %(b)s, %(c)s, %(d)s)"
        where += [f"({_BY_ITEM if by_item else _PLACE}) > {after}"] if asked.after else []
        place = dict(zip("abcd", asked.after or ("",) * 4, strict=True))
        statement = _STOCK_PAGE.replace("$where", " and ".join(where)).replace(
            "$order", _BY_ITEM if by_item else _PLACE
        )
        values = {"warehouse": asked.warehouse, "item": asked.item, "until": asked.item + BEHIND, "limit": asked.limit}
        return await fetch(self._pool, StockCard, statement, {**values, **place})

    async def stock_of(self, dossier: int) -> Sequence[StockCard]:
        """See `CardReads.stock_of`."""
        return await fetch(self._pool, StockCard, _STOCK_OF, (dossier,))


class _Ident(msgspec.Struct):
    ident: str


def _orders(asked: OrdersAsked, now: datetime) -> tuple[str, dict[str, object]]:
    """The statement for these filters; the first mark leads, for it alone is kept in the order of the list."""
    chosen = {name: getattr(asked, name) for name in _WHERE}
    named = (("warehouse", asked.warehouse), ("partner", asked.partner))
    marks = [f"{kind}|{name}" for kind, name in named if name]
    where = [_WHERE[name] for name, value in chosen.items() if value not in ("", False, -1)]
    where += ["m.mark = %(mark)s"] if marks else []
    where += [_OTHER_MARK] if len(marks) > 1 else []
    if asked.before:
        where.append("m.dossier < %(before)s" if marks else "o.dossier < %(before)s")
    values = {**chosen, "now": now, "before": asked.before, "limit": asked.limit}
    values |= {"mark": marks[0] if marks else "", "other": marks[-1] if marks else ""}
    statement = (_MARKED if marks else _ORDERS).replace("$where", " and ".join(where) or "true")
    return statement, values


def _found(row: dict[str, object]) -> dict[str, object]:
    card = {field: row[field] for field in OrderCard.__struct_fields__} if row["card"] is not None else None
    return {field: row[field] for field in ("dossier", "term", "scheme", "ident", "headline")} | {"order": card}


def _line(row: dict[str, object]) -> dict[str, object]:
    return {"ident": row["ident"], "card": {field: row[field] for field in FreightCard.__struct_fields__}}
