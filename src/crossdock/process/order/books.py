"""What the warehouse's and the road's facts do to the order's books: stages of its releases and the keyed ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.fulfilment import (
    AllocationConfirmed,
    AllocationShorted,
    FulfilmentCancelled,
    HandoverVoided,
    PackageVoided,
    PackCompleted,
    PickCompleted,
    PickShorted,
    ShipmentHandedOver,
)
from crossdock.canonical.events.last_mile import DeliveryRefused, PodAmended, PodCaptured
from crossdock.canonical.events.planning import ShipmentPlanned
from crossdock.canonical.events.tracking import ShipmentDelivered
from crossdock.canonical.parts import DeliveredLine, LineQuantity, Mode
from crossdock.kernel.instant import micros
from crossdock.process.amounts import whole
from crossdock.process.order.ledger import NOTHING_AT_DOOR, total, with_group, with_lines
from crossdock.process.order.standing import OWN
from crossdock.process.order.state import Group, OrderState, Slip

# The attempt under which goods that went back to their sender are in the books.
TO_SENDER = "sender"

Book = Callable[[OrderState, str, Group, Fact], OrderState]

STAGES = (
    "SENT", "ACCEPTED", "ALLOCATED", "WAVED", "PICKING", "PICKED", "PACKED", "STAGED", "LOADED",
    "HANDED_OVER", "DELIVERED",
)  # fmt: skip
LEVEL = {stage: index for index, stage in enumerate(STAGES)}


def group_name(state: OrderState, fact: Fact) -> str:
    """Which warehouse release a fact is about, empty when it is none of ours (yet)."""
    warehouse = getattr(fact.payload, "warehouse", "")
    if warehouse:
        name = f"{warehouse}/{getattr(fact.payload, 'release_no', 1)}"
        return name if name in state.groups else ""
    subject = fact.subject.id
    for name, group in state.groups.items():
        if group.shipment == subject or subject.endswith(f"/{name}"):
            return name
    request = getattr(fact.payload, "request_id", "")
    return next((name for name in state.groups if request and request.endswith(f"/{name}")), "")


def at_stage(group: Group, stage: str) -> Group:
    """The group at least this far."""
    return replace(group, stage=stage) if LEVEL.get(group.stage, 99) < LEVEL[stage] else group


def _stage(stage: str) -> Book:
    return lambda state, name, group, fact: with_group(state, name, at_stage(group, stage))


def _quantities(lines: tuple[LineQuantity, ...]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for line in lines:
        totals[line.line] = totals.get(line.line, 0) + whole(line.qty.value)
    return totals


def _accepted(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    return with_group(state, name, replace(at_stage(group, "ACCEPTED"), wms=fact.source.instance))


def _rejected(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    return with_group(state, name, replace(group, stage="REJECTED"))


def _allocated(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    quantities = _quantities(cast(AllocationConfirmed, fact.payload).lines)
    return with_group(state, name, with_lines(at_stage(group, "ALLOCATED"), quantities, "allocated"))


def _short_allocated(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    lines = cast(AllocationShorted, fact.payload).lines
    group = with_lines(group, {line.line: whole(line.allocated.value) for line in lines}, "allocated")
    short = {line.line: whole(line.requested.value) - whole(line.allocated.value) for line in lines}
    if state.ship_policy == "ship_partial":
        group = at_stage(group, "ALLOCATED")
    return with_group(state, name, with_lines(group, short, "short"))


def _short_picked(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    short = cast(PickShorted, fact.payload)
    group = at_stage(group, "PICKING")
    picked = whole(short.picked.value)
    released = group.lines.get(short.line, Slip(0)).released
    group = with_lines(group, {short.line: picked}, "picked")
    return with_group(state, name, with_lines(group, {short.line: max(released - picked, 0)}, "short"))


def _picked(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    if LEVEL.get(group.stage, 99) >= LEVEL["PICKED"]:
        return state
    quantities = _quantities(cast(PickCompleted, fact.payload).lines)
    group = with_lines(at_stage(group, "PICKED"), quantities, "picked")
    short = {line: max(slip.released - slip.picked, 0) for line, slip in group.lines.items()}
    return with_group(state, name, with_lines(group, short, "short"))


def _packed(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    packed = cast(PackCompleted, fact.payload)
    fresh = {package.key: _quantities(package.contents) for package in packed.packages}
    group = replace(group, packages={**group.packages, **fresh})
    return with_group(state, name, at_stage(group, "PACKED") if packed.complete else group)


def _unpacked(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    sscc = cast(PackageVoided, fact.payload).sscc
    if group.handovers:
        return state
    return with_group(
        state, name, replace(group, packages={one: lines for one, lines in group.packages.items() if one != sscc})
    )


def _handed(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    gone = cast(ShipmentHandedOver, fact.payload)
    shipped = _quantities(gone.lines)
    group = replace(group, handovers={**group.handovers, gone.handover_no: shipped})
    if says_only_what_left(group):
        left = Counter[str]()
        for lines_left in group.handovers.values():
            left.update(lines_left)
        short = {number: max(slip.released - left[number], 0) for number, slip in group.lines.items()}
        group = with_lines(group, short, "short")
    group = replace(group, stage="HANDED_OVER") if group.stage not in ("HANDED_OVER", "DELIVERED") else group
    if state.cancel and state.state in ("CANCEL_PENDING", "CANCELLED"):
        # The goods are gone: what was cancelled of them is not (§3.2.5 race rule).
        lines = {
            number: replace(line, cancels={key: amount for key, amount in line.cancels.items() if key != state.cancel})
            for number, line in state.lines.items()
        }
        state = replace(state, lines=lines)
    return with_group(state, name, group)


def says_only_what_left(group: Group) -> bool:
    """Whether the warehouse reports neither allocation nor picking, so that only the hand-over can tell a shortage."""
    return not any(slip.allocated or slip.picked for slip in group.lines.values())


def _voided(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    number = cast(HandoverVoided, fact.payload).handover_no
    handovers = {one: lines for one, lines in group.handovers.items() if one != number}
    return with_group(
        state, name, replace(group, handovers=handovers, stage="STAGED" if not handovers else group.stage)
    )


def _cancelled(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    if group.handovers:
        return state
    cancel = cast(FulfilmentCancelled, fact.payload).cancel_id
    if state.state != "CANCEL_PENDING" and not state.moving:
        lines = dict(state.lines)
        for number, slip in group.lines.items():
            line = lines[number]
            lines[number] = replace(line, cancels={**line.cancels, f"{cancel}/{name}": slip.released - slip.short})
        state = replace(state, lines=lines)
    return with_group(state, name, replace(group, stage="CANCELLED"))


def _planned(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    plan = cast(ShipmentPlanned, fact.payload)
    road = group.road or (OWN if plan.mode is Mode.OWN_FLEET else "")
    return with_group(state, name, replace(group, shipment=plan.tms_id, road=road))


def _at_door(lines: tuple[DeliveredLine, ...]) -> dict[str, tuple[int, int, int]]:
    return {
        line.line: (
            whole(line.delivered.value),
            whole(line.refused.value) if line.refused is not None else 0,
            whole(line.damaged.value) if line.damaged is not None else 0,
        )
        for line in lines
    }


def _everything(group: Group) -> dict[str, int]:
    return {number: total(group.handovers.values(), number) for number in group.lines}


def _delivered(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    delivered = cast(ShipmentDelivered, fact.payload)
    door = _at_door(delivered.lines) or {number: (amount, 0, 0) for number, amount in _everything(group).items()}
    attempts = {**group.attempts, str(delivered.attempt_no): door}
    stage = "DELIVERED" if group.stage == "HANDED_OVER" else group.stage
    arrived = micros(delivered.at)
    return with_group(state, name, replace(group, attempts=attempts, stage=stage, arrived_us=arrived))


def _proved(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    proof = cast("PodCaptured | PodAmended", fact.payload)
    attempt = str(getattr(proof, "attempt_no", "")) or next(reversed(group.attempts), "")
    if not proof.lines or attempt not in group.attempts:
        return state
    return with_group(state, name, replace(group, attempts={**group.attempts, attempt: _at_door(proof.lines)}))


def _refused(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    refused = cast(DeliveryRefused, fact.payload)
    door = _at_door(refused.lines) or {number: (0, amount, 0) for number, amount in _everything(group).items()}
    return with_group(state, name, replace(group, attempts={**group.attempts, str(refused.attempt_no): door}))


def _returned(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    """What left and found no other end came back to its sender: nobody took it (RET-17)."""
    back: dict[str, tuple[int, int, int]] = {}
    for number, amount in _everything(group).items():
        ended = sum(sum(attempt.get(number, NOTHING_AT_DOOR)) for attempt in group.attempts.values())
        left = amount - ended - group.lines[number].lost
        if left > 0:
            back[number] = (0, left, 0)
    return with_group(state, name, replace(group, attempts={**group.attempts, TO_SENDER: back})) if back else state


def _lost(state: OrderState, name: str, group: Group, fact: Fact) -> OrderState:
    return with_group(state, name, with_lines(group, _everything(group), "lost"))


BOOKS: Mapping[str, Book] = {
    "fulfilment.accepted": _accepted,
    "fulfilment.rejected": _rejected,
    "allocation.confirmed": _allocated,
    "allocation.shorted": _short_allocated,
    "wave.assigned": _stage("WAVED"),
    "pick.started": _stage("PICKING"),
    "pick.shorted": _short_picked,
    "pick.completed": _picked,
    "pack.completed": _packed,
    "package.voided": _unpacked,
    "shipment.staged": _stage("STAGED"),
    "shipment.loaded": _stage("LOADED"),
    "shipment.handed_over": _handed,
    "handover.voided": _voided,
    "fulfilment.cancelled": _cancelled,
    "fulfilment.cancel_rejected": lambda state, name, group, fact: state,
    "shipment.planned": _planned,
    "shipment.delivered": _delivered,
    "pod.captured": _proved,
    "pod.amended": _proved,
    "delivery.refused": _refused,
    "shipment.lost": _lost,
    "shipment.returned": _returned,
}
