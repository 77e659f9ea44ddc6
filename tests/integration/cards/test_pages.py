"""The pages of orders, money, stock and KPIs over the worked example: what each reader sees, and what nobody may."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest_asyncio

from crossdock.app.cards.follow import Filer
from crossdock.app.identity.invite import Newcomer, invite
from crossdock.app.ingest.use_case import Ingest
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.pages import site_of
from crossdock.bootstrap.people import entry_at
from crossdock.ports.acts import Act
from crossdock.ports.principal import Grant, RoleName
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.cards import PostgresCardFiles
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.people import PostgresPeople
from crossdock.testing.assembled import Assembled, assembled, write_project
from crossdock.testing.golden.cast import PARTNERS, POLICY, when
from crossdock.testing.golden.play import upto
from crossdock.testing.world import World
from crossdock.web.api.app import build_api

WHY = Act("person_added", "tests", "tests", "a reader of pages")
HOSTILE = "<script>alert(1)</script>"

Reader = Callable[[RoleName], Awaitable[httpx2.AsyncClient]]


@pytest_asyncio.fixture
async def hub(durable_url: str, tmp_path: Path) -> AsyncIterator[Assembled]:
    """A hub with the worked example up to the dispute in its log, and its cards filed."""
    write_project(tmp_path, {"erp1": {"connector": "canonical_json", "role": "ERP"}})
    async with assembled(tmp_path, durable_url) as running:
        world = World(PARTNERS, policy=POLICY, now=when("01 04:00"))
        world.ingest = Ingest(dataclasses.replace(world.parts, store=running.hub.store))
        for row in upto("R58"):
            world.clock.at = row.received
            if row.partner:
                await world.tell(row.partner, row.body())
        pool = running.hub.pool
        filer = Filer(PostgresFeed(pool), PostgresCardFiles(pool), REGISTRIES, POLICY, running.hub.clock)
        while await filer.file_once():
            pass
        yield running


@pytest_asyncio.fixture
async def reader(hub: Assembled) -> AsyncIterator[Reader]:
    """A signed-in browser for a role."""
    opened: list[httpx2.AsyncClient] = []
    site = cast("Any", site_of(hub.hub, hub.deps, build_api(hub.deps)))

    async def of(role: RoleName) -> httpx2.AsyncClient:
        http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=site), base_url="http://localhost")
        opened.append(http)
        email = f"{role}@example.com"
        clock, dice = hub.hub.clock, hub.hub.dice
        await invite(PostgresPeople(hub.hub.pool), clock, dice, Newcomer(email, role, (Grant(role),)), WHY)
        token = (await entry_at(hub.hub).link(email, WHY))[0].reveal()
        form = (await http.get("/signin", params={"token": token})).text
        csrf = re.findall(r'name="_csrf" value="([^"]+)"', form)[0]
        assert (await http.post("/signin", data={"_csrf": csrf, "token": token})).status_code == 303
        return http

    yield of
    for http in opened:
        await http.aclose()


async def _page(http: httpx2.AsyncClient, path: str, **query: str) -> str:
    answer = await http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_list_shows_value_only_to_who_may_see_money(reader: Reader) -> None:
    operator, finance = await reader(RoleName.OPERATOR), await reader(RoleName.FINANCE)
    for http, money in ((operator, False), (finance, True)):
        text = await _page(http, "/console/orders")
        assert "SO-100234" in text
        assert ("Value" in text) is money
    assert '<option value="BS-09" selected>Delivered</option>' in await _page(operator, "/console/orders", flow="BS-09")


async def test_a_number_leads_to_its_order_and_a_beginning_to_a_list(reader: Reader) -> None:
    http = await reader(RoleName.VIEWER)
    for text in ("SO-100234", "so-100234", "order SO-100234", "order||SO-100234", "customer po HP-PO-55120"):
        answer = await http.get("/console/orders", params={"q": text})
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/orders/SO-100234"), text
    assert "SO-100234" in await _page(http, "/console/orders", q="SO-1002")
    assert "Nothing is known" in await _page(http, "/console/orders", q="ZZ-TOP")


async def test_hostile_text_is_shown_as_text(reader: Reader) -> None:
    http = await reader(RoleName.VIEWER)
    for query in ({"q": HOSTILE}, {"customer": HOSTILE}, {"warehouse": HOSTILE}):
        assert "<script>alert" not in await _page(http, "/console/orders", **query)
    assert (await http.get("/console/orders", params={"grade": HOSTILE})).status_code == 400
    assert (await http.get("/console/orders", params={"cursor": "'; drop"})).status_code == 400
    assert (await http.get("/console/orders/none-of-ours")).status_code == 404
    assert (await http.get("/console/orders/~999999")).status_code == 404


async def test_the_order_page_has_lanes_details_and_no_personal_data_for_a_viewer(reader: Reader) -> None:
    http = await reader(RoleName.VIEWER)
    text = await _page(http, "/console/orders/SO-100234")
    assert "<svg" in text
    assert "wms-nl1" in text
    assert "freight.disputed" in text
    pick = re.findall(r"pick=(f[\d.]+)#order-detail\" aria-label=\"fact order.approved", text)[0]
    detail = await _page(http, "/console/orders/SO-100234", pick=pick)
    assert "Durable here" in detail
    assert "Quay St" not in detail
    operator = await reader(RoleName.OPERATOR)
    assert "Quay St" in await _page(operator, "/console/orders/SO-100234", pick=pick)
    assert (await http.get("/console/orders/SO-100234", params={"view": "no-such"})).status_code == 404


async def test_the_past_is_folded_again(reader: Reader) -> None:
    http = await reader(RoleName.VIEWER)
    early = await _page(http, "/console/orders/SO-100234", step="3")
    assert "This is the past" in early
    assert "freight.disputed" not in early
    answer = await http.get("/console/orders/SO-100234", params={"known": "not a time"})
    assert answer.status_code == 400
    before = await http.get("/console/orders/SO-100234", params={"true": "2001-01-01T00:00"})
    assert before.status_code == 400


async def test_books_add_up_to_zero_and_money_is_for_who_may_see_it(reader: Reader) -> None:
    viewer, finance = await reader(RoleName.VIEWER), await reader(RoleName.FINANCE)
    shown = await _page(finance, "/console/orders/SO-100234", view="books")
    assert "Line 10" in shown
    assert "Freight WH-NL1/1" in shown
    sums = re.findall(r'class="badge (good|stop)"[^>]*>sum', shown)
    assert set(sums) == {"good"}
    hidden = await _page(viewer, "/console/orders/SO-100234", view="books")
    assert "Freight WH-NL1/1" not in hidden
    assert "not yours to see" in hidden


async def test_why_names_the_rule_and_hides_money(reader: Reader) -> None:
    viewer, finance = await reader(RoleName.VIEWER), await reader(RoleName.FINANCE)
    answer = await _page(viewer, "/console/orders/SO-100234", view="why", field="SHP:WH-NL1/1.carrier")
    assert "NVTR" in answer
    assert "policy" in answer
    assert "FRT:WH-NL1/1.approved" not in answer
    assert "FRT:WH-NL1/1.approved" in await _page(finance, "/console/orders/SO-100234", view="why")
    for view in ("documents", "identifiers"):
        assert "SO-100234" in await _page(viewer, "/console/orders/SO-100234", view=view)


async def test_bytes_are_for_who_may_see_payloads_and_taking_them_is_kept(reader: Reader, hub: Assembled) -> None:
    viewer = await reader(RoleName.VIEWER)
    assert (await viewer.get("/console/orders/SO-100234/documents/msg-1")).status_code == 403
    integrator = await reader(RoleName.INTEGRATOR)
    assert (await integrator.get("/console/orders/SO-100234/documents/msg-1")).status_code == 404
    acts = await PostgresActs(hub.hub.pool).chain(0, 100)
    assert "download" not in {one.act for one in acts}


async def test_money_stock_and_kpis_show_what_is_there(reader: Reader) -> None:
    finance, viewer = await reader(RoleName.FINANCE), await reader(RoleName.VIEWER)
    assert (await viewer.get("/console/money")).status_code == 403
    money = await _page(finance, "/console/money")
    assert "Disputed" in money
    assert "/console/orders/SO-100234?view=books" in money
    assert "2026-06" in money
    assert "No freight case fits" in await _page(finance, "/console/money", carrier="NOBODY")
    assert (await finance.get("/console/money", params={"kind": "STRANGE"})).status_code == 400
    stock = await _page(viewer, "/console/stock", warehouse="WH-NL1")
    item = re.findall(r'href="(/console/stock/\d+)"', stock)[0]
    assert "What was said" in await _page(viewer, item)
    assert (await viewer.get("/console/stock/999999")).status_code == 404
    assert "Order release latency" in await _page(viewer, "/console/kpis", board="OPS", days="7")
    assert (await viewer.get("/console/kpis/K-01/curve.json")).json()["columns"][0]
    assert (await viewer.get("/console/kpis/K-99/curve.json")).status_code == 400


async def test_nobody_sees_anything_without_signing_in(reader: Reader, hub: Assembled) -> None:
    site = cast("Any", site_of(hub.hub, hub.deps, build_api(hub.deps)))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=site), base_url="http://localhost") as http:
        for path in ("orders", "orders/SO-100234", "money", "stock", "kpis", "kpis/K-01/curve.json"):
            answer = await http.get(f"/console/{path}")
            assert (answer.status_code, answer.headers["location"][:8]) == (303, "/signin?")
