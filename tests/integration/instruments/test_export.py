"""An export holds what the database does, whatever the size of its pages and however often it is interrupted."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import pytest_asyncio

from crossdock.app.exporting import Exporter
from crossdock.app.ingest.use_case import Ingest
from crossdock.app.ledgers import MoneySheet
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.instruments.parquet import ParquetFolder
from crossdock.kernel.errors import Rejected
from crossdock.ports.sheets import Progress, Row, Sheet, SheetSource, Window
from crossdock.postgres import sheets as stored
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.sheets import FactSheet, NumberedSheet, sheets
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.process.policy import Policy
from crossdock.testing.world import World

ORDERS = 5
HOUR = timedelta(hours=1)


class Interrupted(Exception):
    """The power went."""


class Cut(ParquetFolder):
    """A folder whose process dies after so many files, before it could note the last one."""

    def __init__(self, folder: Path, files: int) -> None:
        super().__init__(folder)
        self._left = files

    def write(self, sheet: Sheet, part: int, rows: Sequence[Row]) -> None:
        super().write(sheet, part, rows)
        self._left -= 1
        if not self._left:
            raise Interrupted


@pytest_asyncio.fixture
async def pool(postgres_url: str, store: PostgresStore) -> AsyncIterator[Pool]:
    now = datetime.now(UTC)
    world = World(PARTNERS, now=now)
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    for number in range(1, ORDERS + 1):
        await world.take((one.partner, one.body) for one in Order(number, now - 4 * HOUR).facts())
    opened = await open_pool(postgres_url, size_min=1, size_max=2, name="export")
    yield opened
    await opened.close()


@pytest.fixture
def window() -> Window:
    now = datetime.now(UTC)
    return Window(now - HOUR, now + HOUR)


def sources(pool: Pool) -> list[SheetSource]:
    """As shipped, with pages small enough to need several."""
    small = [
        NumberedSheet(pool, one.sheet, one._statement, 2) if isinstance(one, NumberedSheet) else one
        for one in sheets(pool)
    ]
    orders = small[0]
    return [*small, MoneySheet(orders, PostgresViews(pool), REGISTRIES, Policy())]


def read(folder: Path, sheet: str) -> list[dict[str, object]]:
    files = sorted((folder / sheet).glob("part-*.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist()]


async def test_every_sheet_holds_what_the_database_does(pool: Pool, tmp_path: Path, window: Window) -> None:
    progress = await Exporter(sources(pool), ParquetFolder(tmp_path)).export(window)
    orders = read(tmp_path, "orders")
    assert [row["order_no"] for row in orders] == [f"SO-{number:08}" for number in range(1, ORDERS + 1)]
    async with pool.connection() as connection:
        (facts,) = (await (await connection.execute("select count(*) from event_number")).fetchall())[0]
        (known,) = (await (await connection.execute("select count(*) from measure")).fetchall())[0]
    assert len(read(tmp_path, "facts")) == progress.rows["facts"] == facts
    assert len(read(tmp_path, "kpis")) == known
    assert {row["type"] for row in read(tmp_path, "facts")} >= {"order.approved", "shipment.handed_over"}
    assert {row["scheme"] for row in read(tmp_path, "shipments")} >= {"shipment"}
    file = next((tmp_path / "facts").glob("*.parquet"))
    assert pq.read_schema(file).field("recorded_at").metadata == {b"description": b"When it was durable here."}


async def test_money_is_there_in_two_legs(pool: Pool, tmp_path: Path, window: Window) -> None:
    await Exporter(sources(pool), ParquetFolder(tmp_path)).export(window)
    postings = read(tmp_path, "money")
    assert {row["ledger"] for row in postings} <= {"freight", "billing"}
    assert all(isinstance(row["amount"], Decimal) and row["source"] and row["target"] for row in postings)
    assert {row["order_no"] for row in postings} == {f"SO-{number:08}" for number in range(1, ORDERS + 1)}


@pytest.mark.parametrize("files", [1, 3, 5, 8])
async def test_an_interrupted_export_goes_on_to_the_same_end(
    pool: Pool, tmp_path: Path, window: Window, files: int
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    await Exporter(sources(pool), ParquetFolder(whole)).export(window)
    with pytest.raises(Interrupted):
        await Exporter(sources(pool), Cut(cut, files)).export(window)
    await Exporter(sources(pool), ParquetFolder(cut)).export(window)
    names = [one.sheet.name for one in sources(pool)]
    assert {name: read(cut, name) for name in names} == {name: read(whole, name) for name in names}


async def test_a_finished_export_is_read_and_not_made_again(pool: Pool, tmp_path: Path, window: Window) -> None:
    first = await Exporter(sources(pool), ParquetFolder(tmp_path)).export(window)
    assert await Exporter((), ParquetFolder(tmp_path)).export(window) == first


async def test_a_window_before_everything_holds_nothing_but_columns(pool: Pool, tmp_path: Path, window: Window) -> None:
    before = Window(window.since - 100 * HOUR, window.since - 99 * HOUR)
    progress = await Exporter(sources(pool), ParquetFolder(tmp_path)).export(before)
    assert set(progress.rows.values()) == {0}
    assert pq.read_table(tmp_path / "orders" / "part-00001.parquet").column_names[0] == "dossier_id"


async def test_a_long_log_is_read_in_several_pages(pool: Pool, window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "FACTS_PAGE", 7)
    monkeypatch.setattr(stored, "LOGS_PAGE", 2)
    source, after, found = FactSheet(pool), "", list[object]()
    for _ in range(1000):
        page = await source.page(window, after)
        found += [row[0] for row in page.rows]
        after = page.next
        if not after:
            break
    assert len(found) == len(set(found)) > 7 * ORDERS


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(Rejected, match="not empty and holds no export"):
        ParquetFolder(tmp_path).progress()


async def test_another_window_needs_another_folder(tmp_path: Path, window: Window) -> None:
    folder = ParquetFolder(tmp_path)
    folder.keep(Progress(window))
    with pytest.raises(Rejected, match="name another one, or give the same window"):
        await Exporter((), folder).export(Window(window.since - HOUR, window.until))
