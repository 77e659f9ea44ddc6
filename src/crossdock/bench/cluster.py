"""`crossdock bench --cluster`: the queued mode against the sync mode, on three log servers and a database with standby.

Everything runs on the one machine: three log servers, two databases, a door, two workers and the client share its
cores, and the sync mode has the log servers idle beside it. Rounds of all sides alternate; every commit waits for the
standby.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from crossdock.bench.checked import check_commands
from crossdock.bench.client import Plan, Result
from crossdock.bench.loading import POLL_S, api_keys, load, roles
from crossdock.bench.pipeline import run_raw
from crossdock.bench.project import write_project
from crossdock.bench.trace import Told, history
from crossdock.bootstrap.clustered.database_pair import DatabasePair
from crossdock.bootstrap.clustered.log_servers import SERVERS, LogServers
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import Hub, open_hub
from crossdock.bootstrap.log import connected, prepare_log
from crossdock.bootstrap.project import read_project
from crossdock.canonical.vocabulary import Priority
from crossdock.jetstream.backbone import JetStreamBackbone
from crossdock.postgres import bench as sql
from crossdock.postgres.migrate import migrate
from crossdock.runtime.supervisor import Supervisor

WORKERS = ("work-1", "work-2")
SYNC, QUEUED = "?mode=sync", "?mode=queued"
BATCH, BATCH_LANES, SINGLE_LANES = 100, 8, 64


class ClusterSize(msgspec.Struct, frozen=True):
    """How much one run does."""

    rounds: int = 3
    orders: int = 600


QUICK = ClusterSize(rounds=1, orders=150)


@dataclass
class Rates:
    """Events a second, as they come in."""

    raw_two: list[float] = field(default_factory=list)
    two_workers: list[float] = field(default_factory=list)
    sync_100: list[float] = field(default_factory=list)
    queued_100: list[float] = field(default_factory=list)
    sync_1: list[float] = field(default_factory=list)
    queued_1: list[float] = field(default_factory=list)


async def measure_cluster(folder: Path, size: ClusterSize) -> dict[str, object]:
    """One whole run on fresh clusters."""
    written = write_project(folder / "project")
    database, servers = DatabasePair(folder / "database"), LogServers(folder / "log-servers")
    try:
        await asyncio.gather(database.start(), servers.start())
        postgres_url, nats_url = database.url(database.primary), ",".join(map(servers.url, servers.names))
        await migrate(postgres_url)
        await prepare_log(nats_url, SERVERS)
        project = read_project(written, MANIFESTS)
        environment = {"CROSSDOCK_POSTGRES__URL": postgres_url, "CROSSDOCK_NATS__URL": nats_url}
        async with (
            open_hub(project, postgres_url) as hub,
            connected(nats_url) as log,
            roles(written, project.data, environment, ("serve", *WORKERS)) as (supervisor, port),
        ):
            return await ClusterBench(hub, log, supervisor, port, written).report(size)
    finally:
        await asyncio.gather(servers.stop(), database.stop())


class ClusterBench:
    """One run."""

    def __init__(self, hub: Hub, log: JetStreamBackbone, supervisor: Supervisor, port: int, project: Path) -> None:
        self._hub = hub
        self._log = log
        self._supervisor = supervisor
        self._port = port
        self._project = project
        self._keys: dict[str, str] = {}
        self._rates = Rates()
        self._next_order = 1
        self._seed = 1

    async def report(self, size: ClusterSize) -> dict[str, object]:
        """Everything, alternating; the first round of the door is not counted."""
        await sql.prepare_raw(self._hub.pool)
        self._keys = await api_keys(self._hub)
        await self._queued(size.orders // 5, BATCH, BATCH_LANES)
        for _ in range(size.rounds):
            rates = self._rates
            rates.raw_two.append(await self._raw(size.orders))
            rates.sync_100.append(rate(await self._load(size.orders, BATCH, BATCH_LANES, SYNC)))
            rates.queued_100.append(await self._queued(size.orders, BATCH, BATCH_LANES))
            rates.two_workers.append(await self._two_workers(size.orders))
            rates.sync_1.append(rate(await self._load(size.orders // 2, 1, SINGLE_LANES, SYNC)))
            rates.queued_1.append(await self._queued(size.orders // 2, 1, SINGLE_LANES))
        found, keys = await sql.commands(self._hub.pool)
        check_commands(found, keys, await sql.finished_orders(self._hub.pool, "%"))
        return summary(self._rates)

    async def _raw(self, orders: int) -> float:
        """The raw durable insert over two connections."""
        told = history(orders, seed=self._seed, first=self._next_order)
        await sql.settle(self._hub.pool)
        halves: Sequence[list[Told]] = (told[::2], told[1::2])
        started = time.perf_counter()
        await asyncio.gather(*(run_raw(self._hub.pool, half) for half in halves))
        return len(told) / (time.perf_counter() - started)

    async def _queued(self, orders: int, per_request: int, in_flight: int) -> float:
        """From the first byte sent until the workers have committed the last."""
        result = await self._load(orders, per_request, in_flight, QUEUED)
        await self._drained()
        return result.events / (time.time() - result.began)

    async def _two_workers(self, orders: int) -> float:
        """What both workers take out of a log that was filled while they stood still."""
        self._signal(signal.SIGSTOP)
        try:
            result = await self._load(orders, BATCH, BATCH_LANES, QUEUED)
        finally:
            self._signal(signal.SIGCONT)
        started = time.perf_counter()
        await self._drained()
        return result.events / (time.perf_counter() - started)

    async def _load(self, orders: int, per_request: int, in_flight: int, query: str) -> Result:
        first = self._next_order
        self._next_order += orders + (-orders) % 5
        self._seed += 1
        await sql.settle(self._hub.pool)
        plan = Plan("127.0.0.1", self._port, self._keys, orders, first, self._seed, per_request, in_flight, query=query)
        return await load(self._project, plan)

    async def _drained(self) -> None:
        """Wait until every lane is empty: what was acknowledged is committed."""
        while True:
            standing = [await self._log.standing(lane) for lane in Priority]
            if not any(one.waiting or one.under_way for one in standing):
                return
            await asyncio.sleep(POLL_S)

    def _signal(self, number: signal.Signals) -> None:
        for name in WORKERS:
            os.kill(self._supervisor.pids[name], number)


def summary(rates: Rates) -> dict[str, object]:
    """The ratios that are goals, and what they were made of."""
    middle = {name: statistics.median(values) for name, values in vars(rates).items()}
    return {
        "queued_to_sync": {
            "http_100": round(middle["queued_100"] / middle["sync_100"], 3),
            "http_1": round(middle["queued_1"] / middle["sync_1"], 3),
        },
        "two_workers_to_raw_two_connections": round(middle["two_workers"] / middle["raw_two"], 3),
        "events_per_s": {
            name: {"median": round(middle[name]), "min": round(min(values)), "max": round(max(values))}
            for name, values in vars(rates).items()
        },
    }


def rate(result: Result) -> float:
    """Events a second, as the client saw them answered."""
    return result.events / result.seconds
