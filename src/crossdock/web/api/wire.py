"""The ASGI end: reading a body with a bound, answering with bytes, the headers every answer carries, trace context."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping

from litestar.types import Receive, Scope, Send

from crossdock.ports.clock import Dice
from crossdock.web.api.problems import MEDIA_TYPE, Problem

Headers = list[tuple[bytes, bytes]]

JSON = b"application/json"

SECURITY_HEADERS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]

# W3C Trace Context, version 00; the all-zero ids it forbids are caught below.
_TRACEPARENT = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], *, bytes_max: int, wait_s: float) -> bytes:
    """The whole body, as received.

    Raises:
        Problem: too large (by its declared length or by what came), encoded, too slow, or cut off by the sender.
    """
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise Problem("media-type-unknown", "send the body without Content-Encoding, as plain bytes")
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared[:20]) > bytes_max:
        raise TooLarge(bytes_max, b"")
    message = await receive()
    body: bytes = message.get("body", b"")  # type: ignore[assignment]
    if not message.get("more_body"):
        if message["type"] == "http.disconnect":
            raise Problem("malformed", "the connection ended before the body was complete: send it again")
        if len(body) > bytes_max:
            raise TooLarge(bytes_max, body)
        return body
    try:
        async with asyncio.timeout(wait_s):
            return await _read_on(receive, body, bytes_max)
    except TimeoutError as error:
        raise Problem("body-too-slow", f"the body was not complete after {wait_s:g} seconds: send it again") from error


class TooLarge(Problem):
    """The body passed the bound; `head` is what had come by then."""

    def __init__(self, bytes_max: int, head: bytes) -> None:
        super().__init__("body-too-large", f"the body is larger than {bytes_max:,} bytes: split it and send the parts")
        self.head = head


async def _read_on(receive: Receive, first: bytes, bytes_max: int) -> bytes:
    parts, size = [first], len(first)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem("malformed", "the connection ended before the body was complete: send it again")
        part: bytes = message.get("body", b"")  # type: ignore[assignment]
        parts.append(part)
        size += len(part)
        if size > bytes_max:
            raise TooLarge(bytes_max, b"".join(parts))
        if not message.get("more_body"):
            return b"".join(parts)


async def answer(
    send: Send, status: int, body: bytes, *, media_type: bytes = JSON, extra: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    """Send a whole answer with the headers every answer carries."""
    headers = [
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        *SECURITY_HEADERS,
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def answer_problem(send: Send, problem: Problem, extra: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Send a problem."""
    own = [(name.encode(), value.encode()) for name, value in problem.headers.items()]
    await answer(send, problem.status, problem.encoded(), media_type=MEDIA_TYPE.encode(), extra=[*own, *extra])


def traceparent_of(headers: Mapping[bytes, bytes], dice: Dice) -> str:
    """The caller's trace context where it is valid, a new one else (W3C Trace Context §3.2)."""
    given = headers.get(b"traceparent", b"")
    if len(given) == 55 and _TRACEPARENT.fullmatch(given):
        return given.decode("ascii")
    bits = dice.bits(192) | 1 << 64 | 1
    return f"00-{bits >> 64:032x}-{bits & (1 << 64) - 1:016x}-01"


def is_given(headers: Mapping[bytes, bytes], traceparent: str) -> bool:
    """Whether the caller brought this trace context, and it is none of ours."""
    return headers.get(b"traceparent", b"") == traceparent.encode("ascii")


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Request headers by lower-case name; of a repeated one the last counts."""
    return dict(scope["headers"])


def text(value: bytes) -> str:
    """A header as text; HTTP has no other promise about its bytes than Latin-1 (RFC 9110 §5.5)."""
    return value.decode("latin-1")
