"""Facts of ours as EPCIS 2.0 events, in JSON-LD and XML. Pure: who publishes them is not decided here.

Source: GS1 EPCIS 2.0 chapters 7, 9 and 10, CBV 2.0 chapters 7 and 8. SSCC and GLN are written as GS1 Digital Links,
which need no company prefix; what has no GS1 key is named below the `vocabulary` of the one who publishes.

    pack.completed                        packing, each package with what is in it
    shipment.staged, shipment.loaded      staging_outbound, loading
    shipment.handed_over, handover.voided shipping, void_shipping
    tracking.milestone (actual)           the step of its milestone
    shipment.departed, shipment.delivered departing, receiving
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events.tracking import ShipmentDelivered, ShipmentDeparted, TrackingMilestone
from crossdock.canonical.parts import LineQuantity, Place
from crossdock.canonical.vocabulary import FactClass
from crossdock.connectors.epcis.codes import STEP_OF
from crossdock.connectors.epcis.identifiers import DIGITAL_LINK
from crossdock.kernel.instant import Occurrence
from crossdock.ports.json_calls import path_segment

EVENTS_MAX = 10_000
# Which schemes of ours are business documents in CBV's list.
TRANSACTIONS = {"bol": "bol", "shipment": "desadv", "po": "po", "invoice": "inv", "return": "rma"}


class Quantity(msgspec.Struct, frozen=True):
    """So much of a class of goods; no unit means pieces."""

    epc_class: str
    quantity: str
    uom: str = ""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One EPCIS event in neither syntax yet; identifiers are URIs, empty where nothing is said."""

    type: str
    at: datetime
    event_id: str
    action: str
    biz_step: str
    disposition: str = ""
    parent: str = ""
    epcs: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    read_point: str = ""
    transactions: tuple[tuple[str, str], ...] = ()


def events_of(facts: Iterable[Fact], vocabulary: str) -> list[Event]:
    """The events of these facts, in their order; facts EPCIS has no word for give none.

    Args:
        vocabulary: an http URI of ours below which shipments, items and places without a GS1 key are named.
    """
    base = vocabulary.rstrip("/")
    made = [event for fact in facts if (tell := TELL.get(fact.type)) is not None for event in tell(fact, base)]
    return made[:EVENTS_MAX]


# ---------------------------------------------------------------- facts


def _packed(fact: Fact, base: str) -> Sequence[Event]:
    payload = fact.payload
    assert isinstance(payload, wms.PackCompleted)
    place = named(base, "location", payload.warehouse)
    events = []
    for package in payload.packages:
        unit = logistic_unit(package.key, base)
        inside = tuple(_quantity(line, base) for line in package.contents if line.item)
        event = _event(fact, base, "packing", place, part=package.key)
        if inside:
            parts = {"type": "AggregationEvent", "action": "ADD", "parent": unit, "quantities": inside}
        else:
            parts = {"epcs": (unit,)}
        events.append(msgspec.structs.replace(event, disposition="in_progress", **parts))
    return events


def _docked(step: str, disposition: str) -> Callable[[Fact, str], Sequence[Event]]:
    def tell(fact: Fact, base: str) -> Sequence[Event]:
        payload = fact.payload
        assert isinstance(payload, wms.DockFact)
        packages: tuple[str, ...] = getattr(payload, "packages", ())
        place = named(base, "location", payload.warehouse) if payload.warehouse else ""
        event = _event(fact, base, step, place)
        epcs = _units(packages, fact, base)
        return [msgspec.structs.replace(event, epcs=epcs, disposition=disposition)]

    return tell


def _seen(fact: Fact, base: str) -> Sequence[Event]:
    payload = fact.payload
    assert isinstance(payload, TrackingMilestone)
    step = STEP_OF.get(payload.milestone)
    if step is None or fact.cls is not FactClass.ACT:
        return []
    event = _event(fact, base, step, place_of(payload.location, base))
    return [msgspec.structs.replace(event, epcs=_units(payload.packages, fact, base), disposition="in_transit")]


