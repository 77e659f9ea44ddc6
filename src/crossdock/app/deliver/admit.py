"""Which calls may start now: pause, window, `Retry-After`, breaker, rate, concurrency and lanes, in this order.

One slot is kept free for P0 whenever a partner takes more than one call at a time, so that urgent work never waits
behind other work. Lanes P1 to P3 share the rest, first come first served inside a lane; what has waited for `DEFER_MAX`
in P2 or P3 goes before P1, so that nothing starves.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from crossdock.app.deliver.breaker import Passage, passage, probing
from crossdock.app.deliver.policy import settle_doubt
from crossdock.app.deliver.rate import after_calls, calls_admitted, next_admission
from crossdock.app.deliver.window import opens_at
from crossdock.canonical.vocabulary import Priority
from crossdock.ports.clock import Dice
from crossdock.ports.connector import Limits, Resolution
from crossdock.ports.outbox import Ask, Claimed, Gate, Phase, Pick, Turn

# A lease outlives the longest call by this: time to record it, and the distance two hosts' clocks may have.
LEASE_SLACK = timedelta(seconds=10)

# domain.md §9.1 `p3_defer_max`.
DEFER_MAX = timedelta(minutes=60)

# Rows settled in one turn without a call; more wait for the next turn.
DOUBTS_MAX = 200

URGENT = (int(Priority.P0), int(Priority.P0))
LOWEST_FIRST = ((int(Priority.P3), int(Priority.P3)), (int(Priority.P2), int(Priority.P2)))
ORDINARY = (int(Priority.P1), int(Priority.P3))
ALL = (int(Priority.P0), int(Priority.P3))


class Road(msgspec.Struct, frozen=True):
    """What is declared about the way to a partner."""

    tz: str
    resolution: Resolution
    limits: Limits


class Errand(msgspec.Struct, frozen=True, gc=False):
    """One call to make: a batch to send, or one row to look up. Its lease ends at `until`."""

    call: int
    rows: tuple[Claimed, ...]
    until: datetime
    look_up: bool = False
    probe: bool = False


class Taking(msgspec.Struct, frozen=True, gc=False):
    """What was taken, the gate after it, and when to look again."""

    errands: tuple[Errand, ...]
    gate: Gate
    ready_at: datetime | None
    parked: int = 0
    requeued: int = 0


async def take(turn: Turn, gate: Gate, road: Road, now: datetime, dice: Dice, *, slots: int, ended: int) -> Taking:
    """Claim what may go now. `slots` are free here, `ended` of the calls in flight were just recorded."""
    claims = _Claims(turn, road, now, dice)
    if road.resolution in (Resolution.AWAIT_ACKNOWLEDGEMENT, Resolution.PERSON):
        await claims.settle_doubts()
    blocked_until = _blocked_until(gate, road, now)
    if gate.paused or blocked_until is not None:
        return Taking((), gate, blocked_until, claims.parked, claims.requeued)
    limits = road.limits
    free = limits.concurrency - (turn.in_flight - ended)
    room = min(free, slots, calls_admitted(gate.full_at, now, limits))
    if passage(gate, now) is Passage.PROBE:
        await claims.probe(min(room, 1))
        gate = probing(gate, claims.until) if claims.errands else gate
    else:
        await claims.urgent(room)
        reserve = 1 if limits.concurrency > 1 else 0
        spared = calls_admitted(gate.full_at, now, limits, keep=1)
        await claims.ordinary(min(free - reserve, slots, spared) - len(claims.errands))
    full_at = after_calls(gate.full_at, now, limits, len(claims.errands))
    gate = msgspec.structs.replace(gate, full_at=full_at)
    admitted_at = next_admission(full_at, now, limits)
    ready_at = admitted_at if admitted_at > now else None
    return Taking(tuple(claims.errands), gate, ready_at, claims.parked, claims.requeued)


def _blocked_until(gate: Gate, road: Road, now: datetime) -> datetime | None:
    """When the way is open again, or `None` when it is open now. A pause has no end of its own."""
    ends = [opens_at(road.limits.window, road.tz, now)]
    if gate.hold_until is not None:
        ends.append(gate.hold_until)
    if passage(gate, now) is Passage.NOTHING:
        ends += [at for at in (gate.open_until, gate.probe_until) if at is not None]
    latest = max(ends)
    return latest if latest > now else None


class _Claims:
    """The calls claimed in one turn, and how many rows were settled without a call."""

    def __init__(self, turn: Turn, road: Road, now: datetime, dice: Dice) -> None:
        self.turn = turn
        self.road = road
        self.now = now
        self.until = now + timedelta(seconds=road.limits.timeout_s) + LEASE_SLACK
        self.dice = dice
        self.errands: list[Errand] = []
        self.parked = 0
        self.requeued = 0
        resend = road.resolution is Resolution.IDEMPOTENT_RESEND
        self.sendable = (Phase.OPEN, Phase.UNKNOWN) if resend else (Phase.OPEN,)
        self.to_look_up = (Phase.UNKNOWN,) if road.resolution is Resolution.READ_BACK else ()

    async def settle_doubts(self) -> None:
        """Settle what needs no call: acknowledgements overdue, outcomes for a person. While paused, too."""
        phases = (Phase.UNKNOWN, Phase.AWAITING)
        ask = Ask(phases, ALL, DOUBTS_MAX, 1, self.now, self.now, self.until, self.dice.bits(48))
        await self._settle(await self.turn.claim(ask))

    async def urgent(self, calls: int) -> None:
        """P0, and whatever keeps a P0 back by standing before it under the same key."""
        left = calls - await self._take(URGENT, calls)
        await self._take(ORDINARY, left, pick=Pick.AHEAD)

    async def ordinary(self, calls: int) -> None:
        """One call of P3 or P2 that waited too long, then P1, P2, P3."""
        for lane in LOWEST_FIRST:
            if await self._take(lane, min(calls, 1), pick=Pick.OVERDUE):
                calls -= 1
                break
        await self._take(ORDINARY, calls)

    async def probe(self, calls: int) -> None:
        """One call on an endpoint believed dead: what was tried least goes first, lest one bad command keep it shut."""
        await self._take(ALL, calls, pick=Pick.PROBE)

    async def _take(self, lanes: tuple[int, int], calls: int, *, pick: Pick = Pick.LINE) -> int:
        taken = await self._claim(self.to_look_up, lanes, calls, pick, look_up=True)
        return taken + await self._claim(self.sendable, lanes, calls - taken, pick, look_up=False)

    async def _claim(
        self, phases: tuple[Phase, ...], lanes: tuple[int, int], calls: int, pick: Pick, *, look_up: bool
    ) -> int:
        if calls <= 0 or not phases:
            return 0
        probe = pick is Pick.PROBE
        batch = 1 if probe or look_up else self.road.limits.batch_max
        due = self.now - DEFER_MAX if pick is Pick.OVERDUE else self.now
        ask = Ask(phases, lanes, calls, batch, due, self.now, self.until, self.dice.bits(48), pick)
        grouped: dict[int, list[Claimed]] = {}
        for row in await self._settle(await self.turn.claim(ask)):
            grouped.setdefault(row.call, []).append(row)
        for call, rows in grouped.items():
            self.errands.append(Errand(call, tuple(rows), self.until, look_up, probe))
        return len(grouped)

    async def _settle(self, rows: list[Claimed]) -> list[Claimed]:
        """Settle the rows that need no call; the others."""
        verdicts = [(row, settle_doubt(row, self.road.resolution, self.road.limits, self.now)) for row in rows]
        settled = [verdict for _, verdict in verdicts if verdict is not None]
        if settled:
            requeues = [verdict.requeue for verdict in settled if verdict.requeue]
            ends = [verdict.end for verdict in settled if verdict.end]
            await self.turn.settle(requeues, ends)
            await self.turn.cases([case for verdict in settled for case in verdict.cases])
            self.parked += len(ends)
            self.requeued += len(requeues)
        return [row for row, verdict in verdicts if verdict is None]
