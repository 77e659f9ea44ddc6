"""A dossier as checks read it: the states of its process managers as they were known at one instant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from crossdock.app.fold.dossier import Timer, unpack
from crossdock.app.fold.passes import fold_all
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.run import Run
from crossdock.app.history import Folded, facts_of
from crossdock.canonical.envelope import Fact
from crossdock.kernel.instant import from_micros
from crossdock.ports.store import DossierRow
from crossdock.ports.views import EventView
from crossdock.process.policy import Policy

S = TypeVar("S", bound=msgspec.Struct)


class Dossier(msgspec.Struct, frozen=True):
    """What one dossier says at `at`.

    Attributes:
        states: by process manager and group (`ORD`, `FO:WH-NL1/1`). `timers`: those that run.
        since: when the last of its facts happened. `served`: the headline as stored now. `facts`: its log, where asked.
    """

    id: int
    ident: str
    at: datetime
    states: Mapping[str, msgspec.Struct]
    timers: Sequence[Timer]
    policy: Policy
    since: datetime | None = None
    label: str = ""
    served: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def number(self) -> str:
        """Its own number: `SO-1` of `order||SO-1`."""
        return self.ident.rpartition("||")[2]

    def one(self, machine: str, kind: type[S]) -> S | None:
        """The state of a process manager there is one of."""
        state = self.states.get(machine)
        return state if isinstance(state, kind) else None

    def groups(self, machine: str, kind: type[S]) -> Iterator[tuple[str, S]]:
        """The states of one there is for each warehouse release, by group (`WH-NL1/1`)."""
        for name, state in sorted(self.states.items()):
            if name.startswith(f"{machine}:") and isinstance(state, kind):
                yield name.partition(":")[2], state

    def due(self, timer: str, scope: str = "") -> datetime | None:
        """When a timer rings, of any scope where none is named; `None` when none runs."""
        dues = [one.due_us for one in self.timers if one.name == timer and scope in ("", one.scope)]
        return from_micros(min(dues)) if dues else None


def stored(row: DossierRow, registries: Mapping[str, Registry], policy: Policy, at: datetime) -> Dossier:
    """The dossier as it stands."""
    registry = registries[row.ident.partition("|")[0]]
    state = unpack(row.state)
    states = {
        name: registry.unpack(registry.machine(name.partition(":")[0]), packed)
        for name, packed in state.machines.items()
    }
    since = from_micros(state.frontier[0]) if state.frontier[0] else None
    return Dossier(row.id, row.ident, at, states, state.timers, policy, since, row.label, row.label)


def rebuilt(
    row: DossierRow,
    events: Sequence[EventView],
    registries: Mapping[str, Registry],
    policy: Policy,
    at: datetime,
) -> Dossier | None:
    """The dossier folded from what had been recorded by `at`; `None` when that was nothing, or cannot be folded.

    A log that cannot be folded is a break of RC-27, not of every check.
    """
    told = facts_of(row.id, [event for event in events if event.recorded <= at])
    if not told:
        return None
    run = Run(row.ident, registries[row.ident.partition("|")[0]], policy)
    if fold_all(run, told) is not None:
        return None
    return of_fold(Folded(row, run, told), policy, at)


def of_fold(folded: Folded, policy: Policy, at: datetime) -> Dossier:
    """The dossier as a fold left it."""
    row, run, told = folded
    timers = list(run.timers.values())
    facts = tuple(one.fact for one in told)
    since = from_micros(told[-1].where.at_us)
    return Dossier(row.id, row.ident, at, dict(run.states), timers, policy, since, run.label(), row.label, facts)
