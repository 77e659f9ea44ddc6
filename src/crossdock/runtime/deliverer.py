"""The deliver role: one driver a partner, so that no partner waits for another.

A driver takes a round (record what ended, claim what may go), starts the calls as tasks, and is woken by whichever
comes first: a call that ended, a notification of new commands, the next due time, or the idle poll. What is in memory
is bounded by the partner's concurrency; everything else is in the outbox.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextlib import aclosing

import msgspec
import structlog

from crossdock.app.deliver.admit import Errand
from crossdock.app.deliver.step import Done, Progress, Route, attempt, next_round, trace_of, unanswered
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.outbox import Outbox
from crossdock.runtime.loops import Health, Loop
from crossdock.runtime.watching import Watch

log = structlog.get_logger()


class Pace(msgspec.Struct, frozen=True):
    """Bounds on waiting, in seconds.

    Attributes:
        idle_s: rest of a driver that has nothing to do and is not woken.
        slack_s: a connector bounds its call by `timeout_s`; so much later we cut one that does not keep to it. Well
            below the slack of a lease (`admit.LEASE_SLACK`), so that the outcome is recorded while it is still ours.
        grace_s: how long calls under way may take to end after `stop`.
    """

    idle_s: float = 1.0
    slack_s: float = 2.0
    grace_s: float = 10.0


DEFAULT_PACE = Pace()


class Driver:
    """Delivers to one partner until stopped."""

    def __init__(
        self,
        outbox: Outbox,
        route: Route,
        clock: Clock,
        dice: Dice,
        pace: Pace = DEFAULT_PACE,
        watch: Watch | None = None,
    ) -> None:
        self._watch = watch if watch is not None else Watch()
        self._outbox = outbox
        self._route = route
        self._clock = clock
        self._dice = dice
        self._pace = pace
        self._done: list[Done] = []
        self._calls: set[asyncio.Task[None]] = set()
        self.progress = Progress()
        self.loop = Loop(f"deliver {route.partner.id}", self._round, idle_s=pace.idle_s, clock=clock)

    async def run(self) -> None:
        """Deliver until `stop`; calls under way get a grace to end, and what they brought is recorded.

        A call cut off after that leaves its lease behind: the next deliverer resolves the unknown outcome.
        """
        try:
            await self.loop.run()
            if self._calls:
                await asyncio.wait(self._calls, timeout=self._pace.grace_s)
            if self._done:
                await self._take(slots=0)
        finally:
            for call in self._calls:
                call.cancel()
            await asyncio.gather(*self._calls, return_exceptions=True)

    def wake(self) -> None:
        """There may be commands to send."""
        self.loop.wake()

    def stop(self) -> None:
        """Take nothing more."""
        self.loop.stop()

    async def _round(self) -> int:
        slots = self._route.manifest.limits.concurrency - len(self._calls)
        if slots <= 0 and not self._done:
            return 0
        return await self._take(slots=slots)

    async def _take(self, *, slots: int) -> int:
        done, self._done = self._done, []
        try:
            taken = await next_round(self._outbox, self._route, done, self._clock, self._dice, slots=slots)
        except BaseException:
            # Nothing was recorded: what the calls brought must not be lost with the round.
            self._done = [*done, *self._done]
            raise
        self.progress += taken.progress
        for errand in taken.errands:
            task = asyncio.create_task(self._call(errand), name=f"deliver {self._route.partner.id} {errand.call}")
            self._calls.add(task)
            task.add_done_callback(self._ended)
        if taken.ready_at is not None:
            self.loop.rest_at_most((taken.ready_at - self._clock.now()).total_seconds())
        return len(done) + len(taken.errands)

    async def _call(self, errand: Errand) -> None:
        started, began_ns = self._clock.now(), time.time_ns()
        limit_s = self._route.manifest.limits.timeout_s + self._pace.slack_s
        try:
            async with asyncio.timeout(limit_s):
                done = await attempt(self._route, errand)
        except TimeoutError:
            done = unanswered(errand, f"no answer within {limit_s:g} s")
        self._watch.called(self._route.partner.id, done, began_ns)
        self._log(done, (self._clock.now() - started).total_seconds())
        self._done.append(done)

    def _ended(self, call: asyncio.Task[None]) -> None:
        # Only now is its slot free: a round woken by the call itself would still count it.
        self._calls.discard(call)
        self.loop.wake()

    def _log(self, done: Done, seconds: float) -> None:
        rows = done.errand.rows
        log.info(
            "delivery.called",
            partner=self._route.partner.id,
            deliveries=[row.id for row in rows],
            type=rows[0].type,
            lane=rows[0].lane,
            attempts=[row.tries for row in rows],
            traceparent=trace_of(rows[0]),
            look_up=done.errand.look_up,
            probe=done.errand.probe,
            outcomes=[outcome.kind.value for outcome in done.outcomes],
            ms=round(seconds * 1000, 1),
        )


class Deliverer:
    """All drivers of one process. Any number of processes may run this on any number of hosts."""

    def __init__(
        self,
        outbox: Outbox,
        routes: Iterable[Route],
        clock: Clock,
        dice: Dice,
        pace: Pace = DEFAULT_PACE,
        watch: Watch | None = None,
    ) -> None:
        self._outbox = outbox
        self.drivers = {route.partner.id: Driver(outbox, route, clock, dice, pace, watch) for route in routes}
        self._stopping = asyncio.Event()
        self._arrivals = Loop("deliver arrivals", self._listen, idle_s=pace.idle_s, clock=clock)

    async def run(self) -> None:
        """Deliver until `stop`, also while there is no partner to deliver to."""
        listening = asyncio.create_task(self._arrivals.run(), name="deliver arrivals")
        try:
            async with asyncio.TaskGroup() as group:
                for partner, driver in self.drivers.items():
                    group.create_task(driver.run(), name=f"deliver {partner}")
                await self._stopping.wait()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    def stop(self) -> None:
        """Take nothing more; `run` returns when the calls under way have ended."""
        self._stopping.set()
        for driver in self.drivers.values():
            driver.stop()

    def health(self) -> list[Health]:
        """How every driver's loop is doing."""
        return [driver.loop.health for driver in self.drivers.values()]

    async def _listen(self) -> int:
        """Wake drivers as commands are committed; ends only with an error (the loop then comes back)."""
        async with aclosing(self._outbox.arrivals()) as arrivals:
            async for partner in arrivals:
                # The first, empty one says "listening from now on": whatever was missed before is looked for.
                for driver in [self.drivers.get(partner)] if partner else self.drivers.values():
                    if driver is not None:
                        driver.wake()
        return 0
