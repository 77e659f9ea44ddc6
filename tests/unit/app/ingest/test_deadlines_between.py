"""Deadlines that pass between arrivals: what they decided is a recorded fact, and the end still agrees with the owners
(I3).

Between any two facts hours may pass, so that tenders expire, departures are inferred and holds run out; once
everything has arrived, every state is what it is when everything arrives in order and on time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.bench.trace import Told
from crossdock.testing.world import World
from tests.unit.app.ingest.test_any_order import START, two_orders_one_load
from tests.unit.app.ingest.test_any_order_unhappy import EVERYBODY, unhappy

HOURS = st.sampled_from((0.0, 0.0, 0.3, 1.0, 3.0, 9.0))


async def headlines(told: Sequence[Told], pauses: Sequence[float]) -> tuple[dict[str, str], int]:
    """The states everything ends in, and how many timers elapsed on the way."""
    world = World(EVERYBODY, now=START + timedelta(days=3))
    elapsed = 0
    for one, hours in zip(told, pauses, strict=True):
        await world.tell(one.partner, one.body)
        elapsed += await world.pass_time(world.clock.now() + timedelta(hours=hours))
    # A proof of delivery that never comes blocks the invoice at last, however soon or late the rest arrived.
    elapsed += await world.pass_time(world.clock.now() + timedelta(days=5))
    return world.ending().headlines, elapsed


@pytest.mark.parametrize("corpus", [two_orders_one_load(), unhappy()], ids=["happy", "unhappy"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.proves("Y-30")
async def test_the_end_agrees_with_the_owners_whatever_time_decided(corpus: list[Told], data: st.DataObject) -> None:
    """Any order, any pauses: the same states."""
    arrived = data.draw(st.permutations(range(len(corpus))))
    pauses = data.draw(st.lists(HOURS, min_size=len(corpus), max_size=len(corpus)))
    found, _ = await headlines([corpus[place] for place in arrived], pauses)
    expected, _ = await headlines(corpus, [0.0] * len(corpus))
    assert found == expected


async def test_deadlines_do_pass_in_this_test() -> None:
    """The property would be empty if no timer ever elapsed: with the order first and the rest backwards, many do."""
    corpus = unhappy()
    _, elapsed = await headlines([corpus[0], *corpus[:0:-1]], [9.0] * len(corpus))
    assert elapsed > 5
