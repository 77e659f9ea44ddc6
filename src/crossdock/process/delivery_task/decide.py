"""Guards and actions of DT by the names its table uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference
from crossdock.canonical.events.last_mile import AttemptResult, DeliveryAttempted, RunCancelled
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.authority import refusal
from crossdock.process.delivery_task.state import TaskState
from crossdock.process.effects import Derive, Effect, OpenCase
from crossdock.process.machine import NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.step import Action, Watch, is_graced, start, stop

ABSENT: Decision[TaskState] = Decision(Disposition.RECORD, reason="no delivery task: not on our own fleet")


def gate(state: TaskState, key: str, trigger: str, fact: Fact, policy: Policy) -> Decision[TaskState] | None:
    """A carrier or the TMS cannot speak about a task of ours; without a task there is nothing to say (carrier legs)."""
    if state.state == NEW and trigger != "cmd:create_delivery_task":
        return ABSENT
    if fact.source.system is Role.CAR:
        return cast(
            "Decision[TaskState]", refusal(key, fact, "a carrier cannot speak about our own vehicle's leg (OW-07)")
        )
    return None


def graced(state: TaskState, fact: Fact, policy: Policy) -> bool:
    """The time to wait for what should have come before is over."""
    return is_graced(state, fact)


def failed(state: TaskState, fact: Fact, policy: Policy) -> bool:
    """Nobody got anything."""
    return cast(DeliveryAttempted, fact.payload).result is AttemptResult.FAILED


def succeeded(state: TaskState, fact: Fact, policy: Policy) -> bool:
    """All or part was taken."""
    return cast(DeliveryAttempted, fact.payload).result in (AttemptResult.SUCCESS, AttemptResult.PARTIAL)


def refused(state: TaskState, fact: Fact, policy: Policy) -> bool:
    """The consignee would not take it."""
    return cast(DeliveryAttempted, fact.payload).result is AttemptResult.REFUSED


def attempts_exhausted(state: TaskState, fact: Fact, policy: Policy) -> bool:
    """No attempt is left: the goods are back at the depot."""
    return len(state.failed) >= policy.max_attempts


def of_its_run(state: TaskState, fact: Fact, policy: Policy) -> bool:
    """It is said of the run the task is on, not of one it was taken from."""
    return cast(RunCancelled, fact.payload).run_id in ("", state.run)


GUARDS = {guard.__name__: guard for guard in (graced, failed, succeeded, refused, attempts_exhausted, of_its_run)}


def run_incomplete(state: TaskState, key: str, fact: Fact, policy: Policy) -> tuple[Effect, ...]:
    """The run ended with the goods already on the vehicle."""
    if state.prior != "OUT":
        return ()
    return (OpenCase("TRN-13", key, "the run was cancelled with the task on the vehicle: plan it on the next run"),)


def tell_run(state: TaskState, key: str, fact: Fact, policy: Policy) -> tuple[Effect, ...]:
    """The run counts the outcomes of its tasks."""
    if not state.run:
        return ()
    return (
        Derive(fact.type, fact.subject, cast(Payload, fact.payload), to=(Reference("run", state.run),), copied=True),
    )


def live(state: TaskState, key: str, fact: Fact, policy: Policy) -> tuple[TaskState | None, tuple[Effect, ...]]:
    """The device of its driver is on line."""
    out = state.state == "OUT" and fact.source.system is Role.LMD
    return None, tell_run(state, key, fact, policy) if out else ()


WATCHES: Mapping[str, Watch[TaskState]] = {"shipment.eta_changed": live}

ACTIONS: Mapping[str, Action[TaskState]] = {
    "+tm_plan": start("tm_plan"),
    "-tm_plan": stop("tm_plan"),
    "run_incomplete": run_incomplete,
    "tell_run": tell_run,
}
