"""The console's pages while facts come in at half of what the hub can take, and what reading costs the taking.

    python -m crossdock.bench.beside --orders 200000 --events 15

A serving role takes facts and serves pages, as in production. What it can take is measured in a closed loop. Then
rounds with and without readers alternate: facts come at half of that in an open loop, one a request, and readers ask
one page after another at a rate of their own. Each is timed twice: from the instant it was asked until it was there
whole, which no server time exceeds, and from the instant it should have been asked, as its reader waits.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import httpx2
import msgspec

from crossdock.bench.client import Plan, Result
from crossdock.bench.loading import api_keys, load, roles
from crossdock.bench.looks import addresses, fill, line_of, sign_in, timed
from crossdock.bench.project import write_project
from crossdock.bench.trace import ORDERS_PER_LOAD
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import Hub, open_hub
from crossdock.bootstrap.project import read_project
from crossdock.postgres.migrate import migrate
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres

FACTS_PER_ORDER = 14
# Numbers no filled order has.
FRESH = 10_000_000
IN_FLIGHT = 64
READERS_MAX = 16
PAGE_TIMEOUT_S = 60.0


class Looks(msgspec.Struct, frozen=True):
    """Milliseconds of each look at one page: from its asking, and from when it should have been asked."""

    asked: list[float]
    planned: list[float]


Taken = dict[str, Looks]


class Size(msgspec.Struct, frozen=True):
    """How much is stored, how long a round of each kind is, how many there are, and pages asked a second."""

    orders: int
    events: int
    seconds: float
    rounds: int
    reading: float


class Round(msgspec.Struct, frozen=True):
    """Facts without and with readers."""

    alone: Result
    beside: Result


async def main(size: Size) -> None:
    """Fill, measure and print."""
    with tempfile.TemporaryDirectory(prefix="crossdock-beside-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        project = read_project(write_project(folder / "project"), MANIFESTS, {})
        server = EmbeddedPostgres(project.data / "postgres")
        url = (await server.start()).url
        try:
            await migrate(url)
            async with open_hub(project, url) as hub:
                await fill(hub, size.orders, size.events)
                environment = {"CROSSDOCK_POSTGRES__URL": url}
                async with roles(folder / "project", project.data, environment) as (_, port):
                    told = await beside(hub, folder / "project", port, size)
                    sys.stdout.write("\n".join(told) + "\n")
        finally:
            await server.stop()


async def beside(hub: Hub, project: Path, port: int, size: Size) -> list[str]:
    """What was measured, as lines for people; the serving role at `port` is of this hub."""
    feed = Facts(project, port, await api_keys(hub))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PAGE_TIMEOUT_S) as http:
        await sign_in(hub, http)
        paths = addresses(hub, size.orders)
        await _read_once(http, paths)
        await feed.send(ORDERS_PER_LOAD * 40)
        full = await feed.send(ORDERS_PER_LOAD * 200)
        half = full.events / full.seconds / 2
        orders = max(int(half * size.seconds / FACTS_PER_ORDER), ORDERS_PER_LOAD)
        taken = {page: Looks([], []) for page in paths}
        rounds = []
        for _ in range(size.rounds):
            alone = await feed.send(orders, rate=half)
            reading = asyncio.create_task(_read(http, paths, size.reading, taken))
            try:
                beside = await feed.send(orders, rate=half)
            finally:
                reading.cancel()
                with suppress(asyncio.CancelledError):
                    await reading
            rounds.append(Round(alone, beside))
    return _lines(size, half, rounds, taken)


class Facts:
    """Fresh orders told to a door, by a process of its own."""

    def __init__(self, project: Path, port: int, keys: dict[str, str]) -> None:
        self._project = project
        self._port = port
        self._keys = keys
        self._next = FRESH

    async def send(self, orders: int, rate: float = 0.0) -> Result:
        """At this rate of facts a second, or as fast as they are taken."""
        first = self._next
        self._next += orders + -orders % ORDERS_PER_LOAD
        plan = Plan("127.0.0.1", self._port, self._keys, orders, first, 1, 1, IN_FLIGHT, rate)
        return await load(self._project, plan)


async def _read_once(http: httpx2.AsyncClient, paths: Mapping[str, str]) -> None:
    """What a hub that has been up has warm."""
    for path in paths.values():
        (await http.get(path)).raise_for_status()


async def _read(http: httpx2.AsyncClient, paths: Mapping[str, str], rate: float, taken: Taken) -> None:
    """One page after another at `rate` a second until cancelled; whatever is late is late for whoever asked."""
    free = asyncio.Semaphore(READERS_MAX)

    async def ask(page: str, planned: float) -> None:
        async with free:
            asked = time.perf_counter()
            (await http.get(paths[page])).raise_for_status()
        ended = time.perf_counter()
        taken[page].asked.append((ended - asked) * 1000)
        taken[page].planned.append((ended - planned) * 1000)

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, page in enumerate(itertools.cycle(paths)):
            planned = started + number / rate
            await asyncio.sleep(max(planned - time.perf_counter(), 0))
            group.create_task(ask(page, planned))


def _lines(size: Size, half: float, rounds: Sequence[Round], taken: Taken) -> list[str]:
    load_of = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    ratio = statistics.median(_rate(one.beside) / _rate(one.alone) for one in rounds)
    alone, beside = [one.alone for one in rounds], [one.beside for one in rounds]
    waits = [f"p50 {_middle(one, 'p50_ms'):.1f} ms p99 {_middle(one, 'p99_ms'):.1f} ms" for one in (alone, beside)]
    return [
        f"{size.orders:,} orders, {size.orders * size.events:,} events; load {load_of} on {os.cpu_count()} cores",
        f"{half:.0f} facts a second, half of what was taken; {size.reading:g} pages a second; {len(rounds)} rounds",
        f"facts taken with readers ÷ without: {ratio:.3f}",
        f"a fact alone {waits[0]}, with readers {waits[1]}",
        *(
            f"{line_of(timed(page, some.asked))}   as waited for p95 {timed(page, some.planned).p95_ms:8.1f} ms   "
            f"{len(some.asked)} times"
            for page, some in taken.items()
            if some.asked
        ),
    ]


def _rate(result: Result) -> float:
    return result.events / result.seconds


def _middle(results: Sequence[Result], figure: str) -> float:
    return statistics.median(float(getattr(one, figure)) for one in results)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reading", type=float, default=4.0)
    given = parser.parse_args()
    asyncio.run(main(Size(given.orders, given.events, given.seconds, given.rounds, given.reading)))
