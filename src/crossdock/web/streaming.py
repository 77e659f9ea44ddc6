"""Server-sent events (HTML living standard §9.2), for the API and the portal alike, with nothing in between.

A stream reads a page only when the one before is out, so whoever reads slowly holds one page of ours and no more; who
does not read at all is cut off and may go on later from its last id. Every stream ends after a few minutes, for a key
or a session may have ended meanwhile; clients come back by themselves.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

import msgspec
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from crossdock.app.webhooks.curated import CustomerLog, customer_event
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Transient

MEDIA = "text/event-stream"
PAGE = 50
BEAT_S = 15.0
RETRY_MS = 2_000

# The next chunk of a stream, empty when nothing is new, and whether there is more at once.
Read = Callable[[], Awaitable[tuple[bytes, bool]]]


class StreamBounds(msgspec.Struct, frozen=True):
    """A stream ends after `life_s`, or when a page of it is not taken within `send_s`; it looks every `look_s`."""

    life_s: float = 300.0
    send_s: float = 15.0
    look_s: float = 1.0


class Openings:
    """How many streams are open in this process, and whose: `each` at most for one, `all_` for everybody."""

    def __init__(self, each: int, all_: int) -> None:
        self._each = each
        self._all = all_
        self._open: Counter[str] = Counter()

    def enter(self, owner: str) -> bool:
        """Count one more; false when the owner, or the process, has as many as it may."""
        if self._open[owner] >= self._each or self._open.total() >= self._all:
            return False
        self._open[owner] += 1
        return True

    def leave(self, owner: str) -> None:
        """One less."""
        self._open[owner] -= 1
        if not self._open[owner]:
            del self._open[owner]


class EventStream(ASGIResponse):
    """One stream of what `read` gives. `leave` is called when it is over, whatever ended it."""

    def __init__(self, read: Read, bounds: StreamBounds, leave: Callable[[], None]) -> None:
        super().__init__(media_type=MEDIA)
        self._read = read
        self._bounds = bounds
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the caller goes, reads too slowly, or its time is over."""
        gone = asyncio.create_task(_gone(receive), name="listener")
        try:
            await self._begin(send)
            await self._tell(send, gone)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            # A page was not taken in time. Without an end the server cuts the connection.
            return
        finally:
            gone.cancel()
            self._leave()

    async def _begin(self, send: Send) -> None:
        headers = [(b"content-type", f"{MEDIA}; charset=utf-8".encode()), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._send(send, f"retry: {RETRY_MS}\n\n".encode())

    async def _tell(self, send: Send, gone: asyncio.Task[None]) -> None:
        ends = monotonic() + self._bounds.life_s
        beat = monotonic() + BEAT_S
        while not gone.done() and monotonic() < ends:
            try:
                told, more = await self._read()
            except Transient:
                return
            if told or monotonic() > beat:
                await self._send(send, told or b": still here\n\n")
                beat = monotonic() + BEAT_S
            if not more:
                await asyncio.wait((gone,), timeout=self._bounds.look_s)

    async def _send(self, send: Send, body: bytes) -> None:
        async with asyncio.timeout(self._bounds.send_s):
            await send({"type": "http.response.body", "body": body, "more_body": True})


class NewsReader:
    """One customer's news behind a number, as chunks of a stream; `subject` is the one thing it is about, or all."""

    def __init__(
        self, log: CustomerLog, customer: str, number: int, types: Sequence[str] = (), subject: str = ""
    ) -> None:
        self._log = log
        self._customer = customer
        self._number = number
        self._types = types
        self._subject = subject

    async def read(self) -> tuple[bytes, bool]:
        """See `Read`.

        Raises:
            Transient: the store is away.
        """
        lines, self._number, more = await self._log.after(self._customer, self._number, self._types, PAGE)
        told = [
            chunk(str(line.number), event.type, event)
            for line in lines
            if self._subject in ("", line.subject)
            for event in (customer_event(self._customer, line),)
        ]
        return b"".join(told), more


def chunk(place: str, kind: str, event: msgspec.Struct) -> bytes:
    """One event; JSON of ours has no line break, so its data is one line. No id where there is no place to go on."""
    identity = b"id: %s\n" % place.encode() if place else b""
    return b"%sevent: %s\ndata: %s\n\n" % (identity, kind.encode(), encode_json(event))


async def _gone(receive: Receive) -> None:
    """Until the caller is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
