"""TMS notifications in: `{notificationId, type, time, shipment | load}`.

Source: Crossdock generic TMS dialect 2; meanings per domain.md §2.3, §2.4 and §4.3.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec

from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events import planning as say
from crossdock.canonical.events import returns as back
from crossdock.canonical.events.last_mile import PodCaptured
from crossdock.canonical.events.tracking import ShipmentEtaChanged, TrackingMilestone
from crossdock.canonical.parts import (
    Address,
    DeliveredLine,
    Equipment,
    ErrorItem,
    FieldChange,
    Place,
    RawCode,
    Stop,
    StopType,
)
from crossdock.canonical.parts import Windows as PlannedWindows
from crossdock.canonical.vocabulary import FactClass
from crossdock.connectors.tms_json import codes, freight, wire
from crossdock.kernel.codec import decode_json, decode_part
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Window
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import Decoded, IntakeContext
from crossdock.ports.fields import Unmapped, meaning
from crossdock.ports.statements import Statement, reference, refused, write_down

_notices = msgspec.json.Decoder(wire.Notice)
W = TypeVar("W", bound=wire.Wire)


class Inbound:
    """One notification, one fact."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            notice = decode_json(body, _notices)
            read = NOTICES.get(notice.type)
            if read is None:
                raise Unmapped(f"notification {notice.type} is not in our list: map it", where="$.type")
            said = read(notice)
        except Unmapped as error:
            return refused("MDM-03", error)
        except Rejected as error:
            return refused("INT-02", error)
        statement = Statement(
            notice.type, said.subject, notice.time, said.payload, notice.notification_id, said.refs,
            said.cls, said.revision,
        )  # fmt: skip
        return Decoded(facts=[write_down(statement, context, notice.type)])


class Said(NamedTuple):
    """What a notification says."""

    subject: Subject
    payload: msgspec.Struct
    refs: tuple[Reference, ...]
    revision: int | None = None
    cls: FactClass = FactClass.ACT


Read = Callable[[wire.Notice], Said]
Refs = tuple[Reference, ...]


def _reader(part: str, kind: type[W], say_it: Callable[[W, datetime], Said]) -> Read:
    decoder, at = msgspec.json.Decoder(kind), f"$.{part.rstrip('_')}"

    def read(notice: wire.Notice) -> Said:
        try:
            return say_it(decode_part(getattr(notice, part), decoder, at=at), notice.time)
        except Rejected as error:
            if error.where:
                raise
            raise Rejected(error.detail, where=at) from error

    return read


def _shipment(about: wire.About, payload: msgspec.Struct, revision: int | None = None) -> Said:
    refs = (*reference("shipment", about.id), *reference("order", about.order_no))
    return Said(Subject("shipment", about.id), payload, refs, revision)


def _load(about: wire.AboutLoad, payload: msgspec.Struct, revision: int | None = None) -> Said:
    # A load spans orders and is a dossier of its own: an order number here would send its facts to one of them.
    return Said(Subject("load", about.id), payload, reference("load", about.id), revision)


def _windows(windows: wire.Windows) -> PlannedWindows:
    return PlannedWindows(
        pickup=Window(latest=windows.pickup_to, earliest=windows.pickup_from),
        delivery=Window(latest=windows.delivery_to, earliest=windows.delivery_from),
    )


def _planned(data: wire.Planned, _: datetime) -> Said:
    payload = say.ShipmentPlanned(
        tms_id=data.id,
        request_id=data.request_ref,
        mode=meaning(codes.MODES, data.mode, "$.shipment.mode"),
        origin=Place(location_no=data.origin),
        destination=Place(name=data.destination),
        windows=_windows(data.windows),
        load=data.load_id,
        firm=data.firm,
        carrier=data.carrier,
        service=data.service,
        order_no=data.order_no,
        warehouse=data.origin,
        bol_no=data.bol_no,
    )
    return _shipment(data, payload, data.revision)


def _plan_failed(data: wire.PlanFailed, _: datetime) -> Said:
    reasons = tuple(ErrorItem(code=reason) for reason in data.reasons)
    payload = say.ShipmentPlanFailed(request_id=data.request_ref, reasons=reasons, attempt=data.attempt)
    return Said(Subject("request", data.request_ref), payload, reference("order", data.order_no))


def _replanned(data: wire.Replanned, _: datetime) -> Said:
    changes = tuple(FieldChange(path=path) for path in data.changes)
    payload = say.ShipmentReplanned(
        changes=changes, windows=_windows(data.windows), rev=data.revision, carrier=data.carrier, load=data.load_id
    )
    return _shipment(data, payload, data.revision)


def _dropped(data: wire.Dropped, _: datetime) -> Said:
    return _shipment(data, say.ShipmentCancelled(cancel_id=data.cancel_id, reason=data.reason))


def _milestone(data: wire.Milestone, _: datetime) -> Said:
    address = Address(country=data.country, city=data.city) if len(data.country) == 2 else None
    payload = TrackingMilestone(
        milestone=meaning(codes.MILESTONES, data.status, "$.shipment.status"),
        location=Place(name=data.city, address=address) if data.city else None,
        raw=RawCode(code=data.status),
        attempt_no=data.attempt,
    )
    return _shipment(data, payload)


