"""The delivery use case: turns with the outbox locked, and between them calls on the partner with nothing locked.

`next_round` records what has ended and takes what may go now, in one transaction; `attempt` makes one call. A deliverer
that dies between the two leaves a lease: when it lapses the delivery is `UNKNOWN`, resolved as the connector declares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crossdock.app.deliver.admit import Errand, Road, take
from crossdock.app.deliver.breaker import after_outcome, is_answer
from crossdock.app.deliver.cases import endpoint_cases
from crossdock.app.deliver.policy import Attempted, Verdict, judge
from crossdock.app.deliver.window import opened_at
from crossdock.kernel.ids import fingerprint
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.connector import Manifest, Outbound, Outcome, OutcomeKind, Sender
from crossdock.ports.directory import Partner
from crossdock.ports.outbox import Claimed, Ending, Gate, Outbox, Turn

DETAIL_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Route:
    """One partner with the connector that speaks to it; `manifest` carries the limits that hold for this partner."""

    partner: Partner
    manifest: Manifest
    sender: Sender


class Done(msgspec.Struct, frozen=True, gc=False):
    """A call that ended, one outcome a row."""

    errand: Errand
    outcomes: tuple[Outcome, ...]


class Progress(msgspec.Struct, frozen=True, gc=False):
    """Counts of deliveries. `lapsed`: found with a lapsed lease. `lost`: ended here after their lease had passed on."""

    delivered: int = 0
    refused: int = 0
    parked: int = 0
    requeued: int = 0
    lapsed: int = 0
    lost: int = 0
    taken: int = 0

    def __add__(self, other: Progress) -> Progress:
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Progress(*(one + more for one, more in pairs))


class Round(msgspec.Struct, frozen=True, gc=False):
    """`errands` are calls to make now; `ready_at` is when there may be more to do, absent when nothing is known of."""

    errands: tuple[Errand, ...] = ()
    progress: Progress = Progress()
    ready_at: datetime | None = None


async def deliver_once(
    outbox: Outbox, partner: Partner, sender: Sender, manifest: Manifest, clock: Clock, dice: Dice
) -> Progress:
    """Everything that may go now, one call after the other: for tests, `--once` and small installations."""
    route = Route(partner, manifest, sender)
    taken = await next_round(outbox, route, (), clock, dice, slots=manifest.limits.concurrency)
    done = [await attempt(route, errand) for errand in taken.errands]
    if not done:
        return taken.progress
    return taken.progress + (await next_round(outbox, route, done, clock, dice, slots=0)).progress


async def next_round(
    outbox: Outbox, route: Route, done: Sequence[Done], clock: Clock, dice: Dice, *, slots: int
) -> Round:
    """Record what ended and take up to `slots` new calls, in one transaction.

    Raises:
        Transient: the database is away; nothing was recorded, and the same `done` may be handed in again.
    """
    now = clock.now()
    if not done:
        pulse = await outbox.pulse(route.partner.id, now)
        if pulse.due_since is None:
            return Round(ready_at=pulse.next_due)
    async with outbox.turn(route.partner.id, now) as turn:
        gate, progress, ended = await _record(turn, route, done, now, dice)
        road = Road(route.partner.tz, route.manifest.resolution, route.manifest.limits)
        taking = await take(turn, gate, road, now, dice, slots=slots, ended=ended)
        await turn.cases(endpoint_cases(route.partner, turn.gate, taking.gate, done_details(done), now))
        if taking.gate != turn.gate:
            await turn.save(taking.gate)
    counts = Progress(
        parked=taking.parked,
        requeued=taking.requeued,
        lapsed=turn.lapsed,
        taken=sum(len(errand.rows) for errand in taking.errands),
    )
    return Round(taking.errands, progress + counts, taking.ready_at)


async def attempt(route: Route, errand: Errand) -> Done:
    """Make one call. Whatever a connector does wrong leaves the outcome unknown, never the delivery in the air."""
    commands = [outbound(row) for row in errand.rows]
    try:
        if errand.look_up:
            outcomes = [await route.sender.look_up(commands[0])]
        else:
            outcomes = await route.sender.send(commands)
    except Exception as error:  # noqa: BLE001  (a connector is foreign code; what it raises ends up in the delivery's case)
        return unanswered(errand, f"connector {route.manifest.kind} raised {type(error).__name__}: {error}")
    if len(outcomes) != len(errand.rows):
        counts = f"{len(outcomes)} outcomes for {len(errand.rows)} commands"
        return unanswered(errand, f"connector {route.manifest.kind} gave {counts}")
    return Done(errand, tuple(outcomes))


def unanswered(errand: Errand, detail: str) -> Done:
    """The errand with every outcome unknown: it may have been sent."""
    return Done(errand, tuple(Outcome(OutcomeKind.UNKNOWN, detail) for _ in errand.rows))


def outbound(row: Claimed) -> Outbound:
    """The row as a connector gets it; idempotency key and trace are the same in every attempt, the number is not."""
    return Outbound(
        row.id, row.type, row.idempotency_key, row.ordering_key, row.payload, trace_of(row), row.tries, row.created
    )


def trace_of(row: Claimed) -> str:
    """W3C trace context of a command: a span of the trace that caused it, else of one trace a dossier."""
    span = f"{fingerprint(row.idempotency_key) & 0xFFFF_FFFF_FFFF_FFFF:016x}"
    if row.traceparent:
        return f"{row.traceparent[:36]}{span}{row.traceparent[52:]}"
    trace = hashlib.blake2b(f"dossier {row.dossier}".encode(), digest_size=16).hexdigest()
    return f"00-{trace}-{span}-01"


def done_details(done: Sequence[Done]) -> str:
    """The last thing the partner (or the way to it) said, for the case about it."""
    details = [outcome.detail for one in done for outcome in one.outcomes if outcome.detail]
    return details[-1] if details else ""


async def _record(
    turn: Turn, route: Route, done: Sequence[Done], now: datetime, dice: Dice
) -> tuple[Gate, Progress, int]:
    """Settle what ended; the gate after it, the counts, and how many of the calls in flight these were."""
    limits = route.manifest.limits
    gate = turn.gate
    verdicts: list[tuple[Done, Claimed, Verdict]] = []
    for one in done:
        clear_since = _clear_since(gate, route, now)
        for row, outcome in zip(one.errand.rows, one.outcomes, strict=True):
            judged = Attempted(row, _bounded(outcome), clear_since, one.errand.probe, one.errand.look_up)
            verdicts.append((one, row, judge(judged, route.manifest.resolution, limits, now, dice.fraction())))
        gate = after_outcome(gate, _spokesman(one.outcomes), now, limits, was_probe=one.errand.probe)
    requeues = [verdict.requeue for _, _, verdict in verdicts if verdict.requeue]
    ends = [verdict.end for _, _, verdict in verdicts if verdict.end]
    settled = await turn.settle(requeues, ends) if verdicts else frozenset()
    await turn.cases([case for _, row, verdict in verdicts if row.id in settled for case in verdict.cases])
    ended = {one.errand.call for one, row, _ in verdicts if row.id in settled}
    return gate, _count([verdict for _, row, verdict in verdicts if row.id in settled], len(verdicts)), len(ended)


def _clear_since(gate: Gate, route: Route, now: datetime) -> datetime | None:
    opened = opened_at(route.manifest.limits.window, route.partner.tz, now)
    return max((at for at in (gate.clear_since, opened) if at is not None), default=None)


def _spokesman(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome that speaks for the whole call: any answer, else the one that asks us to wait, else the first."""
    for outcome in outcomes:
        if is_answer(outcome):
            return outcome
    return max(outcomes, key=lambda outcome: outcome.retry_after_s)


def _bounded(outcome: Outcome) -> Outcome:
    if len(outcome.detail) <= DETAIL_MAX:
        return outcome
    return msgspec.structs.replace(outcome, detail=outcome.detail[:DETAIL_MAX])


def _count(verdicts: Sequence[Verdict], judged: int) -> Progress:
    endings = [verdict.end.ending for verdict in verdicts if verdict.end]
    return Progress(
        delivered=endings.count(Ending.DELIVERED),
        refused=endings.count(Ending.REFUSED),
        parked=endings.count(Ending.PARKED),
        requeued=len(verdicts) - len(endings),
        lost=judged - len(verdicts),
    )
