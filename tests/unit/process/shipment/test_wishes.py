"""What a shipment makes of a new wish (domain.md §3.2.6): plan anew, move the delivery, keep the new promise."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crossdock.canonical.parts import Address, Place
from crossdock.kernel.instant import Window, micros
from crossdock.process.policy import Policy
from crossdock.process.shipment.machine import MACHINE
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.told import WISHES, Wishes
from crossdock.testing.given import NOON, after, sends, timers
from tests.unit.process import examples as ex

OSLO = Place(address=Address(country="NO", city="Oslo"))
LATER = Wishes(rev=2, promise=Window(latest=after(hours=200)), ship_to=OSLO)


def told(state: ShipmentState, wishes: Wishes) -> tuple[ShipmentState | None, list[str], dict[str, object]]:
    """What becomes of the shipment, who is asked, which clocks run."""
    cause = replace(ex.told("order.approved"), type=WISHES, payload=wishes)
    decision = MACHINE.decide(state, ex.KEY, WISHES, cause, Policy())
    return decision.state, sends(decision.effects), dict(timers(decision.effects))


def shipment(stage: str, **changes: object) -> ShipmentState:
    return ShipmentState(state=stage, order_no="SO-1", warehouse="WH-NL1", tms_id="SHP-1", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stage", "mode", "asked"),
    [
        ("PLANNING", "", ["update_shipment"]),
        ("CONFIRMED", "ftl", ["update_shipment"]),
        ("IN_TRANSIT", "ftl", ["reschedule_delivery"]),
        ("OUT_FOR_DELIVERY", "own_fleet", ["update_delivery_task"]),
        ("DELIVERED", "ftl", []),
    ],
)
def test_whoever_moves_it_is_told_of_the_date(stage: str, mode: str, asked: list[str]) -> None:
    assert told(shipment(stage, mode=mode), LATER)[1] == asked


@pytest.mark.proves("SHP-39")
def test_it_is_late_by_the_new_promise() -> None:
    """The clock of the old one is moved."""
    state, _, clocks = told(shipment("IN_TRANSIT", promise_us=micros(NOON)), LATER)
    assert state is not None
    assert state.promise_us == micros(after(hours=200))
    assert clocks == {"delay_grace": after(hours=201)}


def test_another_door_is_only_told_before_it_leaves() -> None:
    known = micros(after(hours=200))
    state, asked, _ = told(shipment("TENDERED", promise_us=known), LATER)
    assert (state.ship_to if state else "", asked) == ("NO", ["update_shipment"])
    assert told(shipment("IN_TRANSIT", promise_us=known), LATER)[1] == []
