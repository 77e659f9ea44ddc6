"""Any order of arrival, any duplicate: same result (I3, R-01, R-02, R-03; peers.md §5 nos 1 and 2).

The corpora are real canonical messages through the real use case; only the store is in memory.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.testing.world import Ending, World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)


def two_orders_one_load() -> list[Told]:
    """Approval to proof of two orders in one load, in the order things happened."""
    orders = [Order(1, START), Order(2, START)]
    orders[1].load = orders[0].load
    streams = [list(order.facts()) for order in orders]
    load = list(orders[0].load_facts(tuple(order.shipment for order in orders)))
    return [*streams[0][:4], *streams[1][:4], *load, *streams[0][4:], *streams[1][4:]]


async def outcome(told: Sequence[Told], sizes: Sequence[int] = ()) -> Ending:
    """What this order of arrival ends in, in batches of these sizes (then one fact a batch)."""
    world = World(PARTNERS)
    left = list(told)
    for size in itertools.chain(sizes, itertools.repeat(1)):
        if not left:
            return world.ending()
        batch, left = left[:size], left[size:]
        await world.take((one.partner, one.body) for one in batch)
    raise AssertionError("unreachable")


@pytest.fixture(scope="module")
def happy() -> list[Told]:
    """The corpus."""
    return two_orders_one_load()


async def test_in_order_everything_is_delivered_with_proof(happy: list[Told]) -> None:
    """W-01, W-02, W-17: the plain way ends where it should."""
    ending = await outcome(happy)
    assert ending.waiting == 0
    assert ending.quarantined == 0
    for ident in ("order||SO-00000001", "order||SO-00000002"):
        assert "SHP:WH-NL1/1 CLOSED" in ending.headlines[ident]
        assert "FO:WH-NL1/1 HANDED_OVER" in ending.headlines[ident]
        assert "ORD FULFILLED" in ending.headlines[ident]
    assert "LD COMPLETED" in ending.headlines["load||LD-00000000"]
    assert not ending.cases


async def test_one_batch_or_one_by_one_is_the_same(happy: list[Told]) -> None:
    """Batches form by chance, so they must not matter."""
    assert await outcome(happy, [len(happy)]) == await outcome(happy)


@pytest.mark.proves("X-03", "X-07", "Y-15", "Y-21")
async def test_backwards_is_the_same(happy: list[Told]) -> None:
    """The worst order there is."""
    assert await outcome(happy[::-1]) == await outcome(happy)


@pytest.mark.proves("PF-01")
async def test_every_order_of_six_facts_gives_the_same() -> None:
    """Exhaustive: all 720 orders of six facts of one order, from approval to a milestone on the road."""
    facts = list(Order(1, START).facts())
    short = [facts[place] for place in (0, 1, 2, 6, 7, 8)]
    expected = await outcome(short)
    for permutation in itertools.permutations(short):
        assert await outcome(permutation) == expected


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_order_with_duplicates_gives_the_same(happy: list[Told], data: st.DataObject) -> None:
    """Shuffled, repeated and cut into batches by hypothesis."""
    repeated = data.draw(st.lists(st.integers(0, len(happy) - 1), max_size=6))
    arrived = data.draw(st.permutations([*range(len(happy)), *repeated]))
    sizes = data.draw(st.lists(st.integers(1, 12), max_size=8))
    assert await outcome([happy[place] for place in arrived], sizes) == await outcome(happy)
