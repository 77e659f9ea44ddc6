"""A fact nobody owns that is said again waits once: the second is a repetition, kept and explained, with no case."""

from __future__ import annotations

from datetime import timedelta

from crossdock.app.sweep import watch_waiting
from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.vocabulary import Disposition
from crossdock.testing.schedule import MemoryWaitingRoom
from crossdock.testing.world import World

START = Order(1, World(PARTNERS).clock.now()).start
FACTS = list(Order(1, START).facts())
EARLY = next(fact for fact in FACTS if fact.partner != FACTS[0].partner)


async def test_the_second_is_a_repetition_of_the_one_that_waits() -> None:
    world = World(PARTNERS, now=START + timedelta(days=2))
    (first,) = await world.tell(EARLY.partner, EARLY.body)
    (second,) = await world.tell(EARLY.partner, EARLY.body)
    assert (first.disposition, second.disposition) == (Disposition.HOLD, Disposition.SUPPRESS)
    assert f"waits already: {first.waiting_id}" in second.reason
    assert {row.id for row in world.store.waiting.values()} == {first.waiting_id, second.waiting_id}
    assert await watch_waiting(MemoryWaitingRoom(world.store), world.clock) == 0
    world.clock.at += timedelta(days=30)
    assert await watch_waiting(MemoryWaitingRoom(world.store), world.clock) == 1
    assert await watch_waiting(MemoryWaitingRoom(world.store), world.clock) == 0
    assert [code for code, _, _ in world.store.cases] == ["INT-01"]


async def test_twice_in_one_batch_is_once_too_and_both_leave_with_their_order() -> None:
    world = World(PARTNERS, now=START + timedelta(days=2))
    receipts = await world.take([(EARLY.partner, EARLY.body)] * 2)
    assert [one.disposition for one in receipts] == [Disposition.HOLD, Disposition.SUPPRESS]
    await world.tell(FACTS[0].partner, FACTS[0].body)
    assert not world.store.waiting
    told = [event for event in world.store.events.values() if event.body == EARLY.body]
    assert sorted(event.disposition is Disposition.SUPPRESS for event in told) == [False, True]
