"""Scenarios of the mission, end to end through the real use case (mission.md §7, §13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from msgspec.structs import replace

from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.canonical.envelope import Envelope, Source, Subject
from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Hazmat, StockAtp, TradeData
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.process.policy import Policy, Site
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
ORDER = Order(1, START)
_envelopes = msgspec.json.Decoder(Envelope)


def approved(**changes: object) -> bytes:
    """The order as the ERP approves it, with these changes."""
    first = next(iter(ORDER.facts())).body
    payload = decode_fact(first, START).payload
    assert isinstance(payload, OrderApproved)
    said = _envelopes.decode(first)
    return make_envelope(said.type, said.subject, said.source, said.occurred, replace(payload, **changes))  # type: ignore[arg-type]


def lines(**changes: object) -> tuple[object, ...]:
    """The order's lines with these changes to the first."""
    payload = decode_fact(approved(), START).payload
    assert isinstance(payload, OrderApproved)
    return (replace(payload.lines[0], **changes), *payload.lines[1:])  # type: ignore[arg-type]


def sent(hub: World) -> set[str]:
    """Types of the commands given."""
    return {row.type for row in hub.store.deliveries}


def told(hub: World, kind: str) -> list[bytes]:
    """Bodies of the facts of that type."""
    return [row.body for row in hub.store.events.values() if row.type == kind]


def scan(milestone: Milestone, at: datetime, offset_min: int = 0, message: str = "m") -> bytes:
    """What the carrier saw, by a clock of that offset."""
    payload = TrackingMilestone(milestone=milestone, attempt_no=1, reason="consignee.closed")
    occurred = Occurrence(at.astimezone(timezone(timedelta(minutes=offset_min))), offset_min)
    source = Source(Role.CAR, "nvtr", message_id=message)
    return make_envelope("tracking.milestone", Subject("shipment", ORDER.shipment), source, occurred, payload)


async def on_the_road(**more: object) -> World:
    """The order, handed over; it is the minute after."""
    facts = [*list(ORDER.facts())[:4], *ORDER.load_facts((ORDER.shipment,)), *list(ORDER.facts())[4:8]]
    hub = World(PARTNERS, now=START, **more)  # type: ignore[arg-type]
    for one in facts:
        await hub.pass_time(max(hub.clock.at, decode_fact(one.body, START).at + timedelta(minutes=1)))
        await hub.tell(one.partner, one.body)
    return hub


@pytest.mark.proves("X-12", "Y-07")
async def test_an_order_that_is_not_ready_is_refused_before_any_plan_and_planned_once_it_is() -> None:
    hub = World(PARTNERS)
    danger = TradeData(hazmat=Hazmat(un_no="1263", hazard_class=""))
    await hub.tell("erp1", approved(lines=lines(trade=danger)))
    assert not {"plan_shipment", "create_fulfilment_order"} & sent(hub)
    assert "RR-09" in str(told(hub, "order.release_blocked"))
    assert {code for code, _, _ in hub.store.cases} == {"CUS-01"}, "its owner is asked, at once"
    await hub.tell(
        "erp1", approved(lines=lines(trade=replace(danger, hazmat=Hazmat(un_no="1263", hazard_class="3"))), rev=2)
    )
    assert {"plan_shipment", "create_fulfilment_order"} <= sent(hub)
    assert not hub.store.cases


@pytest.mark.proves("Y-19", "Y-41")
async def test_what_is_not_in_stock_is_neither_planned_nor_asked_of_a_warehouse_until_it_is() -> None:
    hub = World(PARTNERS, policy=Policy(sites={"WH-NL1": Site("NL")}))
    none = (StockAtp(warehouse="WH-NL1", atp=0),)  # type: ignore[arg-type]
    payload = decode_fact(approved(), START).payload
    assert isinstance(payload, OrderApproved)
    await hub.tell("erp1", approved(lines=tuple(replace(line, stock=none) for line in payload.lines)))
    assert not {"plan_shipment", "create_fulfilment_order", "tender_load"} & sent(hub)
    assert ("WHS-04", ORDER.number, "RR-05") in hub.store.cases
    await hub.tell("erp1", approved(rev=2))
    assert {"plan_shipment", "create_fulfilment_order"} <= sent(hub)


@pytest.mark.proves("Y-10")
async def test_one_exception_told_in_two_time_zones_is_one_escalation() -> None:
    hub = await on_the_road()
    at = hub.clock.at + timedelta(hours=20)
    hub.clock.at = at + timedelta(minutes=10)
    first, again = scan(Milestone.DELIVERY_ATTEMPTED, at), scan(Milestone.DELIVERY_ATTEMPTED, at, 120, "m2")
    assert [str(one.disposition) for body in (first, again) for one in await hub.tell("nvtr", body)] == [
        "APPLY",
        "SUPPRESS",
    ]
    assert len(told(hub, "delivery.failed")) == 1
    assert [row.type for row in hub.store.deliveries].count("reschedule_delivery") == 1
    assert [case.code for case in hub.store.case_log].count("TRN-10") == 1


@pytest.mark.proves("X-19", "TRN-06", "tm_milestone")
async def test_a_shipment_that_is_stuck_is_told_of_and_its_carrier_asked() -> None:
    hub = await on_the_road()
    await hub.tell("nvtr", scan(Milestone.DEPARTED_ORIGIN, hub.clock.at))
    await hub.pass_time(hub.clock.at + timedelta(hours=23))
    assert "TRN-06" not in {code for code, _, _ in hub.store.cases}
    await hub.pass_time(hub.clock.at + timedelta(hours=2))
    assert "TRN-06" in {code for code, _, _ in hub.store.cases}
    assert "refresh_tracking" in sent(hub)
    await hub.tell("nvtr", scan(Milestone.ARRIVED_DESTINATION_HUB, hub.clock.at))
    assert "TRN-06" not in {code for code, _, _ in hub.store.cases}


@pytest.mark.proves("Y-24")
async def test_a_warehouse_that_confirms_nothing_is_told_of_before_the_truck_is() -> None:
    """Its stock is never reserved: no tender goes out silently late, somebody is asked within the hour."""
    hub = World(PARTNERS, now=START)
    facts: list[Told] = list(ORDER.facts())
    for one in facts[:3]:
        await hub.pass_time(max(hub.clock.at, decode_fact(one.body, START).at + timedelta(minutes=1)))
        await hub.tell(one.partner, one.body)
    before = {code for code, _, _ in hub.store.cases}
    await hub.pass_time(hub.clock.at + timedelta(hours=26))
    opened = {code for code, _, _ in hub.store.cases} - before
    assert opened & {"WHS-01", "WHS-04", "WHS-03", "WHS-06", "WHS-07"}, opened
