"""The first page: every edge of the hub at a glance, the promises, and the orders that cost most to leave waiting.

An edge is red where nothing passes or somebody must act, amber where it is late or doubtful; `why` says so in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from crossdock.app.slos.budget import Budget
from crossdock.app.slos.watch import LevelWatcher
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Directory, Partner
from crossdock.ports.outbox import Backlog, BreakerState
from crossdock.ports.overview import Cause, Dear, Flow, Minute, Overview, Sent, Standing

WINDOW = timedelta(minutes=15)
CHART = timedelta(minutes=60)
HORIZON = timedelta(hours=24)
DEAREST = 10
# So many cases of one code are one cause to look for, and so many causes fit a glance.
TOGETHER, GROUPS = 3, 8
# An open command this old is late enough to be looked at; every retry schedule is through its quick part by then.
LATE = timedelta(minutes=10)


class Edge(msgspec.Struct, frozen=True):
    """One connected system: what came from it, what goes to it, and how its way stands."""

    partner: str
    name: str
    role: str
    connector: str
    grade: str
    why: str
    flow: Flow | None
    sent: Sent | None
    way: Backlog | None


class Now(msgspec.Struct, frozen=True):
    """What the first page shows; flows and endings are those of the last 15 minutes."""

    edges: tuple[Edge, ...]
    standing: Standing
    dearest: tuple[Dear, ...]
    budgets: tuple[Budget, ...]
    facts: int


class Group(msgspec.Struct, frozen=True):
    """Several open cases that say the same: mending the cause mends them all."""

    cause: Cause
    name: str


class Causes(msgspec.Struct, frozen=True):
    """Every queue that has an open case, and the groups worth looking at together."""

    queues: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Watchtower:
    """See the module. `levels` is absent where nobody counts service levels."""

    overview: Overview
    directory: Directory
    clock: Clock
    levels: LevelWatcher | None = None

    async def now(self) -> Now:
        """Everything at once.

        Raises:
            Transient: the database is away.
        """
        now = self.clock.now()
        flows = {flow.partner: flow for flow in await self.overview.flows(now - WINDOW, now)}
        sent = {one.partner: one for one in await self.overview.sent(now - WINDOW, now)}
        ways = {way.partner: way for way in await self.overview.ways(now)}
        return Now(
            edges=tuple(
                edge(partner, flows.get(partner.id), sent.get(partner.id), ways.get(partner.id), now)
                for partner in self.directory.partners()
            ),
            standing=await self.overview.standing(now),
            dearest=tuple(await self.overview.dearest(now, now + HORIZON, DEAREST)),
            budgets=await self.levels.standing() if self.levels is not None else (),
            facts=sum(flow.facts for flow in flows.values()),
        )

    async def causes(self) -> Causes:
        """Open cases by what they say."""
        found = await self.overview.causes()
        groups = [Group(one, EXCEPTION_TYPES[one.code].name) for one in found if one.cases >= TOGETHER]
        return Causes(tuple(sorted({one.queue for one in found})), tuple(groups[:GROUPS]))

    async def minutes(self) -> tuple[Minute, ...]:
        """Facts by minute over the last hour, with the minutes in which none came."""
        now = self.clock.now()
        begin = now.replace(second=0, microsecond=0) - CHART
        found = {one.at: one.facts for one in await self.overview.minutes(begin, now)}
        steps = int(CHART / timedelta(minutes=1))
        return tuple(
            Minute(at, found.get(at, 0)) for at in (begin + timedelta(minutes=step) for step in range(steps + 1))
        )


def edge(partner: Partner, flow: Flow | None, sent: Sent | None, way: Backlog | None, now: datetime) -> Edge:
    """How one partner stands."""
    grade, why = _judged(flow, way, now)
    return Edge(
        partner.id, partner.name or partner.id, partner.role.value, partner.connector, grade, why, flow, sent, way
    )


def _judged(flow: Flow | None, way: Backlog | None, now: datetime) -> tuple[str, str]:
    if way is not None:
        if way.paused:
            return "stop", f"paused: {way.paused}"
        if way.breaker is BreakerState.OPEN:
            return "stop", "it fails: nothing is sent until a probe succeeds"
        if way.parked:
            return "stop", f"{way.parked} parked: a person must retry or skip"
        if way.unknown:
            return "watch", f"{way.unknown} with unknown outcome, being settled"
        if way.oldest is not None and now - way.oldest > LATE:
            return "watch", "the oldest command waits longer than ten minutes"
        if way.breaker is BreakerState.HALF_OPEN:
            return "watch", "being probed after failures"
    if flow is not None and flow.refused * 10 > flow.facts:
        return "watch", f"{flow.refused} of {flow.facts} facts were not taken"
    return ("good", "") if flow is not None or way is not None else ("quiet", "")
