"""Timers by calendars and zones (domain.md §9.1): a warehouse's hours, a queue's hours, the clock at the door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.planning import CarrierTendered
from crossdock.canonical.parts import Stop, StopType
from crossdock.kernel.instant import Window
from crossdock.process.calendars import before_working_days, next_departure
from crossdock.process.load.decide import start_tender
from crossdock.process.load.state import LoadState
from crossdock.process.policy import LOCAL, QUEUES, Policy, Site, warehouse_of
from crossdock.process.shipment.planning import start_plan
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.shipment.underway import start_milestone, start_ofd
from crossdock.process.step import deadline, latest
from crossdock.process.terms.cases import Calendar, CaseTerms
from crossdock.process.terms.transport import TransportTerms
from crossdock.testing.given import NOON, after, fact, timers
from tests.unit.process import examples as ex

# Noon of a Monday is 14:00 in Amsterdam: three hours are left of the day.
DAYS = Calendar("Europe/Amsterdam", begin="08:00", end="17:00")
POLICY = Policy(
    calendars={"site": DAYS, "desk": DAYS},
    sites={"WH-NL1": Site("NL", calendar="site")},
    cases=CaseTerms(queues=dict.fromkeys(("CSR", "CUS", "FIN", "TRN", "WHS"), "desk")),
)


def told() -> datetime:
    """When what is told here is known."""
    return latest(ex.told("fulfilment.accepted"))


@pytest.mark.proves("tm_allocate", "tm_pick", "tm_pack", "tm_count", "tm_variance")
@pytest.mark.parametrize("timer", sorted(LOCAL - {"tm_pick_start"}))
def test_a_warehouse_counts_its_working_hours(timer: str) -> None:
    due = deadline(POLICY, timer, "SO-1/WH-NL1/1", ex.told("fulfilment.accepted"))
    span = timedelta(seconds=getattr(POLICY.timers, timer))
    left = datetime(2026, 6, 1, 15, tzinfo=UTC) - told()
    assert due == told() + span if span <= left else due > told() + span
    assert deadline(POLICY, timer, "SO-1/WH-XX/1", ex.told("fulfilment.accepted")) == told() + span


@pytest.mark.proves("tm_customer_action", "tm_substitution", "tm_customs_data", "tm_appt", "tm_rma", "tm_inspect")
@pytest.mark.proves("tm_credit", "tm_mismatch", "tm_dispute", "tm_settle")
@pytest.mark.parametrize("timer", sorted(QUEUES))
def test_a_queue_counts_its_own(timer: str) -> None:
    """Without a calendar of the queue the clock goes round."""
    span = timedelta(seconds=getattr(Policy().timers, timer))
    assert POLICY.calendar_of(timer, "SO-1") is DAYS
    assert deadline(Policy(), timer, "SO-1", ex.told("fulfilment.accepted")) == told() + span


@pytest.mark.parametrize(
    ("key", "warehouse"), [("SO-1/WH-NL1/1", "WH-NL1"), ("A/B/WH/2", "WH"), ("WH-1|IT-7", "WH-1"), ("SO-1", "")]
)
def test_a_key_names_its_warehouse(key: str, warehouse: str) -> None:
    assert warehouse_of(key) == warehouse


@pytest.mark.proves("tm_ofd")
@pytest.mark.parametrize(
    ("zone", "hours", "due"),
    [("Europe/London", 0, 7), ("America/New_York", 0, 12), ("Europe/London", 9, 10), ("", 0, 12)],
)
def test_the_outcome_is_due_in_the_evening_at_the_door(zone: str, hours: int, due: int) -> None:
    """20:00 there, an hour from now at the soonest; twelve hours where nobody knows the zone."""
    out = replace(ex.told("shipment.departed"), at=after(hours=hours), received_at=after(hours=hours))
    started = timers(start_ofd(ShipmentState(door_tz=zone), ex.KEY, out, Policy()))
    assert started == {"tm_ofd": after(hours=due)}


@pytest.mark.proves("tm_milestone")
@pytest.mark.parametrize(("mode", "hours"), [("ftl", 12), ("ltl", 24), ("parcel", 24), ("air", 24), ("ocean", 72)])
def test_the_next_sign_of_life_is_due_by_mode(mode: str, hours: int) -> None:
    seen = ex.told("shipment.departed")
    started = timers(start_milestone(ShipmentState(mode=mode), ex.KEY, seen, Policy()))
    assert started["tm_milestone"] == seen.at + timedelta(hours=hours)


@pytest.mark.proves("tm_plan")
@pytest.mark.parametrize(("sync", "minutes"), [(True, 10), (False, 60)])
def test_a_tms_that_plans_at_once_has_less_time(sync: bool, minutes: int) -> None:
    policy = Policy(transport=TransportTerms(sync_planning=sync))
    started = timers(start_plan(ShipmentState(), ex.KEY, ex.told("order.approved"), policy))
    assert started == {"tm_plan": latest(ex.told("order.approved")) + timedelta(minutes=minutes)}


@pytest.mark.proves("tm_tender")
@pytest.mark.parametrize(("expires_h", "pickup_h", "due_m"), [(2, 72, 120), (0, 24, 61), (0, 72, 241)])
def test_a_carrier_has_the_time_the_tender_names_or_by_how_far_the_pick_up_is(
    expires_h: int, pickup_h: int, due_m: int
) -> None:
    stop = Stop(seq=1, type=StopType.PICKUP, location=ex.LONDON, planned=Window(earliest=after(hours=pickup_h)))
    tender = CarrierTendered(tender_no="T-1", seq=1, carrier="NVTR", expires_at=after(hours=expires_h))
    started = timers(start_tender(LoadState(stops=(stop,)), "LD-1", fact(tender, ex.LOAD), Policy()))
    assert started == {"tm_tender": after(due_m)}


def test_working_days_back_skip_weekends_and_holidays() -> None:
    calendar = replace(DAYS, holidays=((NOON - timedelta(days=3)).date(),))
    assert before_working_days(NOON, 1, calendar) == NOON - timedelta(days=4)


@pytest.mark.parametrize(("hours", "days"), [(0, 0), (4, 1), (4 + 24 * 4, 7)])
def test_a_departure_is_on_a_working_day(hours: int, days: int) -> None:
    """17:00 in Amsterdam is 15:00 UTC in summer; after that it is the next day's, after Friday's Monday's."""
    found = next_departure(after(hours=hours), "17:00", "Europe/Amsterdam", DAYS)
    assert found == datetime(2026, 6, 1, 15, tzinfo=UTC) + timedelta(days=days)


def test_shares_are_decimal() -> None:
    """Thresholds are compared with weights and money."""
    assert TransportTerms().weight_plaus_pct == Decimal(10)
