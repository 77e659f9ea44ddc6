"""The door in front of a real ERP, over real HTTP: what it passes on, and where each planned fault strikes."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from crossdock.demo.door import Weather
from crossdock.demo.faults import Fault, FaultKind, Outage, Plan, Point
from crossdock.demo.ledger import FaultLedger
from crossdock.demo.plan import HOST
from crossdock.demo.tryton.front import WRITES, Front
from crossdock.demo.world import orders
from crossdock.runtime.engines.loopback import free_ports

BOOK = orders(7, WRITES, split=False)
KEY = "post_goods_issue:G|HO-1"


class Stand:
    """A system of one address behind its front."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.asked: list[str] = []
        self._runner: web.AppRunner | None = None

    async def open(self, kind: FaultKind | None = None, index: int = 0, weather: Weather | None = None) -> None:
        self.order = BOOK[index]
        point = Point("erp", "post_goods_issue", self.order.order_no, self.order.sites[0])
        self.ledger = FaultLedger(Plan("test", (Fault(kind, point),) if kind else ()))
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        ports = free_ports(("behind", "front"))
        await web.TCPSite(self._runner, HOST, ports["behind"]).start()
        book = {order.order_no: order for order in BOOK}
        self.front = Front("erp", f"http://{HOST}:{ports['behind']}/db", book, self.ledger, weather or Weather())
        await self.front.open(HOST, ports["front"])
        self._url = f"http://{HOST}:{ports['front']}"

    async def close(self) -> None:
        await self.front.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def look(self, key: str = KEY) -> int:
        """The search every command begins with."""
        packed = base64.urlsafe_b64encode(json.dumps([["number", "=", self.order.order_no]]).encode()).decode()
        return await self._call("GET", f"/sale.sale?d={packed}&f=number", key)

    async def write(self, path: str = "/stock.shipment.out/1/pick", key: str = KEY) -> int:
        return await self._call("POST", path, key)

    async def _call(self, method: str, path: str, key: str) -> int:
        headers = {"Idempotency-Key": key, "Authorization": "Bearer key"}
        async with self._session.request(method, self._url + path, headers=headers, data=b"{}") as reply:
            await reply.read()
            return reply.status

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.method} {request.path} {request.headers['Authorization']}")
        return web.json_response({"state": "done"}, status=404 if "missing" in request.path else 200)


@pytest_asyncio.fixture
async def stand() -> AsyncIterator[Stand]:
    """A system behind its front; the test opens it."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        opened = Stand(session)
        yield opened
        await opened.close()


async def test_calls_and_answers_pass_as_they_are(stand: Stand) -> None:
    await stand.open()
    assert [await stand.look(), await stand.write(), await stand.write("/missing")] == [200, 200, 404]
    assert stand.asked[1] == "POST /db/stock.shipment.out/1/pick Bearer key"


@pytest.mark.parametrize("index", range(WRITES))
@pytest.mark.parametrize(
    ("kind", "status", "reached"),
    [(FaultKind.THROTTLE, 429, 0), (FaultKind.ERROR_BEFORE, 500, 0), (FaultKind.ERROR_AFTER, 500, 1)],
)
async def test_a_fault_strikes_one_changing_call_of_its_command_once(
    stand: Stand, index: int, kind: FaultKind, status: int, reached: int
) -> None:
    await stand.open(kind, index)
    await stand.look()
    before = [await stand.write() for _ in range(index)]
    asked = len(stand.asked)
    assert (before, await stand.write(), len(stand.asked) - asked) == ([200] * index, status, reached)
    assert [await stand.write() for _ in range(WRITES)] == [200] * WRITES
    assert stand.ledger.lines()[0].struck


async def test_other_commands_and_reads_are_let_be(stand: Stand) -> None:
    await stand.open(FaultKind.ERROR_BEFORE)
    other = "update_order_status:x"
    assert [await stand.look(other), await stand.write(key=other), await stand.write(key="unknown")] == [200] * 3
    assert [await stand.look(), await stand.look()] == [200, 200]
    assert not stand.ledger.lines()[0].struck


async def test_a_call_that_hangs_has_had_its_effect(stand: Stand) -> None:
    await stand.open(FaultKind.TIMEOUT_AFTER, weather=Weather(hang_s=0.01))
    await stand.look()
    assert await stand.write() == 200
    assert len(stand.asked) == 2
    assert "never answered" in stand.ledger.lines()[0].evidence[0].what


async def test_an_outage_ends_and_is_noted(stand: Stand) -> None:
    await stand.open(weather=Weather(outage=Outage("erp", 2, 0.0)))
    assert [await stand.look(), await stand.look(), await stand.look()] == [200, 200, 200]
    assert stand.ledger.lines()[-1].kind is FaultKind.OUTAGE
