"""What flowed, counted once: steps of ten seconds that have settled are kept in memory, and a look counts the rest.

However many look, one count runs at a time, and those who came while another ran share the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from crossdock.ports.overview import Flow, Minute, Sent

STEP = timedelta(seconds=10)
# Rows carry the instant their transaction began: what runs longer than this is missing from the counts of this process.
SETTLE = timedelta(seconds=30)
KEPT = timedelta(minutes=62)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FlowStep(Flow, frozen=True, gc=False):
    """What came from one partner in one step."""

    at: datetime


class SentStep(msgspec.Struct, frozen=True, gc=False):
    """What ended towards one partner in one step; `took_s` is the sum over all of them."""

    at: datetime
    partner: str
    delivered: int
    failed: int
    took_s: float


Step = TypeVar("Step", bound=FlowStep | SentStep)
# Steps in order from the first instant up to the second, or up to now.
Read = Callable[[datetime, datetime | None], Awaitable[Sequence[Step]]]


class Counted(Generic[Step]):
    """The last hour in steps, of one process; `kept` is bounded by its steps times the partners heard in them."""

    def __init__(self, read: Read[Step]) -> None:
        self._read = read
        self._first = self._until = _EPOCH
        self.kept: list[Step] = []
        self._fresh: list[Step] = []
        self._one = asyncio.Lock()
        self._begun = self._ended = 0

    async def since(self, begin: datetime, now: datetime) -> Sequence[Step]:
        """Every step from the one `begin` lies in; what is older than an hour is counted anew each time."""
        begin = floor(begin)
        if begin < floor(now) - KEPT:
            return await self._read(begin, None)
        wanted = self._begun + 1
        async with self._one:
            if self._ended < wanted or begin < self._first:
                await self._count(begin, now)
            return [one for one in (*self.kept, *self._fresh) if one.at >= begin]

    async def _count(self, begin: datetime, now: datetime) -> None:
        self._begun += 1
        number, first, settled = self._begun, self._first, self.kept
        if begin >= self._until:
            first, settled = begin, []
        elif begin < first:
            first, settled = begin, [*await self._read(begin, first), *settled]
        newer = await self._read(max(first, self._until), None)
        until = max(first, self._until, floor(now - SETTLE))
        cut = floor(now) - KEPT
        settled += [one for one in newer if one.at < until]
        self._fresh = [one for one in newer if one.at >= until]
        self.kept = [one for one in settled if one.at >= cut]
        self._first, self._until, self._ended = max(first, cut), until, number


def floor(at: datetime) -> datetime:
    """The beginning of the step this instant lies in."""
    return at - (at - _EPOCH) % STEP


def flows_of(steps: Iterable[FlowStep]) -> list[Flow]:
    """By partner."""
    found: dict[str, Flow] = {}
    for one in steps:
        was = found.get(one.partner, Flow(one.partner, 0, 0, 0, one.heard, 0))
        found[one.partner] = Flow(
            one.partner,
            was.facts + one.facts,
            was.moved + one.moved,
            was.refused + one.refused,
            max(was.heard, one.heard),
            max(was.lag_s, one.lag_s),
        )
    return [found[partner] for partner in sorted(found)]


def sent_of(steps: Iterable[SentStep]) -> list[Sent]:
    """By partner, with the mean of what each took."""
    found: dict[str, SentStep] = {}
    for one in steps:
        was = found.get(one.partner, SentStep(one.at, one.partner, 0, 0, 0))
        found[one.partner] = SentStep(
            one.at, one.partner, was.delivered + one.delivered, was.failed + one.failed, was.took_s + one.took_s
        )
    return [
        Sent(one.partner, one.delivered, one.failed, one.took_s / (one.delivered + one.failed))
        for _, one in sorted(found.items())
    ]


def minutes_of(steps: Iterable[FlowStep]) -> list[Minute]:
    """By minute, in order."""
    found: dict[datetime, int] = {}
    for one in steps:
        at = one.at.replace(second=0, microsecond=0)
        found[at] = found.get(at, 0) + one.facts
    return [Minute(at, facts) for at, facts in sorted(found.items())]
