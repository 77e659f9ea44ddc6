"""A portal served from a thread of its own, with a database of its own: browsers are driven from the main one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import TypeVar

from crossdock.postgres.connection import open_pool
from crossdock.postgres.migrate import migrate
from crossdock.postgres.store import PostgresStore
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres
from crossdock.web.serve import serve
from tests.conftest import FORGETFUL, engine_folder
from tests.integration.portal.house import House

T = TypeVar("T")
START_S = 120


class Door:
    """Where the portal is, and the hub behind it, which works in the thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.ready, self.stop = threading.Event(), asyncio.Event()
        self.url = ""
        self.house: House

    def do(self, work: Coroutine[object, object, T]) -> T:
        """Let the hub do something and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(START_S)

    async def run(self) -> None:
        """Serve until stopped."""
        with engine_folder() as folder:
            engine = EmbeddedPostgres(folder / "postgres", settings=FORGETFUL)
            url = (await engine.start()).url
            await migrate(url)
            store, pool = await PostgresStore.open(url), await open_pool(url, size_min=1, size_max=6, name="browser")
            self.house = House(pool, store)

            def listening(port: int) -> None:
                self.url = f"http://localhost:{port}"
                self.ready.set()

            await serve(self.house.site, "127.0.0.1", 0, self.stop, listening=listening)
            await pool.close()
            await store.close()
            await engine.stop()


@contextmanager
def opened() -> Iterator[Door]:
    """A door for the length of a block."""
    door = Door()
    thread = threading.Thread(target=lambda: door.loop.run_until_complete(door.run()), name="portal")
    thread.start()
    assert door.ready.wait(START_S)
    yield door
    door.loop.call_soon_threadsafe(door.stop.set)
    thread.join(START_S)
    door.loop.close()
