"""A fold that remembers how it came about: each step of each machine, what it began with and what it passed over."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import msgspec

from crossdock.app.fold.registry import Registry
from crossdock.app.fold.run import Run, Told, trigger_of
from crossdock.canonical.envelope import Fact
from crossdock.process.machine import Decision, Explains, Row
from crossdock.process.policy import Policy

# A log is at most 5,000 facts; this many steps is more than any of them makes.
STEPS_MAX = 50_000


class Step(NamedTuple):
    """One machine's answer to one fact: `told` came in, `fact` is it or something concluded from it."""

    told: Told
    fact: Fact
    machine: str
    decision: Decision[msgspec.Struct]
    before: msgspec.Struct | None
    after: msgspec.Struct | None
    candidates: tuple[Row, ...]
    policy: Policy


class Witness(Run):
    """A `Run` whose steps can be read afterwards; only steps that moved, told or held something are kept."""

    def __init__(self, ident: str, registry: Registry, policy: Policy) -> None:
        super().__init__(ident, registry, policy)
        self.steps: list[Step] = []

    def _take(
        self,
        told: Told,
        fact: Fact,
        name: str,
        decision: Decision[msgspec.Struct],
        queue: deque[tuple[Fact, str, tuple[str, ...]]],
    ) -> None:
        before = self.states.get(name)
        policy = self.policy_of(name.partition(":")[2], fact)
        super()._take(told, fact, name, decision, queue)
        if len(self.steps) < STEPS_MAX and (decision.state is not None or decision.effects or decision.reason):
            kind, _, group = name.partition(":")
            machine = self.registry.machine(kind)
            rows = (
                machine.candidates(before, self.key(group), trigger_of(fact), fact, policy)
                if isinstance(machine, Explains)
                else ()
            )
            self.steps.append(Step(told, fact, name, decision, before, self.states.get(name), rows, policy))
