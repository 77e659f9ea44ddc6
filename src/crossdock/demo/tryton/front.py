"""The door in front of the real Tryton: passes every call on, and lets the planned faults strike on the way.

The faults are those of `demo.door`, at the same points, so that one fault plan serves a simulated ERP and a real one.
What Tryton is asked is not understood here: the hub's own idempotency key says which command a call belongs to, and the
search every command begins with says whose order it is.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping

import aiohttp
import msgspec
from aiohttp import web

from crossdock.demo.door import BODY_BYTES_MAX, RATE_RETRY_S, Weather
from crossdock.demo.faults import FaultKind, Point
from crossdock.demo.ledger import FaultLedger
from crossdock.demo.world import DemoOrder

PASSED_ON = ("Authorization", "Content-Type", "Accept", "X-Tryton-Context", "Accept-Language")
TIMEOUT = aiohttp.ClientTimeout(total=30)
COMMANDS_MAX = 100_000
# A goods issue takes five changing calls: which of them the fault strikes depends on the order.
WRITES = 5


class Front:
    """Serves on its own port what Tryton answers below `url`. `orders` are the demo's, by number."""

    def __init__(
        self, system: str, url: str, orders: Mapping[str, DemoOrder], ledger: FaultLedger, weather: Weather
    ) -> None:
        self.calls = 0
        self.throttled = 0
        self._system = system
        self._url = url
        self._orders = orders
        self._ledger = ledger
        self._weather = weather
        self._order_of: dict[str, str] = {}
        self._writes: dict[str, int] = {}
        self._down_until = 0.0
        self._outage_done = weather.outage is None
        self._app = web.Application(client_max_size=BODY_BYTES_MAX)
        self._app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen."""
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        self._runner = web.AppRunner(self._app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def close(self) -> None:
        """Stop listening and end what hangs."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if self._is_down():
            return web.json_response({"message": "maintenance"}, status=503, headers={"Retry-After": "1"})
        body = await request.read()
        point = self._point(request)
        fault = self._ledger.strike(point) if point is not None else None
        kind = fault.kind if fault is not None else None
        if point is None or kind is None:
            return await self._pass_on(request, body)
        if kind is FaultKind.THROTTLE:
            self.throttled += 1
            self._ledger.note(point, f"answered 429 to {request.method} {request.path}", status=429)
            return web.json_response({"message": "busy"}, status=429, headers={"Retry-After": RATE_RETRY_S})
        if kind is FaultKind.ERROR_BEFORE:
            self._ledger.note(point, f"failed before {request.method} {request.path}", status=500)
            return web.json_response({"message": "internal"}, status=500)
        answer = await self._pass_on(request, body)
        if kind is FaultKind.ERROR_AFTER:
            self._ledger.note(point, f"failed after {request.method} {request.path}", status=500)
            return web.json_response({"message": "internal"}, status=500)
        self._ledger.note(point, f"never answered after {request.method} {request.path}")
        await asyncio.sleep(self._weather.hang_s)
        return answer

    def _is_down(self) -> bool:
        self.calls += 1
        now = asyncio.get_running_loop().time()
        outage = self._weather.outage
        if outage is not None and not self._outage_done and self.calls >= outage.after_calls:
            self._outage_done, self._down_until = True, now + outage.seconds
            self._ledger.note_outage(outage)
        return now < self._down_until

    def _point(self, request: web.Request) -> Point | None:
        """The fault point of a call that changes something; none for one that only reads."""
        key = request.headers.get("Idempotency-Key", "")
        if request.method == "GET":
            number = _asked_for(request.query.get("d", ""))
            if key and number in self._orders and len(self._order_of) < COMMANDS_MAX:
                self._order_of[key] = number
            return None
        order = self._orders.get(self._order_of.get(key, ""))
        if order is None:
            return None
        self._writes[key] = self._writes.get(key, 0) + 1
        if self._writes[key] != 1 + order.index % WRITES:
            return None
        return Point(self._system, key.partition(":")[0], order.order_no, order.sites[0])

    async def _pass_on(self, request: web.Request, body: bytes) -> web.Response:
        assert self._session is not None
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        async with self._session.request(
            request.method, f"{self._url}{request.raw_path}", data=body or None, headers=headers
        ) as reply:
            raw = await reply.read()
            return web.Response(status=reply.status, body=raw, content_type=reply.content_type)


def _asked_for(packed: str) -> str:
    """The order number a search asks for, empty when it asks for anything else."""
    try:
        condition = msgspec.json.decode(base64.urlsafe_b64decode(packed), type=list[tuple[str, str, object]])
    except (binascii.Error, ValueError):
        return ""
    return str(condition[0][2]) if len(condition) == 1 and condition[0][0] == "number" else ""
