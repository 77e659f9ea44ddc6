"""Stock in the simulated enterprise: what moves and drifts, what both sides refuse, and when the verdict says no."""

from __future__ import annotations

import pytest

from crossdock.demo import faults, world
from crossdock.demo.books import Entry
from crossdock.demo.stocktaking import StockView, judge_stock
from crossdock.demo.storeroom import AVAILABLE, QUALITY, Drift, Move, StockPlan, Storeroom, stock_plans
from crossdock.demo.world import ITEMS, SITE_A
from tests.unit.demo.test_peers import Estate, estate

__all__ = ["estate"]

PLAN = StockPlan("IT-501", 100, (), Drift.UNTOLD, 4)
BOOKS = {
    "wms-a": [
        Entry("stock", "IT-501", facts={"available": 100}),
        Entry("stock", "IT-501", facts={"available": 96, "quality": 0}),
        Entry("counted", "IT-501", facts={"counted": 96, "book": 96}),
    ],
    "erp": [Entry("balance", "IT-501", facts={"UNRESTRICTED": 96, "QUALITY": 0})],
}
VIEW = StockView({"available": 96}, {"available": 96})


def judged(view: StockView = VIEW, plan: StockPlan = PLAN, **books: list[Entry]) -> tuple[set[str], list[str]]:
    found: list[str] = []
    kept = {**BOOKS, **{peer.replace("_", "-"): entries for peer, entries in books.items()}}
    return judge_stock([plan], kept, {"IT-501": view}, found.append), found


def test_stock_that_all_have_alike_is_right() -> None:
    assert judged() == ({"IT-501"}, [])


@pytest.mark.parametrize(
    "view",
    [
        StockView({"available": 95}, {"available": 96}),
        StockView({"available": 96}, {"available": 100}),
        StockView({"available": 96, "quality": 1}, {"available": 96}),
        StockView({}, {}),
    ],
)
def test_stock_the_hub_has_otherwise_fails(view: StockView) -> None:
    right, found = judged(view)
    assert right == set()
    both = "the warehouse {'available': 96}, the ERP {'available': 96}"
    ours = f"the hub of the warehouse {view.on_hand}, the hub of the ERP {view.booked}"
    assert found == [f"stock of IT-501: {both}, {ours}"]


def test_a_drift_that_nobody_found_fails() -> None:
    silent = [entry for entry in BOOKS["wms-a"] if entry.kind != "counted"]
    assert judged(wms_a=silent)[1] == ["stock of IT-501: 4 pieces drifted (untold), and nobody was asked to count"]
    wrong = [Entry("balance", "IT-501", facts={"UNRESTRICTED": 100})]
    assert any("the ERP {'available': 100}" in line for line in judged(erp=wrong)[1])


def test_a_difference_left_open_fails() -> None:
    view = StockView({"available": 96}, {"available": 96}, ("|available",))
    assert judged(view)[1] == ["stock of IT-501: differences are still open: |available"]


def test_every_item_moves_and_three_drift_each_in_its_way() -> None:
    plans = stock_plans(3)
    assert plans == stock_plans(3) != stock_plans(4)
    assert sorted(plan.drift for plan in plans) == ["misbooked", "none", "none", "phantom", "untold"]
    assert all(plan.adrift > 1 for plan in plans), "within tolerance nothing is looked for"
    assert all(plan.moves[0].kind == "receipt" and plan.moves[0].pieces > plan.adrift for plan in plans)


def test_goods_move_as_they_are_told_to() -> None:
    room = Storeroom(1)
    item, before = ITEMS[0].item_no, dict(room.pieces)
    for kind in ("receipt", "scrap", "status_change"):
        room.move(item, Move(kind, 5))
    assert room.pieces[item, AVAILABLE] == before[item, AVAILABLE] - 5
    assert room.pieces[item, QUALITY] == 5


def test_the_books_of_stock_have_faults_of_their_own_where_the_erp_is_simulated() -> None:
    book = world.orders(1, 20)
    struck = {fault.point.name for fault in faults.plan("default", 1, book).faults if fault.point.order_no[:2] == "IT"}
    assert struck == {"stock.moved", "post_inventory_movement", "stock.posted"}
    real = faults.plan("default", 1, book, erp_speaks=False).faults
    assert not [fault for fault in real if fault.point.order_no[:2] == "IT"]


async def test_the_erp_books_a_movement_once_and_where_it_keeps_stock(estate: Estate) -> None:
    item = next(plan.item_no for plan in stock_plans(estate.enterprise.config.seed) if plan.drift is Drift.NONE)
    body = {
        "movementId": "MV-1",
        "plant": SITE_A,
        "material": item,
        "quantity": "7",
        "to": {"stockType": "UNRESTRICTED"},
    }
    path, accounts = "/api/v1/material-movements", estate.enterprise.erp.stock  # type: ignore[union-attr]
    before = accounts.balances(item)["UNRESTRICTED"]
    assert await estate.call("erp", "POST", path, {**body, "material": "IT-404"}) == (422, "unknown_material")
    assert await estate.call("erp", "POST", path, {**body, "quantity": "0"}) == (422, "nothing_moved")
    assert await estate.call("erp", "POST", path, body) == (200, "")
    assert await estate.call("erp", "POST", path, body) == (409, "already_moved")
    aside = {
        "movementId": "MV-2",
        "quantity": "2",
        "from": {"stockType": "UNRESTRICTED"},
        "to": {"stockType": "QUALITY"},
    }
    assert await estate.call("erp", "POST", path, {**body, **aside}) == (200, "")
    gone = {"movementId": "MV-3", "quantity": "-1", "from": {"stockType": "QUALITY"}, "to": None}
    assert await estate.call("erp", "POST", path, {**body, **gone}) == (200, "")
    assert accounts.balances(item) == {"UNRESTRICTED": before + 5, "QUALITY": 1}


async def test_the_warehouse_counts_what_it_keeps_once_a_case(estate: Estate) -> None:
    body = {"case": "C-1", "site": SITE_A, "sku": ITEMS[0].item_no}
    assert await estate.call("wms-a", "POST", "/v1/counts", {**body, "sku": "IT-404"}) == (422, "unknown_item")
    assert await estate.call("wms-a", "POST", "/v1/counts", body) == (200, "")
    assert await estate.call("wms-a", "POST", "/v1/counts", body) == (409, "already_counted")
