"""Two doors to one hub, as two serving processes are: what is said at one holds at the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import pytest_asyncio

from crossdock.app.access import Scope
from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.tending import tending
from crossdock.postgres.connection import Pool
from crossdock.postgres.keys import PostgresKeyChanges, PostgresKeys
from crossdock.web.api.deps import ApiLimits
from tests.unit.web.bench import NOW, Front, problem

# Long enough that only being told can end a key within a test.
FOREVER_S = 1e9


class Heard(PostgresKeyChanges):
    """Says what has been heard, once the gate has acted on it."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    async def changes(self) -> AsyncGenerator[str, None]:
        async for prefix in super().changes():
            yield prefix
            self.heard.put_nowait(prefix)


class Door(Front):
    """A serving process: its own memory, the keys of the database they share."""

    def __init__(self, pool: Pool, url: str) -> None:
        super().__init__(limits=ApiLimits(key_ttl_s=FOREVER_S))
        self.keys: PostgresKeys = PostgresKeys(pool)
        self.changes = Heard(url)
        self.rebuild()

    async def asks(self, headers: dict[str, str]) -> int:
        """The status a caller gets."""
        return (await self.http.get("/v1/orders", headers=headers)).status_code


@pytest_asyncio.fixture
async def doors(pool: Pool, postgres_url: str) -> AsyncIterator[tuple[Door, Door]]:
    one, other = Door(pool, postgres_url), Door(pool, postgres_url)
    clock = SystemClock()
    async with tending(one.app.gate, one.changes, clock), tending(other.app.gate, other.changes, clock):
        assert [await door.changes.heard.get() for door in (one, other)] == ["", ""]
        yield one, other


async def test_a_key_stopped_anywhere_ends_at_every_door(doors: tuple[Door, Door], pool: Pool) -> None:
    one, _ = doors
    key, kept = await one.key("ERP1", Scope.ORDERS_READ), await one.key("ERP1", Scope.ORDERS_READ)
    assert [await door.asks(headers) for door in doors for headers in (key, kept)] == [200] * 4
    prefix = key["authorization"].split("_")[1]
    assert await PostgresKeys(pool).revoke(prefix, NOW)
    assert [await door.changes.heard.get() for door in doors] == [prefix, prefix]
    for door in doors:
        problem(await door.http.get("/v1/orders", headers=key), "credential-ended")
    assert [await door.asks(kept) for door in doors] == [200, 200]


async def test_a_stop_nobody_could_hear_of_is_known_once_the_database_is_heard_again(
    doors: tuple[Door, Door], pool: Pool
) -> None:
    one, _ = doors
    key = await one.key("ERP1", Scope.ORDERS_READ)
    assert await one.asks(key) == 200
    async with pool.connection() as connection:
        await connection.execute("update api_key set revoked = %s", (NOW,))
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'crossdock-keys' and datname = current_database()"
        )
    assert await one.changes.heard.get() == ""
    problem(await one.http.get("/v1/orders", headers=key), "credential-ended")
