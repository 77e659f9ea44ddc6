"""The loops that read partners' brokers, run for as long as a role lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crossdock.app.keeping import KeepRefused
from crossdock.bootstrap.brokers import files_over_broker, subscription_of, takes
from crossdock.bootstrap.hub import Hub
from crossdock.bootstrap.transports import BrokerSettings
from crossdock.runtime.clockwork import Clockwork
from crossdock.runtime.subscriptions import Channel, Reader, reading_loop


def readers(hub: Hub, keep: KeepRefused) -> dict[str, Reader]:
    """A reader for each partner whose file says that its broker is read."""
    found: dict[str, Reader] = {}
    for config in hub.project.partners:
        subscription = subscription_of(config)
        if subscription is not None and isinstance(config.transport, BrokerSettings):
            found[config.partner.id] = Reader(
                config.partner,
                Channel(
                    subscription,
                    files_over_broker(config, hub.wiring) if takes(config.transport) else None,
                    config.transport.content_type,
                ),
                hub.intake,
                keep,
            )
    return found


@asynccontextmanager
async def reading(hub: Hub, keep: KeepRefused) -> AsyncIterator[None]:
    """Read all of them for the length of a block; what is in hand at its end is finished or comes again."""
    found = readers(hub, keep)
    loops = Clockwork([reading_loop(name, reader, hub.clock) for name, reader in found.items()])
    running = asyncio.create_task(loops.run(), name="subscriptions")
    try:
        yield
    finally:
        loops.stop()
        await running
        for reader in found.values():
            await reader.close()
