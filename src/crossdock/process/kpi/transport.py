"""KPIs of transport: K-09, K-10, K-12 to K-15, K-18, K-23, K-42."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from crossdock.canonical.declarations import Payload
from crossdock.canonical.events.last_mile import DeliveryFailed, PodCaptured
from crossdock.canonical.events.order import OrderApproved, OrderPromiseChanged
from crossdock.canonical.events.planning import CarrierAccepted, CarrierTendered, ShipmentPlanned
from crossdock.canonical.events.returns import AppointmentCheckedIn, AppointmentCompleted, AppointmentConfirmed
from crossdock.canonical.events.tracking import (
    ShipmentDelivered,
    ShipmentDeparted,
    ShipmentEtaChanged,
    TrackingMilestone,
)
from crossdock.canonical.milestones import Milestone
from crossdock.kernel.instant import from_micros, micros
from crossdock.process.kpi.chronicle import Chronicle, Entry, payload_of
from crossdock.process.kpi.measure import ZERO, Measure, span
from crossdock.process.terms.expectations import expected

ONE = Decimal(1)
A_DAY = timedelta(hours=24)
LATE_BY = timedelta(hours=4)
CONCLUDED: Mapping[Milestone, type[Payload]] = MappingProxyType(
    {Milestone.DEPARTED_ORIGIN: ShipmentDeparted, Milestone.DELIVERED: ShipmentDelivered}
)


def measures(log: Chronicle) -> Iterator[Measure]:
    """Everything an order's log contributes about its shipments."""
    approved = log.first(OrderApproved)
    if approved is None:
        return
    terms = payload_of(approved, OrderApproved)
    promise = (terms.promise or terms.requested).latest
    for group in log.groups():
        departed, delivered = log.first(ShipmentDeparted, group), log.last(ShipmentDelivered, group)
        if departed is None and delivered is None:
            continue
        if promise is not None:
            yield from _on_time(log, group, delivered, promise)
        yield from _attempts(log, group, delivered)
        yield from _freshness(log, group, departed, delivered)
        yield from _completeness(log, group, promise)
        if delivered is not None:
            yield from _proof(log, group, delivered)
            yield from _estimate(log, group, delivered)


def _on_time(log: Chronicle, group: str, delivered: Entry | None, promise: datetime) -> Iterator[Measure]:
    """K-09 against the first promise, K-10 against the one in force; what is overdue and undelivered counts."""
    revised = [payload_of(entry, OrderPromiseChanged).new.latest for entry in log.said(OrderPromiseChanged)]
    present = next((latest for latest in reversed(revised) if latest is not None), promise)
    for kpi, due in (("K-09", promise), ("K-10", present)):
        if delivered is None:
            yield Measure(kpi, group, due, ZERO, ZERO, since=due)
        else:
            yield Measure(kpi, group, delivered.at, ONE if delivered.at <= due else ZERO)


def _attempts(log: Chronicle, group: str, delivered: Entry | None) -> Iterator[Measure]:
    """K-12: delivered at the first attempt, of those attempted at all."""
    failed = log.first(DeliveryFailed, group)
    if delivered is None and failed is None:
        return
    first = failed is None and delivered is not None and payload_of(delivered, ShipmentDelivered).attempt_no == 1
    at = delivered.at if delivered is not None else failed.at if failed is not None else log.everything[-1].at
    yield Measure("K-12", group, at, ONE if first else ZERO)


def _freshness(log: Chronicle, group: str, departed: Entry | None, delivered: Entry | None) -> Iterator[Measure]:
    """K-14: how long ago a shipment on the road was last heard of."""
    if departed is None or delivered is not None:
        return
    seen = log.said(TrackingMilestone, group)
    heard = max((entry.received for entry in seen), default=departed.received)
    yield Measure("K-14", group, heard, since=heard)


def _proof(log: Chronicle, group: str, delivered: Entry) -> Iterator[Measure]:
    """K-23: first proof received minus delivery."""
    proof = log.first(PodCaptured, group)
    if proof is not None:
        yield Measure("K-23", group, proof.received, span(delivered.at, proof.received, "h"))


def _estimate(log: Chronicle, group: str, delivered: Entry) -> Iterator[Measure]:
    """K-18: how far the estimate of a day before was from the truth."""
    known = [entry for entry in log.estimates(ShipmentEtaChanged, group) if entry.at <= delivered.at - A_DAY]
    if known:
        eta = payload_of(known[-1], ShipmentEtaChanged).eta
        yield Measure("K-18", group, delivered.at, abs(span(eta, delivered.at, "h")))


def _completeness(log: Chronicle, group: str, promise: datetime | None) -> Iterator[Measure]:
    """K-15: of the milestones the lane expects and that were due four hours ago, those said (not inferred) by then."""
    plan = log.last(ShipmentPlanned, group)
    if plan is None:
        return
    planned = payload_of(plan, ShipmentPlanned)
    pickup = planned.windows.pickup.latest if planned.windows.pickup is not None else None
    due = expected(log.template, str(planned.mode), micros(pickup) if pickup else 0, micros(promise) if promise else 0)
    known = max(entry.received for entry in log.everything)
    ripe = [(from_micros(at) + LATE_BY, one) for at, one in due if from_micros(at) + LATE_BY <= known]
    if ripe:
        filled = sum(_said_by(log, group, milestone, until) for until, milestone in ripe)
        yield Measure("K-15", group, ripe[-1][0], Decimal(filled), Decimal(len(ripe)))


def _said_by(log: Chronicle, group: str, milestone: Milestone, until: datetime) -> bool:
    kind = CONCLUDED.get(milestone)
    if kind is not None and any(entry.at <= until and not entry.inferred for entry in log.said(kind, group)):
        return True
    return any(
        entry.at <= until and payload_of(entry, TrackingMilestone).milestone is milestone
        for entry in log.said(TrackingMilestone, group)
    )


def tenders(log: Chronicle) -> Iterator[Measure]:
    """K-13, of a load: whether the first carrier of the routing guide accepted."""
    for entry in log.said(CarrierTendered):
        tender = payload_of(entry, CarrierTendered)
        if tender.seq != 1:
            continue
        accepted = any(
            payload_of(one, CarrierAccepted).tender_no == tender.tender_no for one in log.said(CarrierAccepted)
        )
        yield Measure("K-13", tender.tender_no, entry.at, ONE if accepted else ZERO, by=tender.carrier)


def dwell(log: Chronicle) -> Iterator[Measure]:
    """K-42, of an appointment: its end minus the later of check-in and begin of the slot."""
    done, booked = log.last(AppointmentCompleted), log.last(AppointmentConfirmed)
    if done is None:
        return
    service = payload_of(done, AppointmentCompleted)
    came = log.first(AppointmentCheckedIn)
    begin = payload_of(came, AppointmentCheckedIn).at if came is not None else service.start
    slot = payload_of(booked, AppointmentConfirmed).slot if booked is not None else None
    opens = slot.earliest or slot.latest if slot is not None else None
    yield Measure("K-42", log.number, service.end, span(max(begin, opens) if opens else begin, service.end, "min"))
