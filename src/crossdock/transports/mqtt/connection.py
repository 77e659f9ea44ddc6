"""One connection to an MQTT broker, and the client's errors told in ours."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aiomqtt
import paho.mqtt.client as mqtt
from aiomqtt.exceptions import MqttConnectError
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.mqtt.config import MqttConfig

# MQTT 5 §3.2.2.2: client identifier not valid, bad user name or password, not authorized, banned, bad authentication
# method. Whoever gets one of these must change something before it may work.
REFUSALS = frozenset({0x85, 0x86, 0x87, 0x8A, 0x8C})


class Session(aiomqtt.Client):
    """The client with acknowledgments of our own: by itself it sends them before anybody has looked at a message."""

    def __init__(
        self, config: MqttConfig, password: Secret | None, tls: ssl.SSLContext | None, *, reading: bool
    ) -> None:
        host, port = config.address
        properties = empty(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = config.session_s if reading else 0
        properties.ReceiveMaximum = config.prefetch
        super().__init__(
            host,
            port,
            username=config.user or None,
            password=password.reveal() if password is not None else None,
            identifier=config.client_id if reading else f"{config.client_id}-out",
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=not reading,
            keepalive=config.keepalive_s,
            properties=properties,
            timeout=config.timeout_s,
            tls_context=tls,
            # The receive maximum bounds what must not be lost; twice that much bounds what may be (quality 0).
            max_queued_incoming_messages=2 * config.prefetch,
        )
        self._client.manual_ack_set(True)
        self._news = asyncio.Event()
        self.refusal: ReasonCode | None = None

    async def enter(self) -> None:
        """Connect."""
        await self.__aenter__()
        self._disconnected.add_done_callback(self._left)

    async def leave(self) -> None:
        """Disconnect, whatever state the connection is in."""
        with contextlib.suppress(aiomqtt.MqttError, OSError, TimeoutError):
            await self.__aexit__(None, None, None)

    @property
    def lost(self) -> bool:
        """The connection is gone."""
        return self._disconnected.done()

    async def arrived(self, count: int, wait_s: float) -> list[aiomqtt.Message]:
        """What has come, at most `count`; waits for the first, and ends early when the connection is lost."""
        if self._queue.empty() and not self.lost:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._news.wait()
        messages = [self._queue.get_nowait() for _ in range(min(count, self._queue.qsize()))]
        if self._queue.empty():
            self._news.clear()
        return messages

    async def say(self, topic: str, body: bytes, properties: Properties) -> None:
        """Publish at quality of service 1; the client itself would wait out its time on a connection that is gone."""
        saying = asyncio.create_task(self.publish(topic, body, qos=1, properties=properties))
        await asyncio.wait((saying, self._disconnected), return_when=asyncio.FIRST_COMPLETED)
        if not saying.done():
            saying.cancel()
            raise aiomqtt.MqttError("the connection was lost before the answer")
        await saying

    def acknowledge(self, message: aiomqtt.Message) -> None:
        """This one is ours now; of a message at quality of service 0 the broker waits for nothing."""
        if message.qos:
            self._client.ack(message.mid, message.qos)

    def _left(self, told: asyncio.Future[None]) -> None:
        if not told.cancelled():
            told.exception()  # Looked at, or asyncio complains that nobody did.
        self._news.set()

    def _on_message(self, client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        super()._on_message(client, userdata, message)
        self._news.set()

    def _on_publish(
        self, client: mqtt.Client, userdata: object, mid: int, reason_code: ReasonCode, properties: Properties
    ) -> None:
        """The client takes any answer for a confirmation; a refusal comes as one too (MQTT 5 §3.4.2.1)."""
        self.refusal = reason_code if reason_code.is_failure else None
        super()._on_publish(client, userdata, mid, reason_code, properties)


def empty(packet: int) -> Properties:
    """Properties for a kind of packet."""
    return Properties(packet)  # type: ignore[no-untyped-call]


@contextmanager
def translated(config: MqttConfig) -> Iterator[None]:
    """Tell the client's errors in ours."""
    place = config.address[0]
    try:
        yield
    except MqttConnectError as error:
        if isinstance(error.rc, ReasonCode) and error.rc.value in REFUSALS:
            raise Permanent(f"the broker {place} refuses us: {error.rc}; correct the partner file") from error
        raise Transient(f"the broker {place} does not take us now: {error}") from error
    except TimeoutError as error:
        raise Transient(f"the broker {place} did not answer in {config.timeout_s:g} s") from error
    except ssl.SSLCertVerificationError as error:
        raise Permanent(f"the certificate of the broker {place} is not trusted: {error.verify_message}") from error
    except (aiomqtt.MqttError, OSError) as error:
        raise Transient(f"the broker {place} cannot be reached: {str(error) or type(error).__name__}") from error
