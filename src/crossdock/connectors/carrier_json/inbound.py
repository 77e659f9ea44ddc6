"""Carrier webhooks in: `{carrier, events: [{eventId, trackingNumber, status, occurredAt, …}]}`.

Source: Crossdock generic carrier dialect 1; meanings per domain.md §4.3. One event with an unknown code is a finding
and stops no other event of the message; the message is kept, so that it can be read again once the code is mapped.
"""

from __future__ import annotations

import msgspec

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Address, Place, RawCode
from crossdock.canonical.vocabulary import FactClass
from crossdock.connectors.carrier_json import codes, wire
from crossdock.connectors.carrier_json.config import read_config
from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.ports.connector import Decoded, Finding, IntakeContext
from crossdock.ports.statements import Statement, reference, refused, write_down

_hooks = msgspec.json.Decoder(wire.Hook)
EVENTS_MAX = 1000
ESTIMATES = frozenset({Milestone.ETA})


class Inbound:
    """One webhook, as many facts as events."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            hook = decode_json(body, _hooks)
            own = read_config(context.settings).status_codes
        except Rejected as broken:
            return refused("INT-02", broken)
        except Permanent as unset:
            return refused("CONFIG", Rejected(unset.detail))
        if len(hook.events) > EVENTS_MAX:
            return refused(
                "INT-02", Rejected(f"more than {EVENTS_MAX} events in one message: send fewer", where="$.events")
            )
        made = Decoded(facts=[], findings=[])
        for place, event in enumerate(hook.events):
            where = f"$.events[{place}]"
            milestone = own.get(event.status) or codes.STATUS.get(event.status)
            if milestone is None:
                detail = f"status {event.status} is in no list of {hook.carrier}: map it, then replay the message"
                made.findings.append(Finding("MDM-03", detail, f"{where}.status"))
                continue
            made.facts.append(write_down(_statement(hook.carrier, event, milestone, where), context, event.status))
            if event.reason and event.reason not in codes.REASONS:
                detail = f"reason {event.reason} is in no list of {hook.carrier}: it is recorded as unknown"
                made.findings.append(Finding("MDM-03", detail, f"{where}.reason", severity="warning"))
        return made


def _statement(carrier: str, event: wire.Event, milestone: Milestone, where: str) -> Statement:
    """A scan is about the shipment the carrier was told of, else about its own tracking number."""
    if event.shipment_ref:
        subject = Subject("shipment", event.shipment_ref)
        refs = (*reference("shipment", event.shipment_ref), *reference("pro", event.tracking_number, carrier))
    else:
        subject = Subject("shipment", event.tracking_number)
        refs = reference("pro", event.tracking_number, carrier)
    payload = TrackingMilestone(
        milestone=milestone,
        location=_place(event.location),
        reason=codes.REASONS.get(event.reason, "unknown") if event.reason else "",
        raw=RawCode(code=event.status, reason=event.reason, text=event.text),
        attempt_no=event.attempt,
    )
    cls = FactClass.EST if milestone in ESTIMATES else FactClass.ACT
    return Statement("tracking.milestone", subject, event.occurred_at, payload, event.event_id, refs, cls, where=where)


def _place(location: wire.Location) -> Place | None:
    if not location.city:
        return None
    address = Address(country=location.country, city=location.city) if len(location.country) == 2 else None
    return Place(name=location.city, address=address)
