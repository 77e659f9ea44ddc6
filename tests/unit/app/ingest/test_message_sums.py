"""A message whose fact is divided counts as many facts as are kept of it: else the audit calls them lost (I1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from crossdock.app.ingest.portions import ITEMS_PER_PORTION
from crossdock.app.ingest.use_case import Ingest
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.inventory import SnapshotRow
from crossdock.canonical.events.last_mile import RunPlanned, RunTask
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.errors import Transient
from crossdock.kernel.instant import Occurrence
from crossdock.ports.directory import Partner
from crossdock.ports.store import MessageRow
from crossdock.testing.store import MemoryBatch, MemoryStore
from crossdock.testing.world import World
from tests.unit.process.stock import kit


def message(partner: str, body: bytes) -> MessageRow:
    """A message kept whole, with one fact in it."""
    return MessageRow("m1", partner, "http", "application/json", kit.at(1), "", body, "accepted", 1, b"[]")


async def test_the_report_of_a_warehouse_counts_for_each_of_its_items() -> None:
    world = World(kit.PARTNERS, now=kit.at(60))
    report = kit.snapshot("SN-1", 0, *(SnapshotRow(item=f"IT-{number}", on_hand=Decimal(5)) for number in range(3)))
    arrival = msgspec.structs.replace(world.arrival(report.partner, report.body), message="m1")
    await world.ingest.take([arrival], [message(report.partner, report.body)])
    named = [row for row in world.store.events.values() if row.message == "m1"]
    assert len(named) == world.store.messages["m1"].facts == 4


async def test_what_was_taken_before_a_crash_names_a_message_that_is_kept() -> None:
    world = World(kit.PARTNERS, now=kit.at(60))
    items = 2 * ITEMS_PER_PORTION + 1
    report = kit.snapshot("SN-1", 0, *(SnapshotRow(item=f"IT-{number}", on_hand=Decimal(5)) for number in range(items)))
    arrival = msgspec.structs.replace(world.arrival(report.partner, report.body), message="m1")
    written: list[int] = []

    class Dying(MemoryStore):
        @asynccontextmanager
        async def batch(self) -> AsyncIterator[MemoryBatch]:
            if len(written) == 2:
                raise Transient("the power went out")
            async with world.store.batch() as batch:
                yield batch
            written.append(1)

    dying = Dying()
    dying.reserve_dossiers = world.store.reserve_dossiers  # type: ignore[method-assign]
    with pytest.raises(Transient):
        await Ingest(replace(world.parts, store=dying)).take([arrival], [message(report.partner, report.body)])
    assert sums(world) == {"m1": (items - 1, items - 1, "refused")}
    assert not world.store.cases, "nobody has to do anything: the sender sends it again"

    again = msgspec.structs.replace(arrival, message="m2")
    await world.ingest.take([again], [msgspec.structs.replace(message(report.partner, report.body), id="m2")])
    assert sums(world) == {"m1": (items - 1, items - 1, "refused"), "m2": (items + 1, items + 1, "accepted")}


def sums(world: World) -> dict[str, tuple[int, int, str]]:
    """What each message says it gave, what names it, and how it stands."""
    named = Counter(row.message for row in world.store.events.values() if row.message)
    return {one.id: (one.facts, named[one.id], one.status) for one in world.store.messages.values()}


async def test_a_run_counts_for_each_of_its_tasks() -> None:
    world = World({"lmd": Partner("lmd", Role.LMD, "canonical_json")}, now=kit.at(60))
    tasks = tuple(RunTask(task=f"DT-{number}", seq=number, shipment=f"SHP-{number}") for number in (1, 2))
    source = Source(Role.LMD, "lmd", message_id="r1")
    payload = RunPlanned(run_id="RUN-1", date="2026-06-01", depot="D-1", tasks=tasks)
    body = make_envelope("run.planned", Subject("run", "RUN-1"), source, Occurrence(kit.at(1)), payload)
    arrival = msgspec.structs.replace(world.arrival("lmd", body), message="m1")
    await world.ingest.take([arrival], [message("lmd", body)])
    kept = [row for row in world.store.events.values() if row.message == "m1"]
    kept += [row for row in world.store.waiting.values() if row.message == "m1"]
    assert len(kept) == world.store.messages["m1"].facts == 2
