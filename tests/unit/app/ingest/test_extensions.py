"""Y-40 at the door: what a partner says beside the contract is registered, or a person looks at it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import msgspec
import pytest

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.extensions import Extension, ExtensionField, misfit, mistakes, reads_as, unregistered
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


@pytest.mark.parametrize(("name", "personal", "right"), [
    ("person_planner", True, True), ("gate", False, True), ("planner", True, False), ("person_count", False, False),
])  # fmt: skip
def test_what_is_about_a_person_is_called_so_and_nothing_else(name: str, personal: bool, right: bool) -> None:
    field = ExtensionField(name, ("tracking.milestone",), "Who planned it.", personal=personal)
    found = list(mistakes("benelux", msgspec.structs.replace(BENELUX, field=(field,))))
    assert [one.key for one in found] == ([] if right else [("field", "0", "personal")])


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


COUNTED = Extension(
    "Dock desk",
    "Benelux",
    date(2026, 1, 1),
    (
        ExtensionField("pallets", ("tracking.milestone",), "How many were on it.", "number"),
        ExtensionField("side", ("tracking.milestone",), "Which side of the yard.", "code", ("north", "south")),
        ExtensionField("sealed", ("tracking.milestone",), "Whether it was sealed.", "yes_no"),
        ExtensionField("gated", ("tracking.milestone",), "When it passed the gate.", "instant"),
        ExtensionField("note", ("tracking.milestone",), "What the desk says."),
    ),
    Life.ACTIVE,
    "council",
)
GOOD = {
    "pallets": ("12", "-0.50", "", "1" * 40),
    "side": ("north", "south", ""),
    "sealed": ("yes", "no", "true", "false", ""),
    "gated": ("2026-06-01T06:00:00Z", "2026-06-01T06:00:00.125+02:00", ""),
    "note": ("anything", ""),
}
BAD = {
    "pallets": ("twelve", "1,5", "1e9", "NaN", "Infinity", "1.", " 1", "٣", "1" * 41),
    "side": ("East", "north ", "NORTH"),
    "sealed": ("Y", "1", "maybe"),
    "gated": ("2026-06-01", "2026-06-01T06:00:00", "yesterday", "2026-13-01T00:00:00Z", "20260601"),
    "note": (),
}


@pytest.mark.proves("Y-40", "F-04")
@pytest.mark.parametrize("name", list(GOOD))
def test_a_text_reads_as_the_type_it_was_registered_with_or_the_finding_says_how(name: str) -> None:
    for text in GOOD[name]:
        assert misfit({"benelux": COUNTED}, "tracking.milestone", {"benelux": {name: text}}) == "", text
    for text in BAD[name]:
        found = misfit({"benelux": COUNTED}, "tracking.milestone", {"benelux": {name: text}})
        assert found.startswith(f"ext.benelux.{name} as {text[:40]!r}, which is no "), text


def test_a_misfit_of_a_long_list_of_codes_names_ten_of_them() -> None:
    field = ExtensionField("bay", ("tracking.milestone",), "Bay.", "code", tuple(f"B{number}" for number in range(12)))
    long = Extension("Dock desk", "Benelux", date(2026, 1, 1), (field,), Life.ACTIVE, "council")
    found = misfit({"benelux": long}, "tracking.milestone", {"benelux": {"bay": "X"}})
    assert found.endswith("which is no code of B0, B1, B2, B3, B4, B5, B6, B7, B8, B9 and 2 more")
    assert reads_as(field, "B11")


@pytest.mark.proves("Y-40", "F-04")
async def test_a_value_of_the_wrong_type_goes_to_review_and_one_of_the_right_does_not() -> None:
    world, disposition = await after({"benelux": {"pallets": "twelve", "side": "north"}}, COUNTED)
    assert disposition is Disposition.QUARANTINE
    (told,) = [case.detail for (code, _, _), case in world.store.cases.items() if code == "INT-02"]
    assert "ext.benelux.pallets as 'twelve', which is no number such as -12.50" in told
    assert "have nvtr send it so" in told
    _, disposition = await after({"benelux": {"pallets": "12", "side": "north"}}, COUNTED)
    assert disposition is not Disposition.QUARANTINE
