"""`crossdock bench --sizing`: what an order takes in PostgreSQL, table by table, once everything about it is done.

Facts are taken in, commands are delivered and told to their dossiers, and all that follows the log has caught up. Bytes
are counted, so any machine measures the same; nothing here is about speed.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import msgspec
import psutil

from crossdock.app.deliver.echo import echo_once
from crossdock.bench.pipeline import PIPELINE_BATCH, run_pipeline
from crossdock.bench.project import EARS, write_project
from crossdock.bench.trace import history
from crossdock.bootstrap.cards import filing
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import OURSELVES, Hub, open_hub
from crossdock.bootstrap.portal import following
from crossdock.bootstrap.project import read_project
from crossdock.bootstrap.roles import feeding, measuring
from crossdock.kernel.errors import Bug
from crossdock.ports.outbox import Ask, End, Ending, Phase
from crossdock.postgres import bench as sql
from crossdock.postgres.bench_sizes import TableSize, sizes
from crossdock.postgres.migrate import migrate
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres

# Tables below this are the empty schema.
LEAST_BYTES = 256 * 1024
ROWS_A_TURN = 500


class Table(msgspec.Struct, frozen=True):
    """What a table takes an order, without its indexes and with nothing else."""

    name: str
    rows: float
    table_bytes: int
    index_bytes: int


class Sizing(msgspec.Struct, frozen=True):
    """Per order, on average over `orders`. `wal_bytes` is what is archived for one, before packing."""

    orders: int
    told: float
    events: float
    bytes: int
    wal_bytes: int
    process_mib: int
    tables: tuple[Table, ...]


async def measure_sizes(orders: int, data: Path | None = None) -> Sizing:
    """One run on a fresh database."""
    with tempfile.TemporaryDirectory(prefix="crossdock-sizing-") as folder:
        place = data or Path(folder)
        place.chmod(0o755)
        project = read_project(write_project(place / "project"), MANIFESTS)
        engine = EmbeddedPostgres(project.data / "postgres")
        try:
            url = (await engine.start()).url
            await migrate(url)
            async with open_hub(project, url) as hub:
                return await _measured(hub, orders)
        finally:
            await engine.stop()


async def _measured(hub: Hub, orders: int) -> Sizing:
    before, _ = await sql.counters(hub.pool)
    told = history(orders, seed=1)
    await run_pipeline(hub.ingest, hub.clock, told)
    await _deliver_all(hub)
    for work in (measuring(hub), filing(hub), following(hub)):
        while await work():
            pass
    after, _ = await sql.counters(hub.pool)
    found = await sizes(hub.pool)
    events = next(one.rows for one in found if one.name == "event")
    return Sizing(
        orders=orders,
        told=round(len(told) / orders, 1),
        events=round(events / orders, 1),
        bytes=sum(one.table_bytes + one.index_bytes for one in found) // orders,
        wal_bytes=(after - before) // orders,
        process_mib=psutil.Process().memory_info().rss // 2**20,
        tables=tuple(_per_order(one, orders) for one in found if one.table_bytes + one.index_bytes > LEAST_BYTES),
    )


def _per_order(table: TableSize, orders: int) -> Table:
    rows = round(table.rows / orders, 2)
    return Table(table.name, rows, table.table_bytes // orders, table.index_bytes // orders)


async def _deliver_all(hub: Hub) -> None:
    """Every command is taken by its partner at once, and its dossier is told; until none is left."""
    outbox = await PostgresOutbox.open(hub.url)
    try:
        async with feeding(hub):
            while await _deliver_once(hub, outbox) + await echo_once(
                outbox, hub.sync, OURSELVES, hub.parts.directory, limit=PIPELINE_BATCH
            ):
                pass
    finally:
        await outbox.close()


async def _deliver_once(hub: Hub, outbox: PostgresOutbox) -> int:
    done = 0
    for partner in EARS:
        now = hub.clock.now()
        lease = now + timedelta(minutes=5)
        ask = Ask((Phase.OPEN,), (0, 3), 1, ROWS_A_TURN, now, now, lease, token=1)
        async with outbox.turn(partner, now) as turn:
            claimed = await turn.claim(ask)
            ends = [End(row.id, row.tries, Ending.DELIVERED, now, reference=f"REF-{row.id}") for row in claimed]
            settled = await turn.settle((), ends)
        if len(settled) != len(claimed):
            raise Bug(f"{len(claimed)} commands were claimed and {len(settled)} settled")
        done += len(settled)
    return done
