"""Last-mile webhooks in: `{eventId, triggerName, time, task}`, time in epoch milliseconds.

Source: Crossdock generic last-mile dialect 1; meanings per domain.md §2.5; the success flag decides (D-21).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import last_mile as say
from crossdock.canonical.events.tracking import ShipmentEtaChanged
from crossdock.canonical.parts import DeliveredLine
from crossdock.canonical.vocabulary import FactClass
from crossdock.connectors.last_mile_json import codes, wire
from crossdock.kernel.codec import check_decimal, decode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Window, from_epoch
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import Decoded, IntakeContext
from crossdock.ports.fields import Unmapped
from crossdock.ports.statements import Statement, reference, refused, write_down

_hooks = msgspec.json.Decoder(wire.Hook)
T = TypeVar("T")


class Inbound:
    """One webhook, one fact."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            hook = decode_json(body, _hooks)
            read = TRIGGERS.get(hook.trigger_name)
            if read is None:
                raise Unmapped(f"trigger {hook.trigger_name} is not in our list: map it", where="$.triggerName")
            said = read(hook.task, instant(hook.time))
        except Unmapped as error:
            return refused("MDM-03", error)
        except Rejected as error:
            return refused("INT-02", error)
        known = hook.task.metadata
        refs = (*reference("shipment", known.shipment_id), *reference("order", known.order_no))
        statement = Statement(
            said.fact, said.subject, instant(hook.time), said.payload, hook.event_id, refs, said.cls, raw=str(hook.time)
        )
        return Decoded(facts=[write_down(statement, context, hook.trigger_name)])


class Said(NamedTuple):
    """What a webhook says."""

    fact: str
    subject: Subject
    payload: msgspec.Struct
    cls: FactClass = FactClass.ACT


def instant(epoch: int) -> datetime:
    """The UTC instant of a count since 1970, exact: milliseconds, or seconds as some of these platforms send them
    (domain.md §4.4 TS-02)."""
    return from_epoch(epoch)


def _need(value: T | None, where: str, trigger: str) -> T:
    if value is None:
        raise Rejected(f"{trigger} needs {where}: send it", where=f"$.task.{where}")
    return value


def _run_tasks(task: wire.Task) -> tuple[say.RunTask, ...]:
    eta = instant(task.eta) if task.eta is not None else None
    return (say.RunTask(task=task.id, eta=eta, shipment=task.metadata.shipment_id, attempt_no=task.attempt),)


def _run_planned(task: wire.Task, at: datetime) -> Said:
    run = _need(task.run, "run", "runPlanned")
    payload = say.RunPlanned(run_id=run.id, date=at.date().isoformat(), depot=run.depot, tasks=_run_tasks(task))
    return Said("run.planned", Subject("run", run.id), payload)


def _run_assigned(task: wire.Task, _: datetime) -> Said:
    run = _need(task.run, "run", "runAssigned")
    payload = say.RunAssigned(driver_ref=run.driver, vehicle_ref=run.vehicle, tasks=_run_tasks(task))
    return Said("run.assigned", Subject("run", run.id), payload)


def _run_dispatched(task: wire.Task, at: datetime) -> Said:
    run = _need(task.run, "run", "runDispatched")
    return Said("run.dispatched", Subject("run", run.id), say.RunDispatched(dispatched_at=at, tasks=_run_tasks(task)))


def _run_completed(task: wire.Task, at: datetime) -> Said:
    run = _need(task.run, "run", "runCompleted")
    result = None if task.completion is None else _result(task.completion)
    outcome = say.TaskOutcome(task=task.id, result=result, shipment=task.metadata.shipment_id)
    return Said("run.completed", Subject("run", run.id), say.RunCompleted(completed_at=at, outcomes=(outcome,)))


def _about(task: wire.Task) -> Subject:
    return Subject("shipment", task.metadata.shipment_id)


def _arrived(task: wire.Task, at: datetime) -> Said:
    payload = say.DeliveryArrived(at=at, attempt_no=task.attempt, task=task.id)
    return Said("delivery.arrived", _about(task), payload)


def _completed(task: wire.Task, at: datetime) -> Said:
    """A completed task may have succeeded or failed."""
    end = _need(task.completion, "completion", "taskCompleted")
    if end.success:
        done = say.DeliveryCompleted(attempt_no=task.attempt, at=at, lines=_lines(task.items), task=task.id)
        return Said("delivery.completed", _about(task), done)
    failed = say.DeliveryAttempted(
        attempt_no=task.attempt, at=at, result=_result(end), reason=_reason(end), task=task.id, notes=end.notes
    )
    return Said("delivery.attempted", _about(task), failed)


def _result(end: wire.Completion) -> say.AttemptResult:
    if end.success:
        return say.AttemptResult.SUCCESS
    return say.AttemptResult.REFUSED if end.failure_reason in codes.REFUSALS else say.AttemptResult.FAILED


def _reason(end: wire.Completion) -> str:
    """An unmapped reason never holds the event up (domain.md §4.5): it is `unknown`."""
    return codes.REASONS.get(end.failure_reason, "unknown")


def _rescheduled(task: wire.Task, _: datetime) -> Said:
    span = _need(task.window, "window", "taskRescheduled")
    window = Window(latest=instant(span.to), earliest=instant(span.from_))
    payload = say.DeliveryRescheduled(attempt_no=task.attempt, window=window, task=task.id)
    return Said("delivery.rescheduled", _about(task), payload)


def _proof(task: wire.Task, at: datetime) -> Said:
    proof = _need(task.pod, "pod", "podCaptured")
    kinds = tuple(kind for field, kind in codes.PROOF_FIELDS.items() if getattr(proof, field))
    payload = say.PodCaptured(
        pod_ref=proof.reference,
        attempt_no=task.attempt,
        captured_at=at,
        receiver=proof.receiver,
        proofs=kinds,
        lines=_lines(proof.items),
        task=task.id,
    )
    return Said("pod.captured", _about(task), payload)


def _estimated(task: wire.Task, _: datetime) -> Said:
    eta = instant(_need(task.eta, "eta", "taskEta"))
    return Said("shipment.eta_changed", _about(task), ShipmentEtaChanged(eta=eta), FactClass.EST)


def _lines(items: tuple[wire.Item, ...]) -> tuple[DeliveredLine, ...]:
    lines = []
    for item in items:
        for quantity in (item.delivered, item.refused):
            check_decimal(quantity, f"$.task, items, quantity of line {item.line_no}")
        refused_ = Quantity(item.refused, item.unit) if item.refused else None
        lines.append(DeliveredLine(line=item.line_no, delivered=Quantity(item.delivered, item.unit), refused=refused_))
    return tuple(lines)


TRIGGERS: dict[str, Callable[[wire.Task, datetime], Said]] = {
    "runPlanned": _run_planned,
    "runAssigned": _run_assigned,
    "runDispatched": _run_dispatched,
    "runCompleted": _run_completed,
    "taskArrival": _arrived,
    "taskCompleted": _completed,
    "taskRescheduled": _rescheduled,
    "taskEta": _estimated,
    "podCaptured": _proof,
}
FACTS = (
    "delivery.arrived",
    "delivery.attempted",
    "delivery.completed",
    "delivery.rescheduled",
    "pod.captured",
    "run.assigned",
    "run.completed",
    "run.dispatched",
    "run.planned",
    "shipment.eta_changed",
)
