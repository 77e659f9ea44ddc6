"""Coroutines on virtual time: one thread, one queue, no event loop. The core awaits nothing but ports, so this runs it.

A coroutine stops only where it sleeps or waits; there, and nowhere else, another one goes on and a process can die.
What is due at the same instant goes on in the order it was begun, so a run depends on nothing but what it is told.
"""

from __future__ import annotations

import heapq
import types
from collections.abc import Callable, Coroutine, Generator
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")
Work = Coroutine[object, object, object]


class Stop:
    """Where a coroutine stands still: until an instant (microseconds), or until a bell rings, whichever is first."""

    __slots__ = ("bell", "until_us")

    def __init__(self, until_us: int | None, bell: Bell | None = None) -> None:
        self.until_us = until_us
        self.bell = bell


class Bell:
    """Wakes everybody who waits for it; nobody hears it later."""

    def __init__(self) -> None:
        self.waiting: dict[Task, int] = {}
        self.rung = 0


class Promise(Generic[T]):
    """A value that comes later. Nobody may wait for it twice as long as it is given once."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.kept: list[T] = []


class Task:
    """One coroutine and the process it belongs to. `turn` tells a wake-up of now from one of before."""

    def __init__(self, work: Work, owner: str) -> None:
        self.work = work
        self.owner = owner
        self.turn = 0
        self.over = False


@types.coroutine
def stand(stop: Stop) -> Generator[Stop, None, None]:
    """Give the word back to the scheduler."""
    yield stop


class Scheduler:
    """Time, and who goes on next. `failed` is called with what a coroutine raised; it decides what that means."""

    def __init__(self, start: datetime, failed: Callable[[str, Exception], None]) -> None:
        self._start = start
        self._failed = failed
        self._queue: list[tuple[int, int, Task, int]] = []
        self._count = 0
        self._tasks: dict[Task, None] = {}
        self._doomed: list[str] = []
        self.now_us = 0
        self.steps = 0
        # Whether what is thrown into a coroutine now is the end of its process.
        self.killing = False

    def now(self) -> datetime:
        """Virtual now, UTC."""
        return self._start + timedelta(microseconds=self.now_us)

    def since(self, at: datetime) -> int:
        """An instant in microseconds of this run, never before now."""
        return max((at - self._start) // timedelta(microseconds=1), self.now_us)

    def start(self, work: Work, owner: str = "") -> Task:
        """Let this go on from now, as part of a process."""
        task = Task(work, owner)
        self._tasks[task] = None
        self._push(task, self.now_us)
        return task

    async def sleep(self, seconds: float) -> None:
        """Let virtual time pass."""
        await stand(Stop(self.now_us + max(int(seconds * 1_000_000), 0)))

    async def until(self, at: datetime) -> None:
        """Sleep until an instant."""
        await stand(Stop(self.since(at)))

    async def hear(self, bell: Bell, seconds: float | None = None, *, since: int | None = None) -> None:
        """Wait for a bell, so long at most; not at all if it rang `since` it had rung so many times."""
        if since is not None and bell.rung != since:
            return
        await stand(Stop(None if seconds is None else self.now_us + max(int(seconds * 1_000_000), 0), bell))

    def ring(self, bell: Bell) -> None:
        """Everybody who waits for it goes on."""
        bell.rung += 1
        for task, turn in list(bell.waiting.items()):
            if task.turn == turn and not task.over:
                self._push(task, self.now_us)
        bell.waiting.clear()

    def keep(self, promise: Promise[T], value: T) -> None:
        """The value has come."""
        promise.kept.append(value)
        self.ring(promise.bell)

    async def promised(self, promise: Promise[T], seconds: float | None = None) -> T | None:
        """The value; `None` if it has not come in this time."""
        if not promise.kept:
            await self.hear(promise.bell, seconds)
        return promise.kept[0] if promise.kept else None

    async def gone(self, owner: str) -> None:
        """The process dies here: nothing after this line happens, nor anything else of it."""
        self._doomed.append(owner)
        await stand(Stop(None))

    def kill(self, owner: str) -> None:
        """Drop everything a process is about, wherever it stands."""
        self.killing = True
        for task in [task for task in self._tasks if task.owner == owner]:
            task.over = True
            del self._tasks[task]
            task.work.close()
        self.killing = False

    def run(self, until: datetime) -> None:
        """Go on until then, or until nobody has anything to do."""
        end = self.since(until)
        while self._queue and self._queue[0][0] <= end:
            at, _, task, turn = heapq.heappop(self._queue)
            if task.over or task.turn != turn:
                continue
            self.now_us = max(self.now_us, at)
            self.steps += 1
            self._step(task)
            while self._doomed:
                self.kill(self._doomed.pop())
        self.now_us = max(self.now_us, end)

    def close(self) -> None:
        """Drop everything."""
        for owner in {task.owner: None for task in self._tasks}:
            self.kill(owner)

    def _step(self, task: Task) -> None:
        task.turn += 1
        try:
            stop = task.work.send(None)
            assert isinstance(stop, Stop), "the core awaits ports, and ports await the scheduler"
        except StopIteration:
            self._end(task)
        except Exception as error:  # noqa: BLE001  (the edge of the loop: whoever runs the simulation judges it)
            self._end(task)
            self._failed(task.owner, error)
        else:
            if stop.bell is not None:
                stop.bell.waiting[task] = task.turn
            if stop.until_us is not None:
                self._push(task, stop.until_us)

    def _end(self, task: Task) -> None:
        task.over = True
        self._tasks.pop(task, None)

    def _push(self, task: Task, at_us: int) -> None:
        self._count += 1
        heapq.heappush(self._queue, (at_us, self._count, task, task.turn))


class Lock:
    """One at a time, in the order they came."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._taken = False
        self._bell = Bell()

    async def __aenter__(self) -> None:
        while self._taken:
            await self._scheduler.hear(self._bell)
        self._taken = True

    async def __aexit__(self, *_: object) -> None:
        self._taken = False
        self._scheduler.ring(self._bell)
