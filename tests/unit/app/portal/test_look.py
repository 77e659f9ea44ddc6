"""How old an answer may be: cached, looked up anew, or honest about its age; never a status that pretends."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crossdock.app.portal.look import Freshness, Portal
from crossdock.bench.trace import PARTNERS
from crossdock.canonical.commands.people import NotifyCustomer
from crossdock.connectors.notify.outbound import page_of
from crossdock.kernel.errors import Rejected, Transient
from crossdock.process.terms.portal import PortalTerms
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


@pytest.mark.proves("portal_stale_after")
async def test_how_old_is_too_old_is_the_projects_to_say_and_five_minutes_where_it_says_nothing() -> None:
    """One second makes the difference, on the default and on a minute."""
    for terms, minutes in ((PortalTerms(), 5), (PortalTerms(stale_after=60), 1)):
        world, store, order = await _given()
        portal = Portal(store, curator_of(world, store), Nothing(), terms, world.clock)
        for seconds, freshness in ((0, Freshness.CURRENT), (1, Freshness.STALE)):
            world.clock.at += timedelta(minutes=minutes) if not seconds else timedelta(seconds=1)
            answer = await portal.order("C-7781", order.number)
            assert answer is not None
            assert answer.notice.freshness is freshness


@pytest.mark.proves("CG-11")
async def test_a_letter_leads_to_the_order_from_its_approval_on_and_nobody_else_through_it() -> None:
    """The portal's reference is the order's own number, behind its customer's sign-in."""
    said = NotifyCustomer(
        cause_event="e", channel="email", recipient="r", template="shipped", values={}, order_no="SO-00000001"
    )
    page = urlsplit(page_of(said, "https://orders.example.com/portal/"))
    (number,) = parse_qs(page.query)["no"]
    assert f"{page.scheme}://{page.netloc}{page.path}" == "https://orders.example.com/portal/order"
    world, store, order = await _given(upto=1)
    portal = portal_of(world, store, Nothing())
    for status in ("Confirmed", "Delivered"):
        answer = await portal.order("C-7781", number)
        assert answer is not None
        assert (answer.order.order_no, answer.order.status) == (order.number, status)
        assert await portal.order("C-2", number) is None
        await tell(world, *order.all()[1:])
        await curator_of(world, store).renew(f"order||{order.number}")


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
