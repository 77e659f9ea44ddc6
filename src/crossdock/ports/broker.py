"""The broker port: messages from a partner's queue or topic, and messages put on one.

AMQP, MQTT, Kafka and NATS stand behind the same two contracts. Both directions are at least once: what comes again is
told apart by the intake, what we publish again carries the same id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

PREFETCH_MAX = 10_000


def check_url(url: str, schemes: Iterable[str], example: str) -> None:
    """Refuse what is no address of such a broker, or shows a password to everybody who reads the partner file.

    Raises:
        ValueError: it does; the text says what to write.
    """
    parts = urlsplit(url)
    if parts.password:
        raise ValueError("url holds a password: name the user here and the password under secrets")
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"url {url} is no broker address: write {example}")


class Letter(msgspec.Struct, frozen=True, gc=False):
    """One message to publish.

    `message_id` is the idempotency key: a message published again carries the same one. Messages of one `ordering_key`
    stay in order where the broker can (Kafka's partition). `headers` hold plain ASCII.
    """

    body: bytes
    message_id: str
    content_type: str = ""
    ordering_key: str = ""
    traceparent: str = ""
    headers: Mapping[str, str] = {}


class Taken(msgspec.Struct, frozen=True, gc=False):
    """One message that was given to us and is not acknowledged.

    `place` says where it stood, for people: queue, topic, partition and offset. `receipt` is the adapter's own handle.
    """

    body: bytes
    place: str
    content_type: str = ""
    traceparent: str = ""
    receipt: object = None


class Publisher(Protocol):
    """A queue, topic or subject of a partner's broker. Connects when first used, and again after it was lost."""

    async def publish(self, letter: Letter) -> None:
        """Confirmed by the broker once this returns; safe to call from several tasks.

        Raises:
            Transient: not confirmed; whether or not it got there, publish it again under the same id.
            Permanent: the broker refuses it: no such queue, no right to write, too large.
        """

    async def close(self) -> None:
        """Disconnect."""


class Subscription(Protocol):
    """What a partner's broker holds for us. At most `prefetch` messages are unacknowledged at a time.

    Used by one task. Messages come in the order of their queue or partition.
    """

    async def take(self, count: int, *, wait_s: float) -> Sequence[Taken]:
        """What has arrived, at most `count`; waits up to `wait_s` for the first. Connects when not connected.

        Raises:
            Transient: the broker cannot be reached.
            Permanent: it refuses us: no such queue, no right to read.
        """

    async def done(self, taken: Sequence[Taken]) -> None:
        """Acknowledge these, the first ones taken and not yet acknowledged; only after the commit of what became of
        them.

        Raises:
            Transient: the connection they came over is gone; after a `reset` they come again.
        """

    async def hold(self, taken: Sequence[Taken]) -> None:
        """These are still being worked on. Brokers that wait without a limit need not be told."""

    async def reset(self) -> None:
        """Disconnect; the next `take` connects anew and begins at the first message not acknowledged. Never raises."""
