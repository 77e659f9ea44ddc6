"""Milestones of ours as DCSA events are read by our own reader as the milestones they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import open_library
from crossdock.canonical.envelope import Fact, Reference, Source, Subject
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Equipment, Place
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.connectors.dcsa.outbound import CODES, DcsaFace
from crossdock.kernel.instant import Occurrence
from crossdock.ports.connector import IntakeContext

AT = datetime(2026, 6, 2, 13, 50, tzinfo=UTC)
LIBRARY = open_library()


def told(milestone: Milestone, cls: FactClass = FactClass.ACT, *refs: Reference) -> Fact:
    payload = TrackingMilestone(
        milestone=milestone,
        location=Place(name="Rotterdam", unlocode="NLRTM"),
        equipment=Equipment(type="22G1", no="CRXU1234563"),
        estimate=AT + timedelta(days=2) if cls is not FactClass.ACT else None,
    )
    body = make_envelope(
        "tracking.milestone",
        Subject("load", "LD-1"),
        Source(Role.TMS, "tms1"),
        Occurrence(AT),
        payload,
        cls=cls,
        refs=refs or (Reference("pro", "BK-7", "NVTR"), Reference("bol", "BL-9")),
    )
    return decode_fact(body, AT + timedelta(minutes=1))


@pytest.mark.parametrize("version", ["2.2", "3.0"])
@pytest.mark.parametrize("milestone", CODES)
@pytest.mark.parametrize("cls", [FactClass.ACT, FactClass.EST])
def test_our_own_reader_takes_each_event_for_the_milestone_it_was(
    version: str, milestone: Milestone, cls: FactClass
) -> None:
    (spoken,) = DcsaFace(version).tell(told(milestone, cls))
    decoder = KINDS["dcsa"].decoder(LIBRARY)
    context = IntakeContext("carrier", "CAR", AT + timedelta(hours=1), "UTC", {"scac": "NVTR"})
    decoded = decoder.decode(spoken.body, "application/json", context)
    assert [one.detail for one in decoded.findings if one.severity == "error"] == []
    (fact,) = decoded.facts
    again = decode_fact(fact.body, AT)
    assert isinstance(again.payload, TrackingMilestone)
    assert (again.payload.milestone, again.cls, again.at) == (milestone, cls, AT)
    assert again.payload.estimate == (AT + timedelta(days=2) if cls is FactClass.EST else None)


def test_the_same_fact_is_the_same_event_whenever_it_is_told() -> None:
    first, again = (DcsaFace("2.2").tell(told(Milestone.LOADED))[0].body for _ in range(2))
    assert first == again


def test_milestone_without_a_code_or_without_anything_of_dcsas_gives_no_event() -> None:
    assert DcsaFace("3.0").tell(told(Milestone.PICKED)) == []
    bare = TrackingMilestone(milestone=Milestone.LOADED)
    body = make_envelope(
        "tracking.milestone", Subject("shipment", "SHP-1"), Source(Role.TMS, "tms1"), Occurrence(AT), bare
    )
    assert DcsaFace("3.0").tell(decode_fact(body, AT)) == []


def test_words_of_a_question_name_what_stands_in_the_event() -> None:
    (spoken,) = DcsaFace("2.2").tell(told(Milestone.DEPARTED_FACILITY))
    event = json.loads(spoken.body)
    assert (event["eventType"], event["transportEventTypeCode"]) == ("TRANSPORT", "DEPA")
    assert spoken.words["eventType"] == {"TRANSPORT"}
    assert spoken.words["carrierBookingReference"] == {"BK-7"}
    assert DcsaFace("2.2").idents("equipmentReference", "CRXU1234563") == ("container||CRXU1234563",)
