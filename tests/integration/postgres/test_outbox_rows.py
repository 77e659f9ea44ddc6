"""What a command's other columns tell is not written, and nobody who reads the outbox can tell (decision 0016)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import msgspec
import psycopg

from crossdock.canonical.catalogue import COMMAND_TYPES
from crossdock.ports.outbox import Ask, Claimed, End, Ending, Phase, Pick
from crossdock.ports.store import DeliveryRow, WriteSet
from crossdock.postgres.connection import open_pool
from crossdock.postgres.hot_rows import ORDERINGS
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from tests.integration.postgres.rows import NOON, delivery, dossier

# How many lines were released first, and what they say.
RELEASED = 60
DIGEST = "8d57a52d9eeb5f2b62e50f974a4acb06b227036855a35e35d1af70d9f7ca7baf"

ALL_LANES = Ask(
    pick=Pick.LINE,
    lanes=(0, 3),
    phases=(Phase.OPEN,),
    due=NOON + timedelta(days=1),
    calls=10,
    batch=1,
    token=1,
    now=NOON,
    lease_until=NOON + timedelta(minutes=1),
)


def command(number: int, *, kind: str, key: str, order: str, cause: str = "1.7") -> DeliveryRow:
    row = delivery(number, 1, key=f"{kind}:{key}")
    return msgspec.structs.replace(row, type=kind, ordering_key=order, cause=cause)


TOLD = command(1, kind="tender_load", key="SHP-1|1", order="load:SHP-1")
OTHER_VALUE = command(2, kind="update_carrier_assignment", key="SHP-1|T-1", order="order:SO-1")
OTHER_WORD = command(3, kind="update_shipment", key="SHP-1|firm", order="load:SHP-1", cause="21.4")
UNKNOWN = command(4, kind="dance", key="SHP-1", order="load:SHP-1", cause="")
ROWS = [TOLD, OTHER_VALUE, OTHER_WORD, UNKNOWN]


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


async def put(store: PostgresStore, rows: list[DeliveryRow]) -> None:
    async with store.batch() as batch:
        await batch.write(WriteSet(dossiers=[dossier(1)], deliveries=rows))


async def test_only_what_the_other_columns_do_not_tell_is_written(store: PostgresStore, postgres_url: str) -> None:
    await put(store, ROWS)
    assert query(postgres_url, "select ordering_key, cause from delivery order by id") == [
        (None, "7"),
        ("order:SO-1", "7"),
        ("load:SHP-1", "21.4"),
        ("load:SHP-1", ""),
    ]
    words = "command_order(ordering_key, idempotency_key), command_cause(dossier, cause)"
    assert query(postgres_url, f"select {words} from delivery order by id") == [
        (row.ordering_key, row.cause) for row in ROWS
    ]


async def test_a_reader_sees_all_a_command_was_written_with(store: PostgresStore, postgres_url: str) -> None:
    await put(store, ROWS)
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="views")
    seen = await PostgresViews(pool).commands(1)
    await pool.close()
    fields = ("id", "type", "idempotency_key", "ordering_key", "cause")
    assert [{name: getattr(one, name) for name in fields} for one in seen] == [
        {name: getattr(row, name) for name in fields} for row in ROWS
    ]


async def test_a_key_told_and_a_key_written_are_one_key(store: PostgresStore, postgres_url: str) -> None:
    await put(store, ROWS)
    outbox = await PostgresOutbox.open(postgres_url)
    first = await claim(outbox)
    assert [(row.ordering_key, row.cause) for row in first] == [("load:SHP-1", "1.7"), ("order:SO-1", "1.7")]
    async with outbox.turn("wms", NOON) as turn:
        await turn.settle([], [End(1, 1, Ending.DELIVERED, NOON)])
    assert [(row.id, row.ordering_key, row.cause) for row in await claim(outbox)] == [(3, "load:SHP-1", "21.4")]
    logged = query(postgres_url, "select id, type, idempotency_key, ordering_key, cause from delivery_log")
    assert logged == [(1, TOLD.type, TOLD.idempotency_key, TOLD.ordering_key, TOLD.cause)]
    await outbox.close()


async def claim(outbox: PostgresOutbox) -> list[Claimed]:
    async with outbox.turn("wms", NOON) as turn:
        return await turn.claim(ALL_LANES)


async def test_the_database_has_the_same_list(postgres_url: str) -> None:
    keys = ", ".join(f"('{name}')" for name in ORDERINGS)
    told = query(postgres_url, f"select name, command_order(null, name || ':A-1|2|3') from (values {keys}) as t (name)")
    assert sorted(told) == sorted((name, f"{word}:A-1") for name, word in ORDERINGS.items())


def test_a_line_that_was_released_never_changes() -> None:
    lines = [f"{name} {word}" for name, word in list(ORDERINGS.items())[:RELEASED]]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == DIGEST


def test_every_line_is_of_a_known_type() -> None:
    assert COMMAND_TYPES.keys() >= ORDERINGS.keys()
