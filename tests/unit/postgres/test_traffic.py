"""What flowed is counted once: a step that has settled is never read again, and lookers share one count."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from crossdock.ports.overview import Flow, Minute, Sent
from crossdock.postgres.traffic import KEPT, STEP, Counted, FlowStep, SentStep, floor, flows_of, minutes_of, sent_of

NOW = datetime(2026, 6, 8, 6, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


class Log:
    """A fact every ten seconds from one partner, and what was asked of it."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.asked: list[tuple[datetime, datetime | None]] = []
        self.gate: asyncio.Event | None = None

    async def read(self, since: datetime, until: datetime | None) -> Sequence[FlowStep]:
        self.asked.append((since, until))
        if self.gate is not None:
            await self.gate.wait()
        end = min(until or self.until, self.until)
        steps = (end - since) // STEP
        return [step(since + STEP * number) for number in range(max(steps, 0))]


def step(at: datetime, partner: str = "erp1", facts: int = 1) -> FlowStep:
    return FlowStep(partner, facts, facts, 0, at, 0.5, at)


async def test_what_has_settled_is_read_once() -> None:
    log = Log(NOW)
    counted = Counted(log.read)
    assert len(await counted.since(NOW - QUARTER, NOW)) == 90
    log.until = NOW + STEP
    assert len(await counted.since(NOW - QUARTER, NOW + STEP)) == 91
    assert log.asked == [(NOW - QUARTER, None), (NOW - timedelta(seconds=30), None)]


async def test_a_longer_window_reads_what_lies_before_and_never_again() -> None:
    log = Log(NOW)
    counted = Counted(log.read)
    await counted.since(NOW - QUARTER, NOW)
    hour = timedelta(hours=1)
    assert len(await counted.since(NOW - hour, NOW)) == 360
    assert len(await counted.since(NOW - hour, NOW)) == 360
    assert len(await counted.since(NOW - QUARTER, NOW)) == 90
    settled = NOW - timedelta(seconds=30)
    assert log.asked[1:] == [(NOW - hour, NOW - QUARTER), (settled, None), (settled, None), (settled, None)]


async def test_after_a_pause_nothing_between_is_missed_and_nothing_is_kept_beyond_the_hour() -> None:
    log = Log(NOW)
    counted = Counted(log.read)
    await counted.since(NOW - QUARTER, NOW)
    for later in (timedelta(minutes=10), timedelta(minutes=40), timedelta(days=2)):
        log.until = NOW + later
        assert len(await counted.since(log.until - QUARTER, log.until)) == 90
    assert len(counted.kept) <= KEPT // STEP
    assert len(await counted.since(log.until - timedelta(hours=2), log.until)) == 720


async def test_who_comes_while_one_counts_shares_the_next_count() -> None:
    log = Log(NOW)
    counted = Counted(log.read)
    log.gate = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(counted.since(NOW - QUARTER, NOW))
        # One turn of the loop begins every task, and each runs until it must wait.
        await asyncio.sleep(0)
        assert log.asked
        others = [group.create_task(counted.since(NOW - QUARTER, NOW)) for _ in range(5)]
        await asyncio.sleep(0)
        log.gate.set()
    assert {len(one.result()) for one in (first, *others)} == {90}
    assert len(log.asked) == 2


def test_steps_come_together_by_partner_and_by_minute() -> None:
    steps = [step(NOW, facts=2), step(NOW + STEP, "car"), step(NOW + STEP * 6, facts=3)]
    last = NOW + STEP * 6
    assert flows_of(steps) == [Flow("car", 1, 1, 0, NOW + STEP, 0.5), Flow("erp1", 5, 5, 0, last, 0.5)]
    assert minutes_of(steps) == [Minute(NOW, 3), Minute(last, 3)]
    assert sent_of([SentStep(NOW, "car", 1, 1, 3.0), SentStep(last, "car", 2, 0, 1.0)]) == [Sent("car", 3, 1, 1.0)]
    assert floor(NOW + timedelta(seconds=9.9)) == NOW
