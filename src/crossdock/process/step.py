"""One step of a table machine: gate, row, evolve, actions; and what a fact without a row means (domain.md §3.1 steps
10, 11).

A process manager describes itself as a `Spec` (data and pure functions) and is a `TableMachine` around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition, FactClass
from crossdock.kernel.ids import fingerprint
from crossdock.process.calendars import after_working
from crossdock.process.effects import CloseCase, Effect, OpenCase, StartTimer, StopTimer
from crossdock.process.machine import KEEP, NEW, PRIOR, Decision, Guard, Row, find_row, index_rows
from crossdock.process.policy import Policy

ACTUAL = (FactClass.ACT, FactClass.COR, FactClass.RET)
HOLD_TTL = "hold_ttl_inflight"
NOTHING: tuple[Effect, ...] = ()
GRACES = ("gap_grace_wms", "tm_handover_grace", "gap_grace_pod")


class Instance(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What every machine's state begins with.

    `prior` is the state a `PRIOR` row returns to; `graced` are fingerprints of held facts whose grace is over.
    """

    state: str = NEW
    prior: str = ""
    graced: tuple[int, ...] = ()


I = TypeVar("I", bound=Instance)  # noqa: E741  (the one type variable of this module: an instance's state)

Action = Callable[[I, str, Fact, Policy], tuple[Effect, ...]]
Evolve = Callable[[I, Fact, Row], I]
Watch = Callable[[I, str, Fact, Policy], tuple[I | None, tuple[Effect, ...]]]
Gate = Callable[[I, str, str, Fact, Policy], Decision[I] | I | None]


class Conflict(msgspec.Struct, frozen=True):
    """A fact that contradicts a state: it escalates with this case, the state stays (§3.1 step 11)."""

    states: frozenset[str]
    code: str
    detail: str


class Spec(Generic[I]):
    """Everything that makes one process manager.

    Attributes:
        progress: how far each state is, to tell "not yet" from "already past".
        waits: for each fact type that may come too early, the timer that bounds its hold.
        conflicts: for each fact type, the states it contradicts.
        watches: facts that move no state but are remembered or answered.
        gate: looked at before the table: a decision of its own ends the step, a state is what the fact taught already
        and the table goes on from it.
    """

    def __init__(  # noqa: PLR0913  (a description: every part is named)
        self,
        *,
        name: str,
        per_group: bool,
        blank: I,
        rows: tuple[Row, ...],
        guards: Mapping[str, Guard[I]],
        actions: Mapping[str, Action[I]],
        evolve: Evolve[I],
        progress: Mapping[str, int],
        waits: Mapping[str, str],
        conflicts: Mapping[str, Conflict],
        watches: Mapping[str, Watch[I]],
        gate: Gate[I],
        physical: frozenset[str] = frozenset(),
    ) -> None:
        self.name = name
        self.per_group = per_group
        self.blank = blank
        self.rows = rows
        self.guards = guards
        self.actions = actions
        self.evolve = evolve
        self.progress = progress
        self.waits = waits
        self.conflicts = conflicts
        self.watches = watches
        self.gate = gate
        self.physical = physical


class TableMachine(Generic[I]):
    """A `process.machine.Machine` made of a `Spec`."""

    def __init__(self, spec: Spec[I]) -> None:
        self.spec = spec
        self.name = spec.name
        self.per_group = spec.per_group
        self.state_type: type[I] = type(spec.blank)
        self._index = index_rows(spec.rows)
        self._graces = frozenset(timer for timer in (*spec.waits.values(), *GRACES, HOLD_TTL) if timer)
        graces = {f"timer:{timer}" for timer in (*spec.waits.values(), *GRACES) if timer}
        self.listens = frozenset(self._index) | frozenset(spec.watches) | frozenset(spec.waits) | frozenset(graces)
        # Rows that need the grace to be over are no reason to think a fact has come in time.
        self._last = {
            trigger: max(spec.progress[source] for source, rows in sources.items() if not _all_graced(rows))
            for trigger, sources in self._index.items()
        }

    def label(self, state: I) -> str:
        """The machine's state name."""
        return state.state

    def decide(self, state: I | None, key: str, trigger: str, fact: Fact, policy: Policy) -> Decision[I]:
        """One step. Pure: the same state, fact and policy give the same decision."""
        spec = self.spec
        current = spec.blank if state is None else state
        gated = spec.gate(current, key, trigger, fact, policy)
        if isinstance(gated, Decision):
            return gated
        if gated is not None:
            current = gated
        if trigger in spec.physical and fact.cls not in ACTUAL:
            return Decision(Disposition.RECORD, reason=f"{fact.cls} statements do not move what is physical")
        row = find_row(self._index, trigger, current.state, spec.guards, current, fact, policy)
        if row is None:
            return self._without_row(current, gated, key, trigger, fact, policy)
        after = spec.evolve(current, fact, row)
        effects: list[Effect] = []
        for action in row.actions:
            effects += spec.actions[action](after, key, fact, policy)
        if current.graced and is_graced(current, fact):
            effects.append(CloseCase("INT-03", key, fact.key))
        return Decision(Disposition.APPLY, row.id, current.state, after.state, after, tuple(effects))

    def candidates(self, state: I | None, key: str, trigger: str, fact: Fact, policy: Policy) -> tuple[Row, ...]:
        """See `process.machine.Explains`."""
        current = self.spec.blank if state is None else state
        gated = self.spec.gate(current, key, trigger, fact, policy)
        if isinstance(gated, Decision):
            return ()
        return self._index.get(trigger, {}).get((gated or current).state, ())

    def _without_row(
        self, current: I, taught: I | None, key: str, trigger: str, fact: Fact, policy: Policy
    ) -> Decision[I]:
        spec = self.spec
        if trigger.startswith("timer:") and trigger[6:] in self._graces:
            return grace_over(current, key, trigger[6:], fact)
        conflict = spec.conflicts.get(trigger)
        if conflict is not None and current.state in conflict.states:
            case = OpenCase(
                conflict.code,
                key,
                f"{fact.source.instance}: {fact.type} while {current.state}: {conflict.detail}",
                fact.key,
            )
            return Decision(Disposition.ESCALATE, effects=(case,), reason=conflict.detail)
        if taught is None and trigger in spec.waits and self._is_early(current, trigger):
            return hold(current, key, spec.waits[trigger], fact, policy)
        watch = spec.watches.get(trigger)
        changed, effects = taught, NOTHING
        if watch is not None and current.state != NEW:
            watched, effects = watch(current, key, fact, policy)
            changed = watched if watched is not None else taught
        if changed is not None or effects:
            return Decision(
                Disposition.APPLY, before=current.state, after=current.state, state=changed, effects=effects
            )
        return Decision(Disposition.RECORD, reason=f"{current.state or 'not created'}: nothing left to move")

    def _is_early(self, current: I, trigger: str) -> bool:
        if current.state == NEW:
            return True
        return self.spec.progress[current.state] < self._last.get(trigger, -1)


