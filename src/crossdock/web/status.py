"""The status page of a process: figures, live, ready. It has a port of its own, which is not for partners.

Roles that take no calls have no other door, and a collector needs no key here: bind it where only your own come.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

import msgspec
from litestar.types import HTTPScope, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Receive, Scope, Send

JSON = b"application/json"
TEXT = b"text/plain; charset=utf-8"
OK, NOT_FOUND, NOT_ALLOWED, NOT_READY = 200, 404, 405, 503
# The two names everybody's probes are set to.
LIVE, READY, METRICS = "/healthz", "/readyz", "/metrics"


class State(msgspec.Struct, frozen=True):
    """`missing` says what has to be there before the process is ready."""

    state: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusPage:
    """An ASGI application over what a process tells of itself."""

    figures: Callable[[], Awaitable[bytes]]
    content_type: str
    ready: Callable[[], Awaitable[tuple[str, ...]]]

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        """Answer one request; the server of this application asks for nothing but HTTP."""
        asked = cast("HTTPScope", scope)
        status, kind, body = await self._answer(asked["method"], asked["path"])
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")]
        answer = cast("Send", send)
        await answer({"type": "http.response.start", "status": status, "headers": headers})
        content = b"" if asked["method"] == "HEAD" else body
        await answer({"type": "http.response.body", "body": content, "more_body": False})

    async def _answer(self, method: str, path: str) -> tuple[int, bytes, bytes]:
        if method not in ("GET", "HEAD"):
            return NOT_ALLOWED, TEXT, b"this page is only read\n"
        if path == LIVE:
            return OK, JSON, msgspec.json.encode(State("live"))
        if path == READY:
            missing = await self.ready()
            state = State("not ready" if missing else "ready", missing)
            return NOT_READY if missing else OK, JSON, msgspec.json.encode(state)
        if path == METRICS:
            return OK, self.content_type.encode(), await self.figures()
        return NOT_FOUND, TEXT, f"there are {LIVE}, {READY} and {METRICS}\n".encode()
