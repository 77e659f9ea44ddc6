"""One log line a request: what was asked, by whom, how it ended, how long it took. Never a header, query or body.

The same is counted by the meter and written as the request's span, where somebody wants them.
"""

from __future__ import annotations

from time import perf_counter, time_ns
from typing import cast

import structlog
from litestar.types import HTTPScope, Message, Receive, ReceiveMessage, Send

from crossdock.ports import measured
from crossdock.ports.metrics import Meter
from crossdock.ports.traces import Side, Span, Traces

log = structlog.get_logger("crossdock.web")

# A path nobody asked us to have is not written down: it is whatever the caller likes.
UNKNOWN_ROUTE = "-"
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class RequestLine:
    """Stands between the server and the application for one request, and counts; `write` when it is over."""

    __slots__ = ("_began_ns", "_in", "_out", "_receive", "_send", "_started", "_status", "partner", "route")

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._started = perf_counter()
        self._began_ns = time_ns()
        self._status = self._in = self._out = 0
        self.route = UNKNOWN_ROUTE
        self.partner = ""

    async def receive(self) -> ReceiveMessage:
        """The next part of the request."""
        message = await self._receive()
        self._in += len(cast("bytes", message.get("body", b"")))
        return message

    async def send(self, message: Message) -> None:
        """The next part of the answer."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
        elif message["type"] == "http.response.body":
            self._out += len(message["body"])
        await self._send(message)

    def write(self, scope: HTTPScope, trace: str) -> None:
        """The line; status 0 where the caller was gone before an answer. `trace` is the id of its trace context."""
        fields = {
            "method": scope["method"],
            "route": self.route,
            "partner": self.partner,
            "status": self._status,
            "bytes_in": self._in,
            "bytes_out": self._out,
            "ms": round((perf_counter() - self._started) * 1000, 2),
            "trace": trace,
        }
        if self._status >= 500:
            log.warning("request.answered", **fields)
        else:
            log.info("request.answered", **fields)

    def count(self, scope: HTTPScope, meter: Meter) -> None:
        """Count it under its route; methods nobody asked us to have are counted as one."""
        method = scope["method"] if scope["method"] in METHODS else "other"
        meter.count(measured.HTTP_REQUESTS, (method, self.route, str(self._status)))
        meter.observe(measured.HTTP_SECONDS, (self.route,), perf_counter() - self._started)

    def span(self, scope: HTTPScope, traces: Traces, own: str, parent: str) -> None:
        """Write its span; what the caller did wrong is no error of ours."""
        about: dict[str, str | int | float] = {"route": self.route, "partner": self.partner, "status": self._status}
        error = f"answered {self._status}" if self._status >= 500 else ""
        name = f"{scope['method']} {self.route}" if scope["method"] in METHODS else self.route
        traces.record(Span(name, own, parent, self._began_ns, time_ns(), Side.SERVER, error, about))
