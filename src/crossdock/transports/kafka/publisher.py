"""Publishes to a topic as an idempotent producer that waits for all replicas in sync."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

from aiokafka import AIOKafkaProducer
from aiokafka.errors import IllegalOperation, KafkaError

from crossdock.kernel.errors import CrossdockError
from crossdock.kernel.secret import Secret
from crossdock.ports.broker import Letter
from crossdock.transports.kafka.config import KafkaConfig
from crossdock.transports.kafka.subscription import CONTENT_TYPE, GIVE_UP, TRACE
from crossdock.transports.kafka.translation import translated


class KafkaPublisher:
    """Implements `ports.broker.Publisher`; the ordering key is the record's key, so one key stays in one partition."""

    def __init__(self, config: KafkaConfig, password: Secret | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._password = password
        self._tls = tls
        self._producer: AIOKafkaProducer | None = None
        self._lock = asyncio.Lock()

    async def publish(self, letter: Letter) -> None:
        """See `Publisher.publish`."""
        config = self._config
        producer = await self._opened()
        try:
            with translated(config):
                async with asyncio.timeout(GIVE_UP * config.timeout_s):
                    await producer.send_and_wait(
                        config.topic_out,
                        letter.body,
                        key=letter.ordering_key.encode() or None,
                        headers=headers_of(letter),
                    )
        except CrossdockError:
            # An idempotent producer that gave a batch up cannot go on: the broker would miss its number.
            await self._stop(flush=False)
            raise

    async def close(self) -> None:
        """Disconnect."""
        await self._stop(flush=True)

    async def _stop(self, *, flush: bool) -> None:
        """What was given up is not sent: the client's own way of stopping waits for a broker that is away."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaError, IllegalOperation, OSError, TimeoutError):
                async with asyncio.timeout(GIVE_UP * self._config.timeout_s):
                    if not flush:
                        await producer._sender.close()  # noqa: SLF001  (there is no public way)
                    await producer.stop()

    async def _opened(self) -> AIOKafkaProducer:
        async with self._lock:
            if self._producer is None:
                producer = self._make()
                with translated(self._config):
                    try:
                        async with asyncio.timeout(GIVE_UP * self._config.timeout_s):
                            await producer.start()
                    except BaseException:
                        await producer.stop()
                        raise
                self._producer = producer
            return self._producer

    def _make(self) -> AIOKafkaProducer:
        config = self._config
        return AIOKafkaProducer(
            bootstrap_servers=list(config.servers),
            client_id="crossdock",
            acks="all",
            enable_idempotence=True,
            max_request_size=config.message_bytes_max,
            request_timeout_ms=int(config.timeout_s * 1000),
            security_protocol=config.protocol,
            ssl_context=self._tls if config.tls else None,
            sasl_mechanism=config.mechanism.value,
            sasl_plain_username=config.user or None,
            sasl_plain_password=self._password.reveal() if self._password is not None else None,
        )


def headers_of(letter: Letter) -> list[tuple[str, bytes]]:
    """What travels beside the bytes; Kafka has no message id of its own."""
    said = {
        "message-id": letter.message_id,
        CONTENT_TYPE: letter.content_type,
        TRACE: letter.traceparent,
        **letter.headers,
    }
    return [(name, value.encode()) for name, value in said.items() if value]
