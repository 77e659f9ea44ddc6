"""W-18 consolidation: one load carries several orders, and what happens to the load happens to all of them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.testing.world import Ending, World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
LOAD = "LD-CONSOLIDATED"
PLANNED, HANDED_OVER = 2, 8
Told = tuple[str, bytes]


def consolidated(count: int) -> list[Order]:
    """Orders of different customers' days that ride together."""
    orders = [Order(number, START) for number in range(1, count + 1)]
    for order in orders:
        order.load = LOAD
    return orders


def sighting(milestone: Milestone, minute: int, stop: int) -> Told:
    """What the carrier says of the load, not of any shipment."""
    at = Occurrence(START + timedelta(minutes=minute))
    payload = TrackingMilestone(milestone=milestone, stop_seq=stop)
    return "nvtr", make_envelope("tracking.milestone", Subject("load", LOAD), Source(Role.CAR, "nvtr"), at, payload)


def told(orders: list[Order]) -> list[Told]:
    """From approvals to hand-overs, with the load's own facts in between, told once."""
    facts = [[(one.partner, one.body) for one in itertools.islice(order.facts(), HANDED_OVER)] for order in orders]
    load = [(one.partner, one.body) for one in orders[0].load_facts(tuple(order.shipment for order in orders))]
    begun = [fact for history in facts for fact in history[:PLANNED]]
    return [*begun, *load, *(fact for history in facts for fact in history[PLANNED:])]


async def after(*facts: Told) -> tuple[World, Ending]:
    """The world when these were told, one by one."""
    world = World(PARTNERS)
    for fact in facts:
        await world.take([fact])
    return world, world.ending()


def shipments(ending: Ending) -> dict[str, str]:
    """The state of the one shipment of every order."""
    states = {}
    for ident, headline in ending.headlines.items():
        parts = dict(part.split(" ", 1) for part in headline.split("; "))
        if ident.startswith("order|"):
            states[ident] = parts["SHP:WH-NL1/1"]
    return states


async def test_one_load_keeps_the_way_to_all_its_orders() -> None:
    """W-18.1: load to shipments to orders; the load's number leads to the load alone."""
    orders = consolidated(3)
    world, ending = await after(*told(orders))
    (load,) = (row.id for row in world.store.dossiers.values() if row.ident == f"load||{LOAD}")
    assert set(world.store.links[f"load||{LOAD}"]) == {load}
    assert set(shipments(ending)) == {f"order||{order.number}" for order in orders}
    assert set(shipments(ending).values()) == {"HANDED_OVER"}
    assert ending.waiting == 0


@pytest.mark.proves("CG-04")
@pytest.mark.parametrize("count", [2, 5])
@pytest.mark.proves("Y-08")
async def test_what_the_load_does_all_its_shipments_do(count: int) -> None:
    """W-18.2: a departure and an arrival said once of the load move every order aboard."""
    orders = consolidated(count)
    history = told(orders)
    departed = sighting(Milestone.DEPARTED_ORIGIN, 200, 1)
    _, ending = await after(*history, departed)
    assert list(shipments(ending).values()) == ["IN_TRANSIT"] * count
    assert "LD IN_EXECUTION" in ending.headlines[f"load||{LOAD}"]


async def test_a_load_that_is_known_last_tells_its_orders_all_the_same() -> None:
    """W-18.2 out of order: the load's own facts come after everything its orders did."""
    orders = consolidated(3)
    history = told(orders)
    departed = sighting(Milestone.DEPARTED_ORIGIN, 200, 1)
    load = history[3 * PLANNED : 3 * PLANNED + 3]
    late = [fact for fact in history if fact not in load]
    _, ending = await after(departed, *late, *load)
    assert ending == (await after(*history, departed))[1]


def delivery(order: Order, milestone: Milestone, minute: int) -> Told:
    """What the carrier says of one shipment, under its number and the number the whole load travels under."""
    payload = TrackingMilestone(milestone=milestone)
    refs = (Reference("shipment", order.shipment), Reference("pro", f"NV{LOAD[3:]}", "NVTR"))
    at = Occurrence(START + timedelta(minutes=minute))
    subject = Subject("shipment", order.shipment)
    return "nvtr", make_envelope("tracking.milestone", subject, Source(Role.CAR, "nvtr"), at, payload, refs=refs)


@pytest.mark.proves("CG-05")
async def test_what_is_said_of_one_shipment_is_never_told_to_the_others_aboard() -> None:
    """W-18.2, CG-05: the shipment's own plan came late, so only the number shared with the others was known."""
    orders = consolidated(3)
    history = told(orders)
    planned = next(fact for fact in history if b"shipment.planned" in fact[1] and b"SHP-00000001" in fact[1])
    departed, at_door = sighting(Milestone.DEPARTED_ORIGIN, 200, 1), delivery(orders[0], Milestone.DELIVERED, 400)
    early = [*(fact for fact in history if fact != planned), departed, at_door, planned]
    _, ending = await after(*early)
    assert [state.split()[0] for state in shipments(ending).values()] == ["DELIVERED", "IN_TRANSIT", "IN_TRANSIT"]
    assert ending == (await after(*history, departed, at_door))[1]


async def test_one_order_of_a_load_that_is_cancelled_leaves_the_others_aboard() -> None:
    """W-18.2: what concerns one shipment of the load stays with it."""
    orders = consolidated(2)
    history = told(orders)
    alone = next(fact for place, fact in enumerate(history) if place >= 2 * PLANNED + 3 and b"SO-00000002" in fact[1])
    late = history[history.index(alone) :]
    _, ending = await after(*(fact for fact in history if fact not in late or b"SO-00000001" in fact[1]))
    states = shipments(ending)
    assert states["order||SO-00000001"] == "HANDED_OVER"
    assert states["order||SO-00000002"] == "CONFIRMED"
