"""Orders called off at every stage: who stops what, and when the verdict says no."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from crossdock.canonical.events.order import OrderCancelRejected
from crossdock.canonical.parts import LineQuantity
from crossdock.demo import faults, wishes, world
from crossdock.demo.books import Entry
from crossdock.demo.calling_off import judge_call_off
from crossdock.demo.fates import fate
from crossdock.demo.peers.erp import approved
from crossdock.demo.reader import HubOrder, ShipmentView
from crossdock.demo.wishes import Moment
from crossdock.demo.world import SITE_A, Mode
from crossdock.kernel.quantity import Quantity
from tests.unit.demo.test_verdict import HUB_ORDER, ORDER

GONE = msgspec.structs.replace(
    HUB_ORDER, state="CANCELLED", shipments=(ShipmentView("SHP-1", SITE_A, "CANCELLED", "", ""),)
)
STOPPED = {
    "wms-a": [Entry("job", "SO-1/WH-A1/1", "SO-1"), Entry("cancelled", "SO-1/WH-A1/1", "SO-1")],
    "wms-b": [],
    "tms": [Entry("planned", "SHP-1", "SO-1"), Entry("cancelled", "SHP-1", "SO-1")],
    "lmd": [Entry("task", "DT-1", "SO-1"), Entry("cancelled", "DT-1", "SO-1")],
}


def judged(
    moment: Moment | None, view: HubOrder = GONE, books: dict[str, list[Entry]] | None = None
) -> tuple[bool, list[str]]:
    found: list[str] = []
    asked = Entry("called_off", "SO-1", "SO-1", {"moment": moment, "request": "CXL-1"}) if moment else None
    return judge_call_off(ORDER, asked, view, {**STOPPED, **(books or {})}, found.append), found


@pytest.mark.parametrize("moment", [Moment.RELEASED, Moment.PICKING, Moment.PACKED])
def test_what_is_called_off_in_time_has_stopped_everywhere(moment: Moment) -> None:
    assert judged(moment) == (True, [])


def test_an_order_that_was_never_released_was_begun_nowhere() -> None:
    nothing: dict[str, list[Entry]] = {peer: [] for peer in STOPPED}
    bare = msgspec.structs.replace(GONE, shipments=())
    assert judged(Moment.BLOCKED, bare, nothing) == (True, [])
    assert any("wms-a began 1" in line for line in judged(Moment.BLOCKED)[1])


@pytest.mark.parametrize(
    ("view", "books", "reason"),
    [
        (msgspec.structs.replace(GONE, state="EXECUTING"), {}, "called off picking, the hub has it EXECUTING"),
        (GONE, {"tms": STOPPED["tms"][:1]}, "tms began 1 and stopped 0"),
        (GONE, {"lmd": [*STOPPED["lmd"], STOPPED["lmd"][1]]}, "lmd began 1 and stopped 2"),
        (msgspec.structs.replace(GONE, shipments=HUB_ORDER.shipments), {}, "SHP-1: called off picking, the hub"),
    ],
)
def test_what_has_not_stopped_everywhere_once_fails(view: HubOrder, books: dict[str, list[Entry]], reason: str) -> None:
    assert any(reason in line for line in judged(Moment.PICKING, view, books)[1])


LEFT = {"wms-a": [STOPPED["wms-a"][0], Entry("handed_over", "SO-1/WH-A1/1", "SO-1", {"lines": {"10": 38}})]}
RUNNING = {**{peer: entries[:1] for peer, entries in STOPPED.items()}, **LEFT}


def answer(stage: str, request: str = "CXL-1", pieces: int = 38) -> OrderCancelRejected:
    """What the hub told whoever asked."""
    return OrderCancelRejected(
        request_id=request, stage=stage, qty_refused=(LineQuantity("10", Quantity(Decimal(pieces), "EA")),)
    )


@pytest.mark.parametrize(
    ("moment", "stage"), [(Moment.LEFT, "CX-07"), (Moment.OUT, "CX-08"), (Moment.DELIVERED, "CX-09")]
)
def test_what_is_called_off_too_late_goes_its_way_and_is_answered(moment: Moment, stage: str) -> None:
    asked = frozenset({"WHS-10"} if moment is Moment.OUT else ())
    view = msgspec.structs.replace(HUB_ORDER, refusals=(answer(stage),), all_cases=asked)
    assert judged(moment, view, RUNNING) == (False, [])
    other = msgspec.structs.replace(view, refusals=(answer("CX-04"),))
    assert judged(moment, other, RUNNING)[1] == [f"SO-1: called off {moment}, the hub answered by CX-04"]


@pytest.mark.parametrize(
    ("changes", "books", "reason"),
    [
        ({"refusals": ()}, {}, "the hub gave []"),
        ({"refusals": (answer("CX-08"), answer("CX-08"))}, {}, "the answer must be"),
        ({"refusals": (answer("CX-08", "CXL-2"),)}, {}, "the answer must be"),
        ({"refusals": (answer("CX-08", pieces=40),)}, {}, "the answer must be"),
        ({"open_cases": ("WHS-10",)}, {}, "WHS-10 is open though all of it is at the door"),
        ({}, {"tms": STOPPED["tms"]}, "called off out_for_delivery, too late, and ['tms'] stopped"),
    ],
)
def test_who_is_too_late_is_answered_once_and_nobody_stops(
    changes: dict[str, object], books: dict[str, list[Entry]], reason: str
) -> None:
    right = msgspec.structs.replace(HUB_ORDER, refusals=(answer("CX-08"),), all_cases=frozenset({"WHS-10"}))
    assert judged(Moment.OUT, right, RUNNING)[1] == []
    view = msgspec.structs.replace(right, **changes)
    assert any(reason in line for line in judged(Moment.OUT, view, {**RUNNING, **books})[1])


@pytest.mark.parametrize("asked", [frozenset(), frozenset({"WHS-10"})])
def test_a_van_may_be_asked_back_only_while_it_is_out(asked: frozenset[str]) -> None:
    out = msgspec.structs.replace(HUB_ORDER, refusals=(answer("CX-08"),), all_cases=asked)
    assert judged(Moment.OUT, out, RUNNING)[1] == []
    left = msgspec.structs.replace(out, refusals=(answer("CX-07"),))
    assert judged(Moment.LEFT, left, RUNNING)[1] == (
        ["SO-1: called off left, and the hub asked for a recall"] if asked else []
    )


def test_what_nobody_called_off_stops_nowhere_and_nobody_is_refused() -> None:
    refused = msgspec.structs.replace(HUB_ORDER, refusals=(answer("CX-07"),))
    nothing: dict[str, list[Entry]] = {peer: [] for peer in STOPPED}
    assert any("the hub gave [('CXL-1'" in line for line in judged(None, refused, nothing)[1])


def test_what_nobody_called_off_stops_nowhere() -> None:
    nothing: dict[str, list[Entry]] = {peer: [] for peer in STOPPED}
    assert judged(None, HUB_ORDER, nothing) == (False, [])
    assert judged(None, HUB_ORDER)[1] == ["SO-1: nobody called it off, and ['wms-a', 'tms', 'lmd'] stopped"]


def test_orders_are_called_off_at_every_stage_and_those_have_no_faults_nor_returns() -> None:
    book = world.orders(1, 400)
    moments = {order.order_no: moment for order in book if (moment := fate(1, order).called_off)}
    assert set(moments.values()) == set(Moment)
    assert 20 < len(moments) < 80
    gone = [fate(1, order) for order in book if order.order_no in moments]
    assert not any(one.sent_back or any(part.is_docked for part in one.parts.values()) for one in gone)
    assert not any(fault.point.order_no in moments for fault in faults.plan("default", 1, book).faults)


def test_what_shares_a_load_is_not_called_off_on_the_floor() -> None:
    for order in world.orders(2, 400):
        moment = fate(2, order).called_off
        if moment in wishes.ON_THE_FLOOR:
            assert order.sites == (SITE_A,)
            assert world.lane(order, SITE_A) is Mode.OWN_FLEET


def test_an_order_that_waits_for_its_credit_says_so() -> None:
    at = world.orders(1, 1)[0]
    day = datetime(2026, 6, 1, tzinfo=UTC)
    assert approved(at, day, credit=False)["creditReleasedAt"] is None
    assert approved(at, day)["creditReleasedAt"] == day.isoformat()
