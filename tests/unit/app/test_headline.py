"""An order's and its shipments' business states, read from folded dossiers (domain.md §8)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.app import queries
from crossdock.app.headline import Concern
from crossdock.app.states import states_of
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.testing.views import MemoryViews
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
STATES = states_of(REGISTRIES)


@pytest.mark.proves("BS-09", "BS-15", "BS-28")
async def test_an_order_goes_from_headline_to_headline() -> None:
    world, order = World(PARTNERS), Order(1, START)
    facts = list(order.facts())
    seen: list[str] = []
    for told in [*facts[:4], *order.load_facts((order.shipment,)), *facts[4:]]:
        await world.tell(told.partner, told.body)
        view = await queries.order(MemoryViews(world.store), STATES, "SO-00000001")
        if view is not None and (not seen or seen[-1] != view.business.order.flow.id):
            seen.append(view.business.order.flow.id)
    assert seen[0] == "BS-28"
    assert seen[-1] == "BS-09"
    assert seen.index("BS-24") < seen.index("BS-16") < seen.index("BS-15")


async def test_a_shipment_shows_its_own_part_and_a_case_counts_where_it_belongs() -> None:
    world, order = World(PARTNERS), Order(1, START)
    facts = list(order.facts())
    for told in [*facts[:4], *order.load_facts((order.shipment,)), *facts[4:]]:
        await world.tell(told.partner, told.body)
    views = MemoryViews(world.store)
    view = await queries.shipment(views, STATES, order.shipment)
    assert view is not None
    assert view.business is not None
    assert view.business.flow.portal == "Delivered"
    row = await queries.find(views, "order||SO-00000001")
    assert row is not None
    (group,) = STATES.tiles(row, ()).parts
    for subject in (order.shipment, f"SO-00000001/{group}"):
        assert STATES.tiles(row, (Concern("TRN-16", subject),)).parts[group].flow.id == "BS-02"
    elsewhere = STATES.tiles(row, (Concern("TRN-16", "SHP-1"),))
    assert elsewhere.parts[group].flow.id != "BS-02"


async def test_what_a_partner_does_not_know_shows_although_the_fold_did_not_open_the_case() -> None:
    world, order = World(PARTNERS), Order(1, START)
    await world.tell((first := next(iter(order.facts()))).partner, first.body)
    row = await queries.find(MemoryViews(world.store), "order||SO-00000001")
    assert row is not None
    shown = STATES.tiles(row, (Concern("INT-07", "SO-00000001"),)).order
    assert (shown.sync.id, shown.grade) == ("BS-52", "act")
