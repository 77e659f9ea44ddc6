"""Answers to callers that may not see personal data (`personal:read`): JSON goes out masked, whatever route made it.

It stands before every answer of the framework's routes, so no handler can forget it. Streams are masked by what feeds
them, bytes as received are not given out at all (`Caller.need`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from litestar.types import Message, Send

from crossdock.app.access import Scope
from crossdock.app.masking import masked_json
from crossdock.web.api.gate import Caller
from crossdock.web.api.wire import Headers

JSON = b"json"
LENGTH = b"content-length"


class Veil:
    """Stands before `send` for one answer; `state` is the request's, in which the guard puts the caller."""

    __slots__ = ("_body", "_send", "_start", "_state")

    def __init__(self, send: Send, state: Mapping[str, object]) -> None:
        self._send = send
        self._state = state
        self._start: Message | None = None
        self._body: list[bytes] = []

    async def send(self, message: Message) -> None:
        """The next part of the answer; one that is to be masked is kept back until it is whole."""
        if message["type"] == "http.response.start" and self._masks(cast("Headers", message["headers"])):
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body.append(message["body"])
            if not message["more_body"]:
                await self._whole(self._start)
        else:
            await self._send(message)

    async def _whole(self, start: Message) -> None:
        body = b"".join(self._body)
        body = masked_json(body) if body else body
        said = [one for one in cast("Headers", cast("dict[str, object]", start)["headers"]) if one[0].lower() != LENGTH]
        sized = cast("dict[str, object]", start) | {"headers": [*said, (LENGTH, b"%d" % len(body))]}
        await self._send(cast("Message", sized))
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    def _masks(self, headers: Headers) -> bool:
        caller = self._state.get("caller")
        if not isinstance(caller, Caller) or Scope.PERSONAL_READ in caller.scopes:
            return False
        return any(name.lower() == b"content-type" and JSON in value for name, value in headers)