def _estimate(data: wire.Estimate, _: datetime) -> Said:
    said = _shipment(data, ShipmentEtaChanged(eta=data.eta, confidence=data.confidence))
    return said._replace(cls=FactClass.EST)


def _proof(data: wire.Proof, at: datetime) -> Said:
    lines = tuple(DeliveredLine(line=one.line_no, delivered=Quantity(one.quantity, one.unit)) for one in data.lines)
    payload = PodCaptured(
        pod_ref=data.reference,
        attempt_no=data.attempt,
        captured_at=at,
        receiver=data.receiver,
        proofs=tuple(meaning(codes.PROOFS, kind, "$.shipment.kinds") for kind in data.kinds),
        lines=lines,
    )
    return _shipment(data, payload)


def _built(data: wire.Built, _: datetime) -> Said:
    kinds = {kind.value: kind for kind in StopType}
    stops = tuple(
        Stop(
            seq=stop.seq,
            type=meaning(kinds, stop.type, "$.load.stops"),
            location=Place(name=stop.location),
            shipments_on=stop.on,
            shipments_off=stop.off,
        )
        for stop in data.stops
    )
    payload = say.LoadBuilt(
        load_id=data.id,
        shipments=data.shipments,
        stops=stops,
        equipment=Equipment(type=data.equipment),
        rev=data.revision,
    )
    return _load(data, payload, data.revision)


def _load_dropped(data: wire.LoadDropped, _: datetime) -> Said:
    return _load(data, say.LoadCancelled(load_id=data.id, reason=data.reason), data.revision)


def _tendered(data: wire.Tendered, _: datetime) -> Said:
    payload = say.CarrierTendered(tender_no=data.tender_no, seq=data.seq, carrier=data.carrier, expires_at=data.expires)
    return _load(data, payload)


def _accepted(data: wire.Answered, _: datetime) -> Said:
    payload = say.CarrierAccepted(tender_no=data.tender_no, carrier=data.carrier, pro_no=data.pro_no)
    said = _load(data, payload)
    return said._replace(refs=(*said.refs, *reference("pro", data.pro_no, data.carrier)))


def _rejected(data: wire.Answered, _: datetime) -> Said:
    return _load(data, say.CarrierRejected(tender_no=data.tender_no, carrier=data.carrier, reason=data.reason))


def _expired(data: wire.Answered, _: datetime) -> Said:
    return _load(data, say.TenderExpired(tender_no=data.tender_no, carrier=data.carrier))


def _withdrawn(data: wire.Answered, _: datetime) -> Said:
    return _load(data, say.TenderCancelled(tender_no=data.tender_no, reason=data.reason))


def _labelled(data: wire.Labelled, _: datetime) -> Said:
    payload = back.ReturnLabelIssued(rma_no=data.rma, tracking_no=data.tracking_no, carrier=data.carrier)
    return Said(Subject("return", data.rma), payload, reference("order", data.order_no))


def _coming_back(data: wire.Labelled, at: datetime) -> Said:
    payload = back.ReturnInTransit(rma_no=data.rma, at=at, tracking_no=data.tracking_no)
    return Said(Subject("return", data.rma), payload, reference("order", data.order_no))


F = TypeVar("F", bound=freight.About)


def _freight(kind: type[F], say_it: Callable[[F], msgspec.Struct]) -> Read:
    """Freight is about a shipment or about a load, whichever the notification carries."""

    def reader(part: str) -> Read:
        return _reader(part, kind, lambda data, _: Said(*_priced(part, data, say_it(data))))

    readers = {part: reader(part) for part in ("shipment", "load")}
    return lambda notice: readers["load" if bytes(notice.load) != b"null" else "shipment"](notice)


def _priced(part: str, data: freight.About, payload: msgspec.Struct) -> tuple[Subject, msgspec.Struct, Refs]:
    subject, refs = freight.subject_of(part, data)
    return subject, payload, refs


NOTICES: dict[str, Read] = {
    "freight.estimated": _freight(freight.Quote, freight.quote),
    "freight.invoiced": _freight(freight.Claim, freight.claim),
    "freight.credited": _freight(freight.Credit, freight.credit),
    "freight.dispute_resolved": _freight(freight.Resolution, freight.resolution),
    "return.label_issued": _reader("return_", wire.Labelled, _labelled),
    "return.in_transit": _reader("return_", wire.Labelled, _coming_back),
    "shipment.planned": _reader("shipment", wire.Planned, _planned),
    "shipment.plan_failed": _reader("shipment", wire.PlanFailed, _plan_failed),
    "shipment.replanned": _reader("shipment", wire.Replanned, _replanned),
    "shipment.cancelled": _reader("shipment", wire.Dropped, _dropped),
    "shipment.eta_changed": _reader("shipment", wire.Estimate, _estimate),
    "tracking.milestone": _reader("shipment", wire.Milestone, _milestone),
    "pod.captured": _reader("shipment", wire.Proof, _proof),
    "load.built": _reader("load", wire.Built, _built),
    "load.cancelled": _reader("load", wire.LoadDropped, _load_dropped),
    "carrier.tendered": _reader("load", wire.Tendered, _tendered),
    "carrier.accepted": _reader("load", wire.Answered, _accepted),
    "carrier.rejected": _reader("load", wire.Answered, _rejected),
    "tender.expired": _reader("load", wire.Answered, _expired),
    "tender.cancelled": _reader("load", wire.Answered, _withdrawn),
}
