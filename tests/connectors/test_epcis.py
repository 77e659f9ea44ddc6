"""GS1 keys in the spellings of EPCIS, and facts of ours as EPCIS documents that our own reader understands.

Examples of keys per GS1 EPC Tag Data Standard 2.0 and General Specifications; mission S-37 (visibility events).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import open_library
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference, Source, Subject
from crossdock.canonical.events.fulfilment import HandoverVoided, PackCompleted, ShipmentHandedOver, ShipmentStaged
from crossdock.canonical.events.tracking import ShipmentDelivered, TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import LineQuantity, PackageInfo, Place
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.connectors.epcis.documents import json_ld, xml
from crossdock.connectors.epcis.identifiers import cbv_word, gln, place_name, sscc, transaction
from crossdock.connectors.epcis.outbound import events_of
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import IntakeContext

AT = datetime(2026, 6, 2, 13, 50, tzinfo=UTC)
LIBRARY = open_library()
NOW = datetime(2026, 6, 3, 6, tzinfo=UTC)
BASE = "https://id.example.org"
SSCC, OTHER = "387123450000001019", "387123450000001026"
PACKED = PackCompleted(
    order_no="SO-1",
    warehouse="WH-NL1",
    packages=(
        PackageInfo(
            sscc=SSCC,
            contents=(
                LineQuantity("10", Quantity(Decimal(3)), item="TEA-GRN"),
                LineQuantity("20", Quantity(Decimal("2.5"), "KGM"), item="SUGAR", lot="L/7"),
            ),
        ),
        PackageInfo(package_no="BOX 2"),
    ),
    complete=True,
)
GONE = ShipmentHandedOver(
    order_no="SO-1", warehouse="WH-NL1", handover_no="HO-1", at=AT, packages=(SSCC, OTHER), lines=()
)


def fact(
    kind: str, payload: Payload, subject: Subject, *, cls: FactClass = FactClass.ACT, role: Role = Role.WMS
) -> Fact:
    refs = (Reference("bol", "BOL-88001"), Reference("order", "SO-1"))
    body = make_envelope(kind, subject, Source(role, "p1"), Occurrence(AT, 120), payload, refs=refs, cls=cls)
    return decode_fact(body, NOW)


def seen(milestone: Milestone, cls: FactClass = FactClass.ACT) -> Fact:
    payload = TrackingMilestone(milestone=milestone, location=Place(gln="5012345007779"), packages=(SSCC,))
    return fact("tracking.milestone", payload, Subject("shipment", "SHP-88001"), cls=cls, role=Role.TMS)


FACTS = [
    fact("pack.completed", PACKED, Subject("fulfilment_order", "SO-1/WH-NL1/1")),
    fact("shipment.handed_over", GONE, Subject("shipment", "SHP-88001")),
    seen(Milestone.DEPARTED_FACILITY),
    fact("shipment.delivered", ShipmentDelivered(at=AT), Subject("shipment", "SHP-88001"), role=Role.SYNC),
]


def listed(facts: list[Fact]) -> list[dict[str, object]]:
    document = json.loads(json_ld(events_of(facts, BASE), NOW))
    found: list[dict[str, object]] = document["epcisBody"]["eventList"]
    return found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("urn:epc:id:sscc:0614141.1234567890", "106141412345678908"),
        ("urn:epc:id:sscc:8712345.0000000101", "087123450000001018"),
        (f"https://id.gs1.org/00/{SSCC}", SSCC),
        (f"https://example.com/some/path/00/{SSCC}?x=1", SSCC),
        ("urn:epc:id:sscc:0614141.12345678901", ""),
        ("urn:epc:id:sgtin:0614141.107346.2017", ""),
        ("https://id.gs1.org/01/04012345123456", ""),
        ("", ""),
    ],
)
def test_an_sscc_is_read_in_every_spelling_and_nothing_else_is_one(text: str, number: str) -> None:
    assert sscc(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("urn:epc:id:sgln:0614141.00777.0", "0614141007776"),
        ("urn:epc:id:pgln:4000001.00012", "4000001000128"),
        ("https://id.gs1.org/414/5012345007779/254/32a", "5012345007779"),
        ("geo:52.1,4.9", ""),
    ],
)
def test_a_place_is_a_gln_or_keeps_its_name(text: str, number: str) -> None:
    assert gln(text) == number
    assert place_name(text) == ("" if number else text)


@pytest.mark.parametrize(
    "text",
    [
        "receiving",
        "urn:epcglobal:cbv:bizstep:receiving",
        "https://ref.gs1.org/cbv/BizStep-receiving",
        "https://ns.gs1.org/cbv/BizStep-receiving",
        "cbv:BizStep-receiving",
    ],
)
def test_a_word_of_cbv_is_one_in_every_spelling(text: str) -> None:
    assert cbv_word(text) == "receiving"


def test_words_of_other_vocabularies_stay_whole() -> None:
    assert cbv_word("https://example.org/bizStep/receiving") == "https://example.org/bizStep/receiving"
    assert transaction("urn:epcglobal:cbv:bt:8712345000013:PO-4711") == "PO-4711"
    assert transaction("https://id.example.org/po/PO%2F4711") == "PO/4711"
    assert transaction("urn:uuid:1") == "urn:uuid:1"


def test_packages_are_told_with_what_is_in_them() -> None:
    full, bare = listed(FACTS[:1])
    assert full["type"] == "AggregationEvent"
    assert (full["parentID"], full["action"], full["bizStep"]) == (f"https://id.gs1.org/00/{SSCC}", "ADD", "packing")
    assert full["childQuantityList"] == [
        {"epcClass": f"{BASE}/item/TEA-GRN", "quantity": 3},
        {"epcClass": f"{BASE}/item/SUGAR/10/L%2F7", "quantity": 2.5, "uom": "KGM"},
    ]
    assert (bare["type"], bare["epcList"]) == ("ObjectEvent", [f"{BASE}/package/BOX%202"])
    assert full["eventID"] != bare["eventID"]


def test_a_hand_over_is_shipping_with_its_documents_and_its_own_time() -> None:
    [event] = listed(FACTS[1:2])
    assert event["epcList"] == [f"https://id.gs1.org/00/{SSCC}", f"https://id.gs1.org/00/{OTHER}"]
    assert (event["bizStep"], event["disposition"]) == ("shipping", "in_transit")
    assert (event["eventTime"], event["eventTimeZoneOffset"]) == ("2026-06-02T13:50:00.000Z", "+02:00")
    assert event["readPoint"] == {"id": f"{BASE}/location/WH-NL1"}
    assert event["bizTransactionList"] == [
        {"type": "desadv", "bizTransaction": f"{BASE}/shipment/SHP-88001"},
        {"type": "bol", "bizTransaction": f"{BASE}/bol/BOL-88001"},
    ]


def test_a_void_and_a_staging_have_steps_of_their_own() -> None:
    void = fact("handover.voided", HandoverVoided(handover_no="HO-1"), Subject("shipment", "SHP-88001"))
    staged = fact("shipment.staged", ShipmentStaged(packages=(SSCC,)), Subject("shipment", "SHP-88001"))
    assert [event["bizStep"] for event in listed([void, staged])] == ["void_shipping", "staging_outbound"]


def test_only_what_happened_and_has_a_word_is_told() -> None:
    assert events_of([seen(Milestone.DELIVERED, FactClass.EST), seen(Milestone.CHECKPOINT)], BASE) == []


def test_telling_again_is_telling_the_same_event() -> None:
    assert json_ld(events_of(FACTS, BASE), NOW) == json_ld(events_of(FACTS, BASE), NOW)
    assert len({str(event["eventID"]) for event in listed(FACTS)}) == 5


@pytest.mark.parametrize("write", [json_ld, xml])
def test_our_own_documents_are_read_back(write: object) -> None:
    assert callable(write)
    body: bytes = write(events_of(FACTS, BASE), NOW)
    context = IntakeContext("p2", "TMS", NOW, "UTC")
    made = KINDS["epcis"].decoder(LIBRARY).decode(body, "", context)
    assert made.findings == []
    facts = [decode_fact(one.body, NOW) for one in made.facts]
    told = [msgspec.to_builtins(one.payload)["milestone"] for one in facts]
    assert told == ["PACKED", "PACKED", "HANDED_OVER", "DEPARTED_FACILITY", "DELIVERED"]
    assert {one.occurred.utc for one in facts} == {AT}
    assert facts[1].subject.id == f"{BASE}/package/BOX%202"
    assert Reference("shipment", "SHP-88001") in facts[2].refs
    assert {Reference("sscc", SSCC), Reference("sscc", OTHER)} <= set(facts[2].refs)
    assert facts[3].payload == TrackingMilestone(
        milestone=Milestone.DEPARTED_FACILITY,
        location=Place(gln="5012345007779"),
        packages=(SSCC,),
        raw=facts[3].payload.raw,  # type: ignore[attr-defined]
    )


def test_the_xml_document_is_as_the_schema_orders_it() -> None:
    text = xml(events_of(FACTS[1:2], BASE), NOW).decode()
    assert '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0"' in text
    order = ["<eventTime>", "<eventID>", "<epcList>", "<action>OBSERVE", "bizstep:shipping", "<readPoint>", "btt:bol"]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
