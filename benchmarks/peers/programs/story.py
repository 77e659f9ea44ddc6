"""The order-to-cash process as every peer plays it: which facts an order has, and which command is due when.

Read from order_to_cash.json, which the trace is made from as well. The commands of an order depend on the set of facts
that have come, never on their order, so that every peer ends alike however late or often a fact comes.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_DECLARED = json.loads((Path(__file__).parents[1] / "order_to_cash.json").read_text())
STEPS: tuple[str, ...] = tuple(_DECLARED["steps"])
COMMANDS: Mapping[str, frozenset[str]] = {name: frozenset(needs) for name, needs in _DECLARED["commands"].items()}
PAID = frozenset(STEPS)


class Fact(NamedTuple):
    """One line of the trace: whose order, which step, who says it, and the document as it came."""

    order: str
    step: str
    partner: str
    body: str


class Plan(NamedTuple):
    """What a program is told: the trace, where its peer listens, and how many facts may be under way at once."""

    trace: str
    at: Mapping[str, str]
    in_flight: int


def due(seen: Iterable[str], sent: Iterable[str]) -> list[str]:
    """Commands that these facts ask for and that are not sent, as declared."""
    known, done = frozenset(seen), frozenset(sent)
    return [name for name, needs in COMMANDS.items() if name not in done and needs <= known]


def read_plan() -> Plan:
    """The plan in the file that the command line names."""
    return Plan(**json.loads(Path(sys.argv[1]).read_text()))


def read_trace(path: str) -> list[Fact]:
    """All facts, in the order they arrive."""
    return [Fact(*json.loads(line)) for line in Path(path).read_text().splitlines()]


class Clock:
    """Times the block it holds, and tells the runner when it begins and ends, which measures the servers meanwhile."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.cpu_s = 0.0

    def __enter__(self) -> Clock:
        sys.stdout.write("begin\n")
        sys.stdout.flush()
        self._began, self._spent = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds, self.cpu_s = time.perf_counter() - self._began, time.process_time() - self._spent
        sys.stdout.write("end\n")
        sys.stdout.flush()


def tell(facts: int, clock: Clock, paid: int, commands: Sequence[tuple[str, str]]) -> None:
    """Print what came of it: `commands` are pairs of order and command, one for each time it was sent."""
    result = {
        "facts": facts,
        "seconds": clock.seconds,
        "cpu_s": clock.cpu_s,
        "paid": paid,
        "commands": dict(Counter(name for _, name in commands)),
        "doubled": len(commands) - len(set(commands)),
    }
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
