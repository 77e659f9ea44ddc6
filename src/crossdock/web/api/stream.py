"""Server-sent events (HTML living standard §9.2) from the log, with nothing in between.

A stream reads a page only when the one before is out, so whoever reads slowly holds one page of ours and no more; who
does not read at all is cut off and may go on later from its last id. Every stream ends after a few minutes, for a key
may have been stopped meanwhile; clients come back by themselves.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from time import monotonic

from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from crossdock.app.webhooks.listening import EventLog, Told
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Transient
from crossdock.ports.feed import Position
from crossdock.ports.subscriptions import Filter
from crossdock.web.api.deps import ApiLimits
from crossdock.web.api.problems import Problem, retry_after

PAGE = 50
LOOK_S = 1.0
BEAT_S = 15.0
RETRY_MS = 2_000


class Streams:
    """How many streams are open in this process, and whose."""

    def __init__(self, limits: ApiLimits) -> None:
        self._limits = limits
        self._open: Counter[str] = Counter()

    def enter(self, owner: str) -> None:
        """Count one more.

        Raises:
            Problem: this caller, or the process, has as many as it may.
        """
        if self._open[owner] >= self._limits.streams_per_key or self._open.total() >= self._limits.streams_max:
            detail = f"at most {self._limits.streams_per_key} streams a key are open at once: end one, or wait"
            raise Problem("too-fast", detail, headers=retry_after(30))
        self._open[owner] += 1

    def leave(self, owner: str) -> None:
        """One less."""
        self._open[owner] -= 1
        if not self._open[owner]:
            del self._open[owner]


class EventStream(ASGIResponse):
    """One stream, from a place in the log on. `leave` is called when it is over, whatever ended it."""

    def __init__(
        self, log: EventLog, place: Position, wanted: Filter, limits: ApiLimits, leave: Callable[[], None]
    ) -> None:
        super().__init__(media_type="text/event-stream")
        self._log = log
        self._place = place
        self._wanted = wanted
        self._limits = limits
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
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._send(send, f"retry: {RETRY_MS}\n\n".encode())

    async def _tell(self, send: Send, gone: asyncio.Task[None]) -> None:
        feed = self._log.open_feed()
        ends = monotonic() + self._limits.stream_life_s
        beat = monotonic() + BEAT_S
        while not gone.done() and monotonic() < ends:
            try:
                told, self._place, more = await self._log.after(feed, self._place, self._wanted, PAGE)
            except Transient:
                return
            if told:
                await self._send(send, b"".join(chunk(one) for one in told))
                beat = monotonic() + BEAT_S
            elif monotonic() > beat:
                await self._send(send, b": still here\n\n")
                beat = monotonic() + BEAT_S
            if not more:
                await asyncio.wait((gone,), timeout=LOOK_S)

    async def _send(self, send: Send, body: bytes) -> None:
        async with asyncio.timeout(self._limits.stream_send_s):
            await send({"type": "http.response.body", "body": body, "more_body": True})


def chunk(told: Told) -> bytes:
    """One event; JSON of ours has no line break, so its data is one line. No id inside a group that has one place."""
    identity = b"id: %s\n" % told.place.encode() if told.place else b""
    return b"%sevent: %s\ndata: %s\n\n" % (identity, told.event.type.encode(), encode_json(told.event))


async def _gone(receive: Receive) -> None:
    """Until the caller is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
