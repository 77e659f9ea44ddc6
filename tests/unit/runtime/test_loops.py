"""The one loop: works, rests, backs off, and never dies of an error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crossdock.kernel.errors import Bug, Transient
from crossdock.runtime.loops import BACKOFF_MAX_S, RETRY_AFTER_MAX_S, Loop, Nap


class StillClock:
    """ports.clock.Clock that stands at one instant."""

    def now(self) -> datetime:
        return datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


class CountedRest:
    """A rest that takes no time, and stops the loop after the last one wanted."""

    def __init__(self, rests: int) -> None:
        self.left = rests
        self.spans: list[float] = []
        self.stop: Callable[[], None] | None = None

    def wake(self) -> None:
        """Nobody is asleep."""

    async def wait(self, seconds: float) -> None:
        self.spans.append(seconds)
        self.left -= 1
        if self.left == 0 and self.stop is not None:
            self.stop()


async def spans_of(script: list[int | Exception], rests: int) -> tuple[list[float], Loop]:
    """Run a loop whose work gives these results one after the other; how long it rested each time."""
    results = iter(script)

    async def work() -> int:
        result = next(results)
        if isinstance(result, Exception):
            raise result
        return result

    rest = CountedRest(rests)
    loop = Loop("test", work, idle_s=2.0, clock=StillClock(), rest=rest)
    rest.stop = loop.stop
    await loop.run()
    return rest.spans, loop


async def test_after_work_it_goes_on_at_once_and_rests_only_when_idle() -> None:
    spans, loop = await spans_of([3, 1, 0, 0], rests=2)
    assert spans == [2.0, 2.0]
    assert (loop.health.done, loop.health.rounds) == (4, 4)


async def test_transient_failures_back_off_further_each_time_and_forget_on_success() -> None:
    away = Transient("PostgreSQL did not answer")
    spans, loop = await spans_of([away, away, away, 0, away], rests=5)
    assert spans == pytest.approx([0.2, 0.4, 0.8, 2.0, 0.2])
    assert (loop.health.failures, loop.health.failing) == (4, 1)


async def test_back_off_is_bounded() -> None:
    spans, _ = await spans_of([Transient("away")] * 20, rests=20)
    assert max(spans) == BACKOFF_MAX_S


async def test_a_wish_to_come_back_later_is_honoured_within_reason() -> None:
    spans, _ = await spans_of([Transient("busy", retry_after_s=45.0), Transient("busy", retry_after_s=1e9)], rests=2)
    assert spans == [45.0, RETRY_AFTER_MAX_S]


@pytest.mark.parametrize("error", [ValueError("unforeseen"), Bug("an invariant broke")])
async def test_an_unexpected_error_is_recorded_and_the_loop_lives_on(error: Exception) -> None:
    spans, loop = await spans_of([error, 0], rests=2)
    assert spans == [0.2, 2.0]
    assert str(error) in loop.health.last_error
    assert loop.health.last_error_at is not None
    assert loop.health.failing == 0


async def test_the_work_may_shorten_the_next_idle_rest_only() -> None:
    rest = CountedRest(2)

    async def work() -> int:
        if not rest.spans:
            loop.rest_at_most(0.5)
        return 0

    loop = Loop("test", work, idle_s=2.0, clock=StillClock(), rest=rest)
    rest.stop = loop.stop
    await loop.run()
    assert rest.spans == [0.5, 2.0]


async def test_a_stopped_loop_finishes_its_round_and_begins_no_other() -> None:
    begun, finish, rounds = asyncio.Event(), asyncio.Event(), list[str]()

    async def work() -> int:
        begun.set()
        await finish.wait()
        rounds.append("finished")
        return 1

    loop = Loop("test", work, idle_s=3600.0, clock=StillClock())
    running = asyncio.create_task(loop.run())
    await begun.wait()
    loop.stop()
    finish.set()
    await running
    assert rounds == ["finished"]


async def test_waking_ends_a_rest_under_way() -> None:
    rounds = asyncio.Queue[None]()

    async def work() -> int:
        rounds.put_nowait(None)
        return 0

    loop = Loop("test", work, idle_s=3600.0, clock=StillClock())
    running = asyncio.create_task(loop.run())
    await rounds.get()
    loop.wake()
    await rounds.get()
    loop.stop()
    await running


async def test_a_wake_before_the_rest_is_not_lost() -> None:
    nap = Nap()
    nap.wake()
    async with asyncio.timeout(5):
        await nap.wait(3600.0)
