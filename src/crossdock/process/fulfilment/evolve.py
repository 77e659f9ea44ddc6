"""How a fulfilment order's state follows from the rows taken; every quantity is keyed by what it came with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.wms import CancelFulfilmentOrder, CreateFulfilmentOrder, UpdateFulfilmentOrder
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.fulfilment import (
    HandoverVoided,
    PackageVoided,
    PackCompleted,
    PickCompleted,
    PickShorted,
    ShipmentHandedOver,
)
from crossdock.canonical.parts import LineQuantity
from crossdock.kernel.instant import micros
from crossdock.process.amounts import whole
from crossdock.process.fulfilment.state import FulfilmentState
from crossdock.process.machine import Row
from crossdock.process.step import entered

Learn = Callable[[FulfilmentState, Fact], FulfilmentState]

PERCENT = 100


def evolve(state: FulfilmentState, fact: Fact, row: Row) -> FulfilmentState:
    """The state after a row: what the fact taught, and the state name it leads to."""
    learn = LEARN.get(fact.type)
    learned = state if learn is None else learn(state, fact)
    after, prior = entered(state, row)
    return learned if after == state.state else replace(learned, state=after, prior=prior)


def by_line(lines: Iterable[LineQuantity]) -> dict[str, int]:
    """Quantities by order line; lots of one line add up."""
    total: dict[str, int] = {}
    for line in lines:
        total[line.line] = total.get(line.line, 0) + whole(line.qty.value)
    return total


def _created(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    order = cast(CreateFulfilmentOrder, fact.payload)
    return replace(
        state,
        order_no=order.order_no,
        warehouse=order.warehouse,
        release_no=order.release_no,
        ship_complete=order.ship_policy != "ship_partial",
        ship_by_us=micros(order.ship_by) if order.ship_by is not None else 0,
        lines={line.line: whole(line.qty.value) for line in order.lines},
        over={line.line: whole(line.qty.value * (PERCENT + line.over_tol_pct) / PERCENT) for line in order.lines},
    )


def requested(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    """A new revision of what is asked for."""
    order = cast(UpdateFulfilmentOrder, fact.payload)
    return replace(
        state,
        lines={line.line: whole(line.qty.value) for line in order.lines},
        over={line.line: whole(line.qty.value * (PERCENT + line.over_tol_pct) / PERCENT) for line in order.lines},
    )


def _accepted(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    return replace(state, wms=fact.source.instance)


def _picked(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    return replace(state, picked=by_line(cast(PickCompleted, fact.payload).lines))


def _shorted(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    short = cast(PickShorted, fact.payload)
    return replace(state, picked={**state.picked, short.line: whole(short.picked.value)})


def _packed(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    fresh = {package.key: by_line(package.contents) for package in cast(PackCompleted, fact.payload).packages}
    return replace(state, packages={**state.packages, **fresh})


def _handed(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    gone = cast(ShipmentHandedOver, fact.payload)
    return replace(state, handed={**state.handed, gone.handover_no: gone.packages}, inferred=False)


def _voided(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    number = cast(HandoverVoided, fact.payload).handover_no
    return replace(state, handed={one: packages for one, packages in state.handed.items() if one != number})


def _cancelling(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    return replace(state, cancel=cast(CancelFulfilmentOrder, fact.payload).cancel_id)


def _left(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    return replace(state, inferred=True)


def without_package(state: FulfilmentState, fact: Fact) -> FulfilmentState:
    """A package that does not exist any more takes its contents along."""
    sscc = cast(PackageVoided, fact.payload).sscc
    packages = {one: contents for one, contents in state.packages.items() if one != sscc}
    return replace(state, packages=packages, voided=(*state.voided, sscc))


LEARN: dict[str, Learn] = {
    "cmd:update_fulfilment_order": requested,
    "cmd:create_fulfilment_order": _created,
    "fulfilment.accepted": _accepted,
    "pick.completed": _picked,
    "pick.shorted": _shorted,
    "pack.completed": _packed,
    "shipment.handed_over": _handed,
    "handover.voided": _voided,
    "cmd:cancel_fulfilment_order": _cancelling,
    "shipment.departed": _left,
}
