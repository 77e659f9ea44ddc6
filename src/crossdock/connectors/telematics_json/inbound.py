"""Reports of telematics units in: `{unit, vehicle, load | shipments, readings: [{seq, at, lat, lon, event, place}]}`.

Source: Crossdock generic telematics dialect 1; P-11, S-16. A unit that was out of reach sends what it kept in one
burst, late and in no order (P-20): each reading is a fact of its own with its own time, and order is the hub's
business. One reading that cannot be used is a finding and stops no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Equipment, Geo, Place, RawCode
from crossdock.connectors.telematics_json import codes, wire
from crossdock.connectors.telematics_json.config import read_config
from crossdock.kernel.codec import check_decimal, decode_json
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext
from crossdock.ports.fields import Unmapped
from crossdock.ports.statements import Statement, reference, refused, write_down

_reports = msgspec.json.Decoder(wire.Report)

READINGS_MAX = 1000
SHIPMENTS_MAX = 100
FACTS_MAX = 10_000
LAT_MAX, LON_MAX = Decimal(90), Decimal(180)
SIX_PLACES = Decimal("0.000001")


class Inbound:
    """One report, a fact for each reading and each thing on board."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            report = decode_json(body, _reports)
            own = read_config(context.settings).event_codes
            _bounded(report)
        except Rejected as broken:
            return refused("INT-02", broken)
        except Permanent as unset:
            return refused("CONFIG", Rejected(unset.detail))
        made = Decoded(facts=[], findings=[])
        for number, reading in enumerate(report.readings):
            where = f"$.readings[{number}]"
            try:
                made.facts += _facts(report, reading, own, context, where)
            except Unmapped as unknown:
                made.findings.append(Finding("MDM-03", unknown.detail, unknown.where))
            except Rejected as wrong:
                made.findings.append(Finding("INT-02", wrong.detail, wrong.where))
        return made


def _bounded(report: wire.Report) -> None:
    if not report.load and not report.shipments:
        raise Rejected("neither load nor shipments is said: send what the vehicle carries", where="$")
    if len(report.shipments) > SHIPMENTS_MAX:
        raise Rejected(f"more than {SHIPMENTS_MAX} shipments: report the load instead", where="$.shipments")
    if len(report.readings) > READINGS_MAX or len(report.readings) * len(report.shipments) > FACTS_MAX:
        raise Rejected(f"more than {READINGS_MAX} readings or {FACTS_MAX} facts: send fewer", where="$.readings")


def _facts(
    report: wire.Report, reading: wire.Reading, own: Mapping[str, Milestone], context: IntakeContext, where: str
) -> list[DecodedFact]:
    """What is on board was where the vehicle was; a vehicle whose shipments are not said stands for its load."""
    milestone = own.get(reading.event) or codes.EVENTS.get(reading.event)
    if milestone is None:
        raise Unmapped(
            f"event {reading.event} is in no list of {context.partner}: map it, then replay the message",
            where=f"{where}.event",
        )
    payload = TrackingMilestone(
        milestone=milestone,
        location=Place(name=reading.place, geo=_geo(reading, where)),
        raw=RawCode(code=reading.event),
        equipment=Equipment(no=report.vehicle) if report.vehicle else None,
    )
    said = f"{report.unit}-{reading.seq}"
    load = reference("load", report.load)
    subjects = [(Subject("shipment", name), (*reference("shipment", name), *load)) for name in report.shipments]
    return [
        write_down(
            Statement("tracking.milestone", subject, reading.at, payload, said, refs, where=where),
            context,
            reading.event,
        )
        for subject, refs in subjects or [(Subject("load", report.load), load)]
    ]


def _geo(reading: wire.Reading, where: str) -> Geo:
    """WGS84 with six places, about a hand's breadth (domain.md §0.2).

    Raises:
        Rejected: there is no such place on Earth; a unit without a fix reports such ones.
    """
    for number, most, name in ((reading.lat, LAT_MAX, "lat"), (reading.lon, LON_MAX, "lon")):
        check_decimal(number, f"{where}.{name}")
        if abs(number) > most:
            raise Rejected(f"{name} {number} is no place on Earth: the unit had no fix", where=f"{where}.{name}")
    return Geo(lat=reading.lat.quantize(SIX_PLACES), lon=reading.lon.quantize(SIX_PLACES))
