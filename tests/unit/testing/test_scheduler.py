"""Virtual time: who goes on when, what a bell wakes, and that the dead do nothing more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crossdock.testing.simulate.scheduler import Bell, Lock, Promise, Scheduler

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Stage:
    """A scheduler and what happened on it."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.scheduler = Scheduler(NOON, lambda owner, error: self.told.append(f"{owner} raised {error}"))

    async def speak(self, name: str, seconds: float) -> None:
        await self.scheduler.until(self.scheduler.now() + timedelta(seconds=seconds))
        self.told.append(f"{name} {self.scheduler.now():%H:%M:%S}")

    def play(self, **span: float) -> list[str]:
        self.scheduler.run(NOON + timedelta(**span))
        return self.told


def test_time_passes_only_where_somebody_sleeps_and_in_order() -> None:
    stage = Stage()
    for name, seconds in (("late", 60), ("soon", 1), ("too late", 7200)):
        stage.scheduler.start(stage.speak(name, seconds))
    assert stage.play(hours=1) == ["soon 12:00:01", "late 12:01:00"]
    assert stage.scheduler.now() == NOON + timedelta(hours=1)


def test_a_bell_wakes_who_waits_and_nobody_waits_for_one_that_rang_meanwhile() -> None:
    stage, bell = Stage(), Bell()

    async def listen(name: str, since: int | None) -> None:
        await stage.scheduler.hear(bell, 600, since=since)
        await stage.speak(name, 0)

    async def ring() -> None:
        await stage.speak("before", 5)
        stage.scheduler.ring(bell)
        stage.scheduler.start(listen("rang already", 0))
        stage.scheduler.start(listen("nobody rings", None))

    stage.scheduler.start(listen("heard", None))
    stage.scheduler.start(ring())
    assert stage.play(hours=1) == [
        "before 12:00:05",
        "heard 12:00:05",
        "rang already 12:00:05",
        "nobody rings 12:10:05",
    ]


def test_a_promise_is_kept_or_time_is_over() -> None:
    stage = Stage()
    kept: Promise[str] = Promise()
    never: Promise[str] = Promise()

    async def wait() -> None:
        stage.told.append(f"{await stage.scheduler.promised(kept, 10)} {await stage.scheduler.promised(never, 10)}")

    stage.scheduler.start(wait())
    stage.scheduler.keep(kept, "word")
    assert stage.play(minutes=1) == ["word None"]


def test_what_dies_does_nothing_more_and_lets_go_of_what_it_held() -> None:
    stage = Stage()
    lock = Lock(stage.scheduler)

    async def hold(name: str, *, dies: bool) -> None:
        async with lock:
            await stage.speak(name, 1)
            if dies:
                await stage.scheduler.gone(name)
            await stage.speak(name, 1)

    stage.scheduler.start(hold("first", dies=True), "first")
    stage.scheduler.start(stage.speak("first too", 5), "first")
    stage.scheduler.start(hold("second", dies=False), "second")
    assert stage.play(minutes=1) == ["first 12:00:01", "second 12:00:02", "second 12:00:03"]


def test_what_a_coroutine_raises_is_told_and_stops_nobody_else() -> None:
    stage = Stage()

    async def fall() -> None:
        raise ValueError("no")

    stage.scheduler.start(fall(), "host")
    stage.scheduler.start(stage.speak("other", 1))
    assert stage.play(minutes=1) == ["host raised no", "other 12:00:01"]
