"""As known at T, as true at T (peers.md idea 3.7): two questions with different answers when a fact comes late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crossdock.app.history import Folder, Moment, Past
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.process.policy import Policy
from crossdock.testing.views import MemoryViews
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
LATE = START + timedelta(days=2)


@pytest.fixture
async def folder() -> Folder:
    """An order whose proof of delivery reaches us two days after the rest."""
    world, order = World(PARTNERS, now=START + timedelta(days=1)), Order(1, START)
    facts = list(order.facts())
    queue = [*facts[:4], *order.load_facts((order.shipment,)), *facts[4:]]
    proof = [told for told in queue if b"pod.captured" in told.body]
    assert proof
    for told in queue:
        if told not in proof:
            await world.tell(told.partner, told.body)
    world.clock.at = LATE
    for told in proof:
        await world.tell(told.partner, told.body)
    return Folder(MemoryViews(world.store), REGISTRIES, Policy())


async def shown(folder: Folder, **moment: datetime) -> Past:
    past = await folder.at("SO-00000001", Moment(**moment))
    assert past is not None
    return past


async def test_now_is_what_the_hub_shows(folder: Folder) -> None:
    now = await shown(folder)
    assert now.business is not None
    assert now.business.order.flow.id == "BS-09"
    assert now.facts == now.of
    assert "SHP:WH-NL1/1 CLOSED" in now.label


async def test_as_known_before_the_proof_came_the_order_was_delivered_without_one(folder: Folder) -> None:
    known = await shown(folder, known=LATE - timedelta(seconds=1))
    assert known.business is not None
    assert known.business.order.flow.id == "BS-07"
    assert known.facts < known.of
    assert any("tm_pod" in timer for timer in known.running)


async def test_as_true_at_that_time_the_late_proof_counts(folder: Folder) -> None:
    true = await shown(folder, true=LATE - timedelta(seconds=1))
    assert true.business is not None
    assert true.business.order.flow.id == "BS-09"


async def test_both_clocks_at_once(folder: Folder) -> None:
    early = START + timedelta(hours=1)
    both = await shown(folder, known=LATE - timedelta(seconds=1), true=early)
    assert both.facts < (await shown(folder, known=LATE - timedelta(seconds=1))).facts
    assert both.moment == Moment(LATE - timedelta(seconds=1), early)


async def test_before_the_order_there_is_nothing(folder: Folder) -> None:
    assert await folder.at("SO-00000001", Moment(true=START - timedelta(days=1))) is None
    assert await folder.at("SO-404", Moment()) is None
    assert (await folder.orders_at(Moment(true=START - timedelta(days=1)), before=0, limit=10)).items == ()


async def test_a_list_is_as_of_the_same_moment(folder: Folder) -> None:
    (past,) = (await folder.orders_at(Moment(known=LATE - timedelta(seconds=1)), before=0, limit=10)).items
    assert past == await shown(folder, known=LATE - timedelta(seconds=1))
