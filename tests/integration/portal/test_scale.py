"""A look-up costs the same however many orders there are: every question of a customer is answered by an index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from crossdock.kernel.codec import encode_json
from crossdock.ports.portal import OrdersAsked, PortalOrder
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.portal import PostgresPortal

ORDERS, BIG, SMALL = 30_000, "C-BIG", "C-7"
NOW = datetime(2026, 6, 1, tzinfo=UTC)

_FILL = """
insert into portal_order (placed, as_of, customer, order_no, phase, body)
select %(now)s::timestamptz + n * interval '1 minute', %(now)s,
    case when n %% 3 = 0 then 'C-' || n %% 300 else 'C-BIG' end, 'SO-' || n,
    case when n %% 10 = 0 then 'open' else 'delivered' end, %(body)s
from generate_series(1, %(orders)s) as n"""
_IDENTS = "insert into portal_ident select customer, order_no, order_no from portal_order"
_SCANS = """
select sum(seq_scan)::integer from pg_stat_user_tables
where relname in ('portal_order', 'portal_ident', 'portal_document')"""


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    """One connection, which tells what it counted; the tables hold many orders of one customer and of many."""
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="scale")
    order = PortalOrder(
        customer="C", order_no="SO", dossier=1, version=1, edition=1, as_of=NOW, placed=NOW, status="-", phase="moving"
    )
    body = encode_json(order)
    async with pool.connection() as connection:
        await connection.execute(_FILL, {"now": NOW, "orders": ORDERS, "body": body})
        await connection.execute(_IDENTS)
        await connection.commit()
        await connection.set_autocommit(True)
        await connection.execute("analyze portal_order")
        await connection.execute("analyze portal_ident")
        await connection.set_autocommit(False)
    yield pool
    await pool.close()


async def scans(pool: Pool) -> int:
    """How often a table was read from end to end so far."""
    async with pool.connection() as connection:
        await connection.execute("select pg_stat_force_next_flush()")
    async with pool.connection() as connection:
        row = await (await connection.execute(_SCANS)).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.proves("H-10")
async def test_no_question_of_a_customer_reads_a_table_from_end_to_end(pool: Pool) -> None:
    kept, before = PostgresPortal(pool), await scans(pool)
    assert len((await kept.orders(BIG, OrdersAsked(25, phase="open"))).orders) == 25
    assert len((await kept.orders(BIG, OrdersAsked(25, number="SO-29999"))).orders) == 1
    for customer in (BIG, SMALL, "C-NOBODY"):
        await kept.order(customer, "SO-29999")
        await kept.orders(customer, OrdersAsked(25))
        for asked in (
            OrdersAsked(25, after=(NOW, "SO-1")),
            OrdersAsked(25, phase="open"),
            OrdersAsked(25, number="SO-29999"),
            OrdersAsked(25, number="SO-NONE"),
            OrdersAsked(25, phase="open", number="SO-2999"),
        ):
            await kept.orders(customer, asked)
        await kept.document(customer, "SO-29999", "x")
    assert await scans(pool) == before
