"""What a run found, as docs/reference/peers.json keeps it: each side's sessions, ratios to ours, what is missing."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from benchmarks.peers.edi import Edi
from benchmarks.peers.rounds import Line, Missing, Run
from benchmarks.peers.sides import OWN, OWN_HTTP

# Ours is to be so many times as fast, on the same trace in the same run.
GOALS: Mapping[str, float] = {
    "restate": 30.0,
    "dbos": 100.0,
    "eventsourcing_batch": 4.0,
    "eventsourcing_cached": 4.0,
    "n8n": 500.0,
}


class Goal(msgspec.Struct, frozen=True):
    """One goal: our facts a second over the peer's, in process and over HTTP; each the middle of the rounds."""

    name: str
    title: str
    goal: float
    in_process: float
    http_100: float
    cpu: float

    @property
    def met(self) -> bool:
        """By the pipeline in process."""
        return self.in_process >= self.goal

    @property
    def met_over_http(self) -> bool:
        """By the serving role."""
        return self.http_100 >= self.goal


class Figures(msgspec.Struct, frozen=True):
    """One run. `load` is the least and the most of the machine's load before a session."""

    measured: str
    cpus: int
    python: str
    postgres: str
    durable: dict[str, str]
    load: tuple[float, float]
    rounds: int
    sides: list[Line]
    missing: list[Missing]
    goals: list[Goal]
    edi: list[Edi]


def assemble(run: Run, postgres: str, durable: dict[str, str], edi: list[Edi]) -> Figures:
    """Of a run that has ended."""
    lines = [line for line in run.lines.values() if line.sessions]
    loads = [session.load for line in lines for session in line.sessions]
    return Figures(
        measured=datetime.now(UTC).date().isoformat(),
        cpus=os.cpu_count() or 1,
        python=platform.python_version(),
        postgres=postgres,
        durable=durable,
        load=(round(min(loads, default=0.0), 1), round(max(loads, default=0.0), 1)),
        rounds=max((len(line.sessions) for line in lines), default=0),
        sides=lines,
        missing=list(run.missing.values()),
        goals=reached(lines),
        edi=edi,
    )


def reached(lines: Sequence[Line]) -> list[Goal]:
    """Every goal whose sides all ran."""
    by_name = {line.name: line for line in lines}
    own, http = by_name.get(OWN), by_name.get(OWN_HTTP)
    if own is None or http is None:
        return []
    found = []
    for name, goal in GOALS.items():
        if (peer := by_name.get(name)) is not None:
            cpu = middle([session.cpu_us for session in peer.sessions]) / middle([one.cpu_us for one in own.sessions])
            ratios = (ratio(own, peer), ratio(http, peer), round(cpu, 1))
            found.append(Goal(name, peer.title, goal, *ratios))
    return found


def ratio(ours: Line, peer: Line) -> float:
    """The middle of the rounds' ratios, each of two sessions of the same round."""
    pairs = zip(ours.sessions, peer.sessions, strict=False)
    return round(middle([our.facts_per_s / other.facts_per_s for our, other in pairs]), 1)


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)
