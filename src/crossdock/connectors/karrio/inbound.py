"""Shipments and trackers in: as the API answers them, or as webhooks bring them (`{"type", "data"}`).

A shipment of ours with a tracking number is a tender the carrier took; what is not ours says so and is passed over.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events.planning import CarrierAccepted
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.parts import Place, RawCode
from crossdock.connectors.karrio import codes, wire
from crossdock.connectors.karrio.config import Config, read_config
from crossdock.kernel.codec import decode_part, refuse_nul
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.ports.connector import Decoded, Finding, IntakeContext
from crossdock.ports.statements import Statement, refused, write_down

FACTS = ("carrier.accepted", "tracking.milestone")
TEXT_CHARS = 500

_objects = msgspec.json.Decoder(wire.Object)
_shipments = msgspec.json.Decoder(wire.Shipment)
_trackers = msgspec.json.Decoder(wire.Tracker)


class Inbound:
    """One object, or one webhook."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            refuse_nul(body)
            config = read_config(context.settings)
            told = decode_part(body, _objects, at="$")
            raw, where = (bytes(told.data), "$.data") if bytes(told.data) else (body, "$")
            kind = told.object_type or decode_part(raw, _objects, at=where).object_type or told.type.partition("_")[0]
            return _read(raw, kind, where, context, config)
        except Rejected as error:
            return refused("INT-02", error)
        except Permanent as error:
            return Decoded(findings=[Finding("INT-02", error.detail, context.partner)])


def _read(raw: bytes, kind: str, where: str, context: IntakeContext, config: Config) -> Decoded:
    if kind == codes.SHIPMENT:
        return _bought(decode_part(raw, _shipments, at=where), where, context, config)
    if kind == codes.TRACKER:
        return _tracked(decode_part(raw, _trackers, at=where), where, context, config)
    raise Rejected(f"{kind or 'an object without object_type'} is nothing we read: subscribe to shipments and trackers")


def _bought(shipment: wire.Shipment, where: str, context: IntakeContext, config: Config) -> Decoded:
    load, tender, carrier = (
        str(shipment.metadata.get(name) or "") for name in (codes.LOAD, codes.TENDER, codes.CARRIER)
    )
    number = shipment.tracking_number or ""
    if not load or not tender or not number or shipment.status not in codes.BOUGHT:
        detail = f"shipment {shipment.id} ({shipment.status}) is no label for a tender of ours"
        return Decoded(findings=[Finding("INT-02", detail, where, severity="info")])
    statement = Statement(
        "carrier.accepted",
        Subject("load", load),
        _instant(shipment.created_at, where),
        CarrierAccepted(tender_no=tender, carrier=carrier or config.scac or context.partner, pro_no=number),
        shipment.id,
        _known_by(number, config, context),
        where=where,
    )
    return Decoded(facts=[write_down(statement, context, codes.SHIPMENT)])


def _tracked(tracker: wire.Tracker, where: str, context: IntakeContext, config: Config) -> Decoded:
    decoded = Decoded()
    for index, event in enumerate(tracker.events):
        place = f"{where}.events[{index}]"
        milestone = codes.MILESTONES.get(event.status or "")
        if milestone is None:
            detail = f"status {event.status or 'without a name'} ({event.code or 'no code'}) is not in our list: map it"
            decoded.findings.append(Finding("MDM-03", detail, f"{place}.status"))
            continue
        try:
            at = _instant(event.timestamp or f"{event.date or ''}T{event.time or ''}", place)
        except Rejected as error:
            decoded.findings.append(Finding("INT-02", error.detail, error.where))
            continue
        payload = TrackingMilestone(
            milestone=milestone,
            reason=codes.REASONS.get(event.reason or "", ""),
            location=Place(name=event.location[:TEXT_CHARS]) if event.location else None,
            raw=RawCode(event.code or event.status or "", event.reason or "", (event.description or "")[:TEXT_CHARS]),
        )
        statement = Statement(
            "tracking.milestone",
            Subject("pro", tracker.tracking_number),
            at,
            payload,
            tracker.id or "",
            _known_by(tracker.tracking_number, config, context),
            where=place,
        )
        decoded.facts.append(write_down(statement, context, codes.TRACKER))
    return decoded


def _known_by(number: str, config: Config, context: IntakeContext) -> tuple[Reference, ...]:
    scope = config.scac or context.partner
    return (Reference("pro", number, scope), Reference("tracking", number, scope))


def _instant(text: str, where: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Rejected(f"{text or 'nothing'} is no instant: send timestamp", where=where) from error
    if at.tzinfo is None:
        raise Rejected(f"{text} does not say its zone: send timestamp", where=where)
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise Rejected(f"{text} is no instant: send timestamp", where=where) from error
