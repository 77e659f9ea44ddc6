"""One run: every side in turn, several rounds, each session started, played, checked and stopped."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
import psutil

from benchmarks.peers import postgres
from benchmarks.peers.machine import Unavailable, hidden
from benchmarks.peers.peer import Database, Side, Site
from benchmarks.peers.play import Played, play
from benchmarks.peers.programs.story import COMMANDS, Plan
from benchmarks.peers.trace import make_trace, write_trace

# Order numbers of one session never meet those of another.
ORDERS_PER_SESSION = 100_000


class Session(msgspec.Struct, frozen=True):
    """One side in one round. CPU in microseconds a fact, of all it runs; `load` is of the machine just before."""

    facts_per_s: float
    cpu_us: float
    load: float


class Missing(msgspec.Struct, frozen=True):
    """A side that could not run: what was tried and what came of it."""

    name: str
    title: str
    tried: str
    error: str


class Line(msgspec.Struct):
    """One side's figures, growing by the round."""

    name: str
    title: str
    version: str
    durability: str
    orders: int
    facts: int = 0
    sessions: list[Session] = []


class Run:
    """A run under way."""

    def __init__(self, folder: Path, database: Database, database_pid: int) -> None:
        self.lines: dict[str, Line] = {}
        self.missing: dict[str, Missing] = {}
        self._folder = folder
        self._database = database
        self._server = psutil.Process(database_pid)
        self._sessions = 0
        self.stopped = False

    def stop(self) -> None:
        """End the session under way, and begin no other; the servers end with their sessions."""
        self.stopped = True
        for child in psutil.Process().children():
            if child.pid != self._server.pid:
                child.terminate()

    def play(self, sides: Sequence[Side], rounds: int, share: float) -> None:
        """All rounds; a side that fails twice in one is missing from then on."""
        for side in sides:
            if not self.stopped:
                self._try(side, partial(self._prepare, side))
        for number in range(rounds):
            # Alternately forwards and backwards, so that nobody always follows the same one.
            for side in sides if number % 2 == 0 else sides[::-1]:
                if side.name not in self.missing and not self.stopped:
                    say(f"round {number + 1} of {rounds}: {side.title}")
                    self._try(side, partial(self._session, side, share))

    def _try(self, side: Side, work: Callable[[], None]) -> None:
        for last in (False, True):
            try:
                work()
            except Unavailable as reason:
                if self.stopped:
                    return
                say(f"{side.title} {'is left out' if last else 'is tried once more'}: {reason}")
                if last:
                    self.lines.pop(side.name, None)
                    self.missing[side.name] = Missing(side.name, side.title, hidden(reason.tried), hidden(reason.error))
            else:
                return

    def _prepare(self, side: Side) -> None:
        version = side.install()
        self.lines[side.name] = Line(side.name, side.title, version, side.durability, side.orders)
        side.prepare(self._site())

    def _site(self) -> Site:
        return Site(self._folder, self._database, self._sessions)

    def _session(self, side: Side, share: float) -> None:
        self._sessions += 1
        line = self.lines[side.name]
        line.orders = max(1, round(side.orders * share))
        first = self._sessions * ORDERS_PER_SESSION
        # The seed is the round's, not the side's: sides that play as many orders get the same arrivals.
        trace = make_trace(line.orders, seed=len(line.sessions) + 1, first=first)
        file, plan = self._folder / "trace.ndjson", self._folder / "plan.json"
        write_trace(file, trace)
        with side.running(self._site()) as started:
            plan.write_text(json.dumps(Plan(str(file), started.at, side.in_flight)._asdict()))
            postgres.settle(self._database)
            load = psutil.getloadavg()[0]
            settings = {name: value for name, value in started.at.items() if name.isupper()}
            played, spent = play([*side.program(), plan], settings, [self._server, *started.processes])
        check(side, played, len(trace), line.orders)
        line.facts = played.facts
        cpu_us = (spent + played.cpu_s) / played.facts * 1e6
        line.sessions.append(Session(played.facts / played.seconds, cpu_us, load))


def check(side: Side, played: Played, facts: int, orders: int) -> None:
    """Believe no speed before the answer is right.

    Raises:
        Unavailable: facts, paid orders or commands are not what the trace must give.
    """
    wanted = dict.fromkeys(COMMANDS, orders)
    found = {name: played.commands.get(name, 0) for name in COMMANDS}
    if (played.facts, played.paid, found, played.doubled) != (facts, orders, wanted, 0):
        raise Unavailable(side.name, f"its answer is wrong for {orders} orders: {played}")


def say(text: str) -> None:
    """To the person who asked."""
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


def as_json(value: msgspec.Struct) -> bytes:
    """For a file people read."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
