"""The door of a simulated system: an HTTP server that keeps idempotency, rate, outages and injected failures.

What it does to a call is what a real system's edge does; what the call means is the business of the handler behind it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from crossdock.demo.books import Answer, Books, Json
from crossdock.demo.faults import FaultKind, Outage, Point
from crossdock.demo.ledger import FaultLedger

BODY_BYTES_MAX = 1_000_000
RATE_RETRY_S = "1"


class Refusal(Exception):
    """The system says no. `code` is its own word for the reason, `status` what its API answers."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Call(msgspec.Struct, frozen=True):
    """One call as a handler sees it: its idempotency key, path parts and JSON body."""

    key: str
    parts: dict[str, str]
    query: dict[str, str]
    body: Json

    def text(self, name: str) -> str:
        """A required text field of the body.

        Raises:
            Refusal: it is absent or empty.
        """
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise Refusal(422, "field_missing", f"{name} is required")
        return value

    def whose(self, name: str) -> tuple[str, str]:
        """Order and warehouse of a required field that reads `order/warehouse/release`.

        Raises:
            Refusal: it is absent or empty.
        """
        order_no, _, rest = self.text(name).partition("/")
        return order_no, rest.partition("/")[0]


Handler = Callable[[Call], Json]
Whose = Callable[[Call], tuple[str, str]]


class Weather(msgspec.Struct):
    """What makes a door behave badly: a rate limit, an outage to come, and how long a hanging call hangs (seconds)."""

    rate_per_s: float = 0.0
    burst: int = 0
    outage: Outage | None = None
    hang_s: float = 8.0


class Door:
    """Serves one system on its own port. Handlers are synchronous, so one call is one step of the books."""

    def __init__(self, books: Books, ledger: FaultLedger, weather: Weather) -> None:
        self.books = books
        self.calls = 0
        self.throttled = 0
        self._ledger = ledger
        self._weather = weather
        self._tokens = float(weather.burst)
        self._refilled = 0.0
        self._down_until = 0.0
        self._outage_done = weather.outage is None
        self._app = web.Application(client_max_size=BODY_BYTES_MAX)
        self._runner: web.AppRunner | None = None
        self._app.router.add_get("/health", self._health)

    def on(self, method: str, path: str, name: str, handler: Handler, whose: Whose) -> None:
        """Answer `method path` with what `handler` returns; `name` and `whose` make the fault point of a call."""
        self._app.router.add_route(method, path, self._guarded(name, handler, whose))

    def look(self, path: str, handler: Handler) -> None:
        """Answer reads of `path`; reads need no key and suffer from outages and rate only."""
        self._app.router.add_get(path, self._read(handler))

    async def open(self, host: str, port: int) -> None:
        """Listen."""
        self._runner = web.AppRunner(self._app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def close(self) -> None:
        """Stop listening and end what hangs."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"system": self.books.system, "ok": True})

    def _read(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            stopped = self._weather_stops(request)
            if stopped is not None:
                return stopped
            try:
                return _json(200, handler(Call("", dict(request.match_info), dict(request.query), {})))
            except Refusal as refusal:
                return _refused(refusal)

        return answer

    def _guarded(
        self, name: str, handler: Handler, whose: Whose
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            stopped = self._weather_stops(request)
            if stopped is not None:
                return stopped
            raw = await request.read()
            try:
                call, known = self._admit(request, raw)
                if known is not None:
                    return _json(known.status, known.body, replayed=True)
                order_no, site = whose(call)
            except Refusal as refusal:
                self.books.write("refused", refusal.code, call_name=name, message=refusal.message)
                return _refused(refusal)
            return await self._act(request, raw, call, handler, Point(self.books.system, name, order_no, site))

        return answer

    def _weather_stops(self, request: web.Request) -> web.Response | None:
        """Refuse before anything can happen: an outage cuts the line, a full bucket answers 429."""
        self.calls += 1
        now = asyncio.get_running_loop().time()
        outage = self._weather.outage
        if outage is not None and not self._outage_done and self.calls >= outage.after_calls:
            self._outage_done, self._down_until = True, now + outage.seconds
            self._ledger.note_outage(outage)
        if now < self._down_until:
            return web.json_response({"error": {"code": "maintenance"}}, status=503, headers={"Retry-After": "1"})
        if self._weather.rate_per_s <= 0:
            return None
        self._tokens = min(float(self._weather.burst), self._tokens + (now - self._refilled) * self._weather.rate_per_s)
        self._refilled = now
        if self._tokens >= 1:
            self._tokens -= 1
            return None
        self.throttled += 1
        return web.json_response({"error": {"code": "rate_limited"}}, status=429, headers={"Retry-After": RATE_RETRY_S})

    def _admit(self, request: web.Request, raw: bytes) -> tuple[Call, Answer | None]:
        """Check the idempotency key and the body; a known key with the same body gets its first answer again."""
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            raise Refusal(400, "key_missing", "send an Idempotency-Key")
        known = self.books.answers.get(key)
        if known is not None:
            if known.body_hash != _hash(request, raw):
                raise Refusal(422, "key_reused", f"{key} was used for another request before")
            self.books.replays += 1
            return Call(key, {}, {}, {}), known
        try:
            body = msgspec.json.decode(raw or b"{}", type=dict[str, object])
        except msgspec.DecodeError as error:
            raise Refusal(400, "not_json", str(error)) from error
        return Call(key, dict(request.match_info), dict(request.query), body), None

    async def _act(
        self, request: web.Request, raw: bytes, call: Call, handler: Handler, point: Point
    ) -> web.StreamResponse:
        fault = self._ledger.strike(point)
        kind = fault.kind if fault is not None else None
        if kind is FaultKind.THROTTLE:
            self._ledger.note(point, "answered 429", status=429)
            return web.json_response({"error": {"code": "busy"}}, status=429, headers={"Retry-After": RATE_RETRY_S})
        if kind is FaultKind.ERROR_BEFORE:
            self._ledger.note(point, "failed before doing anything", status=500)
            return web.json_response({"error": {"code": "internal"}}, status=500)
        try:
            answer = Answer(_hash(request, raw), 200, handler(call))
        except Refusal as refusal:
            self.books.write("refused", refusal.code, point.order_no, call_name=point.name, message=refusal.message)
            return _refused(refusal)
        self.books.answers[call.key] = answer
        if kind is FaultKind.ERROR_AFTER:
            self._ledger.note(point, "failed after the effect", status=500)
            return web.json_response({"error": {"code": "internal"}}, status=500)
        if kind is FaultKind.TIMEOUT_AFTER:
            self._ledger.note(point, "never answered after the effect")
            await asyncio.sleep(self._weather.hang_s)
        return _json(answer.status, answer.body)


def _hash(request: web.Request, raw: bytes) -> str:
    return hashlib.sha256(b"\n".join((request.method.encode(), request.path.encode(), raw))).hexdigest()


def _json(status: int, body: Json, *, replayed: bool = False) -> web.Response:
    headers = {"Idempotent-Replayed": "true"} if replayed else None
    return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/json", headers=headers)


def _refused(refusal: Refusal) -> web.Response:
    error = {"error": {"code": refusal.code, "message": refusal.message}}
    return web.Response(status=refusal.status, body=msgspec.json.encode(error), content_type="application/json")
