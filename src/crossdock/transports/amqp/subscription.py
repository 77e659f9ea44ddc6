"""Reads a durable queue; messages stay the broker's until they are acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Sequence
from typing import cast

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelInvalidStateError

from crossdock.kernel.errors import Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.broker import Taken
from crossdock.transports.amqp.config import AmqpConfig
from crossdock.transports.amqp.connection import connect, translated

TRACE = "traceparent"


class AmqpSubscription:
    """Implements `ports.broker.Subscription`. The prefetch bounds what waits here."""

    def __init__(self, config: AmqpConfig, password: Secret | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._password = password
        self._tls = tls
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._arrived: deque[AbstractIncomingMessage] = deque()
        self._news = asyncio.Event()
        self._lost = ""

    async def take(self, count: int, *, wait_s: float) -> Sequence[Taken]:
        """See `Subscription.take`."""
        if self._channel is None:
            await self._open()
        if not self._arrived:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._news.wait()
        self._news.clear()
        if self._lost or self._channel is None or self._channel.is_closed:
            raise Transient(f"the queue {self._config.queue_in} was lost: {self._lost or 'the connection is closed'}")
        taken = [self._taken(self._arrived.popleft()) for _ in range(min(count, len(self._arrived)))]
        if self._arrived:
            self._news.set()
        return taken

    async def done(self, taken: Sequence[Taken]) -> None:
        """See `Subscription.done`; one acknowledgment for all of them, since they are the first ones."""
        if self._channel is None or self._channel.is_closed:
            raise Transient(f"the queue {self._config.queue_in} was lost before the acknowledgment")
        last = cast("AbstractIncomingMessage", taken[-1].receipt)
        with translated(self._config):
            await last.ack(multiple=True)

    async def hold(self, taken: Sequence[Taken]) -> None:
        """See `Subscription.hold`; the broker waits half an hour and then closes the channel."""

    async def reset(self) -> None:
        """See `Subscription.reset`."""
        connection, self._connection, self._channel = self._connection, None, None
        self._arrived.clear()
        self._news.clear()
        self._lost = ""
        if connection is not None:
            with contextlib.suppress(AMQPError, ChannelInvalidStateError, OSError, TimeoutError):
                async with asyncio.timeout(self._config.timeout_s):
                    await connection.close()

    async def _open(self) -> None:
        self._connection = await connect(self._config, self._password, self._tls)
        with translated(self._config):
            async with asyncio.timeout(self._config.timeout_s):
                channel = await self._connection.channel()
                await channel.set_qos(prefetch_count=self._config.prefetch)
                underlay = await channel.get_underlay_channel()
                underlay.on_consumer_cancel_callbacks.add(self._cancelled)
                channel.close_callbacks.add(self._closed)
                queue = await channel.get_queue(self._config.queue_in, ensure=True)
                await queue.consume(self._came)
        self._channel = channel

    async def _came(self, message: AbstractIncomingMessage) -> None:
        self._arrived.append(message)
        self._news.set()

    def _cancelled(self, _frame: object) -> None:
        """The broker took the queue away, which closes nothing else."""
        self._lose("the broker cancelled us, its queue was deleted")

    def _closed(self, *told: object) -> None:
        self._lose(str(told[-1] or "closed") if told else "closed")

    def _lose(self, why: str) -> None:
        self._lost = why
        self._news.set()

    def _taken(self, message: AbstractIncomingMessage) -> Taken:
        trace = message.headers.get(TRACE, "")
        return Taken(
            body=message.body,
            place=f"amqp:{self._config.queue_in}",
            content_type=message.content_type or "",
            traceparent=trace.decode("ascii", "replace") if isinstance(trace, bytes) else str(trace or ""),
            receipt=message,
        )
