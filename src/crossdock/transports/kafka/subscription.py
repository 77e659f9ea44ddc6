"""Reads topics in a consumer group; how far we have read is committed after our own commit, never by the clock."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Sequence
from typing import Protocol, cast

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import ConsumerStoppedError, IllegalOperation, KafkaError

from crossdock.kernel.errors import Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.broker import Taken
from crossdock.ports.described import CLOUD_EVENT, described
from crossdock.transports.kafka.config import KafkaConfig
from crossdock.transports.kafka.translation import translated

TRACE = "traceparent"
CONTENT_TYPE = "content-type"

# The client itself gives up after the time the partner file says; cut short, it would leave connections behind.
GIVE_UP = 2


class Record(Protocol):
    """As much of the client's record as we look at."""

    topic: str
    partition: int
    offset: int
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


class KafkaSubscription:
    """Implements `ports.broker.Subscription`; order is that of each partition."""

    def __init__(self, config: KafkaConfig, password: Secret | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._password = password
        self._tls = tls
        self._consumer: AIOKafkaConsumer | None = None

    async def take(self, count: int, *, wait_s: float) -> Sequence[Taken]:
        """See `Subscription.take`."""
        if self._consumer is None:
            await self._open()
        consumer = self._live()
        with translated(self._config):
            async with asyncio.timeout(wait_s + self._config.timeout_s):
                most = min(count, self._config.prefetch)
                pages = await consumer.getmany(timeout_ms=int(wait_s * 1000), max_records=most)
        return [taken_of(record) for page in pages.values() for record in page]

    async def done(self, taken: Sequence[Taken]) -> None:
        """See `Subscription.done`."""
        reached: dict[TopicPartition, int] = {}
        for one in taken:
            record = cast("Record", one.receipt)
            reached[TopicPartition(record.topic, record.partition)] = record.offset + 1
        with translated(self._config):
            async with asyncio.timeout(self._config.timeout_s):
                await self._live().commit(reached)

    async def hold(self, taken: Sequence[Taken]) -> None:
        """See `Subscription.hold`; after five minutes the group goes on without us and gives the rest again."""

    async def reset(self) -> None:
        """See `Subscription.reset`."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(KafkaError, ConsumerStoppedError, IllegalOperation, OSError, TimeoutError):
                async with asyncio.timeout(GIVE_UP * self._config.timeout_s):
                    await consumer.stop()

    def _live(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise Transient("the connection to Kafka was given up")
        return self._consumer

    async def _open(self) -> None:
        config = self._config
        self._consumer = AIOKafkaConsumer(
            *config.topics_in,
            bootstrap_servers=list(config.servers),
            client_id="crossdock",
            group_id=config.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=config.prefetch,
            max_partition_fetch_bytes=config.message_bytes_max,
            fetch_max_bytes=config.message_bytes_max,
            request_timeout_ms=int(config.timeout_s * 1000),
            # Only what its author has committed for good: an aborted transaction of the partner never happened.
            isolation_level="read_committed",
            security_protocol=config.protocol,
            ssl_context=self._tls if config.tls else None,
            sasl_mechanism=config.mechanism.value,
            sasl_plain_username=config.user or None,
            sasl_plain_password=self._password.reveal() if self._password is not None else None,
        )
        with translated(config):
            async with asyncio.timeout(GIVE_UP * config.timeout_s):
                await self._consumer.start()


def taken_of(record: Record) -> Taken:
    """The message in our words; a deletion mark (no value) is an empty one, which the intake refuses and keeps."""
    headers = {name: value for name, value in record.headers if value is not None}
    # The Kafka binding of CloudEvents writes `ce_id` where HTTP has `ce-id`.
    events = {
        CLOUD_EVENT + name[len(CLOUD_EVENT) :]: value.decode("utf-8", "replace")
        for name, value in headers.items()
        if name.startswith("ce_")
    }
    return Taken(
        body=record.value or b"",
        place=f"kafka:{record.topic}[{record.partition}]@{record.offset}",
        content_type=described(headers.get(CONTENT_TYPE, b"").decode("utf-8", "replace"), events),
        traceparent=headers.get(TRACE, b"").decode("ascii", "replace"),
        receipt=record,
    )
