"""Pages over a million orders, first by themselves, then while facts come in at half of what the hub can take.

    python -m crossdock.bench.pages --orders 1000000 --events 15

Everything is filled once, in bulk. By themselves pages are asked in this process, so that what is told is server time.
Then `crossdock.bench.beside` goes on with a serving role of its own; `--rounds 0` leaves that out.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from crossdock.bench.beside import Size, beside
from crossdock.bench.loading import roles
from crossdock.bench.looks import fill, line_of, measure
from crossdock.bench.project import write_project
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import open_hub
from crossdock.bootstrap.project import read_project
from crossdock.postgres.migrate import migrate
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres


async def main(size: Size, looks: int) -> None:
    """Fill, ask, load, print."""
    with tempfile.TemporaryDirectory(prefix="crossdock-pages-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        project = read_project(write_project(folder / "project"), MANIFESTS, {})
        server = EmbeddedPostgres(project.data / "postgres")
        url = (await server.start()).url
        try:
            await migrate(url)
            async with open_hub(project, url) as hub:
                await fill(hub, size.orders, size.events)
                load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
                _print([f"{size.orders:,} orders, {size.orders * size.events:,} events; load {load} by themselves"])
                _print(line_of(one) for one in await measure(hub, size.orders, looks))
                if size.rounds:
                    async with roles(folder / "project", project.data, {"CROSSDOCK_POSTGRES__URL": url}) as (_, port):
                        _print(await beside(hub, folder / "project", port, size))
        finally:
            await server.stop()


def _print(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=15)
    parser.add_argument("--looks", type=int, default=40, help="at each page, by themselves")
    parser.add_argument("--seconds", type=float, default=60.0, help="of one round beside the pipeline")
    parser.add_argument("--rounds", type=int, default=4, help="of each kind, without and with readers")
    parser.add_argument("--reading", type=float, default=4.0, help="pages a second in a round with readers")
    given = parser.parse_args()
    size = Size(given.orders, given.events, given.seconds, given.rounds, given.reading)
    asyncio.run(main(size, given.looks))
