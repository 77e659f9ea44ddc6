"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): one request, one effect, one answer.

Stands around every POST that carries the header. The answer is stored after the request ran and before it goes out. An
answer that says nothing was taken (401, 403, 408, 413, 429, 5xx) gives the key back instead. What is shown once is left
out of what is kept: the answer again has it empty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import cast

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.types import HTTPReceiveMessage, HTTPRequestEvent, HTTPScope, Message, Receive, Send

from crossdock.ports.replies import Claim, ClaimState, StoredReply
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.gate import Caller, Gate
from crossdock.web.api.problems import Problem, retry_after
from crossdock.web.api.wire import TooLarge, answer, read_body, text

Inner = Callable[[Receive, Send], Awaitable[None]]

HEADER = b"idempotency-key"
KEY_CHARS_MAX = 255
REPLY_BYTES_MAX = 1024 * 1024
# On the handler: fields of its answer that are secrets, shown to whoever asked and kept nowhere.
SHOWN_ONCE = "shown_once"
NOT_TAKEN = frozenset((401, 403, 408, 413, 429))


class Once:
    """One per process; the claims are shared by all processes through `replies`."""

    def __init__(self, deps: ApiDeps, gate: Gate) -> None:
        self._deps = deps
        self._gate = gate

    async def run(
        self, scope: HTTPScope, receive: Receive, send: Send, headers: dict[bytes, bytes], inner: Inner
    ) -> None:
        """Run `inner` unless its answer is known.

        Raises:
            Problem: the key is malformed, was used for another request, or its first request still runs.
        """
        key = _key(headers[HEADER])
        now = self._deps.clock.now()
        caller = await self._caller(headers, now)
        if caller is None:
            # Without a proved caller there is nobody to keep an answer for; inner says so, or checks a signature, whose
            # repeats are suppressed by their business key.
            await inner(receive, send)
            return
        try:
            body = await self._read(receive, headers)
        except TooLarge as problem:
            await inner(_again(problem.head, receive, more=True), send)
            return
        claim = await self._deps.replies.claim(caller.owner, key, _digest(scope, body), now)
        if claim.state is ClaimState.FRESH:
            await self._first(caller.owner, key, scope, _again(body, receive, more=False), send, inner)
        else:
            await _not_first(claim, send)

    async def _first(self, owner: str, key: str, scope: HTTPScope, receive: Receive, send: Send, inner: Inner) -> None:
        held = _Held()
        settled = False
        try:
            await inner(receive, held.send)
            reply = _kept(held.reply(), scope)
            if reply.status < 500 and reply.status not in NOT_TAKEN and len(reply.body) <= REPLY_BYTES_MAX:
                await self._deps.replies.settle(owner, key, reply)
                settled = True
        finally:
            if not settled:
                await self._deps.replies.forget(owner, key)
        for message in held.messages:
            await send(message)

    async def _caller(self, headers: dict[bytes, bytes], now: datetime) -> Caller | None:
        try:
            return await self._gate.identify(headers, now)
        except Problem:
            return None

    async def _read(self, receive: Receive, headers: dict[bytes, bytes]) -> bytes:
        limits = self._deps.limits
        return await read_body(receive, headers, bytes_max=limits.body_bytes_max, wait_s=limits.body_wait_s)


class _Held:
    """Keeps an answer back until it is stored."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self.messages.append(message)

    def reply(self) -> StoredReply:
        start = self.messages[0]
        assert start["type"] == "http.response.start", "an answer starts with its status"
        media_type = next((value for name, value in start["headers"] if name.lower() == b"content-type"), b"")
        body = b"".join(one["body"] for one in self.messages[1:] if one["type"] == "http.response.body")
        return StoredReply(start["status"], text(media_type), body)


def _kept(reply: StoredReply, scope: HTTPScope) -> StoredReply:
    """An answer as it is kept: without what its route shows once. Only the router knows the route, so after it ran."""
    handler = cast("dict[str, object]", scope).get("route_handler")
    secrets = handler.opt.get(SHOWN_ONCE, ()) if isinstance(handler, HTTPRouteHandler) else ()
    if not secrets or reply.status >= 300:
        return reply
    told = msgspec.json.decode(reply.body, type=dict[str, object])
    return StoredReply(reply.status, reply.content_type, msgspec.json.encode(told | dict.fromkeys(secrets, "")))


async def _not_first(claim: Claim, send: Send) -> None:
    if claim.state is ClaimState.RUNNING:
        raise Problem(
            "idempotency-key-in-use",
            "the first request with this Idempotency-Key is still running: ask again in a second",
            headers=retry_after(1),
        )
    if claim.reply is None:
        raise Problem("idempotency-key-reused", "this Idempotency-Key came with another request: use a new key")
    reply = claim.reply
    await answer(
        send,
        reply.status,
        reply.body,
        media_type=reply.content_type.encode("latin-1"),
        extra=[(b"idempotency-replayed", b"true")],
    )


def _again(body: bytes, receive: Receive, *, more: bool) -> Receive:
    """A `receive` that first gives back what was read already."""
    given = False

    async def replay() -> HTTPReceiveMessage:
        nonlocal given
        if given:
            return cast("HTTPReceiveMessage", await receive())
        given = True
        return HTTPRequestEvent(type="http.request", body=body, more_body=more)

    return replay


def _digest(scope: HTTPScope, body: bytes) -> bytes:
    head = f"{scope['method']} {scope['path']}?".encode() + scope["query_string"]
    return hashlib.sha256(head + b"\n" + body).digest()


def _key(given: bytes) -> str:
    key = text(given).strip().strip('"')
    if not 1 <= len(key) <= KEY_CHARS_MAX or not key.isascii() or not key.isprintable():
        raise Problem("parameter-wrong", "the Idempotency-Key is 1 to 255 visible ASCII characters: use a UUID")
    return key
