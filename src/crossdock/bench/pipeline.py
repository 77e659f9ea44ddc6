"""Both sides of the ratio, in process: the raw durable insert, and the whole hot path on the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import PARTNERS, Told
from crossdock.canonical.wire import decode_fact
from crossdock.ports.clock import Clock
from crossdock.postgres import bench as sql
from crossdock.postgres.connection import Pool

RAW_BATCH = 2000
PIPELINE_BATCH = 1000


async def run_raw(pool: Pool, told: Sequence[Told]) -> None:
    """Insert the bytes, 2,000 a transaction, one connection."""
    for start in range(0, len(told), RAW_BATCH):
        await sql.insert_raw(pool, [one.body for one in told[start : start + RAW_BATCH]])


async def run_pipeline(ingest: Ingest, clock: Clock, told: Sequence[Told]) -> None:
    """Everything from bytes to commit: decode, dedup, correlate, decide, write; 1,000 facts a transaction."""
    for start in range(0, len(told), PIPELINE_BATCH):
        now = clock.now()
        arrivals = [
            Arrival(PARTNERS[one.partner], one.body, decode_fact(one.body, now))
            for one in told[start : start + PIPELINE_BATCH]
        ]
        await ingest.take(arrivals)
