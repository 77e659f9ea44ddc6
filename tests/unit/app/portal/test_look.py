"""How old an answer may be: cached, looked up anew, or honest about its age; never a status that pretends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdock.app.portal.look import Freshness
from crossdock.bench.trace import PARTNERS
from crossdock.kernel.errors import Rejected, Transient
from crossdock.testing.portal import MemoryPortal
from crossdock.testing.world import World
from tests.unit.app.portal.given import CustomersOrder, Nothing, Unbounded, curator_of, portal_of, tell

LATER = timedelta(minutes=6)


async def _given(upto: int = 12) -> tuple[World, MemoryPortal, CustomersOrder]:
    """A store that has seen an order up to a fact, and was complete then."""
    world, store, order = World(PARTNERS), MemoryPortal(), CustomersOrder(1)
    await tell(world, *order.all()[:upto])
    await curator_of(world, store).renew(f"order||{order.number}")
    await store.reached(world.clock.now())
    return world, store, order


@pytest.mark.proves("W-24", "Y-28")
async def test_what_is_fresh_is_answered_from_the_store_alone() -> None:
    world, store, order = await _given()
    budget = Unbounded()
    world.clock.at += timedelta(minutes=4)
    answer = await portal_of(world, store, budget).order("C-7781", order.number)
    assert answer is not None
    assert (answer.notice.freshness, answer.notice.message, budget.spent) == (Freshness.CURRENT, "", 0)


@pytest.mark.proves("X-04", "Y-16")
async def test_what_is_too_old_is_looked_up_anew_and_says_so() -> None:
    world, store, order = await _given()
    await tell(world, *order.all()[12:])
    world.clock.at += LATER
    answer = await portal_of(world, store, Unbounded()).order("C-7781", order.number)
    assert answer is not None
    assert (answer.order.status, answer.notice.freshness) == ("Delivered", Freshness.LOOKED_UP)
    assert answer.notice.as_of == world.clock.now()


@pytest.mark.proves("X-04", "Y-16")
async def test_without_budget_the_answer_is_what_is_kept_with_its_age_in_words() -> None:
    world, store, order = await _given()
    await tell(world, *order.all()[12:])
    then = world.clock.now()
    world.clock.at += LATER
    answer = await portal_of(world, store, Nothing()).order("C-7781", order.number)
    assert answer is not None
    assert (answer.notice.freshness, answer.notice.as_of) == (Freshness.STALE, then)
    assert f"as of {then:%Y-%m-%d %H:%M}" in answer.notice.message


@pytest.mark.proves("X-04")
async def test_once_looked_up_never_less_is_shown_though_the_budget_is_gone() -> None:
    world, store, order = await _given()
    await tell(world, *order.all()[12:])
    world.clock.at += LATER
    await portal_of(world, store, Unbounded()).order("C-7781", order.number)
    world.clock.at += LATER
    answer = await portal_of(world, store, Nothing()).order("C-7781", order.number)
    assert answer is not None
    assert (answer.order.status, answer.notice.freshness) == ("Delivered", Freshness.STALE)


@pytest.mark.proves("Y-34")
async def test_an_order_of_another_is_as_unknown_as_one_that_never_was_and_costs_nothing() -> None:
    world, store, order = await _given()
    budget = Unbounded()
    world.clock.at += LATER
    portal = portal_of(world, store, budget)
    for customer, number in (("C-2", order.number), ("C-7781", "SO-NONE"), ("", order.number)):
        assert await portal.order(customer, number) is None
    assert budget.spent == 0


@pytest.mark.proves("X-04")
async def test_a_store_that_is_away_is_said_to_be_away() -> None:
    world, store, order = await _given()
    store.away = True
    with pytest.raises(Transient):
        await portal_of(world, store, Unbounded()).order("C-7781", order.number)


async def test_a_list_says_how_old_it_is_and_goes_on_where_it_ended() -> None:
    world, store = World(PARTNERS), MemoryPortal()
    for number in (1, 2, 3):
        order = CustomersOrder(number)
        await tell(world, *order.all()[:1])
        await curator_of(world, store).renew(f"order||{order.number}")
    portal = portal_of(world, store, Nothing())
    first = await portal.orders("C-7781", limit=2)
    assert first.notice.freshness is Freshness.STALE
    await store.reached(world.clock.now())
    second = await portal.orders("C-7781", limit=2, after=first.next)
    assert [one.order_no for one in (*first.orders, *second.orders)] == [f"SO-0000000{n}" for n in (3, 2, 1)]
    assert (second.next, second.notice.freshness) == ("", Freshness.CURRENT)
    found = await portal.orders("C-7781", limit=2, number="po-so-00000002")
    assert [one.order_no for one in found.orders] == ["SO-00000002"]


@pytest.mark.parametrize("asked", [{"phase": "gone"}, {"number": "x" * 200}, {"after": "?"}, {"after": "YWJj"}])
async def test_a_filter_or_cursor_that_is_none_is_refused(asked: dict[str, str]) -> None:
    world, store, _ = await _given()
    with pytest.raises(Rejected):
        await portal_of(world, store, Nothing()).orders("C-7781", limit=2, **asked)
