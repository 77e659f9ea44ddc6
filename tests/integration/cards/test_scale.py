"""A page costs the same however many orders there are: no list, search or sum of the console reads a table from end to
end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from crossdock.ports.cards import FreightAsked, OrdersAsked, StockAsked
from crossdock.ports.mailroom import MessagePlace
from crossdock.postgres.bench_cards import analyse, fill_cards
from crossdock.postgres.card_reads import PostgresCardReads
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.mailroom import PostgresMailroom
from crossdock.postgres.overview import PostgresOverview

FIRST, ORDERS = 1_000_000_000, 20_000
LAST = FIRST + ORDERS - 1
PAGE = 50
PARTNERS = 40
BIG = (
    "order_card",
    "order_mark",
    "card_term",
    "freight_card",
    "stock_card",
    "dossier",
    "event",
    "message",
    "delivery_log",
)
_READ = """
select coalesce(sum(seq_scan), 0)::bigint, coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint
from pg_stat_user_tables where relname = any(%s)"""
_OVER = "update freight_card set over = true, state = 'MISMATCHED' where dossier = %s"


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    """One connection, which tells what it counted; the tables as the bench of pages fills them."""
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="scale")
    await fill_cards(pool, first=FIRST, last=LAST, newest=LAST, events=2, body=b"x")
    async with pool.connection() as connection:
        await connection.execute(_OVER, (FIRST + 5,))
        await connection.execute("update message set partner = 'rare' where id = %s", (f"bulk-{FIRST + 6}",))
    await analyse(pool)
    yield pool
    await pool.close()


@pytest.fixture
def reads(pool: Pool) -> PostgresCardReads:
    """What lists and searches ask."""
    return PostgresCardReads(pool)


async def read(pool: Pool) -> tuple[int, int]:
    """How often a big table was read from end to end so far, and how many rows of them were read at all."""
    async with pool.connection() as connection:
        await connection.execute("select pg_stat_force_next_flush()")
    async with pool.connection() as connection:
        row = await (await connection.execute(_READ, (list(BIG),))).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


async def test_lists_and_searches_of_orders(pool: Pool, reads: PostgresCardReads) -> None:
    now, before = datetime.now(UTC), (await read(pool))[0]
    for asked in (
        OrdersAsked(PAGE),
        OrdersAsked(PAGE, before=FIRST + ORDERS // 2),
        OrdersAsked(PAGE, grade=4),
        OrdersAsked(PAGE, customer="C-1000"),
        OrdersAsked(PAGE, warehouse="WH-3", partner="CAR-7"),
        OrdersAsked(PAGE, late=True),
        OrdersAsked(PAGE, cases=True),
    ):
        await reads.orders(asked, now)
    for text in ("SO-1", "1Z00", "NOTHING"):
        await reads.search(text, "", prefix=True, after="", limit=PAGE)
        await reads.search(text, "", prefix=False, after="", limit=PAGE)
    assert (await read(pool))[0] == before


async def test_lists_and_sums_of_money(pool: Pool, reads: PostgresCardReads) -> None:
    before = (await read(pool))[0]
    for asked in (
        FreightAsked(PAGE),
        FreightAsked(PAGE, after=(FIRST + ORDERS // 2, "")),
        FreightAsked(PAGE, states=("DISPUTED",)),
        FreightAsked(PAGE, states=("REVERSED",)),
        FreightAsked(PAGE, carrier="CAR-9"),
        FreightAsked(PAGE, over=True),
    ):
        await reads.freight(asked)
    await reads.freight_sums(datetime.now(UTC))
    await reads.windows()
    assert (await read(pool))[0] == before


async def test_the_few_over_tolerance_are_found_without_the_many_that_are_settled(
    pool: Pool, reads: PostgresCardReads
) -> None:
    scans, rows = await read(pool)
    (found,) = await reads.freight(FreightAsked(PAGE, over=True))
    assert found.card.dossier == FIRST + 5
    again, more = await read(pool)
    assert (again, more - rows < 5) == (scans, True)


async def test_lists_of_stock(pool: Pool, reads: PostgresCardReads) -> None:
    scans, rows = await read(pool)
    page = await reads.stock(StockAsked(PAGE, item="IT-1"))
    last = page[-1]
    then = await reads.stock(StockAsked(PAGE, item="IT-1", after=(last.warehouse, last.item, last.lot, last.status)))
    items = [one.item for one in (*page, *then)]
    assert (len(items), items) == (2 * PAGE, sorted(set(items)))
    await reads.stock(StockAsked(PAGE))
    await reads.stock(StockAsked(PAGE, warehouse="WH-4", item="IT-1"))
    await reads.stock(StockAsked(PAGE, differs=True))
    again, more = await read(pool)
    assert (again, more - rows < 10 * PAGE) == (scans, True)


async def test_lists_of_messages(pool: Pool) -> None:
    mail, (scans, rows) = PostgresMailroom(pool), await read(pool)
    place = MessagePlace(datetime.now(UTC) - timedelta(hours=1), "bulk-1")
    assert len(await mail.messages(partner="", status="", before=place, limit=PAGE)) == PAGE
    assert len(await mail.messages(partner="CAR-1", status="", before=place, limit=PAGE)) == PAGE
    found = await mail.messages(partner="rare", status="", before=None, limit=PAGE)
    assert {one.partner for one in found} == {"rare"}
    for partner, status in (("nobody", ""), ("", "refused"), ("CAR-1", "refused"), ("CAR-1", "duplicate")):
        found = await mail.messages(partner=partner, status=status, before=None, limit=PAGE)
        assert {one.status for one in found} <= {status}
    again, more = await read(pool)
    # One message in forty is of CAR-1: a page of them is found by the clock among forty pages, however many there are.
    assert (again, more - rows < (PARTNERS + 4) * PAGE) == (scans, True)


async def test_the_first_page(pool: Pool) -> None:
    overview, now = PostgresOverview(pool), datetime.now(UTC)
    scans, _ = await read(pool)
    assert [flow.partner for flow in await overview.flows(now - timedelta(minutes=15), now)] == ["erp1"]
    await overview.sent(now - timedelta(minutes=15), now)
    await overview.minutes(now - timedelta(minutes=60), now)
    await overview.statuses("CAR-1", now - timedelta(minutes=60))
    dearest = await overview.dearest(now, now + timedelta(hours=24), 10)
    assert [one.cost_then for one in dearest] == sorted((one.cost_then for one in dearest), reverse=True)
    assert len(dearest) == 10
    assert (await read(pool))[0] == scans
