"""Figures are asked for no oftener than they are worth, and a source that fails takes none of the others along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from crossdock.kernel.errors import Transient
from crossdock.ports import measured
from crossdock.ports.metrics import Reading
from crossdock.runtime.clockwork import Movement, wind
from crossdock.runtime.exposing import FAILING_MAX, Exposing, LoopReadings, OwnReadings, Source, ready_with
from crossdock.runtime.loops import Health
from crossdock.testing.world import StillClock

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Told:
    """An exposition that remembers what it was given."""

    content_type = "text/plain"

    def __init__(self) -> None:
        self.readings: Sequence[Reading] = ()

    def text(self, readings: Sequence[Reading]) -> bytes:
        self.readings = readings
        return b"told"

    def value(self, name: str, *labels: str) -> float | None:
        found = {(one.metric.name, one.labels): one.value for one in self.readings}
        return found.get((name, labels))


class Counted:
    """A source that is one more each time it is asked, or fails."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: Exception | None = None

    async def read(self, now: datetime) -> Sequence[Reading]:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return [Reading(measured.TIMERS_LATE, (), self.asked)]


async def test_what_was_read_is_told_again_while_it_is_fresh() -> None:
    told, counted, clock = Told(), Counted(), StillClock(NOON)
    exposing = Exposing(told, [Source("database", counted, fresh_s=5)], clock)
    assert await exposing.text() == b"told"
    clock.at += timedelta(seconds=4)
    await exposing.text()
    assert (counted.asked, told.value("crossdock_timers_late")) == (1, 1)
    clock.at += timedelta(seconds=1)
    await exposing.text()
    assert told.value("crossdock_timers_late") == 2


async def test_a_source_that_fails_is_named_and_the_others_are_told() -> None:
    told, broken, counted = Told(), Counted(), Counted()
    broken.error = Transient("the database is away")
    exposing = Exposing(told, [Source("database", broken), Source("own", counted)], StillClock(NOON))
    await exposing.text()
    assert told.value("crossdock_readings_failed", "database") == 1
    assert told.value("crossdock_readings_failed", "own") == 0
    assert told.value("crossdock_timers_late") == 1
    broken.error = None
    await exposing.text()
    assert told.value("crossdock_readings_failed", "database") == 0


async def test_a_process_tells_its_loops_and_itself() -> None:
    health = Health("relay", rounds=7, done=40, failures=2, failing=1)
    loops = await LoopReadings(lambda: [health]).read(NOON)
    assert {one.metric.name: one.value for one in loops} == {
        "crossdock_loop_rounds_total": 7,
        "crossdock_loop_done_total": 40,
        "crossdock_loop_failures_total": 2,
        "crossdock_loop_failing": 1,
    }
    own = await OwnReadings("1.0", "deliver", lambda: 12).read(NOON)
    assert [(one.labels, one.value) for one in own] == [(("1.0", "deliver"), 1.0), ((), 12.0)]


async def test_a_loop_that_keeps_failing_is_not_ready_and_says_why() -> None:
    async def nothing_missing() -> tuple[str, ...]:
        return ()

    health = Health("relay", failing=FAILING_MAX - 1, last_error="no stream")
    ready = ready_with(nothing_missing, lambda: [health])
    assert await ready() == ()
    health.failing += 1
    assert await ready() == ("relay keeps failing: no stream",)


async def nothing_to_take() -> int:
    return 0


async def test_a_partner_that_refuses_us_does_not_make_the_process_unready_but_its_loop_is_told() -> None:
    async def nothing_missing() -> tuple[str, ...]:
        return ()

    nobody: Any = None
    movement = Movement(nobody, nobody, nobody, nobody, nobody, nobody, pickups={"alpen": nothing_to_take})
    clockwork = wind(movement, StillClock(NOON))
    for loop in clockwork.loops.values():
        loop.health.failing = FAILING_MAX if loop.health.partner else 0
    assert await ready_with(nothing_missing, clockwork.health)() == ()
    told = await LoopReadings(clockwork.health).read(NOON)
    assert (("pickup alpen",), FAILING_MAX) in {(one.labels, one.value) for one in told}
