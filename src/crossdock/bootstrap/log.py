"""The side of a hub process that talks to JetStream: the queued door, the worker, the relay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from crossdock.app.intake import Intake
from crossdock.app.queued import QueuedIntake, runs_of, work_off
from crossdock.app.relay import relay_once
from crossdock.bootstrap.hub import Hub
from crossdock.bootstrap.presence import running
from crossdock.bootstrap.settings import Settings
from crossdock.canonical.vocabulary import Priority
from crossdock.jetstream.backbone import JetStreamBackbone
from crossdock.jetstream.streams import LEASE_S, StreamLimits
from crossdock.ports.backbone import IN_FLIGHT_MAX, Pulled
from crossdock.ports.directory import Directory
from crossdock.postgres.feed import PostgresFeed
from crossdock.runtime.doctor import Patient, examine, refuse_unsafe
from crossdock.runtime.loops import Health, Loop

PULL_MAX = 500
PULL_WAIT_S = 0.5
HOLD_EVERY_S = LEASE_S / 3


@dataclass(frozen=True, slots=True)
class LogSide:
    """An open connection to the log."""

    hub: Hub
    backbone: JetStreamBackbone
    feed: PostgresFeed

    @property
    def intake(self) -> QueuedIntake:
        """The queued door."""
        return QueuedIntake(self.backbone)

    def worker(self, intake: Intake) -> Worker:
        """What works the lanes off."""
        return Worker(self.hub, self.backbone, intake)

    async def relay(self) -> int:
        """Publish what has been committed since the last time."""
        return await relay_once(self.feed, self.backbone)


class Worker:
    """One loop a lane, so that urgent work never waits behind another lane."""

    def __init__(self, hub: Hub, backbone: JetStreamBackbone, intake: Intake) -> None:
        self._hub = hub
        self._backbone = backbone
        self._intake = intake
        self._loops = [self._loop(lane) for lane in Priority]

    def health(self) -> list[Health]:
        """How every lane's loop is doing."""
        return [loop.health for loop in self._loops]

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`."""
        loops = self._loops
        async with asyncio.TaskGroup() as group:
            for loop in loops:
                group.create_task(loop.run())
            await stop.wait()
            for loop in loops:
                loop.stop()

    def _loop(self, lane: Priority) -> Loop:
        async def work() -> int:
            pulled = await self._backbone.pull(lane, PULL_MAX, wait_s=PULL_WAIT_S)
            async with held(pulled):
                return await work_off_at_once(pulled, self._hub.parts.directory, self._intake)

        return Loop(f"work {lane.name}", work, idle_s=0.05, clock=self._hub.clock)


async def work_off_at_once(pulled: Sequence[Pulled], directory: Directory, intake: Intake) -> int:
    """All runs of what was pulled together, so that the batcher has them in few transactions; see `work_off`.

    One after the other each would be a transaction, and a run is often no more than one request.
    """
    runs = runs_of(pulled)
    taken = await asyncio.gather(*(work_off(run, directory, intake) for run in runs), return_exceptions=True)
    for one in taken:
        # Each has put back what it could not take; the loop is told of the first.
        if isinstance(one, BaseException):
            raise one
    return len(pulled)


@asynccontextmanager
async def held(pulled: Sequence[Pulled]) -> AsyncIterator[None]:
    """Keep the lease of what was pulled for the length of a block; a process that dies lets go of it."""

    async def speak() -> None:
        while True:
            await asyncio.sleep(HOLD_EVERY_S)
            for one in pulled:
                await one.hold()

    speaking = asyncio.create_task(speak(), name="hold") if pulled else None
    try:
        yield
    finally:
        if speaking is not None:
            speaking.cancel()
            # What it failed of, the work itself meets too; what is lost by it comes again.
            await asyncio.gather(speaking, return_exceptions=True)


@asynccontextmanager
async def open_log(hub: Hub) -> AsyncIterator[LogSide | None]:
    """Connect to your NATS, or to that of the hub running on this data directory; `None` when there is neither.

    Raises:
        Permanent: its status page says that it may lose what it has acknowledged.
        Transient: it cannot be reached.
    """
    settings = hub.project.settings
    url = log_url(settings, hub.project.data)
    if not url:
        yield None
        return
    refuse_unsafe(await examine(Patient(monitor_url=settings.nats.monitor_url)))
    async with connected(url, settings.nats.publish_in_flight_max) as backbone:
        yield LogSide(hub, backbone, PostgresFeed(hub.pool))


async def prepare_log(url: str, replicas: int = 1) -> None:
    """Create or update the streams, each on so many servers; part of starting up, never of a worker.

    Raises:
        Permanent: there are not so many servers, or not enough room on them.
    """
    async with connected(url) as backbone:
        await backbone.deploy(StreamLimits(replicas=replicas))


@asynccontextmanager
async def connected(url: str, in_flight_max: int = IN_FLIGHT_MAX) -> AsyncIterator[JetStreamBackbone]:
    """The log for the length of a block, with so many publications under way at most.

    Raises:
        Transient: it cannot be reached.
    """
    backbone = await JetStreamBackbone.open(url, in_flight_max=in_flight_max)
    try:
        yield backbone
    finally:
        await backbone.close()


def log_url(settings: Settings, data: Path) -> str:
    """Where the log is, empty where there is none: yours, or that of the hub running on this data directory."""
    if settings.nats.url is not None:
        return settings.nats.url.reveal()
    note = running(data)
    return note.nats_url if note is not None else ""
