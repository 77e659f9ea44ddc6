"""What the ports of a simulated host run into: time passes, hosts die between two effects, disks fill, answers get
lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from crossdock.kernel.errors import Transient
from crossdock.testing.simulate.plan import OF_CALLS, OF_MESSAGES, OF_TIMES, Fault, Ill, Plan
from crossdock.testing.simulate.scheduler import Bell, Scheduler

RESTART_S = 1.0
# A commit that waits for its disk this long outlasts the lease of what a worker took from the log.
SLOW_S = 32.0


class Met(StrEnum):
    """What faults led to, counted as it happened."""

    AGAIN = "message given out again"
    PUT_BACK = "message put back into the log"
    QUEUED = "message queued"
    DIALECT = "message in X12 or EDIFACT taken"
    NEXT = "dossier stored by the next version"
    BUSY = "told that another is at its orders"
    WAITED = "waited for another worker"


class Nature:
    """One a run: the plan, struck at the points it names. `struck` counts what happened of it."""

    def __init__(self, plan: Plan, scheduler: Scheduler) -> None:
        self.plan = plan
        self.scheduler = scheduler
        self.struck: Counter[Ill] = Counter()
        self.met: Counter[Met] = Counter()
        self.crashed: list[tuple[str, float]] = []
        self.crash_bell = Bell()
        self._counted = {(fault.ill, fault.whom, fault.nth): fault for fault in plan.faults if fault.nth}
        self._named: dict[str, list[Fault]] = {}
        for fault in plan.faults:
            if fault.ill in OF_MESSAGES:
                self._named.setdefault(fault.whom, []).append(fault)
        self._spans = [fault for fault in plan.faults if fault.ill in OF_TIMES]
        self._told: set[Fault] = set()
        self._done: Counter[tuple[str, str]] = Counter()
        self._dice: dict[str, random.Random] = {}

    def dice(self, whom: str) -> random.Random:
        """The chance of one part of the world: what others draw does not touch it."""
        if whom not in self._dice:
            self._dice[whom] = random.Random(f"{self.plan.seed} {whom}")
        return self._dice[whom]

    async def effect(self, host: str) -> None:
        """A host calls a port: it takes a moment, and the host may be gone after it."""
        self._done[host, "effect"] += 1
        fault = self._counted.get((Ill.CRASH, host, self._done[host, "effect"]))
        if fault is not None:
            self.struck[fault.ill] += 1
            self.crashed.append((host, fault.span_s))
            self.scheduler.ring(self.crash_bell)
            await self.scheduler.gone(host)
        await self.scheduler.sleep(0.0001 + 0.0039 * self.dice(host).random())

    def refuse_when_full(self) -> None:
        """No space is left for what a host wants to store.

        Raises:
            Transient: so it is.
        """
        if self.lasts(Ill.DISK_FULL, "disk"):
            raise Transient("the database has no space left on its disk")

    async def slow(self, host: str) -> None:
        """A commit begins: it may take its time."""
        if self._strikes(Ill.SLOW_COMMIT, host, self._done[host, "commit"] + 1) is not None:
            await self.scheduler.sleep(SLOW_S)

    def loses_commit(self, host: str) -> bool:
        """Whether the answer to this commit never comes."""
        self._done[host, "commit"] += 1
        return self._strikes(Ill.COMMIT_LOST, host, self._done[host, "commit"]) is not None

    def loses_ack(self, host: str) -> bool:
        """Whether the log never hears of this acknowledgement."""
        self._done[host, "ack"] += 1
        return self._strikes(Ill.ACK_LOST, host, self._done[host, "ack"]) is not None

    def call(self, partner: str) -> Fault | None:
        """What befalls the next call of ours on this partner."""
        self._done[partner, "call"] += 1
        for ill in OF_CALLS:
            fault = self._strikes(ill, partner, self._done[partner, "call"])
            if fault is not None:
                return fault
        return None

    def message(self, name: str) -> list[Fault]:
        """What befalls this message on its way to us."""
        faults = self._named.get(name, [])
        for fault in faults:
            self.struck[fault.ill] += 1
        return faults

    def lasts(self, ill: Ill, whom: str) -> bool:
        """Whether a fault with a span strikes now."""
        hour = self.scheduler.now_us / 3_600_000_000
        for fault in self._spans:
            if fault.ill is ill and fault.whom == whom and fault.at_h <= hour < fault.at_h + fault.span_s / 3600:
                if fault not in self._told:
                    self._told.add(fault)
                    self.struck[ill] += 1
                return True
        return False

    def held_until_us(self, places: Iterable[str]) -> int:
        """When another worker will have let go of these places, in microseconds of the run; 0 where it is at none."""
        held = [
            round((fault.at_h * 3600 + fault.span_s) * 1_000_000)
            for fault in self._spans
            if fault.ill is Ill.HELD and fault.whom in places and self.lasts(Ill.HELD, fault.whom)
        ]
        now = self.scheduler.now_us
        return max((until for until in held if until > now), default=0)

    def _strikes(self, ill: Ill, whom: str, count: int) -> Fault | None:
        fault = self._counted.get((ill, whom, count))
        if fault is not None:
            self.struck[ill] += 1
        return fault


class HostClock:
    """ports.clock.Clock of one host: virtual time, wrong by its skew, which may step."""

    def __init__(self, scheduler: Scheduler, skew_s: float) -> None:
        self._scheduler = scheduler
        self.skew = timedelta(seconds=skew_s)

    def now(self) -> datetime:
        """What the host believes."""
        return self._scheduler.now() + self.skew


class SeededDice:
    """ports.clock.Dice from a seed."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def bits(self, count: int) -> int:
        """See `Dice.bits`."""
        return self._dice.getrandbits(count)

    def fraction(self) -> float:
        """See `Dice.fraction`."""
        return self._dice.random()
