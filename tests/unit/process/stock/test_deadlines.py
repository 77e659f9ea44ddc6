"""Whatever arrives in whatever order, and whatever time decided in between: the books of an item end the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.testing.world import World
from tests.unit.process.stock import kit
from tests.unit.process.stock.test_snapshots import HISTORY

HOURS = st.sampled_from((0.0, 0.0, 0.3, 1.0, 3.0, 9.0))
# An answer to every correction a count may lead to.
TOLD = (*HISTORY, kit.booked("MV-6", 100))
Outcome = tuple[dict[str, tuple[int, int]], set[tuple[str, str, str]], set[str]]


async def outcome(arrived: Sequence[int], pauses: Sequence[float]) -> Outcome:
    """Both sides' quantities, cases and postings, long after everything has come."""
    hub = World(kit.PARTNERS, now=kit.at(24 * 60 * 3))
    for place, hours in zip(arrived, pauses, strict=True):
        await hub.take([(TOLD[place].partner, TOLD[place].body)])
        await hub.pass_time(hub.clock.now() + timedelta(hours=hours))
    await hub.pass_time(kit.at(24 * 60 * 30))
    places = {name: (place.on_hand, place.erp) for name, place in kit.stock(hub).positions.items()}
    posted = {row.idempotency_key for row in hub.store.deliveries if row.type == "post_inventory_movement"}
    return places, set(hub.store.cases), posted


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_deadlines_in_between_change_nothing_in_the_end(data: st.DataObject) -> None:
    arrived = data.draw(st.permutations(range(len(TOLD))))
    pauses = data.draw(st.lists(HOURS, min_size=len(TOLD), max_size=len(TOLD)))
    assert await outcome(arrived, pauses) == await outcome(range(len(TOLD)), [0.0] * len(TOLD))
