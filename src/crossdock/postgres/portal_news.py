"""What customers are told, in PostgreSQL (ports.portal_news), each customer's own by row-level security."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.ports.portal import News, PortalOrder
from crossdock.ports.portal_news import KEPT, NewsLine
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.portal_role import Reader

# So many that are too old go with each telling: they go faster than they come.
FORGET_MAX = 100

# The row is locked until the end: of two that tell one customer the second numbers when the first has committed.
_NUMBER = """
insert into portal_told (customer, last) values (%s, %s)
on conflict (customer) do update set last = portal_told.last + excluded.last returning last"""
_TELL = """
insert into portal_news (customer, number, order_no, kind, subject, at, told, body)
values (%s, %s, %s, %s, %s, %s, %s, %s)"""
_FORGET_OLD = """
delete from portal_news where customer = %(customer)s and told < %(before)s and number in (
    select number from portal_news where customer = %(customer)s order by number limit %(limit)s)"""

# An order that is another's now: nothing more of it goes to whom it was, not even what is on its way.
_FORGET_ORDER = "delete from portal_news where customer = %s and order_no = %s"
_FORGET_SENT = """
delete from subscription_event e using subscription s
where s.id = e.subscription and s.customer = %s and e.subject = %s"""

_AFTER = """
select number, kind, subject, at, told, body from portal_news
where customer = %s and number > %s order by number limit %s"""
_LAST = "select last from portal_told where customer = %s"


async def write_news(connection: Connection, order: PortalOrder, news: Sequence[News]) -> None:
    """Tell the customer of this order, in the transaction that changes what it is shown."""
    if not news:
        return
    row = await (await connection.execute(_NUMBER, (order.customer, len(news)))).fetchone()
    assert row is not None, "a row that was put in or changed is returned"
    first = int(row[0]) - len(news) + 1
    rows = [
        (order.customer, number, order.order_no, one.kind, one.subject, one.at, order.as_of, one.body)
        for number, one in enumerate(news, first)
    ]
    async with connection.cursor() as cursor:
        await cursor.executemany(_TELL, rows)
    old = {"customer": order.customer, "before": order.as_of - KEPT, "limit": FORGET_MAX}
    await connection.execute(_FORGET_OLD, old)


async def forget_news(connection: Connection, customer: str, order_no: str) -> None:
    """Forget what this customer was told of an order, in a transaction of that customer's."""
    await connection.execute(_FORGET_ORDER, (customer, order_no))
    await connection.execute(_FORGET_SENT, (customer, f"order/{order_no}"))


class PostgresPortalNews:
    """See `ports.portal_news.PortalNews`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._reader = Reader()

    async def after(self, customer: str, number: int, *, limit: int) -> Sequence[NewsLine]:
        """See `PortalNews.after`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, customer)
                rows = await (await connection.execute(_AFTER, (customer, number, limit))).fetchall()
        return [NewsLine(*row) for row in rows]

    async def last(self, customer: str) -> int:
        """See `PortalNews.last`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, customer)
                row = await (await connection.execute(_LAST, (customer,))).fetchone()
        return int(row[0]) if row is not None else 0
