"""Batches form by themselves: take what has arrived, commit it, take what has arrived meanwhile.

At low load a batch is one fact and a millisecond; at full load it is `batch_max`. Nothing lingers to fill a batch.
Urgent facts (P0) have their own queue and go first. Both queues are bounded: a full one refuses (`Overloaded`), it
never buffers.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.intake import Receipt
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.errors import Overloaded
from crossdock.ports.store import MessageRow
from crossdock.runtime.watching import Watch

Take = Callable[[Sequence[Arrival], Sequence[MessageRow]], Awaitable[list[Receipt]]]


class _Ticket:
    """One caller's submission and the future it waits on."""

    __slots__ = ("arrivals", "came_ns", "done", "messages")

    def __init__(self, arrivals: Sequence[Arrival], messages: Sequence[MessageRow]) -> None:
        self.arrivals = arrivals
        self.messages = messages
        self.came_ns = time.time_ns()
        self.done: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()


class Batcher:
    """Feeds a use case with batches from many callers.

    A submission is never split over batches, so a caller's facts commit together or not at all. One batch is in flight
    at a time: on one core more would only wait for each other, on several the version fence would be lost more often.
    """

    def __init__(
        self, take: Take, *, batch_max: int = 1000, waiting_max: int = 20_000, watch: Watch | None = None
    ) -> None:
        self._take = take
        self._watch = watch if watch is not None else Watch()
        self._batch_max = batch_max
        self._waiting_max = waiting_max
        self._urgent: deque[_Ticket] = deque()
        self._normal: deque[_Ticket] = deque()
        self._waiting = 0
        self._arrived = asyncio.Event()
        self._stopping = False

    @property
    def waiting(self) -> int:
        """Facts accepted into the queue and not yet in a batch."""
        return self._waiting

    async def submit(self, arrivals: Sequence[Arrival], messages: Sequence[MessageRow] = ()) -> list[Receipt]:
        """Wait for these to be committed; one receipt each.

        Raises:
            Overloaded: the queue is full or the batcher is stopping; nothing was taken.
        """
        if self._stopping or self._waiting + len(arrivals) > self._waiting_max:
            self._watch.turned_away(len(arrivals))
            raise Overloaded(f"{self._waiting} facts are waiting already: send again in a moment", retry_after_s=1.0)
        ticket = _Ticket(arrivals, messages)
        urgent = any(EVENT_TYPES[arrival.fact.type].priority is Priority.P0 for arrival in arrivals)
        (self._urgent if urgent else self._normal).append(ticket)
        self._waiting += len(arrivals)
        self._arrived.set()
        return await ticket.done

    async def run(self) -> None:
        """Work until `stop`; what was submitted before is finished."""
        while True:
            tickets = self._next_batch()
            if tickets:
                await self._work(tickets)
            elif self._stopping:
                return
            else:
                self._arrived.clear()
                await self._arrived.wait()

    def stop(self) -> None:
        """Take nothing more; `run` returns when the queues are empty."""
        self._stopping = True
        self._arrived.set()

    def _next_batch(self) -> list[_Ticket]:
        tickets: list[_Ticket] = []
        size = 0
        for queue in (self._urgent, self._normal):
            while queue and (not tickets or size + len(queue[0].arrivals) <= self._batch_max):
                ticket = queue.popleft()
                tickets.append(ticket)
                size += len(ticket.arrivals)
        self._waiting -= size
        return tickets

    async def _work(self, tickets: list[_Ticket]) -> None:
        arrivals = [arrival for ticket in tickets for arrival in ticket.arrivals]
        messages = [message for ticket in tickets for message in ticket.messages]
        began_ns = time.time_ns()
        try:
            receipts = await self._take(arrivals, messages)
        except Exception as error:  # noqa: BLE001  (the edge of the loop: every caller is told, the loop lives on)
            self._watch.failed(arrivals, error)
            for ticket in tickets:
                if not ticket.done.done():
                    ticket.done.set_exception(error)
            return
        first_ns = min(ticket.came_ns for ticket in tickets)
        self._watch.took(arrivals, messages, receipts, first_ns=first_ns, began_ns=began_ns)
        start = 0
        for ticket in tickets:
            end = start + len(ticket.arrivals)
            if not ticket.done.done():
                ticket.done.set_result(receipts[start:end])
            start = end
