"""Which estimates a customer is shown: own fleet and line-haul, and whatever crosses the promise (domain.md §4.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crossdock.app.portal.estimate import estimate
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.last_mile import DeliveryOutForDelivery
from crossdock.canonical.events.tracking import ShipmentEtaChanged
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.kpi.chronicle import Entry
from crossdock.process.terms.portal import PortalTerms
from crossdock.testing.given import after, fact

NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
SHIPMENT = Subject("shipment", "SHP-1")


def said(*minutes: int, out: bool = False) -> list[Entry]:
    """Estimates so many minutes after noon, one after the other; `out`: it is on the van before the last."""
    told = [fact(ShipmentEtaChanged(eta=NOON + timedelta(minutes=one)), SHIPMENT, at=after(at)) for at, one in
            enumerate(minutes)]  # fmt: skip
    if out:
        told.insert(-1, fact(DeliveryOutForDelivery(at=NOON, attempt_no=1), SHIPMENT, at=after(len(minutes))))
    return [Entry(one, Disposition.APPLY, one.received_at, "WH/1") for one in told]


def minutes_shown(entries: list[Entry], *, own: bool, promised: int | None = None) -> float:
    """How many minutes after noon the customer is told."""
    promise = NOON + timedelta(minutes=promised) if promised is not None else None
    shown = estimate(entries, "WH/1", own, promise, PortalTerms())
    assert shown is not None
    return (shown.at - NOON).total_seconds() / 60


@pytest.mark.proves("eta_portal_delta")
@pytest.mark.parametrize(("own", "least"), [(True, 30), (False, 240)])
def test_less_than_half_an_hour_of_a_van_and_four_hours_of_a_haul_are_not_told(own: bool, least: int) -> None:
    assert minutes_shown(said(0, least - 1), own=own) == 0
    assert minutes_shown(said(0, least), own=own) == least
    assert minutes_shown(said(0, -least), own=own) == -least
    assert minutes_shown(said(0, least - 1, 2 * least - 2), own=own) == 2 * least - 2, "from what is shown, not said"


@pytest.mark.proves("eta_portal_delta")
def test_what_crosses_the_promise_is_told_however_little_it_moved_and_out_for_delivery_everything() -> None:
    assert minutes_shown(said(0, 2), own=False, promised=1) == 2
    assert minutes_shown(said(2, 0), own=False, promised=1) == 0
    assert minutes_shown(said(0, 2), own=False, promised=3) == 0
    assert minutes_shown(said(0, 2, out=True), own=True) == 2
