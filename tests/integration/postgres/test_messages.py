"""A message that came before is known by its control number, else by its bytes; what was refused claims neither."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio

from crossdock.ports.messages import KnownMessage
from crossdock.ports.store import WriteSet
from crossdock.postgres.connection import open_pool
from crossdock.postgres.messages import PostgresMessages
from crossdock.postgres.store import PostgresStore
from tests.integration.postgres.rows import message


@pytest_asyncio.fixture
async def messages(postgres_url: str) -> AsyncIterator[PostgresMessages]:
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="messages")
    yield PostgresMessages(pool)
    await pool.close()


@pytest.mark.parametrize(
    ("partner", "control", "sha256", "known"),
    [
        ("wms", "77", "sha-other", "m1"),
        ("wms", "", "sha-m2", "m2"),
        ("tms", "77", "sha-m1", ""),
        ("tms", "", "sha-m2", ""),
        ("wms", "78", "sha-m1", ""),
        ("wms", "79", "sha-m3", ""),
        ("wms", "", "sha-m3", ""),
    ],
)
async def test_what_came_before_is_found(
    store: PostgresStore, messages: PostgresMessages, partner: str, control: str, sha256: str, known: str
) -> None:
    rows = [message("m1", control="77"), message("m2"), message("m3", control="79", status="refused")]
    async with store.batch() as batch:
        await batch.write(WriteSet(messages=rows))
    found = await messages.find(partner, control, sha256)
    assert found == (KnownMessage(known, f"sha-{known}", "accepted") if known else None)


async def test_both_look_ups_go_by_an_index(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("set enable_seqscan = off")
        for where in ("partner = 'a' and control = 'b' and control <> ''", "sha256 = 'a' and partner = 'b'"):
            statement = f"explain select id from message where {where} and status in ('accepted', 'partial')"
            plan = connection.execute(statement.encode()).fetchall()
            assert any("message_control" in line or "message_sha256" in line for (line,) in plan)
