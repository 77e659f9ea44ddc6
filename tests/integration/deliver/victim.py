"""A deliverer in a process of its own, to be killed: says `sent` once its partner has taken the command, and hangs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from crossdock.app.deliver.step import Route
from crossdock.bootstrap.clock import SystemClock, SystemDice
from crossdock.ports.connector import Outbound, Outcome, Resolution
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.runtime.deliverer import Deliverer
from tests.integration.deliver.given import WMS, ScriptedPartner, manifest


class NeverBack(ScriptedPartner):
    """The effect happens, the answer never comes."""

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        sys.stdout.write(f"sent {commands[0].idempotency_key}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
        return []


async def main(url: str) -> None:
    outbox = await PostgresOutbox.open(url, pool_max=1)
    route = Route(WMS, manifest(Resolution.READ_BACK, timeout_s=60.0), NeverBack())
    await Deliverer(outbox, [route], SystemClock(), SystemDice()).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
