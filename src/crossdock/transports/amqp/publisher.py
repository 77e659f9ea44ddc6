"""Publishes with confirms, persistent and mandatory: what no queue takes comes back and is not forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aiormq.exceptions import AMQPError, ChannelInvalidStateError

from crossdock.kernel.secret import Secret
from crossdock.ports.broker import Letter
from crossdock.transports.amqp.config import AmqpConfig
from crossdock.transports.amqp.connection import connect, translated
from crossdock.transports.amqp.subscription import TRACE


class AmqpPublisher:
    """Implements `ports.broker.Publisher`. The ordering key travels as a header: one queue keeps its order anyway."""

    def __init__(self, config: AmqpConfig, password: Secret | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._password = password
        self._tls = tls
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._exchange: AbstractExchange | None = None
        self._lock = asyncio.Lock()

    async def publish(self, letter: Letter) -> None:
        """See `Publisher.publish`.

        Raises:
            Transient, Permanent: as there; no queue is bound for the routing key: `Permanent`.
        """
        exchange = await self._opened()
        with translated(self._config):
            await exchange.publish(message_of(letter), self._config.routing_key_out, timeout=self._config.timeout_s)

    async def close(self) -> None:
        """Disconnect."""
        connection, self._connection, self._exchange, self._channel = self._connection, None, None, None
        if connection is not None:
            with contextlib.suppress(AMQPError, ChannelInvalidStateError, OSError, TimeoutError):
                async with asyncio.timeout(self._config.timeout_s):
                    await connection.close()

    async def _opened(self) -> AbstractExchange:
        async with self._lock:
            if self._exchange is not None and self._channel is not None and not self._channel.is_closed:
                return self._exchange
            await self.close()
            self._connection = await connect(self._config, self._password, self._tls)
            with translated(self._config):
                async with asyncio.timeout(self._config.timeout_s):
                    channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
                    name = self._config.exchange_out
                    exchange = await channel.get_exchange(name) if name else channel.default_exchange
            self._channel, self._exchange = channel, exchange
            return exchange


def message_of(letter: Letter) -> Message:
    """The letter in the broker's words."""
    headers = {**letter.headers, "ordering-key": letter.ordering_key}
    if letter.traceparent:
        headers[TRACE] = letter.traceparent
    return Message(
        letter.body,
        headers=dict(headers),
        content_type=letter.content_type or None,
        message_id=letter.message_id,
        delivery_mode=DeliveryMode.PERSISTENT,
    )
