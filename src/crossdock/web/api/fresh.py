"""Validators of what is read (RFC 9110 §8.8, §13.1.2): an ETag on each whole answer to a GET, and 304 when known.

The tag is the digest of the bytes, so it needs no version of anything and cannot be wrong. Answers that are streamed
have none.
"""

from __future__ import annotations

import hashlib
from typing import cast

from litestar.types import Message, Send

from crossdock.web.api.wire import Headers, text

# What the caller keeps it must ask about again, and nobody between us may keep it (RFC 9111 §5.2.2.4, §5.2.2.7).
KEPT = (b"cache-control", b"private, no-cache")
OF_A_BODY = frozenset((b"content-length", b"content-type", b"content-encoding"))
NOT_MODIFIED = 304
TAG_BYTES = 16


class Fresh:
    """Stands before `send` for one answer. `asked` is `If-None-Match`, empty where it was not sent."""

    __slots__ = ("_asked", "_send", "_start")

    def __init__(self, send: Send, asked: bytes) -> None:
        self._send = send
        self._asked = asked
        self._start: dict[str, object] | None = None

    async def send(self, message: Message) -> None:
        """The next part of the answer; a head is kept back until its body is there."""
        if message["type"] == "http.response.start" and message["status"] == 200:
            self._start = cast("dict[str, object]", message)
            return
        start, self._start = self._start, None
        if start is None or message["type"] != "http.response.body":
            await self._send(message)
            return
        if message["more_body"]:
            await self._send(cast("Message", start))
            await self._send(message)
            return
        await self._whole(start, message["body"])

    async def _whole(self, start: dict[str, object], body: bytes) -> None:
        tag = b'"%s"' % hashlib.sha256(body).hexdigest()[: 2 * TAG_BYTES].encode()
        known = is_known(self._asked, tag)
        said = cast("Headers", start["headers"])
        dropped = OF_A_BODY if known else frozenset[bytes]()
        headers = [one for one in said if one[0].lower() not in dropped | {KEPT[0]}]
        status = NOT_MODIFIED if known else start["status"]
        begun = start | {"status": status, "headers": [*headers, (b"etag", tag), KEPT]}
        await self._send(cast("Message", begun))
        await self._send({"type": "http.response.body", "body": b"" if known else body, "more_body": False})


def is_known(asked: bytes, tag: bytes) -> bool:
    """Whether `If-None-Match` names this tag; compared weakly, as RFC 9110 §13.1.2 asks."""
    offered = [one.strip().removeprefix("W/") for one in text(asked).split(",")]
    return "*" in offered or text(tag) in offered
