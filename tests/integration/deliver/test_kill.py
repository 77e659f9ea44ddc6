"""`kill -9` between the send and its record: the outcome is unknown, and resolved as declared (rule 3 of §2)."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crossdock.ports.connector import Resolution
from tests.integration.deliver.given import DELIVERED, Dock, ScriptedPartner, command, manifest

ROOT = Path(__file__).parents[3]


@pytest.mark.proves("PF-03")
async def test_a_killed_deliverer_leaves_an_unknown_outcome_that_is_read_back_not_resent(dock: Dock) -> None:
    await dock.put(command("create"), command("update"))
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.deliver.victim", dock.url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(60):
            assert victim.stdout is not None
            while (line := await victim.stdout.readline()) and not line.startswith(b"sent"):
                pass
    finally:
        victim.kill()
        await victim.wait()
    assert line == b"sent create\n"

    ((lease_until,),) = await dock.rows("select claimed_until from delivery where claimed_until is not null")
    assert isinstance(lease_until, datetime)
    dock.manifest = manifest(Resolution.READ_BACK)
    wms = ScriptedPartner(look_ups=[DELIVERED])
    dock.clock.at = lease_until - timedelta(seconds=1)
    assert (await dock.step(wms)).taken == 0
    dock.clock.at = lease_until
    assert (await dock.step(wms)).lapsed == 1
    await dock.step(wms)
    assert ([asked.idempotency_key for asked in wms.asked], wms.sent) == (["create"], ["update"])
    assert await dock.log() == [("create", "delivered"), ("update", "delivered")]
