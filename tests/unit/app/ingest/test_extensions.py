"""Y-40 at the door: what a partner says beside the contract is registered, or a person looks at it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import pytest

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.extensions import Extension, ExtensionField, unregistered
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.registry import Life
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
ORDER = Order(1, START)
FIELD = ExtensionField("gate", ("tracking.milestone",), "Which gate it left by.")
BENELUX = Extension("Dock desk", "Benelux", date(2026, 1, 1), (FIELD,), Life.ACTIVE, "council")


def seen(ext: dict[str, dict[str, str]]) -> bytes:
    """A scan of the carrier with something beside it."""
    payload = TrackingMilestone(milestone=Milestone.ARRIVED_FACILITY, ext=ext)
    source = Source(Role.CAR, "nvtr", message_id="scan-1")
    return make_envelope("tracking.milestone", Subject("shipment", ORDER.shipment), source, Occurrence(START), payload)


async def after(ext: dict[str, dict[str, str]], benelux: Extension) -> tuple[World, Disposition | None]:
    """A hub that knows this extension, and what became of the scan."""
    world = World(PARTNERS, now=START)
    world.ingest = Ingest(dataclasses.replace(world.parts, extensions={"benelux": benelux}))
    for fact in list(ORDER.facts())[:8]:
        await world.ingest.take([Arrival(PARTNERS[fact.partner], fact.body, decode_fact(fact.body, START))])
    body = seen(ext)
    (receipt,) = await world.ingest.take([Arrival(PARTNERS["nvtr"], body, decode_fact(body, START))])
    return world, receipt.disposition


@pytest.mark.proves("Y-40", "F-04")
@pytest.mark.parametrize(
    "ext", [{"benelux": {"gate": "7", "ramp": "2"}}, {"nordic": {"gate": "7"}}, {"ops": {"by": "Ana"}}]
)
async def test_what_nobody_registered_goes_to_review_and_stops_nothing_else(ext: dict[str, dict[str, str]]) -> None:
    world, disposition = await after(ext, BENELUX)
    assert disposition is Disposition.QUARANTINE
    assert "INT-02" in {code for code, _, _ in world.store.cases}
    body = seen({})
    (receipt,) = await world.ingest.take([Arrival(PARTNERS["nvtr"], body, decode_fact(body, START))])
    assert receipt.disposition is not Disposition.QUARANTINE


@pytest.mark.proves("Y-40", "F-04")
async def test_what_is_registered_is_taken_and_a_retired_field_is_not() -> None:
    _, disposition = await after({"benelux": {"gate": "7"}}, BENELUX)
    assert disposition is not Disposition.QUARANTINE
    retired = Extension("Dock desk", "Benelux", date(2026, 1, 1), (FIELD,), Life.RETIRED, "council")
    _, disposition = await after({"benelux": {"gate": "7"}}, retired)
    assert disposition is Disposition.QUARANTINE


def test_a_field_is_registered_for_the_facts_it_names_alone() -> None:
    known = {"benelux": BENELUX}
    assert unregistered(known, "pick.completed", {"benelux": {"gate": "7"}}) == "ext.benelux.gate"
    assert unregistered(known, "tracking.milestone", {"benelux": {"gate": "7"}}) == ""
    assert unregistered({}, "freight.approved", {"approval": {"second": "Ana"}}) == ""
