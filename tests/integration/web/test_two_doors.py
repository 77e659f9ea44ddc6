"""Two doors to one hub, as two serving processes are: what is said at one holds at the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace

import pytest_asyncio

from crossdock.app.access import Scope
from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.tending import tending
from crossdock.postgres.connection import Pool
from crossdock.postgres.keys import PostgresKeyChanges, PostgresKeys
from crossdock.postgres.paces import PostgresPaces
from crossdock.web.api.deps import ApiDeps, ApiLimits
from crossdock.web.api.pace import Rate
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

    def __init__(
        self, pool: Pool, url: str, limits: ApiLimits | None = None, paces: PostgresPaces | None = None
    ) -> None:
        self.paces = paces
        super().__init__(limits=limits or ApiLimits(key_ttl_s=FOREVER_S))
        self.keys: PostgresKeys = PostgresKeys(pool)
        self.changes = Heard(url)
        self.rebuild()

    def deps(self) -> ApiDeps:
        return replace(super().deps(), paces=self.paces)

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


async def test_shared_meters_add_up_what_every_process_admitted(pool: Pool) -> None:
    one, other = PostgresPaces(pool), PostgresPaces(pool)
    first = await one.settle({"a": 100.0, "b": 0.0}, window_s=0.5)
    assert 99.0 < first["a"] <= 99.5
    assert -1.0 < first["b"] <= -0.5
    both = await other.settle({"a": 100.0, "c": 7.0}, window_s=5.0)
    assert 198.0 < both["a"] <= 199.5
    asked = await one.settle({"a": 0.0, "c": 0.0}, window_s=0.5)
    assert 197.0 < asked["a"] <= both["a"]
    assert 1.0 < asked["c"] <= 2.0


async def test_the_rate_of_a_key_is_one_for_two_doors(pool: Pool) -> None:
    rate = Rate(per_s=0.001, burst=4)
    doors = [Door(pool, "", ApiLimits(rate=rate), PostgresPaces(pool)) for _ in range(2)]
    key = await doors[0].key("ERP1", Scope.ORDERS_READ)
    assert [await doors[0].asks(key) for _ in range(3)] == [200] * 3
    assert await doors[1].asks(key) == 200
    for door in (*doors, *doors):
        assert await door.app.gate.settle() == 1
    assert [await door.asks(key) for door in doors] == [429, 429]
