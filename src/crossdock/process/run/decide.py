"""Guards and actions of RUN by the names its table uses, and what it remembers without moving."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.last_mile import (
    AttemptResult,
    DeliveryAttempted,
    DeliveryCompleted,
    RunCancelled,
    RunCompleted,
    RunDispatched,
    RunPlanned,
    RunTask,
    TaskOutcome,
)
from crossdock.kernel.instant import from_micros, micros
from crossdock.process.effects import CloseCase, Derive, Effect, OpenCase, StartTimer, StopTimer
from crossdock.process.machine import Decision, Row
from crossdock.process.policy import Policy
from crossdock.process.run.state import RunState
from crossdock.process.run.table import DISPATCHED
from crossdock.process.step import Action, Watch, entered, latest, seconds, start, stop

Effects = tuple[Effect, ...]
INCOMPLETE = "TRN-13"
SILENT = "run_silent_after"


def gate(state: RunState, key: str, trigger: str, fact: Fact, policy: Policy) -> Decision[RunState] | None:
    """Who may speak of a run is a matter of role."""
    return None


def newer_or_more(state: RunState, fact: Fact, policy: Policy) -> bool:
    """A plan that is not older than the one known."""
    return cast(RunPlanned, fact.payload).rev >= state.rev


GUARDS = {"newer_or_more": newer_or_more}


# -- state ------------------------------------------------------------------------------------------------------------


def evolve(state: RunState, fact: Fact, row: Row) -> RunState:
    """The state after a row: what the fact taught, and the state name it leads to."""
    after, prior = entered(state, row)
    learn = LEARN.get(fact.type)
    learned = state if learn is None else learn(state, fact)
    return learned if after == state.state else replace(learned, state=after, prior=prior)


def _planned(state: RunState, fact: Fact) -> RunState:
    plan = cast(RunPlanned, fact.payload)
    kept = {} if plan.rev > state.rev > 0 else state.tasks
    return replace(state, rev=plan.rev, tasks=kept | _tasks(plan.tasks), ends_us=max(state.ends_us, _end(plan.tasks)))


def _dispatched(state: RunState, fact: Fact) -> RunState:
    left = cast(RunDispatched, fact.payload)
    return replace(state, tasks=state.tasks | _tasks(left.tasks), ends_us=max(state.ends_us, _end(left.tasks)))


def _completed(state: RunState, fact: Fact) -> RunState:
    done = {one.task: one.result.value for one in cast(RunCompleted, fact.payload).outcomes if one.result is not None}
    return replace(state, done=state.done | done, closed=True)


LEARN: Mapping[str, Callable[[RunState, Fact], RunState]] = {
    "run.planned": _planned,
    "run.dispatched": _dispatched,
    "run.completed": _completed,
}


def _tasks(tasks: Iterable[RunTask]) -> dict[str, str]:
    return {task.task: task.shipment for task in tasks}


def _end(tasks: Iterable[RunTask]) -> int:
    return max((micros(task.eta) for task in tasks if task.eta is not None), default=0)


# -- telling tasks ----------------------------------------------------------------------------------------------------


def _tell(fact: Fact, task: str, shipment: str, payload: Payload) -> Derive:
    """What was said of the run, as said of this task alone."""
    about = ("shipment", shipment) if shipment else ("delivery_task", task)
    return Derive(fact.type, Subject(*about), payload, to=(Reference(*about),), copied=True)


def tell_tasks(state: RunState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Each task the statement names."""
    said = fact.payload
    assert isinstance(said, RunPlanned | RunDispatched)
    return tuple(_tell(fact, task.task, task.shipment, replace(said, run_id=key, tasks=(task,))) for task in said.tasks)


