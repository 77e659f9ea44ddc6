"""`make bench-peers`: install the peers, play the trace on every side in turn, write the page with table and plot.

--rounds N     how often each side plays (3)
--share X      of the orders each side plays in a round (1.0; a look takes 0.1)
--only NAME    only this side; may be repeated
--install      install, and stop
--json FILE    write the figures there too
--render       make page and plot anew from the figures kept, and stop

A whole run writes docs/reference/peers.json and makes page and plot from it; a run of fewer rounds, orders or sides is
a look, and only prints.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks.peers import postgres
from benchmarks.peers.edi import measure_edi
from benchmarks.peers.figures import Figures, assemble
from benchmarks.peers.machine import HOST, Unavailable, free_port
from benchmarks.peers.page import KEPT, read_kept, write_pages
from benchmarks.peers.peer import Database
from benchmarks.peers.rounds import Run, as_json, say
from benchmarks.peers.sides import all_sides
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres

ROUNDS = 3


def options() -> argparse.Namespace:
    """From the command line."""
    parser = argparse.ArgumentParser(
        prog="make bench-peers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--render", action="store_true")
    return parser.parse_args()


async def measure(folder: Path, asked: argparse.Namespace) -> Figures:
    """One whole run."""
    port = free_port()
    engine = EmbeddedPostgres(folder / "postgres", settings=postgres.settings(port))
    info = await engine.start()
    try:
        database = Database(HOST, port, "postgres")
        run = Run(folder, database, info.pid)
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, run.stop)
        sides = [side for side in all_sides() if not asked.only or side.name in asked.only]
        await asyncio.to_thread(run.play, sides, asked.rounds, asked.share)
        durable = await asyncio.to_thread(postgres.durable, database)
        if run.stopped:
            raise SystemExit(130)
    finally:
        await engine.stop()
    edi = await asyncio.to_thread(measure_edi)
    return assemble(run, info.version, durable, edi)


def install() -> None:
    """Everything, so that a run only measures."""
    for side in all_sides():
        try:
            say(f"{side.title} {side.install()}")
        except Unavailable as reason:
            say(f"{side.title} cannot be had: {reason}")


def main() -> None:
    """Do what was asked."""
    asked = options()
    if asked.render:
        write_pages(read_kept())
        return
    if asked.install:
        install()
        return
    with tempfile.TemporaryDirectory(prefix="crossdock-peers-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        place.chmod(0o755)
        figures = asyncio.run(measure(place, asked))
    sys.stdout.write(as_json(figures).decode())
    if asked.json is not None:
        asked.json.write_bytes(as_json(figures))
    if asked.rounds >= ROUNDS and asked.share >= 1.0 and not asked.only:
        KEPT.write_bytes(as_json(figures))
        write_pages(figures)


if __name__ == "__main__":
    main()
