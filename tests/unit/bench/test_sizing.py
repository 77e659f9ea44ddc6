"""What an order takes: measured on a real database, each order done with before it is counted."""

from __future__ import annotations

from crossdock.bench.sizing import Sizing, measure_sizes


async def test_orders_are_counted_when_all_about_them_is_done() -> None:
    sizing: Sizing = await measure_sizes(5)
    rows = {table.name: table.rows for table in sizing.tables}
    assert sizing.told >= 13
    assert sizing.events > sizing.told
    assert rows.get("delivery", 0.0) == 0.0
    assert sizing.bytes < 10_000_000
    assert sizing.bytes >= sum(table.table_bytes + table.index_bytes for table in sizing.tables) - len(rows)
    assert sizing.wal_bytes > 0
