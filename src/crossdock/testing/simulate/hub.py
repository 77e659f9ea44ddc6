"""One host of the hub: intake, workers, deliverers, timers, echoes and relay, each the production use case in a loop.

What `runtime` does with tasks and sockets is done here with the scheduler; what is decided is decided by `app`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from crossdock.app.deliver.admit import Errand
from crossdock.app.deliver.answers import end_answered
from crossdock.app.deliver.echo import echo_once
from crossdock.app.deliver.step import Done, Progress, Route, attempt, next_round
from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.use_case import Ingest
from crossdock.app.intake import Intake, MessageReceipt, Receipt
from crossdock.app.queued import QueuedIntake, work_off
from crossdock.app.receive import Dialects, SyncIntake
from crossdock.app.relay import relay_once
from crossdock.app.sweep import match_again, watch_waiting
from crossdock.app.wake import ring_due
from crossdock.bootstrap.hub import PRODUCTION, Variant
from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.errors import CrossdockError, Transient
from crossdock.ports.directory import Directory
from crossdock.ports.messages import KnownMessage
from crossdock.ports.store import MessageRow
from crossdock.process.policy import Policy
from crossdock.testing.simulate.dialects import CONTENT_TYPES, decoders
from crossdock.testing.simulate.nature import HostClock, Nature, SeededDice
from crossdock.testing.simulate.queue import SimBackbone, lane_topic
from crossdock.testing.simulate.scheduler import Bell, Promise
from crossdock.testing.simulate.storage import (
    Disk,
    SimAlarms,
    SimFeed,
    SimOutbox,
    SimStore,
    SimWaitingRoom,
)
from crossdock.testing.simulate.versions import VERSIONS
from crossdock.testing.world import OURSELVES

BATCH_MAX, PULL_MAX = 7, 4
AGAIN_S, LEASED_S, REST_MIN_S = 1.0, 31.0, 0.01
# Facts a host may have taken in and not stored; it has no more callers than partners.
WAITING_MAX = 1_000

Heard = Sequence[Receipt] | MessageReceipt | CrossdockError
Answer = Promise[Heard]


class Life(msgspec.Struct, frozen=True):
    """How often a host has been raised, and which version of the code it runs (an index of `VERSIONS`)."""

    number: int
    version: int = 0


class Build:
    """What every host of a run is built from."""

    def __init__(
        self, directory: Directory, policy: Policy, variant: Variant = PRODUCTION, *, queued: bool = False
    ) -> None:
        self.directory = directory
        self.policy = policy
        self.variant = variant
        self.queued = queued


class Ticket:
    """One caller's facts on their way into a batch."""

    def __init__(self, arrivals: Sequence[Arrival], messages: Sequence[MessageRow]) -> None:
        self.arrivals = arrivals
        self.messages = messages
        self.answer: Answer = Promise()


class SimMessages:
    """ports.messages.Messages as one host sees it, and numbers that nobody counts here."""

    def __init__(self, host: str, disk: Disk) -> None:
        self._host = host
        self._disk = disk

    async def find(self, partner: str, control: str, sha256: str) -> KnownMessage | None:
        """See `Messages.find`."""
        await self._disk.nature.effect(self._host)
        return await self._disk.messages.find(partner, control, sha256)

    async def number(self, partner: str, kind: str, key: str) -> int:
        """See `ControlNumbers.number`."""
        return 0

    async def seen(self, partner: str, series: str, number: int) -> int:
        """See `CountedNumbers.seen`."""
        return 0


