"""Reads a durable queue; messages stay the broker's until they are acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Sequence
from typing import cast

from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelInvalidStateError

from crossdock.kernel.errors import Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.broker import Taken
from crossdock.transports.amqp.config import AmqpConfig
from crossdock.transports.amqp.connection import connect, translated

TRACE = "traceparent"


class _Line:
    """What one connection has brought and whether it still stands; a connection that is over cannot touch the next."""

    def __init__(self, connection: AbstractConnection) -> None:
        self.connection = connection
        self.arrived: deque[AbstractIncomingMessage] = deque()
        self.news = asyncio.Event()
        self.lost = ""

    async def came(self, message: AbstractIncomingMessage) -> None:
        self.arrived.append(message)
        self.news.set()

    def cancelled(self, _frame: object) -> None:
        """The broker took the queue away, which closes nothing else."""
        self._lose("the broker cancelled us, its queue was deleted")

    def closed(self, *told: object) -> None:
        self._lose(str(told[-1] or "closed") if told else "closed")

    def _lose(self, why: str) -> None:
        self.lost = self.lost or why
        self.news.set()


class AmqpSubscription:
    """Implements `ports.broker.Subscription`. The prefetch bounds what waits here."""

    def __init__(self, config: AmqpConfig, password: Secret | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._password = password
        self._tls = tls
        self._line: _Line | None = None

    async def take(self, count: int, *, wait_s: float) -> Sequence[Taken]:
        """See `Subscription.take`."""
        if self._line is None:
            await self._open()
        line = self._live()
        if not line.arrived:
            line.news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await line.news.wait()
            self._live()
        return [self._taken(line.arrived.popleft()) for _ in range(min(count, len(line.arrived)))]

    async def done(self, taken: Sequence[Taken]) -> None:
        """See `Subscription.done`; one acknowledgment for all of them, since they are the first ones."""
        self._live()
        last = cast("AbstractIncomingMessage", taken[-1].receipt)
        with translated(self._config):
            await last.ack(multiple=True)

    async def hold(self, taken: Sequence[Taken]) -> None:
        """See `Subscription.hold`; the broker waits half an hour and then closes the channel."""

    async def reset(self) -> None:
        """See `Subscription.reset`."""
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(AMQPError, ChannelInvalidStateError, OSError, TimeoutError):
                async with asyncio.timeout(self._config.timeout_s):
                    await line.connection.close()

    def _live(self) -> _Line:
        if self._line is None or self._line.lost:
            why = self._line.lost if self._line is not None else "not connected"
            raise Transient(f"the queue {self._config.queue_in} was lost: {why}")
        return self._line

    async def _open(self) -> None:
        line = self._line = _Line(await connect(self._config, self._password, self._tls))
        with translated(self._config):
            async with asyncio.timeout(self._config.timeout_s):
                channel = await line.connection.channel()
                await channel.set_qos(prefetch_count=self._config.prefetch)
                underlay = await channel.get_underlay_channel()
                underlay.on_consumer_cancel_callbacks.add(line.cancelled)
                channel.close_callbacks.add(line.closed)
                queue = await channel.get_queue(self._config.queue_in, ensure=True)
                await queue.consume(line.came)

    def _taken(self, message: AbstractIncomingMessage) -> Taken:
        trace = message.headers.get(TRACE, "")
        return Taken(
            body=message.body,
            place=f"amqp:{self._config.queue_in}",
            content_type=message.content_type or "",
            traceparent=trace.decode("ascii", "replace") if isinstance(trace, bytes) else str(trace or ""),
            receipt=message,
        )
