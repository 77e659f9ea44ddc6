"""Peers' faults that show after a restart (peers.md §5 nos 3 and 20): what was decided is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crossdock.app.deliver.step import deliver_once
from crossdock.bench.trace import PARTNERS as SPEAKERS
from crossdock.bench.trace import Order
from crossdock.ports.outbox import BreakerState
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.postgres.store import PostgresStore
from crossdock.testing.assembled import assembled, write_project
from tests.integration.deliver.given import DELIVERED, DOWN, WMS, Dock, ScriptedPartner, command, manifest

START = datetime(2026, 6, 1, 6, tzinfo=UTC)


@asynccontextmanager
async def deliverer(url: str, store: PostgresStore) -> AsyncIterator[Dock]:
    """A deliverer's side of the outbox, as a process of its own would open it."""
    outbox = await PostgresOutbox.open(url, pool_max=3)
    yield Dock(url, store, outbox)
    await outbox.close()


@pytest.mark.proves("PF-20")
async def test_20_open_breaker_outlives_its_process_and_a_probe_heals_it(
    postgres_url: str, store: PostgresStore
) -> None:
    """Killed while open: the next process sends nothing, then one probe, then the rest."""
    strict = manifest(concurrency=4, breaker_failures=3, breaker_open_s=5.0)
    async with deliverer(postgres_url, store) as before:
        before.manifest = strict
        await before.put(*(command(f"c-{number}", order=f"SO-{number}") for number in range(4)))
        await before.step(ScriptedPartner(DOWN, DOWN, DOWN, DOWN))
        at = before.clock.at
    wms = ScriptedPartner(DELIVERED)
    async with deliverer(postgres_url, store) as after:
        after.manifest, after.clock.at = strict, at
        assert (await after.outbox.gate(WMS.id)).breaker is BreakerState.OPEN
        await after.step(wms)
        assert wms.sent == []
        after.clock.forward(seconds=5)
        await after.step(wms)
        assert len(wms.sent) == 1
        assert (await after.outbox.gate(WMS.id)).breaker is BreakerState.CLOSED


@pytest.mark.proves("PF-03")
async def test_03_effects_of_a_committed_fact_happen_once_whoever_dies(durable_url: str, tmp_path: Path) -> None:
    """The hub ends between the commit and the fan-out; another one sends each command once, and no third sends more."""
    write_project(
        tmp_path,
        {name: {"role": one.role.value, "connector": "canonical_json"} for name, one in SPEAKERS.items()}
        | {"tms1": {"role": "TMS", "connector": "tms_json", "settings": {"commands": False}}},
    )
    approved = next(iter(Order(1, START).facts()))
    async with assembled(tmp_path, durable_url) as hub:
        assert (await hub.post("erp1", approved.body)).json()["disposition"] == "APPLY"
    for expected in (["plan_shipment"], []):
        async with assembled(tmp_path, durable_url) as hub:
            outbox = await PostgresOutbox.open(durable_url)
            tms = ScriptedPartner(DELIVERED)
            partner = hub.hub.parts.directory.partner("tms1")
            assert partner is not None
            await deliver_once(outbox, partner, tms, manifest(), hub.hub.clock, hub.hub.dice)
            await outbox.close()
            assert [one.type for call in tms.calls for one in call] == expected
