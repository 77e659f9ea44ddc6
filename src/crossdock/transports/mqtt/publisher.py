"""Publishes at quality of service 1; a message counts as published when the broker has said so."""

from __future__ import annotations

import asyncio
import ssl

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from crossdock.kernel.errors import CrossdockError, Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.broker import Letter
from crossdock.transports.mqtt.config import MqttConfig
from crossdock.transports.mqtt.connection import Session, empty, translated
from crossdock.transports.mqtt.subscription import TRACE

# MQTT 5 §3.4.2.1: quota exceeded and an error that is not told may pass; the others stay until somebody acts.
PASSING = frozenset({0x80, 0x83, 0x97})


class MqttPublisher:
    """Implements `ports.broker.Publisher`; one message under way at a time, so that each answer has its question."""

    def __init__(self, config: MqttConfig, password: Secret | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._password = password
        self._tls = tls
        self._session: Session | None = None
        self._lock = asyncio.Lock()

    async def publish(self, letter: Letter) -> None:
        """See `Publisher.publish`."""
        async with self._lock:
            try:
                await self._publish(letter)
            except CrossdockError:
                await self._leave()
                raise

    async def close(self) -> None:
        """Disconnect."""
        async with self._lock:
            await self._leave()

    async def _publish(self, letter: Letter) -> None:
        config = self._config
        if self._session is None or self._session.lost:
            await self._leave()
            self._session = Session(config, self._password, self._tls, reading=False)
            with translated(config):
                await self._session.enter()
        session = self._session
        with translated(config):
            await session.say(config.topic_out, letter.body, properties_of(letter))
        if session.refusal is not None:
            raise refusal_of(session.refusal, config.topic_out)

    async def _leave(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.leave()


def refusal_of(code: ReasonCode, topic: str) -> CrossdockError:
    """Who must act on a refused message."""
    if code.value in PASSING:
        return Transient(f"the broker does not take a message on {topic} now: {code}; it is published again")
    return Permanent(f"the broker refuses our message on {topic}: {code}; correct the partner file or our rights there")


def properties_of(letter: Letter) -> Properties:
    """What travels beside the bytes; MQTT has no message id of its own for us."""
    properties = empty(PacketTypes.PUBLISH)
    pairs = [("message-id", letter.message_id), ("ordering-key", letter.ordering_key), (TRACE, letter.traceparent)]
    properties.UserProperty = [(name, value) for name, value in [*pairs, *letter.headers.items()] if value]
    if letter.content_type:
        properties.ContentType = letter.content_type
    return properties
