"""The API's streams: how many a key may have, and the event log as one (see `web.streaming`)."""

from __future__ import annotations

from crossdock.app.webhooks.listening import EventLog
from crossdock.ports.feed import Position
from crossdock.ports.subscriptions import Filter
from crossdock.web.api.deps import ApiLimits
from crossdock.web.api.problems import Problem, retry_after
from crossdock.web.streaming import Openings, StreamBounds, chunk

PAGE = 50


class Streams:
    """How many streams are open in this process, and whose."""

    def __init__(self, limits: ApiLimits) -> None:
        self._limits = limits
        self._openings = Openings(limits.streams_per_key, limits.streams_max)
        self.bounds = StreamBounds(limits.stream_life_s, limits.stream_send_s)

    def enter(self, owner: str) -> None:
        """Count one more.

        Raises:
            Problem: this caller, or the process, has as many as it may.
        """
        if not self._openings.enter(owner):
            detail = f"at most {self._limits.streams_per_key} streams a key are open at once: end one, or wait"
            raise Problem("too-fast", detail, headers=retry_after(30))

    def leave(self, owner: str) -> None:
        """One less."""
        self._openings.leave(owner)


class LogReader:
    """The event log from a place on, as chunks of a stream."""

    def __init__(self, log: EventLog, place: Position, wanted: Filter, *, personal: bool) -> None:
        self._log = log
        self._feed = log.open_feed()
        self._place = place
        self._wanted = wanted
        self._personal = personal

    async def read(self) -> tuple[bytes, bool]:
        """See `web.streaming.Read`.

        Raises:
            Transient: the log is away.
        """
        told, self._place, more = await self._log.after(
            self._feed, self._place, self._wanted, PAGE, personal=self._personal
        )
        return b"".join(chunk(one.place, one.event.type, one.event) for one in told), more
