"""The watcher of service levels: counts, compares with what was promised, opens INT-10 once and closes it by itself.

INT-08 of clocks that run ahead is watched with it (`clocks`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from crossdock.app.cases.lookalikes import watch_lookalikes
from crossdock.app.slos.budget import Budget, begins, budget_of, calm
from crossdock.app.slos.clocks import watch_clocks
from crossdock.app.slos.objective import ALL, Objective
from crossdock.app.slos.silence import Expectation, ended, silences
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.ports.clock import Clock
from crossdock.ports.slos import Pulse, ServiceLevels
from crossdock.ports.store import CaseRow
from crossdock.process.policy import Policy

Step = Callable[[], Awaitable[bool]]

DEGRADED = EXCEPTION_TYPES["INT-10"]
HUB = "hub"
SLO = "slo "
STORM = "duplicates"
# A round counts at most so many stretches; the rest is counted in the next.
STRETCHES_MAX = 48


@dataclass(frozen=True, slots=True)
class LevelWatcher:
    """Several may run: what is counted is counted under a lock, and an open case is not opened again."""

    levels: ServiceLevels
    objectives: Mapping[str, Objective]
    expected: Mapping[str, Expectation]
    policy: Policy
    clock: Clock

    async def watch_once(self) -> int:
        """Count what is new and set the cases right; how many were opened or closed.

        Raises:
            Transient: the database is away.
        """
        now = self.clock.now()
        await self._count(now)
        held = await self._held(now)
        known = {key for key in await self.levels.open_cases(DEGRADED.code) if is_ours(key[1])}
        rows = [row(key, detail, now, is_open=True) for key, detail in held.items() if detail and key not in known]
        gone = known - held.keys()
        pulses = await self.levels.pulses() if gone else ()
        rows += [row(key, self._proof(key, pulses), now, is_open=False) for key in sorted(gone)]
        await self.levels.write(rows)
        return len(rows)

    async def watch_clocks_once(self) -> int:
        """Set INT-08 of partners whose clock runs ahead right; how many were opened or closed.

        Raises:
            Transient: the database is away.
        """
        return await watch_clocks(self.levels, self.policy.times, self.clock.now())

    async def watch_lookalikes_once(self) -> int:
        """Set CSR-02 of orders that look like an earlier one right (RR-12); how many were opened or closed.

        Raises:
            Transient: the database is away.
        """
        return await watch_lookalikes(self.levels, self.policy, self.clock.now())

    async def standing(self) -> tuple[Budget, ...]:
        """Every objective as it stands."""
        now = self.clock.now()
        return tuple(
            [
                budget_of(name, one, await self.levels.tallies(one.counting(name).key, begins(one, now)))
                for name, one in self.objectives.items()
            ]
        )

    async def _count(self, now: datetime) -> None:
        for name, objective in self.objectives.items():
            await self._all(partial(self.levels.count, objective.counting(name), now))
        lanes = sorted({lane for one in self.expected.values() for lane in one.lanes})
        await self._all(partial(self.levels.listen, sorted(self.expected), lanes, now))

    async def _held(self, now: datetime) -> dict[tuple[str, str], str]:
        """What holds now, with its detail; without one, what was raised and is not calm yet."""
        found: dict[tuple[str, str], str] = {}
        for name, objective in self.objectives.items():
            tallies = await self.levels.tallies(objective.counting(name).key, begins(objective, now))
            alert = budget_of(name, objective, tallies).alert
            if alert or not calm(objective, tallies):
                found[subject_of(objective.partner), f"{SLO}{name}"] = alert and burning(name, objective, alert)
        pulses = await self.levels.pulses()
        for partner, expected in self.expected.items():
            for silence in silences(expected, [one for one in pulses if one.partner == partner], now):
                found[subject_of(partner), silence.slot] = silence.detail
        return found | await self._storms(now)

    async def _storms(self, now: datetime) -> dict[tuple[str, str], str]:
        terms = self.policy.cases
        window = timedelta(seconds=terms.dup_storm_window_s)
        found = {}
        for one in await self.levels.repeats(now - window):
            share = Decimal(one.repeated) / one.sent * ALL if one.sent else Decimal(0)
            if one.sent >= terms.dup_storm_floor and share > terms.dup_storm_pct:
                told = f"{share:.0f} % of {one.sent} facts from {one.partner} in {window} were here before"
                found[subject_of(one.partner), STORM] = f"{told}: they change nothing; have it stop sending them again"
        return found

    def _proof(self, key: tuple[str, str], pulses: Sequence[Pulse]) -> str:
        subject, slot = key
        if slot.startswith(SLO):
            return "the budget is no longer used up faster than it lasts"
        if slot == STORM:
            return f"no more than {self.policy.cases.dup_storm_pct} % of what it sends was here before"
        partner = subject.removeprefix("partner|")
        return ended(slot, self.expected.get(partner), [one for one in pulses if one.partner == partner])

    async def _all(self, work: Step) -> None:
        for _ in range(STRETCHES_MAX):
            if not await work():
                return


def burning(name: str, objective: Objective, alert: str) -> str:
    """What is told of an objective that is being missed."""
    promise = f"{objective.target_pct} % {objective.measure}"
    within = f" within {objective.within_s:g} s" if objective.within_s else ""
    return f"{name} ({promise}{within}) uses its budget up {alert}: find what is slow or refused since then"


def is_ours(slot: str) -> bool:
    """Whether this watcher opened the case; the deliverer's have the slot `endpoint`."""
    return slot.startswith(SLO) or slot == STORM or "silent" in slot


def subject_of(partner: str) -> str:
    """Whom a case is about."""
    return f"partner|{partner}" if partner else HUB


def row(key: tuple[str, str], words: str, now: datetime, *, is_open: bool) -> CaseRow:
    """An INT-10 to open, or to close by this proof."""
    return CaseRow(
        code=DEGRADED.code,
        subject=key[0],
        slot=key[1],
        dossier=0,
        severity=DEGRADED.severity.value,
        queue=DEGRADED.queue,
        detail=words,
        open=is_open,
        cause=words,
        at=now,
    )