def _concluded(step: str, disposition: str) -> Callable[[Fact, str], Sequence[Event]]:
    def tell(fact: Fact, base: str) -> Sequence[Event]:
        assert isinstance(fact.payload, ShipmentDeparted | ShipmentDelivered)
        event = _event(fact, base, step, "")
        return [msgspec.structs.replace(event, epcs=_units((), fact, base), disposition=disposition)]

    return tell


TELL: Mapping[str, Callable[[Fact, str], Sequence[Event]]] = {
    "pack.completed": _packed,
    "shipment.staged": _docked("staging_outbound", "container_closed"),
    "shipment.loaded": _docked("loading", "in_progress"),
    "shipment.handed_over": _docked("shipping", "in_transit"),
    "handover.voided": _docked("void_shipping", "in_progress"),
    "tracking.milestone": _seen,
    "shipment.departed": _concluded("departing", "in_transit"),
    "shipment.delivered": _concluded("receiving", "in_progress"),
}


# ---------------------------------------------------------------- parts


def _event(fact: Fact, base: str, step: str, place: str, part: str = "") -> Event:
    # The id follows from what the fact says, so that telling it again is telling the same event.
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{base}|{fact.key}|{part}")
    return Event(
        type="ObjectEvent",
        at=_local(fact.occurred),
        event_id=f"urn:uuid:{identity}",
        action="OBSERVE",
        biz_step=step,
        read_point=place,
        transactions=_transactions(fact, base),
    )


def _local(occurred: Occurrence) -> datetime:
    return occurred.instant.astimezone(timezone(timedelta(minutes=occurred.offset_min)))


def _transactions(fact: Fact, base: str) -> tuple[tuple[str, str], ...]:
    known = [(reference.scheme, reference.id) for reference in fact.refs]
    about = [(fact.subject.type, fact.subject.id)]
    told = {
        (TRANSACTIONS[scheme], named(base, scheme, number)): None
        for scheme, number in (*about, *known)
        if scheme in TRANSACTIONS
    }
    return tuple(told)


def _units(packages: tuple[str, ...], fact: Fact, base: str) -> tuple[str, ...]:
    """The packages a fact names, by itself or by reference; without any, the shipment or whatever it is about."""
    known = packages or tuple(reference.id for reference in fact.refs if reference.scheme == "sscc")
    if known:
        return tuple(dict.fromkeys(logistic_unit(package, base) for package in known))
    return (named(base, fact.subject.type, fact.subject.id),)


def named(base: str, kind: str, number: str) -> str:
    """A number of ours as a URI."""
    return f"{base}/{kind}/{path_segment(number)}"


def logistic_unit(number: str, base: str) -> str:
    """An SSCC as a Digital Link, any other package number in our vocabulary."""
    is_sscc = len(number) == 18 and number.isascii() and number.isdigit()
    return f"{DIGITAL_LINK}/00/{number}" if is_sscc else named(base, "package", number)


def place_of(place: Place | None, base: str) -> str:
    """A place by its GLN, else by its number or code in our vocabulary; empty when it has neither."""
    if place is None:
        return ""
    if place.gln:
        return f"{DIGITAL_LINK}/414/{place.gln}"
    number = place.location_no or place.unlocode
    return named(base, "location", number) if number else ""


def _quantity(line: LineQuantity, base: str) -> Quantity:
    pieces = line.qty.uom in ("EA", "C62")
    lot = named("", "10", line.lot) if line.lot else ""
    return Quantity(named(base, "item", line.item) + lot, f"{line.qty.value:f}", "" if pieces else line.qty.uom)


def in_utc(at: datetime) -> str:
    """`2026-06-02T05:45:00.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def offset_of(at: datetime) -> str:
    """`+02:00`."""
    return at.isoformat()[-6:]
