"""A message whose fact is divided counts as many facts as are kept of it: else the audit calls them lost (I1)."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.inventory import SnapshotRow
from crossdock.canonical.events.last_mile import RunPlanned, RunTask
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.ports.directory import Partner
from crossdock.ports.store import MessageRow
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
