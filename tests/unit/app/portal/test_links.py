"""Links a customer gives away: bounded, digest only, one answer for everything that opens nothing."""

from __future__ import annotations

import pytest

from crossdock.app.portal.links import Links
from crossdock.bench.trace import PARTNERS
from crossdock.kernel.errors import Rejected
from crossdock.kernel.secret import Secret
from crossdock.process.terms.portal import PortalTerms
from crossdock.testing.portal import MemoryOwnThings, MemoryPortal
from crossdock.testing.world import CountedDice, World
from tests.unit.app.portal.given import CustomersOrder, Nothing, curator_of, portal_of, tell


async def _given() -> tuple[Links, MemoryOwnThings, str]:
    world, store, own = World(PARTNERS), MemoryPortal(), MemoryOwnThings()
    await tell(world, *CustomersOrder(1).all())
    await curator_of(world, store).renew("order||SO-00000001")
    links = Links(portal_of(world, store, Nothing()), own, PortalTerms(), world.clock, CountedDice(), Secret("pepper"))
    return links, own, (await store.order("C-7781", "SO-00000001")).orders[0].shipments[0].ref


async def test_what_is_kept_opens_nothing() -> None:
    links, own, ref = await _given()
    token, link = await links.give("C-7781", "SO-00000001", ref, days=3, by="Jo")
    assert token.reveal().encode() not in link.digest
    assert await links.open(link.digest.hex()) is None
    shown = await links.open(token.reveal())
    assert shown is not None
    assert (shown.status, shown.step) == ("Delivered", 6)
    assert [one.id for one in await links.of("C-7781")] == [link.id]
    assert await links.of("C-OTHER") == []
    assert not await links.withdraw("C-OTHER", link.id)
    assert await links.open(token.reveal()) is not None
    assert await links.withdraw("C-7781", link.id)
    assert await links.open(token.reveal()) is None
    assert await own.opened_by(link.digest) is not None


@pytest.mark.parametrize(
    ("customer", "order", "days", "label"),
    [
        ("C-OTHER", "SO-00000001", 3, ""),
        ("C-7781", "SO-2", 3, ""),
        ("C-7781", "SO-00000001", 0, ""),
        ("C-7781", "SO-00000001", 61, ""),
        ("C-7781", "SO-00000001", 3, "two\nlines"),
    ],
)
async def test_a_link_is_made_for_ones_own_shipment_and_for_a_while(
    customer: str, order: str, days: int, label: str
) -> None:
    links, own, ref = await _given()
    with pytest.raises(Rejected):
        await links.give(customer, order, ref, days=days, by="Jo", label=label)
    assert own.kept == {}


@pytest.mark.parametrize("token", ["", "x" * 43, "é" * 43, "x" * 500])
async def test_what_is_no_link_opens_nothing(token: str) -> None:
    links, _, _ = await _given()
    assert await links.open(token) is None
