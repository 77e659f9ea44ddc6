"""The shared shape of all process managers: a table of transitions as data, and one way to look a row up in it.

A process manager is a `Machine`: a name, the facts it listens to, and `decide`. `decide` is a pure function of its own
state, one fact and the policy; it never sees another machine. The fold (`app.fold`) offers each fact to every machine
that listens, in canonical order, and again while it is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, Protocol, TypeVar, runtime_checkable

import msgspec

from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.effects import Effect
from crossdock.process.policy import Policy

S = TypeVar("S", bound="msgspec.Struct")
S_co = TypeVar("S_co", bound="msgspec.Struct", covariant=True)
S_contra = TypeVar("S_contra", bound="msgspec.Struct", contravariant=True)

NEW = ""
KEEP = "="
PRIOR = "prior"


class Row(msgspec.Struct, frozen=True):
    """One row of a transition table of domain.md §3.

    Attributes:
        id: the row's id there, `FO-16`.
        sources: the states it leaves; `NEW` is "does not exist yet".
        trigger: a fact type, `cmd:<command>` for a command of ours, or `timer:<name>` for an elapsed timer.
        target: the state it enters, `KEEP`, or `PRIOR` for the state remembered before.
        guard: name of a predicate in the machine's `GUARDS`; rows are tried in order, the first that passes is taken.
        actions: names of functions in the machine's `ACTIONS`, run in this order.
    """

    id: str
    sources: tuple[str, ...]
    trigger: str
    target: str
    guard: str = ""
    actions: tuple[str, ...] = ()


class Decision(msgspec.Struct, Generic[S], frozen=True, gc=False):
    """What one machine makes of one fact.

    `state` is the state after, `None` when unchanged. `row` is the transition taken, empty when none. A HOLD says in
    `reason` what it waits for; a HOLD may carry effects (the grace timer that will end it), asked for anew each time.
    """

    disposition: Disposition
    row: str = ""
    before: str = ""
    after: str = ""
    state: S | None = None
    effects: tuple[Effect, ...] = ()
    reason: str = ""


class Machine(Protocol[S]):
    """A process manager as the fold sees it.

    Attributes:
        name: `ORD`, `FO`, `SHP`, `LD`.
        listens: fact types and triggers (`cmd:…`, `timer:…`) it wants to be offered.
        per_group: one instance a group (`<warehouse>/<release_no>`) of the dossier, or one for the whole dossier.
        state_type: the struct its state is packed as.
    """

    name: str
    listens: frozenset[str]
    per_group: bool
    state_type: type[S]

    def decide(self, state: S | None, key: str, trigger: str, fact: Fact, policy: Policy) -> Decision[S]:
        """Decide on one fact. `key` is the instance: the dossier's ident, or `<order_no>/<group>`."""

    def label(self, state: S) -> str:
        """The machine's state name, for headlines and transitions."""


@runtime_checkable
class Explains(Protocol[S_contra]):
    """A machine whose rows can be asked for, to tell what else it might have done."""

    def candidates(self, state: S_contra | None, key: str, trigger: str, fact: Fact, policy: Policy) -> tuple[Row, ...]:
        """The rows for this trigger in this state, in the order in which they are tried; empty if none was asked."""


Index = Mapping[str, Mapping[str, tuple[Row, ...]]]


def index_rows(rows: Iterable[Row]) -> Index:
    """Rows by trigger, then by source state, in table order."""
    index: dict[str, dict[str, tuple[Row, ...]]] = {}
    for row in rows:
        by_source = index.setdefault(row.trigger, {})
        for source in row.sources:
            by_source[source] = (*by_source.get(source, ()), row)
    return index


Guard = Callable[[S, Fact, Policy], bool]


def find_row(
    index: Index, trigger: str, source: str, guards: Mapping[str, Guard[S]], state: S, fact: Fact, policy: Policy
) -> Row | None:
    """The first row for this trigger and state whose guard passes."""
    for row in index.get(trigger, {}).get(source, ()):
        if not row.guard or guards[row.guard](state, fact, policy):
            return row
    return None
