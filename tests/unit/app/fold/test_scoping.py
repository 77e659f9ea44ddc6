"""The policy of a decision follows from what the dossier knows, so that any order of arrival decides alike."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

from crossdock.app.why import why
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.process.policy import Policy
from crossdock.process.scopes import Override, Scope
from crossdock.testing.views import MemoryViews
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
CUSTOMER = "C-7781"


def policy(scope: Scope) -> Policy:
    return Policy(version="v7", overrides=(Override(scope, {"timers": {"tm_fo_accept": 7 * 60}}),))


async def history(told: tuple[int, ...], scoped: Policy) -> World:
    world, order = World(PARTNERS, policy=scoped), Order(1, START)
    facts = list(order.facts())[: len(told)]
    for place in told:
        await world.tell(facts[place].partner, facts[place].body)
    return world


async def test_a_warehouse_has_its_own_deadline_and_why_names_the_scope() -> None:
    order = Order(1, START)
    (approved, *_) = order.facts()
    world = World(PARTNERS, policy=policy(Scope(customer=CUSTOMER)))
    await world.tell(approved.partner, approved.body)
    answer = await why(MemoryViews(world.store), REGISTRIES, world.parts.policy, "SO-00000001")
    assert answer is not None
    assert {(reason.policy, reason.scope) for reason in answer.reasons} == {("v7", f"customer {CUSTOMER}")}


async def test_any_order_of_arrival_ends_alike_under_scoped_policies() -> None:
    """Carrier, warehouse and customer become known at different times; the fold knows them all in canonical order."""
    scoped = Policy(
        overrides=(
            Override(Scope(warehouse="WH-NL1"), {"timers": {"tm_allocate": 60}}),
            Override(Scope(lane="*>GB"), {"timers": {"tm_fo_accept": 60}}),
            Override(Scope(carrier="ACMT"), {"timers": {"tm_pickup": 60}}),
        )
    )
    endings = [(await history(told, scoped)).ending() for told in list(permutations(range(4)))[::5]]
    assert all(ending == endings[0] for ending in endings)
