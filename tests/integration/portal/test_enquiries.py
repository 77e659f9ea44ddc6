"""Looks at what is late and does not say why: counted once a look, by the hour, and set against all that is late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest
import pytest_asyncio

from crossdock.app.measuring import ask
from crossdock.app.portal.follow import Curator
from crossdock.app.portal.look import Portal
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.events.tracking import ShipmentEtaChanged
from crossdock.kernel.errors import Transient
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.measures import PostgresMeasures
from crossdock.postgres.portal_enquiries import PostgresEnquiries
from crossdock.postgres.views import PostgresViews
from crossdock.process.policy import Policy
from crossdock.process.terms.portal import PortalTerms
from crossdock.runtime.readthrough import ReadThrough
from tests.integration.portal.house import NOW, House
from tests.unit.app.portal.given import START, tell


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(postgres_url, size_min=1, size_max=2, name="enquiries")
    yield pool
    await pool.close()


async def late(house: House, number: int) -> str:
    """An order under way, whose shipment comes a day after the promise."""
    order = await house.order(number, "C-A", "A", upto=12)
    far = ShipmentEtaChanged(eta=START + timedelta(days=5), confidence=Decimal("0.9"))
    await tell(house.world, order.say(far, "shipment.eta_changed", 300))
    return order.number


def portal(house: House, pool: Pool, enquiries: object) -> Portal:
    terms = PortalTerms()
    curator = Curator(PostgresViews(pool), house.kept, REGISTRIES, Policy(), house.clock)
    return Portal(house.kept, curator, ReadThrough(terms), terms, house.clock, enquiries)  # type: ignore[arg-type]


@pytest.mark.proves("K-41")
async def test_looks_at_late_shipments_without_a_reason_are_set_against_all_late_ones(house: House, pool: Pool) -> None:
    first, second = await late(house, 1), await late(house, 2)
    await house.order(3, "C-A", "A", upto=12)
    await house.follow()
    counted = portal(house, pool, PostgresEnquiries(pool))
    for number in (first, first, first, "SO-00000003", "SO-NONE"):
        await counted.order("C-A", number)
    await counted.order("C-B", second)
    shown = await counted.order("C-A", first)
    assert shown is not None
    assert shown.order.shipments[0].status == "Delayed, new date"
    figure = await ask(PostgresMeasures(pool), "K-41", NOW - timedelta(hours=1), NOW + timedelta(hours=1), NOW)
    assert (figure.count, figure.value) == (2, Decimal(200))


async def test_a_look_that_cannot_be_counted_is_a_look_all_the_same(house: House, pool: Pool) -> None:
    class Away:
        async def looked(self, order_no: str, shipments: object, at: object) -> None:
            raise Transient("the database is away")

    number = await late(house, 1)
    await house.follow()
    assert await portal(house, pool, Away()).order("C-A", number) is not None
