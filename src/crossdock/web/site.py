"""The one door: the API, and beside it the pages for people, told apart by the first part of the path."""

from __future__ import annotations

from collections.abc import Mapping

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

FRONT = b"/console"


class Site:
    """Hands a request to the room its path begins with, everything else to the API; `/` leads to the console."""

    def __init__(self, api: ASGIApp, rooms: Mapping[str, ASGIApp]) -> None:
        self._api = api
        self._rooms = dict(rooms)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._api(scope, receive, send)
            return
        path = scope["path"]
        if path == "/" and self._rooms:
            await send({"type": "http.response.start", "status": 303, "headers": [(b"location", FRONT)]})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        first = path[1 : path.find("/", 1)] if path.find("/", 1) > 0 else path[1:]
        await self._rooms.get(first, self._api)(scope, receive, send)
