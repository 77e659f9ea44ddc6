"""The backbone port in memory, on a clock that is handed in; it passes the same suite as JetStream."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.errors import Overloaded
from crossdock.ports.backbone import Publication, Pulled, Standing

LEASE = timedelta(seconds=15)
DUPLICATE_WINDOW = timedelta(minutes=10)
INBOUND_MAX = 100_000


class Kept(msgspec.Struct):
    """One message of INBOUND. Nobody gets it before `free_at`; `given` counts how often somebody did."""

    publication: Publication
    free_at: datetime
    given: int = 0


class MemoryBackbone:
    """INBOUND and EVENTS in dictionaries.

    Args:
        now: the log's own clock.
        rest: lets time pass, for a pull that waits.
        most: messages that fit into INBOUND.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        rest: Callable[[float], Awaitable[None]],
        *,
        lease: timedelta = LEASE,
        most: int = INBOUND_MAX,
    ) -> None:
        self.now = now
        self.lease = lease
        self.inbound: dict[int, Kept] = {}
        self.events: list[Publication] = []
        self._rest = rest
        self._most = most
        self._heard: dict[str, datetime] = {}
        self._last = 0

    async def publish(self, publications: Sequence[Publication]) -> None:
        """See `Backbone.publish`."""
        for each in publications:
            self.store(each)

    def store(self, each: Publication) -> None:
        """Keep one message, unless it was heard within the window.

        Raises:
            Overloaded: INBOUND is full.
        """
        heard = self._heard.get(each.msg_id)
        if heard is not None and heard > self.now() - DUPLICATE_WINDOW:
            return
        if not each.subject.startswith("inbound."):
            self.events.append(each)
        elif len(self.inbound) < self._most:
            self._last += 1
            self.inbound[self._last] = Kept(each, self.now())
        else:
            raise Overloaded("the log is full: send again in a moment", retry_after_s=1.0)
        self._heard[each.msg_id] = self.now()

    async def pull(self, lane: Priority, count: int, *, wait_s: float) -> Sequence[Pulled]:
        """See `Backbone.pull`."""
        taken = self.take(lane, count)
        if taken or not wait_s:
            return taken
        free = self.next_free(lane)
        until_s = wait_s if free is None else (free - self.now()).total_seconds()
        await self._rest(max(min(until_s, wait_s), 0.0))
        return self.take(lane, count)

    def take(self, lane: Priority, count: int) -> list[MemoryPulled]:
        """Give out what is free, the oldest first."""
        free = [(number, kept) for number, kept in self._of(lane) if kept.free_at <= self.now()][:count]
        for _, kept in free:
            kept.given += 1
            kept.free_at = self.now() + self.lease
        return [MemoryPulled(self, number, kept) for number, kept in free]

    def next_free(self, lane: Priority) -> datetime | None:
        """When the next message of a lane is free; `None` where there is none."""
        return min((kept.free_at for _, kept in self._of(lane)), default=None)

    async def standing(self, lane: Priority) -> Standing:
        """See `Backbone.standing`."""
        under_way = sum(1 for _, kept in self._of(lane) if kept.given and kept.free_at > self.now())
        return Standing(len(self._of(lane)) - under_way, under_way)

    def _of(self, lane: Priority) -> list[tuple[int, Kept]]:
        subject = f"inbound.p{lane.value}."
        return [one for one in self.inbound.items() if one[1].publication.subject.startswith(subject)]


class MemoryPulled:
    """ports.backbone.Pulled over a kept message. What another was given meanwhile is still acknowledged by either."""

    def __init__(self, log: MemoryBackbone, number: int, kept: Kept) -> None:
        self._log = log
        self._number = number
        self._kept = kept
        self._attempt = kept.given

    @property
    def subject(self) -> str:
        """See `Pulled.subject`."""
        return self._kept.publication.subject

    @property
    def body(self) -> bytes:
        """See `Pulled.body`."""
        return self._kept.publication.body

    @property
    def headers(self) -> Mapping[str, str]:
        """See `Pulled.headers`."""
        return self._kept.publication.headers

    @property
    def attempt(self) -> int:
        """See `Pulled.attempt`."""
        return self._attempt

    async def ack(self) -> None:
        """See `Pulled.ack`."""
        self._log.inbound.pop(self._number, None)

    async def nak(self, delay_s: float) -> None:
        """See `Pulled.nak`."""
        if self._attempt == self._kept.given:
            self._kept.free_at = self._log.now() + timedelta(seconds=delay_s)

    async def hold(self) -> None:
        """See `Pulled.hold`."""
        if self._attempt == self._kept.given:
            self._kept.free_at = self._log.now() + self._log.lease
