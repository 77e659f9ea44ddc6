"""Milestones of ours as DCSA Track & Trace events, 2.2 and 3.0. Pure.

Source: DCSA Track & Trace 2.2 and 3.0 (dcsa.org); reference/dcsa-milestones.csv read backwards. Each milestone has the
one code that our own reader takes for it again; those DCSA has no code for give no event.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

import msgspec

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Place
from crossdock.canonical.vocabulary import FactClass
from crossdock.connectors.dcsa.codes import CLASSIFICATION, VERSION_2, VERSION_3
from crossdock.kernel.codec import encode_json
from crossdock.ports.faces import Spoken

TRANSPORT, EQUIPMENT, SHIPMENT = "TRANSPORT", "EQUIPMENT", "SHIPMENT"
AT_CUSTOMER = "CLOC"
CLASSES = {FactClass.ACT: "ACT", FactClass.EST: "EST", FactClass.PLN: "PLN"}
# Which references of ours are documents of DCSA.
DOCUMENTS = MappingProxyType({"pro": "BKG", "bol": "TRD"})
# Fields of a question that name something we can look up; a booking number alone does not say whose it is.
SCHEMES: Mapping[str, str] = MappingProxyType({"transportDocumentReference": "bol", "equipmentReference": "container"})


class Code(msgspec.Struct, frozen=True):
    """What a milestone is called: kind of event, its code, at the customer's or not, and the document it is about."""

    kind: str
    code: str
    facility: str = ""
    document: str = ""


CODES: Mapping[Milestone, Code] = MappingProxyType(
    {
        Milestone.CARRIER_BOOKED: Code(SHIPMENT, "CONF", document="BKG"),
        Milestone.LOADED: Code(EQUIPMENT, "LOAD"),
        Milestone.HANDED_OVER: Code(EQUIPMENT, "PICK", AT_CUSTOMER),
        Milestone.DEPARTED_FACILITY: Code(TRANSPORT, "DEPA"),
        Milestone.ARRIVED_FACILITY: Code(TRANSPORT, "ARRI"),
        Milestone.BORDER_CROSSED: Code(EQUIPMENT, "CROS"),
        Milestone.AVAILABLE_FOR_COLLECTION: Code(EQUIPMENT, "AVPU"),
        Milestone.ARRIVED_DELIVERY: Code(TRANSPORT, "ARRI", AT_CUSTOMER),
        Milestone.IMPORT_RELEASED: Code(EQUIPMENT, "CUSR"),
        Milestone.HELD: Code(SHIPMENT, "HOLD"),
        Milestone.HOLD_CLEARED: Code(SHIPMENT, "RELS"),
        Milestone.CANCELLED: Code(SHIPMENT, "CANC", document="BKG"),
        Milestone.POD_AVAILABLE: Code(SHIPMENT, "ISSU", document="PFD"),
    }
)

Json = dict[str, object]


class DcsaFace:
    """See `ports.faces.Face`, for one version of the standard."""

    def __init__(self, version: str) -> None:
        assert version in (VERSION_2, VERSION_3), f"DCSA {version} is not spoken here"
        self._version = version

    def tell(self, fact: Fact) -> Sequence[Spoken]:
        """See `Face.tell`."""
        payload = fact.payload
        if not isinstance(payload, TrackingMilestone) or fact.cls not in CLASSES:
            return []
        code = CODES.get(payload.milestone)
        documents = _documents(fact, code) if code is not None else []
        # DCSA knows events of bookings, transport documents and containers; of anything else it cannot tell.
        if code is None or not (documents or _equipment(fact, payload)):
            return []
        write = _event_2 if self._version == VERSION_2 else _event_3
        return [Spoken(encode_json(write(fact, payload, code, documents)), fact.at, _words(fact, payload, code))]

    def idents(self, field: str, value: str) -> tuple[str, ...]:
        """See `Face.idents`."""
        return (f"{SCHEMES[field]}||{value}",) if field in SCHEMES else ()

    def word(self, field: str, value: str) -> str:
        """See `Face.word`; codes have one spelling."""
        return value


