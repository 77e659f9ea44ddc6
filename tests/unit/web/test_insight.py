"""An order as it was, why it is as it is, and KPIs, over HTTP (issue: time travel, policies, KPIs)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.app.access import Scope
from crossdock.app.insight import Insight
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.process.policy import Policy
from crossdock.testing.kpis import MemoryMeasures
from crossdock.testing.views import MemoryViews
from crossdock.testing.world import World
from tests.unit.web.bench import Front, problem

START = datetime(2026, 6, 1, 6, tzinfo=UTC)


async def log(front: Front) -> Front:
    """The front over a log of one delivered order."""
    world, order = World(PARTNERS, now=datetime(2026, 6, 2, 6, tzinfo=UTC)), Order(1, START)
    facts = list(order.facts())
    for told in [*facts[:4], *order.load_facts((order.shipment,)), *facts[4:]]:
        await world.tell(told.partner, told.body)
    front.insight = Insight(MemoryViews(world.store), MemoryMeasures(), REGISTRIES, Policy(version="v7"))
    front.rebuild()
    return front


async def test_an_order_as_it_was_by_either_clock(front: Front) -> None:
    hub = await log(front)
    key = await hub.key("", Scope.ORDERS_READ)
    path = "/v1/past/orders/SO-00000001"
    now = (await hub.http.get(path, headers=key)).json()
    assert now["business"]["order"]["flow"]["id"] == "BS-09"
    early = (await hub.http.get(f"{path}?as_true=2026-06-01T06:30:00Z", headers=key)).json()
    assert early["business"]["order"]["flow"]["id"] == "BS-19"
    problem(await hub.http.get(f"{path}?as_known=2026-06-01T06:30:00Z", headers=key), "not-found")
    listed = (await hub.http.get("/v1/past/orders?as_true=2026-06-01T06:30:00Z", headers=key)).json()
    assert [one["ident"] for one in listed["items"]] == ["order||SO-00000001"]


async def test_why_names_rule_and_policy(front: Front) -> None:
    hub = await log(front)
    key = await hub.key("", Scope.ORDERS_READ)
    answer = (await hub.http.get("/v1/why/orders/SO-00000001?field=carrier", headers=key)).json()
    assert (answer["policy"], answer["reasons"][-1]["rule"]) == ("v7", "SHP-02")
    problem(await hub.http.get("/v1/why/orders/SO-00000001?field=colour", headers=key), "malformed")
    problem(await hub.http.get("/v1/why/orders/SO-404", headers=key), "not-found")


async def test_figures_come_by_board_and_window(front: Front) -> None:
    key = await front.key("", Scope.OPERATIONS_READ)
    board = (await front.http.get("/v1/kpis?board=CUS", headers=key)).json()
    assert {one["kpi"] for one in board} == {"K-19", "K-20", "K-21", "K-22", "K-31"}
    assert all(one["count"] == 0 for one in board)
    wrong = "/v1/kpis?begin=2026-06-02T00:00:00Z&end=2026-06-01T00:00:00Z"
    problem(await front.http.get(wrong, headers=key), "parameter-wrong")


@pytest.mark.proves("K-03")
async def test_a_figure_as_it_was_known_before_the_goods_had_left(front: Front) -> None:
    hub = await log(front)
    key = await hub.key("", Scope.OPERATIONS_READ)
    window = "begin=2026-06-01T00:00:00Z&end=2026-06-03T00:00:00Z&board=WHS"

    async def cycle(clock: str) -> object:
        figures = (await hub.http.get(f"/v1/kpis?{window}&{clock}", headers=key)).json()
        return next(one["value"] for one in figures if one["kpi"] == "K-03")

    assert float(str(await cycle("as_true=2026-06-02T12:00:00Z"))) == 3
    assert await cycle("as_true=2026-06-01T08:30:00Z") is None
    assert await cycle("as_known=2026-06-01T12:00:00Z") is None


@pytest.mark.parametrize("path", ["/v1/past/orders", "/v1/why/orders/SO-1", "/v1/kpis"])
async def test_nobody_looks_without_the_scope(front: Front, path: str) -> None:
    problem(await front.http.get(path, headers=await front.key("ERP1", Scope.FACTS_WRITE)), "scope-missing")
