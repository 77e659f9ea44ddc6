"""`crossdock bench`: rounds of both sides alternating in one run, medians and spread, and the ratio between them."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import psutil

from crossdock.bench.checked import check_commands
from crossdock.bench.client import Plan
from crossdock.bench.cluster import QUICK as QUICK_CLUSTER
from crossdock.bench.cluster import ClusterSize, measure_cluster
from crossdock.bench.dialects import measure_dialects
from crossdock.bench.loading import Load, api_keys, load, roles
from crossdock.bench.meter import Cost, Counted, Meter
from crossdock.bench.pipeline import run_pipeline, run_raw
from crossdock.bench.project import write_project
from crossdock.bench.sizing import measure_sizes
from crossdock.bench.trace import history
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import Hub, open_hub
from crossdock.bootstrap.options import BenchOptions
from crossdock.bootstrap.project import read_project
from crossdock.postgres import bench as sql
from crossdock.postgres.migrate import migrate
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres

STORED_BATCH = 100_000


class Size(msgspec.Struct, frozen=True):
    """How much one run does."""

    rounds: int = 3
    orders: int = 2_500
    http_orders: int = 1_000
    stored_orders: int = 2_000_000
    memory_events: int = 1_000_000


QUICK = Size(rounds=1, orders=500, http_orders=150, stored_orders=20_000, memory_events=20_000)


@dataclass
class Book:
    """Figures as they come in."""

    raw: list[Cost] = field(default_factory=list)
    in_process: list[Cost] = field(default_factory=list)
    http_100: list[float] = field(default_factory=list)
    http_1: list[float] = field(default_factory=list)
    next_order: int = 1
    seed: int = 1

    def orders(self, count: int) -> int:
        """Reserve order numbers never used before, whole loads; the first."""
        first = self.next_order
        self.next_order += count + (-count) % 5
        self.seed += 1
        return first


async def run_bench(options: BenchOptions) -> int:
    """Measure, print, and write the JSON file if one was asked for."""
    if options.cluster:
        return write_report(await in_folder(options, QUICK_CLUSTER if options.quick else ClusterSize()), options.json)
    if options.sizing:
        return write_report(await measure_sizes(options.sizing, options.data), options.json)
    size = QUICK if options.quick else Size()
    with tempfile.TemporaryDirectory(prefix="crossdock-bench-") as folder:
        place = options.data or Path(folder)
        place.chmod(0o755)
        formats = await measure_dialects(options.peers)
        report = {"formats": formats, **await measure(place, size)}
    return write_report(report, options.json)


async def in_folder(options: BenchOptions, size: ClusterSize) -> dict[str, object]:
    """The run on clusters, in the folder named or in one that is removed."""
    with tempfile.TemporaryDirectory(prefix="crossdock-bench-") as folder:
        place = options.data or Path(folder)
        place.chmod(0o755)
        return await measure_cluster(place, size)


def write_report(report: object, file: Path | None) -> int:
    """Print it, and write it where it was asked for."""
    text = msgspec.json.format(msgspec.json.encode(report), indent=2)
    if file is not None:
        file.write_bytes(text + b"\n")
    say(text.decode())
    return 0


def say(text: str) -> None:
    """To the person who asked."""
    sys.stdout.write(text + "\n")


async def measure(folder: Path, size: Size) -> dict[str, object]:
    """One whole run on a fresh database."""
    project = read_project(write_project(folder / "project"), MANIFESTS)
    engine = EmbeddedPostgres(project.data / "postgres")
    info = await engine.start()
    try:
        await migrate(info.url)
        async with open_hub(project, info.url) as hub:
            return await Bench(hub, folder / "project", info.pid, size).report()
    finally:
        await engine.stop()


class Bench:
    """One run."""

    def __init__(self, hub: Hub, project: Path, database_pid: int, size: Size) -> None:
        self.hub = hub
        self.project = project
        self.database_pid = database_pid
        self.size = size
        self.book = Book()

    async def counted(self) -> Counted:
        """The database's counters now."""
        return Counted(*await sql.counters(self.hub.pool))

    async def report(self) -> dict[str, object]:
        """Everything, in the order it is measured."""
        await sql.prepare_raw(self.hub.pool)
        await self.in_process_round(self.size.orders // 5, keep=False)
        for number in range(self.size.rounds):
            say(f"round {number + 1} of {self.size.rounds}")
            await self.raw_round()
            await self.in_process_round(self.size.orders, keep=True)
        await self.check()
        latency: dict[str, object] = {}
        environment = {"CROSSDOCK_POSTGRES__URL": self.hub.url}
        async with roles(self.project, self.hub.project.data, environment) as (_, port):
            keys = await api_keys(self.hub)
            for _ in range(self.size.rounds):
                self.book.http_100.append((await self.load(port, keys, 100, 8)).per_second)
                self.book.http_1.append((await self.load(port, keys, 1, 64)).per_second)
            half = statistics.median(self.book.http_1) / 2
            slow = await self.load(port, keys, 1, 64, rate=half)
            latency = {"rate_per_s": round(half), "p50_ms": round(slow.p50_ms, 2), "p99_ms": round(slow.p99_ms, 2)}
        await self.check()
        memory = await self.memory()
        stored = await self.stored()
        return self.summary() | {"latency_at_half_load": latency, "memory": memory, "stored": stored}

    async def raw_round(self) -> None:
        """The raw durable insert."""
        told = history(self.size.orders, seed=self.book.seed, first=self.book.next_order)
        await sql.settle(self.hub.pool)
        await sql.insert_raw(self.hub.pool, [one.body for one in told[:2000]])
        cost = await self.meter().measure(len(told), lambda: run_raw(self.hub.pool, told))
        self.book.raw.append(cost)

    async def in_process_round(self, orders: int, *, keep: bool) -> Cost:
        """The whole hot path in this process."""
        told = history(orders, seed=self.book.seed, first=self.book.orders(orders))
        await sql.settle(self.hub.pool)
        cost = await self.meter().measure(len(told), lambda: run_pipeline(self.hub.ingest, self.hub.clock, told))
        if keep:
            self.book.in_process.append(cost)
        return cost

    def meter(self) -> Meter:
        """A meter for this process and the database."""
        return Meter(self.counted, self.database_pid)

    async def check(self) -> None:
        """Every command of every order so far, once."""
        found, keys = await sql.commands(self.hub.pool)
        check_commands(found, keys, await sql.finished_orders(self.hub.pool, "%"))

    async def load(self, port: int, keys: dict[str, str], per_request: int, in_flight: int, rate: float = 0.0) -> Load:
        """Let the client process send a fresh history."""
        orders = self.size.http_orders
        plan = Plan(
            "127.0.0.1", port, keys, orders, self.book.orders(orders), self.book.seed, per_request, in_flight, rate
        )
        return Load.of(await load(self.project, plan))

    async def memory(self) -> dict[str, object]:
        """How much this process grows while it takes many events."""
        process = psutil.Process()
        before = process.memory_info().rss
        events = 0
        while events < self.size.memory_events:
            events += (await self.in_process_round(self.size.orders, keep=False)).events
        grown = process.memory_info().rss - before
        return {"events": events, "grown_mib": round(grown / 2**20, 1)}

    async def stored(self) -> dict[str, object]:
        """Throughput with many orders stored, against throughput before, same run."""
        before = [await self.in_process_round(self.size.orders, keep=False) for _ in range(self.size.rounds)]
        label, state, body = await sql.some_state(self.hub.pool)
        base = 10_000_000_000
        for start in range(0, self.size.stored_orders, STORED_BATCH):
            last = min(start + STORED_BATCH, self.size.stored_orders)
            await sql.fill(self.hub.pool, first=base + start, last=base + last - 1, label=label, state=state, body=body)
        await sql.settle(self.hub.pool)
        after = [await self.in_process_round(self.size.orders, keep=False) for _ in range(self.size.rounds)]
        ratio = middle(after, rate) / middle(before, rate)
        return {"orders": self.size.stored_orders, "ratio_to_empty": round(ratio, 3)}

    def summary(self) -> dict[str, object]:
        """Ratios to raw, and what an event costs."""
        raw = middle(self.book.raw, rate)
        own = middle(self.book.in_process, rate)
        wal_raw, wal_own = middle(self.book.raw, wal), middle(self.book.in_process, wal)
        return {
            "ratio_to_raw": {
                "in_process": round(own / raw, 3),
                "http_100": round(statistics.median(self.book.http_100) / raw, 3),
                "http_1": round(statistics.median(self.book.http_1) / raw, 3),
            },
            "one_event_requests_to_batch_path": round(
                statistics.median(self.book.http_1) / statistics.median(self.book.http_100), 3
            ),
            "events_per_s": {
                "raw": spread([cost.per_second for cost in self.book.raw]),
                "in_process": spread([cost.per_second for cost in self.book.in_process]),
                "http_100": spread(self.book.http_100),
                "http_1": spread(self.book.http_1),
            },
            "wal": {"raw": round(wal_raw), "in_process": round(wal_own), "ratio": round(wal_own / wal_raw, 3)},
            "fsyncs_per_100_events": round(middle(self.book.in_process, fsyncs) * 100, 2),
            "cpu_us_per_event": {
                "process": round(middle(self.book.in_process, cpu), 1),
                "database": round(middle(self.book.in_process, database_cpu), 1),
            },
        }


def middle(costs: list[Cost], read: Callable[[Cost], float]) -> float:
    """The median of one figure."""
    return statistics.median(read(cost) for cost in costs)


def spread(values: list[float]) -> dict[str, int]:
    """Median, least and most."""
    return {"median": round(statistics.median(values)), "min": round(min(values)), "max": round(max(values))}


def rate(cost: Cost) -> float:
    """Events a second."""
    return cost.per_second


def wal(cost: Cost) -> float:
    """WAL bytes an event."""
    return cost.wal_bytes


def fsyncs(cost: Cost) -> float:
    """WAL fsyncs an event."""
    return cost.fsyncs


def cpu(cost: Cost) -> float:
    """Our CPU an event."""
    return cost.cpu_us


def database_cpu(cost: Cost) -> float:
    """The database's CPU an event."""
    return cost.database_cpu_us
