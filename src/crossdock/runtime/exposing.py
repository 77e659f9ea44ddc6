"""What a process tells of itself: figures from several sources, and whether it is live and ready.

Sources are asked one after the other, each for a few seconds at most, and none oftener than it is worth: whoever asks
every second costs the database no more than whoever asks every minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from crossdock.kernel.errors import CrossdockError
from crossdock.ports import measured
from crossdock.ports.clock import Clock
from crossdock.ports.metrics import Exposition, Reading, Readings
from crossdock.runtime.loops import Health

log = structlog.get_logger()

READ_TIMEOUT_S = 5.0
# A loop that failed so often in a row is not having a bad moment.
FAILING_MAX = 5

Ready = Callable[[], Awaitable[tuple[str, ...]]]
Healths = Callable[[], Sequence[Health]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures stand. What was read is told again for `fresh_s` seconds."""

    name: str
    readings: Readings
    fresh_s: float = 0.0


class Exposing:
    """One a process."""

    def __init__(self, exposition: Exposition, sources: Sequence[Source], clock: Clock) -> None:
        self._exposition = exposition
        self._sources = sources
        self._clock = clock
        self._kept: dict[str, tuple[datetime, Sequence[Reading]]] = {}
        self._turn = asyncio.Lock()

    @property
    def content_type(self) -> str:
        """Of `text`."""
        return self._exposition.content_type

    async def text(self) -> bytes:
        """All figures; a source that cannot be read is left out and named."""
        async with self._turn:
            readings: list[Reading] = []
            for source in self._sources:
                readings += await self._read(source)
        return self._exposition.text(readings)

    async def _read(self, source: Source) -> Sequence[Reading]:
        now = self._clock.now()
        kept = self._kept.get(source.name)
        if kept is not None and (now - kept[0]).total_seconds() < source.fresh_s:
            return kept[1]
        try:
            async with asyncio.timeout(READ_TIMEOUT_S):
                found = await source.readings.read(now)
        except (CrossdockError, TimeoutError) as error:
            log.warning("readings.failed", source=source.name, error=str(error) or "no answer in time")
            return [Reading(measured.SOURCE_FAILED, (source.name,), 1.0)]
        found = [*found, Reading(measured.SOURCE_FAILED, (source.name,), 0.0)]
        self._kept[source.name] = (now, found)
        return found


@dataclass(frozen=True, slots=True)
class LoopReadings:
    """How the loops of this process do."""

    healths: Healths

    async def read(self, now: datetime) -> Sequence[Reading]:
        """See `Readings.read`."""
        return [
            Reading(metric, (health.name,), float(value))
            for health in self.healths()
            for metric, value in (
                (measured.LOOP_ROUNDS, health.rounds),
                (measured.LOOP_DONE, health.done),
                (measured.LOOP_FAILURES, health.failures),
                (measured.LOOP_FAILING, health.failing),
            )
        ]


@dataclass(frozen=True, slots=True)
class OwnReadings:
    """What a process knows of itself without asking anybody."""

    version: str
    role: str
    waiting: Callable[[], int]

    async def read(self, now: datetime) -> Sequence[Reading]:
        """See `Readings.read`."""
        return [
            Reading(measured.BUILD, (self.version, self.role), 1.0),
            Reading(measured.BATCHER_WAITING, (), float(self.waiting())),
        ]


def ready_with(ready: Ready, healths: Healths) -> Ready:
    """Ready when `ready` misses nothing and no loop keeps failing.

    A loop that looks into a partner's place does not count: its figure and an alert tell of it, and to take this
    process out would stop what it does for everybody else and mend nothing.
    """

    async def asked() -> tuple[str, ...]:
        stuck = [one for one in healths() if one.failing >= FAILING_MAX and not one.partner]
        return (*await ready(), *(f"{one.name} keeps failing: {one.last_error}" for one in stuck))

    return asked
