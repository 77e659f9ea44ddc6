"""Orders, business time and the fault plan: the same seed means the same world and the same faults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crossdock.demo import faults, world
from crossdock.demo.calendar import Calendar
from crossdock.demo.fates import fate
from crossdock.demo.faults import MUST_END, FaultKind, Point
from crossdock.demo.ledger import FaultLedger
from crossdock.demo.peers.warehouse import sscc
from crossdock.demo.tariff import Bill
from crossdock.demo.world import SITE_A, Mode

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_the_same_seed_gives_the_same_orders_and_another_seed_others() -> None:
    assert world.orders(7, 30) == world.orders(7, 30)
    assert world.orders(7, 30) != world.orders(8, 30)
    assert list(world.orders(7, 30))[:10] == list(world.orders(7, 10))


def test_two_hundred_orders_hold_every_kind_of_way() -> None:
    book = world.orders(1, 200)
    modes = {world.lane(order, site) for order in book for site in order.sites}
    haulers = {world.hauler(1, order, site) for order in book for site in order.sites}
    assert modes == {Mode.LTL, Mode.OWN_FLEET}
    assert haulers == {"", "FLSH", "NVTR", "KSTL"}
    assert any(len(order.sites) == 2 for order in book)
    fates = [fate(1, order) for order in book]
    assert any(one.short for one in fates)
    assert {one.nobody_home for one in fates} == {one.code_expired for one in fates} == {True, False}
    assert {part.bill for one in fates for part in one.parts.values()} == set(Bill)
    assert all(set(one.parts) == set(order.sites) for one, order in zip(fates, book, strict=True))


def test_an_orders_fate_is_decided_once_and_does_not_depend_on_the_other_orders() -> None:
    few, many = world.orders(5, 10), world.orders(5, 200)
    assert [fate(5, order) for order in few] == [fate(5, order) for order in many[:10]]
    assert fate(5, few[0]) is fate(5, many[0])
    assert [fate(5, order) for order in many] != [fate(6, order) for order in many]


def test_a_carrier_that_declines_is_never_the_last_of_the_guide() -> None:
    for order in world.orders(3, 200):
        for site in order.sites:
            group = world.load_group(order, site)
            assert not all(world.declines(3, group, scac) for scac in world.carriers(3, group))


def test_every_label_is_a_valid_sscc() -> None:
    for serial in ("a", "b", "c"):
        digits = [int(digit) for digit in sscc(1, serial)]
        assert len(digits) == 18
        assert sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits)) % 10 == 0


def test_business_clocks_only_move_forward_in_whole_minutes_and_stop_at_the_horizon() -> None:
    calendar = Calendar(START, START + timedelta(minutes=30))
    calendar.begin("SO-1", 10)
    calendar.begin("SO-2", 12)
    together = calendar.advance(("SO-1", "SO-2"), 5)
    assert together == calendar.now("SO-1") == calendar.now("SO-2") == START + timedelta(minutes=17)
    assert calendar.advance(("SO-1",), 0) == START + timedelta(minutes=18)
    assert calendar.advance(("SO-1",), 999) == START + timedelta(minutes=30)
    assert calendar.advance(("SO-1",), 5) == START + timedelta(minutes=30)
    assert calendar.begin("SO-1", 0) == calendar.now("SO-1")


def test_the_default_plan_is_the_same_for_a_seed_and_has_every_kind_of_fault() -> None:
    book = world.orders(5, 200)
    plan = faults.plan("default", 5, book)
    assert plan == faults.plan("default", 5, book)
    assert {fault.kind for fault in plan.faults} == set(FaultKind) - {FaultKind.OUTAGE}
    assert plan.outages
    assert plan.kills == 0
    assert faults.plan("chaos", 5, book).kills == 20


def test_no_two_faults_strike_the_same_point() -> None:
    plan = faults.plan("default", 5, world.orders(5, 200))
    assert len(plan.by_point()) == len(plan.faults)


def test_every_kind_of_fault_has_its_end() -> None:
    assert set(MUST_END) == set(FaultKind)


def test_the_empty_plan_has_no_faults_and_an_unknown_one_is_refused() -> None:
    assert faults.plan("none", 1, world.orders(1, 10)).faults == ()
    with pytest.raises(ValueError, match="take one of none, default, chaos"):
        faults.plan("everything", 1, [])


def test_a_planned_fault_strikes_once_and_keeps_its_evidence() -> None:
    plan = faults.plan("default", 5, world.orders(5, 50))
    ledger = FaultLedger(plan)
    point = plan.faults[0].point
    assert ledger.strike(Point("nobody", "nothing", "SO-0")) is None
    assert ledger.strike(point) == plan.faults[0]
    assert ledger.strike(point) is None
    ledger.note(point, "sent twice", sent=b"x", status=200, reply="y" * 5000)
    line = next(line for line in ledger.lines() if line.point == point)
    assert line.struck
    assert len(line.evidence[0].reply) == 2000
    assert len(line.evidence[0].sha256) == 64


def test_a_real_erp_neither_speaks_nor_has_freight_accounts() -> None:
    book = world.orders(3, 200, split=False)
    planned = faults.plan("default", 3, book, erp_speaks=False).faults
    assert {fault.point.name for fault in planned if fault.point.system == "erp"} == {"post_goods_issue"}
    assert not faults.OF_FREIGHT & {fault.point.name for fault in planned}
    assert not any(world.is_export(order) for order in book)


def test_exports_leave_one_warehouse_and_some_have_an_expired_tariff_code() -> None:
    exports = [order for order in world.orders(3, 200) if world.is_export(order)]
    assert exports
    assert all(order.sites == (SITE_A,) for order in exports)
    assert 0 < sum(fate(3, order).code_expired for order in exports) < len(exports)