def tell_end(state: RunState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Each task of the run, with its outcome where the statement has one."""
    said = cast(RunCompleted, fact.payload)
    outcomes = {one.task: one for one in said.outcomes}
    shipments = state.tasks | {one.task: one.shipment for one in said.outcomes if one.shipment}
    return tuple(
        _tell(fact, task, shipment, replace(said, run_id=key, outcomes=(outcomes[task],) if task in outcomes else ()))
        for task, shipment in sorted(shipments.items())
    )


def tell_all(state: RunState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Every task without an outcome: its run is off."""
    said = cast(RunCancelled, fact.payload)
    named = {task.task: task.shipment for task in said.tasks} or state.tasks
    return tuple(
        _tell(fact, task, shipment, replace(said, run_id=key, tasks=()))
        for task, shipment in sorted(named.items())
        if task in state.open_tasks or task not in state.tasks
    )


# -- watching over it -------------------------------------------------------------------------------------------------


def overdue_at(state: RunState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The run ought to be over by its last stop and `tm_run`; by the usual length of a day where no stop has a time."""
    ends = from_micros(state.ends_us) if state.ends_us else latest(fact) + seconds(policy, "run_length")
    return (StartTimer("tm_run", key, max(ends, latest(fact)) + seconds(policy, "tm_run")),)


def overdue(state: RunState, key: str, fact: Fact, policy: Policy) -> tuple[RunState | None, Effects]:
    """It is not, and some of its tasks have no outcome."""
    if not state.open_tasks:
        return None, ()
    detail = f"the run is not over, and nobody has told the outcome of {', '.join(state.open_tasks)}: call the driver"
    return None, (OpenCase(INCOMPLETE, key, detail),)


def listen(state: RunState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The driver's device says where it is: silent for longer than `run_silent_after` from now, it is off line.

    A platform that tells outcomes only never starts this clock: between two doors an hour may pass.
    """
    due = latest(fact) + timedelta(seconds=policy.transport.run_silent_after)
    return (StartTimer(SILENT, key, due), CloseCase(INCOMPLETE, key, SILENT))


def silent(state: RunState, key: str, fact: Fact, policy: Policy) -> tuple[RunState | None, Effects]:
    """Nothing was heard of it, and it has work left."""
    if state.state != DISPATCHED or not (state.open_tasks or not state.tasks):
        return None, ()
    minutes = policy.transport.run_silent_after // 60
    detail = f"out, and nothing heard of it for {minutes} min: call the driver"
    return None, (OpenCase(INCOMPLETE, key, detail, SILENT),)


def heard(state: RunState, key: str, fact: Fact, policy: Policy) -> tuple[RunState | None, Effects]:
    """A live sign of the device."""
    return None, listen(state, key, fact, policy) if state.state == DISPATCHED else ()


def left_open(state: RunState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Tasks the platform itself calls open at the end of the run, at once; when all are told of, it is complete."""
    outcomes: tuple[TaskOutcome, ...] = cast(RunCompleted, fact.payload).outcomes
    silent = [one.task for one in outcomes if one.result is None and one.task in state.open_tasks]
    if silent:
        return (_incomplete(key, silent),)
    return _complete(state, key)


def unaccounted(state: RunState, key: str, fact: Fact, policy: Policy) -> tuple[RunState | None, Effects]:
    """Tasks nobody has told of some time after the run was over."""
    return None, (_incomplete(key, state.open_tasks),) if state.open_tasks else ()


def _incomplete(key: str, tasks: Iterable[str]) -> OpenCase:
    return OpenCase(INCOMPLETE, key, f"the run is over without an outcome of {', '.join(tasks)}: plan them again")


def _complete(state: RunState, key: str) -> Effects:
    return () if state.open_tasks else (CloseCase(INCOMPLETE, key),)


def remember_outcome(state: RunState, key: str, fact: Fact, policy: Policy) -> tuple[RunState | None, Effects]:
    """What a task says of its attempt, told by the task."""
    said = fact.payload
    assert isinstance(said, DeliveryCompleted | DeliveryAttempted)
    result = said.result if isinstance(said, DeliveryAttempted) else AttemptResult.SUCCESS
    names = {said.task, fact.subject.id} & {*state.tasks, *state.tasks.values()}
    if not names:
        return None, ()
    learned = replace(state, done=state.done | dict.fromkeys(sorted(names), result.value))
    return learned, (*_complete(learned, key), *_heard_out(state, key, fact, policy))


def _heard_out(state: RunState, key: str, fact: Fact, policy: Policy) -> Effects:
    return (StopTimer(SILENT, key), CloseCase(INCOMPLETE, key, SILENT))


WATCHES: Mapping[str, Watch[RunState]] = {
    "delivery.completed": remember_outcome,
    "delivery.attempted": remember_outcome,
    "delivery.arrived": heard,
    "shipment.eta_changed": heard,
    f"timer:{SILENT}": silent,
    "timer:tm_run": overdue,
    "timer:tm_run_account": unaccounted,
}

ACTIONS: Mapping[str, Action[RunState]] = {
    "tell_tasks": tell_tasks,
    "tell_all": tell_all,
    "tell_end": tell_end,
    "+tm_run": overdue_at,
    "-tm_run": stop("tm_run"),
    "+account": start("tm_run_account"),
    "-silence": _heard_out,
    "left_open": left_open,
}
