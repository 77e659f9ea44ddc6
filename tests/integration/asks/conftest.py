"""The console of an assembled hub with an ERP, a warehouse that takes every command, and a TMS."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio

from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import Order
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import Hub, open_hub
from crossdock.bootstrap.project import read_project
from crossdock.bootstrap.roles import feeding
from crossdock.testing.assembled import write_project
from crossdock.testing.golden.cast import PARTNERS, POLICY, when
from crossdock.testing.golden.play import upto
from crossdock.testing.world import World
from tests.integration.console.conftest import Office

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
ORDER = Order(1, START)
SYSTEMS: dict[str, dict[str, object]] = {
    "erp1": {"connector": "canonical_json", "role": "ERP"},
    "wms-nl1": {"connector": "wms_json", "role": "WMS", "sites": ["WH-NL1"]},
    "tms1": {"connector": "tms_json", "role": "TMS"},
}


@pytest_asyncio.fixture
async def hub(tmp_path: Path, durable_url: str) -> AsyncIterator[Hub]:
    """A hub that has heard of nothing."""
    write_project(tmp_path, SYSTEMS)
    project = read_project(tmp_path, MANIFESTS, {})
    project.data.mkdir(parents=True, exist_ok=True)
    async with open_hub(project, durable_url) as opened, feeding(opened):
        yield opened


@pytest_asyncio.fixture
async def office(hub: Hub) -> AsyncIterator[Office]:
    """Its pages."""
    async with AsyncExitStack() as stack:
        yield Office(hub, stack)


@pytest_asyncio.fixture
async def accepted(hub: Hub) -> str:
    """The number of an order its warehouse has accepted."""
    facts = list(ORDER.facts())
    for one in (facts[0], facts[2]):
        partner = hub.parts.directory.partner(one.partner)
        assert partner is not None
        await hub.sync.facts(partner, [one.body])
    return ORDER.number


@pytest_asyncio.fixture
async def claimed(hub: Hub) -> str:
    """The order of the worked example, whose carrier claims 1392.40 for what was accrued at 1180.00."""
    world = World(PARTNERS, policy=POLICY, now=when("01 04:00"))
    world.ingest = Ingest(dataclasses.replace(world.parts, store=hub.store))
    for row in upto("R57"):
        world.clock.at = row.received
        if row.partner:
            await world.tell(row.partner, row.body())
    return "SO-100234"
