"""A warehouse's whole stock goes into the real store in portions, once (domain.md §3.8)."""

from __future__ import annotations

from decimal import Decimal

import psycopg

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.use_case import Ingest
from crossdock.bootstrap.hub import OURSELVES, REGISTRIES
from crossdock.canonical.events import inventory as inv
from crossdock.canonical.vocabulary import Disposition
from crossdock.canonical.wire import decode_fact
from crossdock.postgres.store import PostgresStore
from crossdock.process.policy import Policy
from crossdock.testing.world import CountedDice, Partners, StillClock
from tests.integration.postgres.rows import message
from tests.unit.process.stock import kit

ITEMS = 600


async def test_every_item_has_its_stock_and_a_repetition_changes_nothing(
    store: PostgresStore, postgres_url: str
) -> None:
    parts = Parts(store, Partners(kit.PARTNERS), REGISTRIES, Policy(), StillClock(kit.at(5)), CountedDice(), OURSELVES)
    ingest = Ingest(parts)
    rows = tuple(inv.SnapshotRow(item=f"IT-{number}", on_hand=Decimal(number)) for number in range(ITEMS))
    told = kit.snapshot("S-1", 0, *rows)
    arrival = Arrival(kit.PARTNERS[told.partner], told.body, decode_fact(told.body, kit.at(5)), message="m1")

    first = await ingest.take([arrival], [message("m1", facts=1)])
    again = await ingest.take([arrival])

    assert [one.disposition for one in (*first, *again)] == [Disposition.APPLY, Disposition.SUPPRESS]
    async with await psycopg.AsyncConnection.connect(postgres_url) as connection:
        cursor = await connection.execute(
            "select split_part(ident, '|', 1), count(*), max(version) from dossier group by 1 order by 1"
        )
        assert await cursor.fetchall() == [("stock", ITEMS, 2), ("warehouse", 1, 2)]
        cursor = await connection.execute("select id, facts, status, findings from message")
        assert await cursor.fetchall() == [("m1", ITEMS + 1, "accepted", b"[]")]
