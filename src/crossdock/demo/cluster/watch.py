"""How long the hub was silent after each strike: the longest pause of what it acknowledges and of what it delivers.

Three streams are watched apart: messages answered after their commit, messages answered once the log has them, and
calls that reach the partners. A pause counts from the strike, or from the last sign of life after it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

import msgspec

from crossdock.demo.enterprise import Flow, Status
from crossdock.demo.plan import FILE_PEERS, QUEUED_PEERS
from crossdock.demo.processes import Control

LOOK_S = 0.1
STREAMS = ("committed", "queued", "delivered")


class Look(msgspec.Struct, frozen=True):
    """How much there was of each stream at one moment."""

    at: float
    counts: tuple[int, int, int]


class Blow(msgspec.Struct, frozen=True):
    """A strike as it happened; `at` in seconds of the monotonic clock, `took_s` until its author had done with it."""

    kind: str
    victim: str
    at: float
    took_s: float


class Pause(msgspec.Struct, frozen=True):
    """The longest pauses after one strike, in seconds, by stream."""

    kind: str
    victim: str
    took_s: float
    committed_s: float
    queued_s: float
    delivered_s: float


class Recovery(msgspec.Struct, frozen=True):
    """One kind of strike over the run: how often, and the median and the longest of its pauses by stream."""

    kind: str
    strikes: int
    median_s: dict[str, float]
    worst_s: dict[str, float]


class Watch:
    """Looks ten times a second for as long as it runs."""

    def __init__(self, control: Control) -> None:
        self.looks: list[Look] = []
        self._control = control

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            status = await self._control.ask("status", Status)
            self.looks.append(Look(time.monotonic(), counts(status.flows)))
            await asyncio.sleep(LOOK_S)


def counts(flows: dict[str, Flow]) -> tuple[int, int, int]:
    """How much there is of each stream."""
    spoken = {peer: flow for peer, flow in flows.items() if peer not in FILE_PEERS}
    queued = sum(flow.said for peer, flow in spoken.items() if peer in QUEUED_PEERS)
    return (
        sum(flow.said for flow in spoken.values()) - queued,
        queued,
        sum(flow.calls for flow in spoken.values()),
    )


def pauses(blows: Sequence[Blow], looks: Sequence[Look], end: float) -> list[Pause]:
    """The pauses after each strike, until the next one or the end."""
    ends = [*(blow.at for blow in blows[1:]), end]
    return [
        Pause(blow.kind, blow.victim, round(blow.took_s, 1), *longest(looks, blow.at, until))
        for blow, until in zip(blows, ends, strict=True)
    ]


def longest(looks: Sequence[Look], since: float, until: float) -> tuple[float, float, float]:
    """The longest time in between in which a stream stood still, by stream."""
    inside = [look for look in looks if since <= look.at <= until]
    found = []
    for place in range(len(STREAMS)):
        last, worst, seen = since, 0.0, None
        for look in inside:
            if seen is not None and look.counts[place] != seen:
                worst, last = max(worst, look.at - last), look.at
            seen = look.counts[place]
        found.append(round(max(worst, until - last if seen is not None else 0.0), 1))
    return found[0], found[1], found[2]


def recoveries(found: Iterable[Pause]) -> list[Recovery]:
    """By kind, the worst for what is committed first."""
    by_kind: dict[str, list[Pause]] = {}
    for pause in found:
        by_kind.setdefault(pause.kind, []).append(pause)
    told = [
        Recovery(
            kind,
            len(of_kind),
            {stream: _sorted(of_kind, stream)[len(of_kind) // 2] for stream in STREAMS},
            {stream: _sorted(of_kind, stream)[-1] for stream in STREAMS},
        )
        for kind, of_kind in by_kind.items()
    ]
    return sorted(told, key=lambda one: -one.worst_s["committed"])


def _sorted(found: Sequence[Pause], stream: str) -> list[float]:
    return sorted(float(getattr(pause, f"{stream}_s")) for pause in found)