def _event_2(fact: Fact, payload: TrackingMilestone, code: Code, documents: list[tuple[str, str]]) -> Json:
    happens = payload.estimate if fact.cls is not FactClass.ACT and payload.estimate else fact.at
    event: Json = {
        "eventID": _identity(fact),
        "eventType": code.kind,
        "eventCreatedDateTime": _instant(fact.at if happens is not fact.at else fact.received_at),
        "eventClassifierCode": CLASSES[fact.cls],
        "eventDateTime": _instant(happens),
        f"{code.kind.lower()}EventTypeCode": code.code,
        "documentReferences": [
            {"documentReferenceType": kind, "documentReferenceValue": number} for kind, number in documents
        ],
    }
    if code.document:
        event |= {"documentTypeCode": code.document, "documentID": documents[0][1] if documents else fact.subject.id}
    if code.kind != SHIPMENT:
        event["transportCall"] = {"facilityTypeCode": code.facility} if code.facility else {}
    equipment = _equipment(fact, payload)
    if equipment:
        event["equipmentReference"] = equipment
    return event | ({"eventLocation": _location(payload.location)} if payload.location is not None else {})


def _event_3(fact: Fact, payload: TrackingMilestone, code: Code, documents: list[tuple[str, str]]) -> Json:
    happens = payload.estimate if fact.cls is not FactClass.ACT and payload.estimate else fact.at
    classification: Json = {
        "eventClassifierCode": CLASSES[fact.cls],
        "eventType": code.kind,
        f"{code.kind.lower()}EventTypeCode": code.code,
    }
    event: Json = {
        "eventID": _identity(fact),
        "eventDateTime": _instant(happens),
        "eventUpdatedDateTime": _instant(fact.at if happens is not fact.at else fact.received_at),
        CLASSIFICATION: classification,
    }
    references = [{"typeCode": kind, "reference": number} for kind, number in documents]
    if code.document:
        number = documents[0][1] if documents else fact.subject.id
        references = [{"typeCode": code.document, "reference": number}, *references]
    if references:
        event["shipmentDetails"] = {
            "documentReference": references[0],
            "additionalDocumentReferences": references[1:],
        }
    equipment = _equipment(fact, payload)
    if equipment:
        event["equipmentDetails"] = {"equipmentReference": equipment}
    location = _location(payload.location) if payload.location is not None else {}
    if code.facility:
        location["facilityTypeCode"] = code.facility
    return event | ({"eventLocation": location} if location else {})


def _documents(fact: Fact, code: Code) -> list[tuple[str, str]]:
    """Bookings and transport documents of a fact, the kind the code is about first."""
    known = [(one.scheme, one.id) for one in fact.refs] + [(fact.subject.type, fact.subject.id)]
    told = dict.fromkeys((DOCUMENTS[scheme], number) for scheme, number in known if scheme in DOCUMENTS)
    return sorted(told, key=lambda one: (one[0] != code.document, one))


def _equipment(fact: Fact, payload: TrackingMilestone) -> str:
    if payload.equipment is not None and payload.equipment.no:
        return payload.equipment.no
    return next((one.id for one in fact.refs if one.scheme == "container"), "")


def _location(place: Place) -> Json:
    told = {"locationName": place.name, "UNLocationCode": place.unlocode}
    return {name: value for name, value in told.items() if value}


def _words(fact: Fact, payload: TrackingMilestone, code: Code) -> dict[str, frozenset[str]]:
    documents = _documents(fact, code)
    return {
        "eventType": frozenset({code.kind}),
        f"{code.kind.lower()}EventTypeCode": frozenset({code.code}),
        "carrierBookingReference": frozenset(number for kind, number in documents if kind == "BKG"),
        "transportDocumentReference": frozenset(number for kind, number in documents if kind == "TRD"),
        "equipmentReference": frozenset({_equipment(fact, payload)}),
    }


def _identity(fact: Fact) -> str:
    # The id follows from what the fact says, so that telling it again is telling the same event.
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"dcsa|{fact.key}"))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
