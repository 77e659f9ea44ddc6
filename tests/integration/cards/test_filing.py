"""Cards follow the log: made from dossiers alone, the same whenever they are made, found under every identifier."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crossdock.app.cards.follow import CURSOR, Filer
from crossdock.ports.cards import FreightAsked, OrdersAsked, StockAsked
from crossdock.ports.feed import Position
from crossdock.postgres.card_reads import PostgresCardReads
from crossdock.postgres.cards import PostgresCardFiles
from crossdock.postgres.connection import Pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.testing.golden.cast import when
from crossdock.testing.world import World
from tests.integration.cards.conftest import Play

NOW = when("10 00:00")
ALL = OrdersAsked(limit=50)


async def _everything(reads: PostgresCardReads) -> tuple[object, ...]:
    freight = await reads.freight(FreightAsked(50))
    return (await reads.orders(ALL, NOW), freight, await reads.stock(StockAsked(50)), await reads.windows())


async def test_an_order_has_one_card_that_says_what_a_list_shows(play: Play, reads: PostgresCardReads) -> None:
    await play("R58")
    (card,) = await reads.orders(ALL, NOW)
    assert (card.order_no, card.customer_po, card.currency) == ("SO-100234", "HP-PO-55120", "EUR")
    assert card.customer
    assert card.value is not None
    assert card.value > 0
    assert card.label
    assert card.grade > 0


async def test_a_freight_case_has_its_amounts_its_age_and_its_dispute(play: Play, reads: PostgresCardReads) -> None:
    await play("R58")
    (line,) = await reads.freight(FreightAsked(50, carrier="NVTR"))
    assert (line.card.state, line.card.over, line.card.disputed) == ("DISPUTED", True, Decimal("200.00"))
    assert line.card.since is not None
    assert line.card.period == "2026-06"
    assert line.card.papers
    (month,) = await reads.windows()
    assert (month.period, month.cases, month.uninvoiced) == ("2026-06", 1, 0)
    (total,) = await reads.freight_sums(when("09 12:00"))
    assert (total.carrier, total.cases, total.over, total.age) == ("NVTR", 1, 1, 0)


@pytest.mark.parametrize("text", ["SO-100234", "HP-PO-55120", "LD-4501", "387123450000001019", "DSP-118"])
async def test_an_order_is_found_under_every_identifier(play: Play, reads: PostgresCardReads, text: str) -> None:
    await play("R58")
    found = await reads.search(text, "", prefix=False, after="", limit=10)
    assert "order||SO-100234" in [one.ident for one in found]
    by_prefix = await reads.search(text[:-1], "", prefix=True, after="", limit=10)
    assert "order||SO-100234" in [one.ident for one in by_prefix]


async def test_filing_again_from_the_beginning_ends_in_the_same_cards(
    play: Play, pool: Pool, reads: PostgresCardReads, filer: Filer
) -> None:
    await play("R40")
    await play("R58")
    once = await _everything(reads)
    feed = PostgresFeed(pool)
    await feed.advance(CURSOR, await feed.cursor(CURSOR), Position(tx=1))
    while await filer.file_once(limit=3):
        pass
    assert await _everything(reads) == once


async def test_a_crash_before_the_cursor_moved_files_again_to_the_same_end(
    play: Play, pool: Pool, reads: PostgresCardReads, filer: Filer, world: World
) -> None:
    await play("R20")
    once = await _everything(reads)
    (card,) = await reads.orders(ALL, NOW)
    await filer.renew([card.dossier])
    await filer.renew([card.dossier])
    assert await _everything(reads) == once


async def test_a_case_ended_beside_the_log_is_seen(
    play: Play, pool: Pool, reads: PostgresCardReads, filer: Filer
) -> None:
    await play("R58")
    (before,) = await reads.orders(ALL, NOW)
    assert before.cases > 0
    async with pool.connection() as connection:
        await connection.execute("update exception_case set closed = now() where closed is null")
    assert await PostgresCardFiles(pool).outdated(10) == [before.dossier]
    assert await filer.file_once() == 0
    (after,) = await reads.orders(ALL, NOW)
    assert (after.cases, after.severity, after.case_sum) == (0, 0, 0)
    assert await PostgresCardFiles(pool).outdated(10) == []


async def test_every_filter_takes_what_it_says_and_nothing_else(play: Play, reads: PostgresCardReads) -> None:
    await play("R58")
    (card,) = await reads.orders(ALL, NOW)
    takes = [
        OrdersAsked(9, grade=card.grade), OrdersAsked(9, flow=card.flow), OrdersAsked(9, customer=card.customer),
        OrdersAsked(9, warehouse="WH-NL1"), OrdersAsked(9, partner="wms-gb1"), OrdersAsked(9, cases=True),
        OrdersAsked(9, warehouse="WH-GB1", partner="tms1", grade=card.grade), OrdersAsked(9, before=card.dossier + 1),
    ]  # fmt: skip
    leaves = [
        OrdersAsked(9, grade=(card.grade + 1) % 5), OrdersAsked(9, flow="BS-99"), OrdersAsked(9, customer="nobody"),
        OrdersAsked(9, warehouse="WH-XX"), OrdersAsked(9, partner="nobody"), OrdersAsked(9, before=card.dossier),
        OrdersAsked(9, warehouse="WH-NL1", partner="nobody"), OrdersAsked(9, warehouse="WH-NL1", before=card.dossier),
    ]  # fmt: skip
    assert [len(await reads.orders(one, NOW)) for one in takes] == [1] * len(takes)
    assert [len(await reads.orders(one, NOW)) for one in leaves] == [0] * len(leaves)
    assert len(await reads.orders(OrdersAsked(9, late=True), when("01 00:00"))) == 0


async def test_stock_positions_are_listed_by_place(play: Play, reads: PostgresCardReads) -> None:
    await play("R58")
    rows = await reads.stock(StockAsked(50, warehouse="WH-NL1", item="IT-7"))
    assert [(one.warehouse, one.item) for one in rows] == [("WH-NL1", "IT-778")] * len(rows)
    last = rows[-1]
    after = (last.warehouse, last.item, last.lot, last.status)
    assert await reads.stock(StockAsked(50, after=after)) == []
    assert await reads.stock_of(rows[0].dossier) == rows
    assert await reads.ident_of(rows[0].dossier) == "stock||WH-NL1|IT-778"


async def test_terms_and_marks_that_stay_are_not_written_again(play: Play, pool: Pool, filer: Filer) -> None:
    await play("R40")
    before = await _written(pool)
    await play("R58")
    after = await _written(pool)
    assert len(before) > 20
    assert before.items() <= after.items()
    assert after.keys() > before.keys()


async def _written(pool: Pool) -> dict[tuple[str, ...], str]:
    """Each mark and term, and the transaction that wrote it."""
    async with pool.connection() as connection:
        cursor = await connection.execute("""
            select dossier::text, mark, 'mark', xmin::text from order_mark
            union all select dossier::text, term, scheme, xmin::text from card_term""")
        return {tuple(name): written for *name, written in await cursor.fetchall()}
