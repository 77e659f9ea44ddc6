"""A deliverer in a process of its own, which opens the breaker of a partner that is down and waits to be killed."""

from __future__ import annotations

import asyncio
import sys

from crossdock.postgres.outbox import PostgresOutbox
from crossdock.postgres.store import PostgresStore
from tests.integration.deliver.given import DOWN, WMS, Dock, ScriptedPartner, command, manifest

STRICT = manifest(concurrency=4, breaker_failures=3, breaker_open_s=5.0)
COMMANDS = 4


async def fail(url: str) -> None:
    """Put the commands, try each once in vain, tell how the breaker stands, and stay."""
    outbox = await PostgresOutbox.open(url, pool_max=3)
    store = await PostgresStore.open(url)
    dock = Dock(url, store, outbox)
    dock.manifest = STRICT
    await dock.put(*(command(f"c-{number}", order=f"SO-{number}") for number in range(COMMANDS)))
    await dock.step(ScriptedPartner(*[DOWN] * COMMANDS))
    sys.stdout.write(f"{(await outbox.gate(WMS.id)).breaker.value}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(fail(sys.argv[1]))
