"""The one shape of everything that runs for ever: work, log, rest, and come back after whatever happened.

A loop never dies of an error. `Transient` is what the world does: back off, as long as it asks for. Anything else is a
fault of ours or of the data: logged with its traceback, kept in `health`, and tried again at the same growing distance.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

import msgspec
import structlog

from crossdock.kernel.errors import CrossdockError, Transient
from crossdock.ports.clock import Clock

log = structlog.get_logger()

Work = Callable[[], Awaitable[int]]

BACKOFF_FIRST_S = 0.2
BACKOFF_MAX_S = 30.0

# A wish of the other side is honoured up to this; then we look again.
RETRY_AFTER_MAX_S = 300.0


class Health(msgspec.Struct):
    """What a loop has been doing, for the progress display and metrics. `failing` counts failures in a row.

    `partner` is whose place the loop looks into: that it refuses us is its fault and not this process's.
    """

    name: str
    rounds: int = 0
    done: int = 0
    failures: int = 0
    failing: int = 0
    last_error: str = ""
    last_error_at: datetime | None = None
    last_ok_at: datetime | None = None
    partner: str = ""


class Rest(Protocol):
    """How a loop waits; a test hands in one that does not."""

    def wake(self) -> None:
        """End the rest under way, or the next one."""

    async def wait(self, seconds: float) -> None:
        """Return after `seconds` or when woken."""


class Nap:
    """Rest on the event loop's clock."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """End the rest under way, or the next one."""
        self._woken.set()

    async def wait(self, seconds: float) -> None:
        """Return after `seconds` or when woken."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()


class Loop:
    """Calls `work` until stopped.

    `work` returns how many units it did. After some, it is called again at once; after none, the loop rests for
    `idle_s` or until `wake`. A bound on one round is the work's own business (its page size).
    """

    def __init__(
        self, name: str, work: Work, *, idle_s: float, clock: Clock, rest: Rest | None = None, partner: str = ""
    ) -> None:
        self.health = Health(name, partner=partner)
        self._work = work
        self._idle_s = idle_s
        self._clock = clock
        self._rest = rest if rest is not None else Nap()
        self._stopping = False
        self._cap_s = idle_s

    @property
    def stopping(self) -> bool:
        """No further round will begin."""
        return self._stopping

    def wake(self) -> None:
        """There may be work: end the rest."""
        self._rest.wake()

    def rest_at_most(self, seconds: float) -> None:
        """Called by the work: the next idle rest ends after this at the latest."""
        self._cap_s = max(0.0, min(self._cap_s, seconds))

    def stop(self) -> None:
        """End after the round under way."""
        self._stopping = True
        self._rest.wake()

    async def run(self) -> None:
        """Work until `stop`; a round under way is finished. Cancelling ends it at once."""
        while not self._stopping:
            pause_s = await self._round()
            if pause_s > 0 and not self._stopping:
                await self._rest.wait(pause_s)
            else:
                # Even a loop that is never idle lets the others run.
                await asyncio.sleep(0)

    async def _round(self) -> float:
        """One call of the work; how long to rest after it."""
        started = self._clock.now()
        self._cap_s = self._idle_s
        self.health.rounds += 1
        try:
            done = await self._work()
        except Transient as error:
            return self._failed(error, error.retry_after_s)
        except Exception as error:  # noqa: BLE001  (the loop's edge: logged, recorded, and the loop lives on)
            return self._failed(error, 0.0)
        now = self._clock.now()
        self.health.failing = 0
        self.health.last_ok_at = now
        self.health.done += done
        if done:
            ms = (now - started).total_seconds() * 1000
            log.info("loop.round", loop=self.health.name, done=done, ms=round(ms, 1))
            return 0.0
        return self._cap_s

    def _failed(self, error: Exception, retry_after_s: float) -> float:
        health = self.health
        health.failures += 1
        health.failing += 1
        health.last_error = error.detail if isinstance(error, CrossdockError) else f"{type(error).__name__}: {error}"
        health.last_error_at = self._clock.now()
        backoff_s = min(BACKOFF_FIRST_S * (1 << min(health.failing - 1, 16)), BACKOFF_MAX_S)
        pause_s = max(backoff_s, min(retry_after_s, RETRY_AFTER_MAX_S))
        line = {"loop": health.name, "error": health.last_error, "in_a_row": health.failing, "again_in_s": pause_s}
        if isinstance(error, Transient):
            log.warning("loop.backoff", **line)
        else:
            log.error("loop.failed", exc_info=error, **line)
        return pause_s
