"""Peers' faults that show after a restart (peers.md §5 nos 3 and 20): what was decided is stored."""

from __future__ import annotations

import asyncio
import signal
import sys
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
from tests.integration.deliver.given import DELIVERED, DOWN, WMS, Dock, ScriptedPartner, manifest
from tests.integration.peer_faults.victim import COMMANDS, STRICT

START = datetime(2026, 6, 1, 6, tzinfo=UTC)


@asynccontextmanager
async def deliverer(url: str, store: PostgresStore) -> AsyncIterator[Dock]:
    """A deliverer's side of the outbox, as a process of its own would open it."""
    outbox = await PostgresOutbox.open(url, pool_max=3)
    yield Dock(url, store, outbox)
    await outbox.close()


@pytest.mark.proves("PF-20")
async def test_20_open_breaker_outlives_its_killed_process_and_a_probe_heals_it(
    postgres_url: str, store: PostgresStore
) -> None:
    """Killed by the kernel while open: the next process sends nothing, then one probe. One that fails opens it
    anew, one that is answered heals it and the rest goes."""
    assert await killed_while_it_waits(postgres_url) == BreakerState.OPEN.value
    wms = ScriptedPartner(DOWN)
    async with deliverer(postgres_url, store) as after:
        after.manifest = STRICT
        assert (await after.outbox.gate(WMS.id)).breaker is BreakerState.OPEN
        await after.step(wms)
        assert wms.sent == []
        after.clock.forward(minutes=10)
        await after.step(wms)
        assert len(wms.sent) == 1, "one probe"
        assert (await after.outbox.gate(WMS.id)).breaker is BreakerState.OPEN, "armed again"
        for _ in range(4):
            after.clock.forward(minutes=10)
            await after.step(wms)
        assert (await after.outbox.gate(WMS.id)).breaker is BreakerState.CLOSED
        assert sorted(set(wms.sent)) == [f"c-{number}" for number in range(COMMANDS)]
        assert await after.open() == []


async def killed_while_it_waits(url: str) -> str:
    """What the victim told before it was killed."""
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.peer_faults.victim", url, stdout=asyncio.subprocess.PIPE
    )
    assert victim.stdout is not None
    try:
        told = await asyncio.wait_for(victim.stdout.readline(), timeout=120)
    finally:
        victim.kill()
        assert await victim.wait() == -signal.SIGKILL
    return told.decode().strip()


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
