"""KPIs the worked example does not reach, each from the facts it is made of (domain.md §7)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import customs as cus
from crossdock.canonical.events import inventory as stock
from crossdock.canonical.events import returns as ret
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.events.order import OrderApproved, OrderType
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import Disposition, FactClass
from crossdock.kernel.instant import Occurrence, TimeQuality, Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.process.kpi.catalogue import KPIS, ROWS
from crossdock.process.kpi.chronicle import Chronicle, Entry
from crossdock.process.kpi.every import measures
from crossdock.process.kpi.measure import Aggregate, Measure, figure, percentile
from crossdock.process.terms.expectations import LaneMilestone
from crossdock.testing.given import NOON, after, fact
from tests.unit.process import examples as ex

GROUP = ex.GROUP


def entry(payload: Payload, subject: Subject, hours: float, **more: object) -> Entry:
    told = fact(payload, subject, at=after(hours=hours), **more)  # type: ignore[arg-type]
    group = "" if subject.type in ("order", "stock", "appointment") else GROUP
    return Entry(told, Disposition.APPLY, told.received_at, group)


def found(ident: str, *entries: Entry) -> dict[str, Measure]:
    """Contributions by KPI; each of these logs makes one of a KPI."""
    return {one.kpi: one for one in measures(Chronicle(ident, entries))}


def of_order(*entries: Entry) -> dict[str, Measure]:
    return found("order||SO-1", entry(ex.approved(), ex.ORDER, 0), *entries)


CD = Subject("declaration", "LRN-1")
ID = {"lrn": "LRN-1", "mrn": "26NL00051012AB34A6"}


@pytest.mark.proves("K-19", "K-20", "K-21", "K-22")
def test_customs_kpis_count_holds_rejections_releases_and_exits() -> None:
    declared = cus.CustomsDeclared(lrn="LRN-1", submitted_at=after(hours=1))
    held = cus.CustomsHeld(**ID, kind=cus.CustomsHoldKind.CONTROL, since=after(hours=2))
    again = cus.CustomsHeld(**ID, kind=cus.CustomsHoldKind.DOCUMENTS, since=after(hours=3))
    released = cus.CustomsReleased(**ID, released_at=after(hours=6))
    left = cus.CustomsExitConfirmed(**ID, exit_at=after(hours=30))
    log = [entry(declared, CD, 1), entry(held, CD, 2), entry(again, CD, 3), entry(released, CD, 6)]
    seen = of_order(*log, entry(left, CD, 30))
    assert (seen["K-19"].value, seen["K-21"].value, seen["K-22"].value) == (4, 5, 1)
    assert of_order(*log)["K-22"].value == 0
    assert of_order(*log, entry(left, CD, 24 * 31))["K-22"].value == 0
    assert of_order(*log[:3])["K-19"].since == after(hours=2)
    rejected = entry(cus.CustomsRejected(lrn="LRN-1", errors=()), CD, 2)
    share = [
        one
        for one in measures(Chronicle("order||SO-1", [entry(ex.approved(), ex.ORDER, 0), log[0], rejected]))
        if one.kpi == "K-20"
    ]
    assert figure("K-20", "%", Aggregate.SHARE, share, NOON).value == 100


@pytest.mark.proves("K-18")
def test_an_estimate_is_judged_a_day_before_the_delivery() -> None:
    far = entry(trk.ShipmentEtaChanged(eta=after(hours=40)), ex.SHIPMENT, 1, cls=FactClass.EST)
    near = entry(trk.ShipmentEtaChanged(eta=after(hours=50)), ex.SHIPMENT, 40, cls=FactClass.EST)
    done = entry(ex.delivered(), ex.SHIPMENT, 50)
    assert of_order(far, near, done)["K-18"].value == 10
    assert "K-18" not in of_order(near, done)


@pytest.mark.proves("K-40")
def test_a_return_is_counted_from_receipt_to_credit() -> None:
    received = ret.ReturnReceived(receipt_no="R-1", lines=(), at=after(hours=24))
    credited = ret.ReturnCredited(credit_no="C-1", amount=Money(Decimal(10), "EUR"))
    seen = of_order(entry(received, Subject("return", "RMA-1"), 24), entry(credited, Subject("return", "RMA-1"), 96))
    assert seen["K-40"].value == 3


STOCK = Subject("stock", "WH-NL1|IT-1")


def moved(number: str) -> stock.InventoryMoved:
    return stock.InventoryMoved(
        warehouse="WH-NL1", item="IT-1", movement_id=number, type=stock.MovementType.RECEIPT,
        qty=Quantity(Decimal(1)), at=NOON,
    )  # fmt: skip


@pytest.mark.proves("K-29", "K-30")
def test_stock_kpis_count_lag_and_agreement_with_the_erp() -> None:
    posted = entry(stock.InventoryErpPosted(movement_id="M-1", doc_no="4900"), STOCK, 0.5)
    seen = found("stock||WH-NL1|IT-1", entry(moved("M-1"), STOCK, 0), posted)
    assert (seen["K-29"].value, seen["K-30"].value) == (31, 1)
    one = Quantity(Decimal(1))
    off = stock.InventoryVarianceDetected(warehouse="WH-NL1", item="IT-1", wms=one, erp=one, diff=one, as_of=NOON)
    assert found("stock||X", entry(moved("M-1"), STOCK, 0), entry(off, STOCK, 1))["K-30"].value == 0


@pytest.mark.proves("K-42")
def test_dwell_begins_with_the_slot_where_the_vehicle_came_early() -> None:
    slot = Window(latest=after(hours=26), earliest=after(hours=25))
    booked = ret.AppointmentConfirmed(appt_no="A-1", slot=slot)
    early = ret.AppointmentCheckedIn(appt_no="A-1", at=after(hours=24))
    done = ret.AppointmentCompleted(appt_no="A-1", start=after(hours=25), end=after(hours=25.5))
    about = Subject("appointment", "A-1")
    log = [entry(booked, about, 1), entry(early, about, 24), entry(done, about, 25.5)]
    assert found("appointment||A-1", *log)["K-42"].value == 30
    assert found("appointment||A-1", log[0], log[2])["K-42"].value == 30


@pytest.mark.proves("K-33")
def test_doubtful_times_are_counted_by_source() -> None:
    sure = entry(moved("M-1"), STOCK, 0)
    vague = Occurrence(NOON, quality=TimeQuality.DATE_ONLY)
    doubtful = replace(sure, fact=replace(sure.fact, occurred=vague, key="another"))
    share = found("stock||X", sure, doubtful)["K-33"]
    assert (share.value, share.weight, share.by) == (1, 2, "wms-nl1")


def test_sample_orders_count_nowhere() -> None:
    sample = replace(ex.approved(), order_type=OrderType.SAMPLE)
    assert isinstance(sample, OrderApproved)
    assert measures(Chronicle("order||SO-1", [entry(sample, ex.ORDER, 0)])) == ()


def test_a_percentile_lies_between_its_neighbours() -> None:
    ten = [Decimal(number) for number in range(1, 11)]
    assert percentile(ten, Decimal("0.5")) == Decimal("5.5")
    assert percentile(ten, Decimal("0.95")) == Decimal("9.55")
    assert percentile([Decimal(7)], Decimal("0.95")) == 7


def test_every_kpi_stands_once_and_says_how_it_adds_up() -> None:
    assert [row.id for row in ROWS] == [f"K-{number:02}" for number in range(1, 43)] == list(KPIS)
    assert {row.unit for row in ROWS} <= {"%", "s", "min", "h", "d"}


def test_times_are_measured_in_whole_time_not_in_what_a_day_has() -> None:
    begun = Measure("K-14", "G", NOON, since=datetime.fromisoformat("2026-06-01T12:00:00+00:00"))
    assert figure("K-14", "h", Aggregate.AGE, [begun], after(hours=3)).value == 3


@pytest.mark.proves("K-15", "lane_milestones")
def test_completeness_counts_what_was_due_four_hours_ago_and_was_said() -> None:
    """Due: gone by 28 h, at the door by 76 h, delivered by 78 h; so long as the four hours last, nothing is counted."""
    plan = entry(ex.planned(), ex.SHIPMENT, 1)
    gone = entry(trk.ShipmentDeparted(at=after(hours=31), source_event="x"), ex.SHIPMENT, 31)
    assert "K-15" not in of_order(plan, gone)
    late = entry(trk.ShipmentDeparted(at=after(hours=33), source_event="x"), ex.SHIPMENT, 33)
    assert (of_order(plan, late)["K-15"].value, of_order(plan, late)["K-15"].weight) == (0, 1)
    door = entry(ex.seen(Milestone.ARRIVED_DELIVERY), ex.SHIPMENT, 79)
    there = entry(ex.delivered(), ex.SHIPMENT, 81)
    nobody_said = replace(there, fact=replace(there.fact, occurred=Occurrence(there.at, quality=TimeQuality.INFERRED)))
    proof = entry(ex.proof(), ex.SHIPMENT, 100)
    whole = of_order(plan, gone, door, there, proof)["K-15"]
    assert (whole.value, whole.weight, whole.at) == (3, 3, after(hours=82))
    assert of_order(plan, gone, door, nobody_said, proof)["K-15"].value == 2
    template = (LaneMilestone(Milestone.BORDER_CROSSED, "pickup", 3_600),)
    log = Chronicle("order||SO-1", [entry(ex.approved(), ex.ORDER, 0), plan, gone, there, proof], template)
    (own,) = [one for one in measures(log) if one.kpi == "K-15"]
    assert (own.value, own.weight) == (0, 1)
