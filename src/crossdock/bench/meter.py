"""What a run cost beside its time: CPU of every process involved, WAL bytes, fsyncs. Noise moves these less than
seconds."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import msgspec
import psutil

# One number from the database: the SQL stays in `postgres`.
Counters = Callable[[], Awaitable["Counted"]]


class Counted(msgspec.Struct, frozen=True):
    """Cumulative counters of the database."""

    wal_bytes: int
    fsyncs: int


class Cost(msgspec.Struct, frozen=True):
    """What `events` events cost. CPU in microseconds an event, of our process and of the database."""

    events: int
    seconds: float
    cpu_us: float
    database_cpu_us: float
    wal_bytes: float
    fsyncs: float

    @property
    def per_second(self) -> float:
        """Events a second."""
        return self.events / self.seconds


class Meter:
    """Measures a block of work between `begin` and `end`."""

    def __init__(self, counters: Counters, database_pid: int, others: tuple[int, ...] = ()) -> None:
        self._counters = counters
        self._database = psutil.Process(database_pid)
        self._ours = [psutil.Process(), *(psutil.Process(pid) for pid in others)]

    async def measure(self, events: int, work: Callable[[], Awaitable[None]]) -> Cost:
        """Run the work once and say what it cost an event."""
        counted = await self._counters()
        ours, database = self._cpu_s(), self._database_cpu_s()
        started = time.perf_counter()
        await work()
        seconds = time.perf_counter() - started
        after = await self._counters()
        return Cost(
            events=events,
            seconds=seconds,
            cpu_us=(self._cpu_s() - ours) / events * 1e6,
            database_cpu_us=(self._database_cpu_s() - database) / events * 1e6,
            wal_bytes=(after.wal_bytes - counted.wal_bytes) / events,
            fsyncs=(after.fsyncs - counted.fsyncs) / events,
        )

    def _cpu_s(self) -> float:
        return sum(cpu_s(process) for process in self._ours)

    def _database_cpu_s(self) -> float:
        return sum(cpu_s(process) for process in (self._database, *self._database.children(recursive=True)))


def cpu_s(process: psutil.Process) -> float:
    """User and system time of a process, 0 for one that has just gone."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
