"""Which estimate a customer sees: not every one that comes, only those that moved enough or crossed the promise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from crossdock.app.portal.timeline import TOLD
from crossdock.canonical.events.last_mile import DeliveryOutForDelivery
from crossdock.canonical.events.tracking import ShipmentEtaChanged, TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.scalars import Number
from crossdock.ports.portal import ShownEta
from crossdock.process.kpi.chronicle import Entry
from crossdock.process.terms.portal import PortalTerms


def estimate(
    entries: Iterable[Entry], group: str, own_fleet: bool, promised: datetime | None, terms: PortalTerms
) -> ShownEta | None:
    """The estimate as shown (domain.md §4.6): the last one that is `eta_delta` from the one shown before, or on the
    other side of the promise; once it is out for delivery, the last one."""
    shown: ShownEta | None = None
    live = False
    delta = terms.eta_delta_own if own_fleet else terms.eta_delta_line
    for entry in entries:
        if entry.group != group or entry.disposition not in TOLD:
            continue
        live = live or isinstance(entry.fact.payload, DeliveryOutForDelivery)
        said = _said(entry)
        if said is not None and (live or shown is None or _tells(said.at, shown.at, delta, promised)):
            shown = said
    return shown


def _said(entry: Entry) -> ShownEta | None:
    payload = entry.fact.payload
    match payload:
        case ShipmentEtaChanged():
            return ShownEta(payload.eta, _share(payload.confidence))
        case TrackingMilestone(milestone=Milestone.ETA) if payload.estimate is not None:
            return ShownEta(payload.estimate)
        case DeliveryOutForDelivery() if payload.eta is not None:
            return ShownEta(payload.eta)
        case _:
            return None


def _share(confidence: Number | None) -> Decimal | None:
    return None if confidence is None else min(max(Decimal(confidence), Decimal(0)), Decimal(1))


def _tells(at: datetime, before: datetime, delta_s: int, promised: datetime | None) -> bool:
    crosses = promised is not None and (at > promised) != (before > promised)
    return crosses or abs((at - before).total_seconds()) >= delta_s
