"""How a delivery task's state follows from the rows taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.fleet import CreateDeliveryTask
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.last_mile import DeliveryAttempted, DeliveryRescheduled, RunPlanned
from crossdock.process.delivery_task.state import TaskState
from crossdock.process.machine import Row
from crossdock.process.step import entered

Learn = Callable[[TaskState, Fact], TaskState]


def evolve(state: TaskState, fact: Fact, row: Row) -> TaskState:
    """The state after a row: what the fact taught, and the state name it leads to."""
    learn = LEARN.get(row.id)
    learned = state if learn is None else learn(state, fact)
    after, prior = entered(state, row)
    return learned if after == state.state else replace(learned, state=after, prior=prior)


def _created(state: TaskState, fact: Fact) -> TaskState:
    task = cast(CreateDeliveryTask, fact.payload)
    return replace(state, shipment=task.shipment, attempt=task.attempt_no)


def _assigned(state: TaskState, fact: Fact) -> TaskState:
    run = cast(RunPlanned, fact.payload)
    task = next((task.task for task in run.tasks if task.shipment == state.shipment), state.task)
    return replace(state, run=run.run_id, task=task)


def _failed(state: TaskState, fact: Fact) -> TaskState:
    number = cast(DeliveryAttempted, fact.payload).attempt_no
    return state if number in state.failed else replace(state, failed=(*state.failed, number))


def _again(state: TaskState, fact: Fact) -> TaskState:
    return replace(state, attempt=cast(DeliveryRescheduled, fact.payload).attempt_no, run="")


def _unassigned(state: TaskState, fact: Fact) -> TaskState:
    return replace(state, run="")


LEARN: dict[str, Learn] = {
    "DT-01": _created,
    "DT-02": _assigned,
    "DT-05": _failed,
    "DT-06": _again,
    "DT-12": _unassigned,
}
