"""Reads topics at quality of service 1 in a session the broker keeps while we are away."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import cast

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.subscribeoptions import SubscribeOptions

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.broker import Taken
from crossdock.transports.mqtt.config import MqttConfig
from crossdock.transports.mqtt.connection import Session, empty, translated

TRACE = "traceparent"
AT_LEAST_ONCE = 1
RETAINED_WHEN_NEW = 1


class MqttSubscription:
    """Implements `ports.broker.Subscription`. The receive maximum bounds what waits here."""

    def __init__(self, config: MqttConfig, password: Secret | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._password = password
        self._tls = tls
        self._session: Session | None = None

    async def take(self, count: int, *, wait_s: float) -> Sequence[Taken]:
        """See `Subscription.take`."""
        if self._session is None:
            await self._open()
        session = self._live()
        messages = await session.arrived(count, wait_s)
        if not messages:
            self._live()
        return [taken_of(message) for message in messages]

    async def done(self, taken: Sequence[Taken]) -> None:
        """See `Subscription.done`; in the order they came, as MQTT 5 §4.6 wants it."""
        session = self._live()
        for one in taken:
            session.acknowledge(cast("aiomqtt.Message", one.receipt))

    async def hold(self, taken: Sequence[Taken]) -> None:
        """See `Subscription.hold`; an MQTT broker waits as long as the session lives."""

    async def reset(self) -> None:
        """See `Subscription.reset`."""
        session, self._session = self._session, None
        if session is not None:
            await session.leave()

    def _live(self) -> Session:
        if self._session is None or self._session.lost:
            raise Transient(f"the connection to the broker {self._config.address[0]} was lost")
        return self._session

    async def _open(self) -> None:
        session = Session(self._config, self._password, self._tls, reading=True)
        with translated(self._config):
            await session.enter()
            self._session = session
            wanted = SubscribeOptions(qos=AT_LEAST_ONCE, retainHandling=RETAINED_WHEN_NEW)
            for topic in self._config.topics_in:
                for code in await session.subscribe(topic, options=wanted):
                    if not isinstance(code, int) and code.is_failure:
                        raise Permanent(f"the broker does not let us read {topic}: {code}; correct the partner file")


def taken_of(message: aiomqtt.Message) -> Taken:
    """The message in our words; a trace comes as a user property."""
    properties = message.properties or empty(PacketTypes.PUBLISH)
    pairs: list[tuple[str, str]] = getattr(properties, "UserProperty", [])
    return Taken(
        body=bytes(message.payload),
        place=f"mqtt:{message.topic}",
        content_type=getattr(properties, "ContentType", ""),
        traceparent=next((value for name, value in pairs if name == TRACE), ""),
        receipt=message,
    )