class Host:
    """One process with all roles. Everything in it is lost when it dies; what is durable is on the disk."""

    def __init__(
        self,
        name: str,
        disk: Disk,
        nature: Nature,
        build: Build,
        routes: Sequence[Route],
        skew_s: float,
        life: Life,
    ) -> None:
        self.name = name
        self._disk = disk
        self._nature = nature
        self._scheduler = nature.scheduler
        self._routes = routes
        self.clock = HostClock(nature.scheduler, skew_s)
        self._dice = SeededDice(nature.dice(f"{name} {life.number}"))
        self._queue: deque[Ticket] = deque()
        self._came = Bell()
        self._outbox = SimOutbox(name, disk)
        self.parts = Parts(
            store=build.variant.wrap_store(SimStore(name, disk)),
            directory=build.directory,
            registries=VERSIONS[life.version],
            policy=build.policy,
            clock=self.clock,
            dice=self._dice,
            ourselves=OURSELVES,
            session_type=build.variant.session_type,
        )
        self._ingest = Ingest(self.parts)
        self._take = build.variant.wrap_take(self._ingest.take)
        messages = SimMessages(name, disk)
        dialects = Dialects(decoders(), {}, messages)
        self.intake = SyncIntake(self._submit, dialects, messages, self.clock, self._dice)
        self._log = SimBackbone(name, disk)
        self.door: Intake = QueuedIntake(self._log) if build.queued else self.intake
        self._lanes = tuple(Priority) if build.queued else ()

    def start(self) -> None:
        """Run every role."""
        for route in self._routes:
            self._scheduler.start(self._deliver(route), self.name)
        loops: tuple[tuple[str, Callable[[], Awaitable[int]], Callable[[], float | None]], ...] = (
            ("alarms", self._ring, self._next_alarm),
            ("echo", self._echo, lambda: None),
            ("answers", lambda: end_answered(self._outbox, self.clock), lambda: None),
            ("sweep", self._sweep, self._next_sweep),
            ("relay", self._relay, lambda: None),
        )
        for topic, work, rest in loops:
            self._scheduler.start(self._loop(topic, work, rest), self.name)
        for lane in self._lanes:
            self._scheduler.start(self._work_lane(lane), self.name)
        self._scheduler.start(self._work(), self.name)

    async def receive(self, partner: str, body: bytes, dialect: str, answer: Answer) -> None:
        """The door: what `web` does with a fact or a message that was posted."""
        speaker = self.parts.directory.partner(partner)
        assert speaker is not None, f"no partner {partner}"
        try:
            heard: Heard = (
                await self.door.message(speaker, body, CONTENT_TYPES[dialect], channel="http")
                if dialect
                else await self.door.facts(speaker, [body])
            )
        except CrossdockError as error:
            heard = error
        self._scheduler.keep(answer, heard)

    async def _submit(self, arrivals: Sequence[Arrival], messages: Sequence[MessageRow]) -> list[Receipt]:
        assert len(self._queue) < WAITING_MAX, "I9: a queue without bound"
        ticket = Ticket(arrivals, messages)
        self._queue.append(ticket)
        self._scheduler.ring(self._came)
        heard = await self._scheduler.promised(ticket.answer)
        if isinstance(heard, CrossdockError):
            raise heard
        assert not isinstance(heard, MessageReceipt), "a batch gives a receipt for each fact"
        return list(heard or ())

    async def _work(self) -> None:
        """Batches of what has arrived meanwhile."""
        while True:
            if not self._queue:
                await self._scheduler.hear(self._came)
                continue
            count = min(len(self._queue), 1 + self._dice.bits(16) % BATCH_MAX)
            tickets = [self._queue.popleft() for _ in range(count)]
            arrivals = [one for ticket in tickets for one in ticket.arrivals]
            try:
                receipts = await self._take(arrivals, [one for ticket in tickets for one in ticket.messages])
            except CrossdockError as error:
                for ticket in tickets:
                    self._scheduler.keep(ticket.answer, error)
                continue
            for ticket in tickets:
                self._scheduler.keep(ticket.answer, receipts[: len(ticket.arrivals)])
                receipts = receipts[len(ticket.arrivals) :]

    async def _work_lane(self, lane: Priority) -> None:
        """A worker of one lane (`bootstrap.log.Worker`); whose lease ends while it works is not its business."""
        bell = self._disk.bell(lane_topic(lane))
        while True:
            rung = bell.rung
            try:
                pulled = await self._log.pull(lane, PULL_MAX, wait_s=0.0)
                await work_off(pulled, self.parts.directory, self.intake)
            except Transient:
                await self._scheduler.sleep(AGAIN_S)
                continue
            if not pulled:
                free = self._disk.log.next_free(lane)
                wait = None if free is None else (free - self._scheduler.now()).total_seconds()
                await self._scheduler.hear(bell, wait if wait is None else max(wait, REST_MIN_S), since=rung)

    async def _deliver(self, route: Route) -> None:
        """One partner's driver: record what ended, take what may go, call (`runtime.deliverer.Driver`)."""
        bell = self._disk.bell(f"deliver {route.partner.id}")
        done: list[Done] = []
        calls: list[Errand] = []
        while True:
            rung, ended = bell.rung, list(done)
            slots = route.manifest.limits.concurrency - len(calls)
            try:
                taken = await next_round(self._outbox, route, ended, self.clock, self._dice, slots=slots)
            except Transient:
                await self._scheduler.sleep(AGAIN_S)
                continue
            del done[: len(ended)]
            for errand in taken.errands:
                calls.append(errand)
                self._scheduler.start(self._call(route, errand, calls, done), self.name)
            if not taken.errands and not done:
                ready = taken.ready_at
                rest = None if ready is None else max((ready - self.clock.now()).total_seconds(), REST_MIN_S)
                if ready is None and taken.progress != Progress():
                    # A turn that changed something says nothing of what falls due: the next look does.
                    rest = AGAIN_S
                await self._scheduler.hear(bell, rest, since=rung)

    async def _call(self, route: Route, errand: Errand, calls: list[Errand], done: list[Done]) -> None:
        await self._nature.effect(self.name)
        ended = await attempt(route, errand)
        await self._nature.effect(self.name)
        done.append(ended)
        calls.remove(errand)
        self._disk.ring(f"deliver {route.partner.id}")

    async def _loop(self, topic: str, work: Callable[[], Awaitable[int]], rest: Callable[[], float | None]) -> None:
        """Do it while there is anything to do, then wait until there may be more."""
        bell = self._disk.bell(topic)
        while True:
            rung = bell.rung
            try:
                busy = await work()
            except Transient:
                await self._scheduler.sleep(AGAIN_S)
                continue
            if not busy:
                await self._scheduler.hear(bell, rest(), since=rung)

    async def _ring(self) -> int:
        return await ring_due(SimAlarms(self.name, self._disk), self._ingest, self.clock)

    async def _echo(self) -> int:
        return await echo_once(self._outbox, self.intake, OURSELVES, self.parts.directory)

    async def _sweep(self) -> int:
        room = SimWaitingRoom(self.name, self._disk)
        left = await match_again(room, self.parts)
        return left + await watch_waiting(room, self.clock)

    async def _relay(self) -> int:
        return await relay_once(SimFeed(self.name, self._disk), self._log)

    def _next_alarm(self) -> float | None:
        due = min(self._disk.store.alarms.values(), default=None)
        if due is None:
            return None
        wait = (due - self.clock.now()).total_seconds()
        return max(wait, REST_MIN_S) if wait > 0 else LEASED_S

    def _next_sweep(self) -> float | None:
        """Until a fact will have waited too long, or has just; what lets one go rings by itself."""
        waits = ((row.expires - self.clock.now()).total_seconds() for row in self._disk.store.waiting.values())
        wait = min((one for one in waits if one > -2 * AGAIN_S), default=None)
        return None if wait is None else max(wait, AGAIN_S)