def _all_graced(rows: tuple[Row, ...]) -> bool:
    return all(row.guard.endswith("graced") for row in rows)


def grace_over(current: I, key: str, timer: str, fact: Fact) -> Decision[I]:
    """The wait of a held fact has run out: it is taken as it is; what nobody sent in time is a case (INT-03)."""
    about = str(getattr(fact.payload, "about", ""))
    effects: tuple[Effect, ...] = ()
    if timer == HOLD_TTL:
        detail = f"{about} has waited {timer} for what must come before it: ask its owner for the missing message"
        effects = (OpenCase("INT-03", key, detail, about),)
    graced = msgspec.structs.replace(current, graced=(*current.graced, fingerprint(about)))
    return Decision(Disposition.APPLY, before=current.state, after=current.state, state=graced, effects=effects)


def is_graced(state: Instance, fact: Fact) -> bool:
    """Whether the time this fact had to wait for its predecessors is over."""
    return bool(state.graced) and fingerprint(fact.key) in state.graced


def hold(state: I, key: str, timer: str, fact: Fact, policy: Policy) -> Decision[I]:
    """Keep a fact until what must come before it is here, with the timer that bounds the wait (once)."""
    reason = f"{fact.type} came while {key} was {state.state or 'not created yet'}: it waits for what comes before it"
    if is_graced(state, fact):
        return Decision(Disposition.HOLD, reason=reason)
    wait = StartTimer(timer, key, latest(fact) + seconds(policy, timer), about=fact.key)
    return Decision(Disposition.HOLD, effects=(wait,), reason=reason)


def latest(fact: Fact) -> datetime:
    """From when a wait for an answer counts: when we knew; of what lies ahead by its nature, when it happens.

    A wait must not end before the fact that began it, which no actual stands later than its receipt for (`placed_at`).
    """
    return fact.received_at if fact.cls is FactClass.ACT else max(fact.received_at, fact.at)


def seconds(policy: Policy, timer: str) -> timedelta:
    """How long this timer of the policy runs."""
    duration: int = getattr(policy.timers, timer)
    return timedelta(seconds=duration)


def deadline(policy: Policy, timer: str, key: str, fact: Fact) -> datetime:
    """When a timer of the policy that begins with this fact ends: after so much working time of whom it waits for,
    where that has a calendar (domain.md §9.1), else by the clock.

    Args:
        key: the instance, which names its warehouse.
    """
    return after_working(latest(fact), seconds(policy, timer), policy.calendar_of(timer, key))


def start(timer: str) -> Action[Instance]:
    """An action that starts a timer of the policy, counted from when the fact reached us."""

    def run(state: Instance, key: str, fact: Fact, policy: Policy) -> tuple[Effect, ...]:
        return (StartTimer(timer, key, deadline(policy, timer, key, fact)),)

    return run


def stop(*timers: str) -> Action[Instance]:
    """An action that stops timers."""

    def run(state: Instance, key: str, fact: Fact, policy: Policy) -> tuple[Effect, ...]:
        return tuple(StopTimer(timer, key) for timer in timers)

    return run


def answered(timer: str) -> Action[Instance]:
    """An action that stops a timer whose end was a case of silence: whenever the answer comes, it ends that case."""

    def run(state: Instance, key: str, fact: Fact, policy: Policy) -> tuple[Effect, ...]:
        return (StopTimer(timer, key), CloseCase("INT-06", key))

    return run


def raise_case(code: str, detail: str) -> Action[Instance]:
    """An action that opens a case about the instance."""

    def run(state: Instance, key: str, fact: Fact, policy: Policy) -> tuple[Effect, ...]:
        return (OpenCase(code, key, detail),)

    return run


def close_cases(*codes: str) -> Action[Instance]:
    """An action that closes cases about the instance: this fact is the proof."""

    def run(state: Instance, key: str, fact: Fact, policy: Policy) -> tuple[Effect, ...]:
        return tuple(CloseCase(code, key) for code in codes)

    return run


def entered(state: Instance, row: Row) -> tuple[str, str]:
    """The state a row enters and what to remember as prior."""
    if row.target == KEEP:
        return state.state, state.prior
    if row.target == PRIOR:
        return state.prior, state.state
    return row.target, state.state
