"""What a serving process does beside serving: hear of keys that were stopped elsewhere, and share the rate limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from crossdock.ports.clock import Clock
from crossdock.ports.keys import KeyChanges
from crossdock.runtime.loops import Loop
from crossdock.web.api.gate import Gate

IDLE_S = 1.0
# For how long a caller's burst may count at each process. One short statement each time, and none while nobody calls.
SETTLE_S = 0.5


@asynccontextmanager
async def tending(gate: Gate, keys: KeyChanges, clock: Clock) -> AsyncIterator[None]:
    """Keep a gate up to date for the length of a block."""

    async def hear() -> int:
        """Ends only with an error; the loop then comes back, and the first item forgets what was missed."""
        async with aclosing(keys.changes()) as changes:
            async for _ in changes:
                gate.forget()
        return 0

    async def settle() -> int:
        """Never again at once, however many callers there are."""
        await gate.settle()
        return 0

    loops = [
        Loop("stopped keys", hear, idle_s=IDLE_S, clock=clock),
        Loop("shared rates", settle, idle_s=SETTLE_S, clock=clock),
    ]
    running = [asyncio.create_task(loop.run(), name=loop.health.name) for loop in loops]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
