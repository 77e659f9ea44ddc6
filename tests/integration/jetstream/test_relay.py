"""From the database to the stream and a crash in between: every event arrives, none twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import nats
import pytest_asyncio

from crossdock.app.relay import relay_once
from crossdock.jetstream.backbone import JetStreamBackbone
from crossdock.jetstream.streams import EVENTS
from crossdock.ports.feed import Position
from crossdock.ports.store import WriteSet
from crossdock.postgres.connection import open_pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.store import PostgresStore
from tests.integration.postgres.rows import dossier, event

BODY = b'{"type":"order.approved","subject":{"type":"order","id":"SO-1"}}'


class DiesBeforeMoving(PostgresFeed):
    """The process ends after publishing, before the cursor is moved."""

    async def advance(self, name: str, before: Position, after: Position) -> bool:
        return False


@pytest_asyncio.fixture
async def backbone(nats_url: str) -> AsyncIterator[JetStreamBackbone]:
    opened = await JetStreamBackbone.open(nats_url)
    await opened.deploy()
    yield opened
    await opened.close()


async def ids_in_stream(url: str) -> list[str]:
    client = await nats.connect(url)
    context = client.jetstream()
    count = (await context.stream_info(EVENTS)).state.messages
    bodies = [(await context.get_msg(EVENTS, seq)).data or b"" for seq in range(1, count + 1)]
    await client.close()
    return [json.loads(body)["id"] for body in bodies]


async def test_after_a_crash_between_publishing_and_moving_nothing_is_lost_or_doubled(
    store: PostgresStore, postgres_url: str, backbone: JetStreamBackbone, nats_url: str
) -> None:
    async with store.batch() as batch:
        events = [event(1, seq, body=BODY) for seq in range(1, 6)]
        await batch.write(WriteSet(dossiers=[dossier(1)], events=events))
    pool = await open_pool(postgres_url, size_min=1, size_max=2, name="feed")
    assert await relay_once(DiesBeforeMoving(pool), backbone, limit=3) == 3
    relay = PostgresFeed(pool)
    assert [await relay_once(relay, backbone, limit=3) for _ in range(3)] == [3, 2, 0]
    await pool.close()
    assert await ids_in_stream(nats_url) == [f"1.{seq}" for seq in range(1, 6)]
