"""MQTT 5 against Mosquitto."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import aiomqtt
import pytest
import pytest_asyncio
from msgspec.structs import replace

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.mqtt.config import MqttConfig
from crossdock.transports.mqtt.publisher import MqttPublisher
from crossdock.transports.mqtt.subscription import MqttSubscription
from tests.conformance.broker_contract import SHORT_S, BrokerContract, Ground, letter, take
from tests.interop.brokers import PASSWORD, USER, Broker
from tests.interop.servers import free_port

pytestmark = pytest.mark.interop
SECRET = Secret(PASSWORD)
_numbers = itertools.count(1)


@pytest.fixture
def config(mosquitto: Broker) -> MqttConfig:
    """A topic and a client of the test's own."""
    number = next(_numbers)
    topic = f"fleet/{number}/position"
    return MqttConfig(
        url=mosquitto.url,
        client_id=f"hub-{number}",
        user=USER,
        topics_in=(f"fleet/{number}/+",),
        topic_out=topic,
        prefetch=50,
    )


class TestMosquitto(BrokerContract):
    """The contract, on Mosquitto."""

    @pytest_asyncio.fixture
    async def ground(self, config: MqttConfig, mosquitto: Broker) -> AsyncIterator[Ground]:
        ground = Ground(
            MqttPublisher(config, SECRET),
            MqttSubscription(config, SECRET),
            mosquitto.stop,
            mosquitto.start,
        )
        # A session begins with its first connection: what is published before it is for nobody.
        await ground.subscription.take(1, wait_s=0)
        yield ground
        await ground.close()


async def test_no_more_than_the_prefetch_is_in_our_hands(config: MqttConfig) -> None:
    config = replace(config, prefetch=3)
    publisher, subscription = MqttPublisher(config, SECRET), MqttSubscription(config, SECRET)
    await subscription.take(1, wait_s=0)
    for number in range(5):
        await publisher.publish(letter(number))
    held = await take(subscription, 3)
    assert await subscription.take(5, wait_s=SHORT_S) == []
    await subscription.done(held)
    assert [one.body for one in await take(subscription, 2)] == [letter(3).body, letter(4).body]
    await publisher.close()
    await subscription.reset()


async def test_what_came_while_we_were_away_is_kept_for_us(config: MqttConfig) -> None:
    subscription, publisher = MqttSubscription(config, SECRET), MqttPublisher(config, SECRET)
    await subscription.take(1, wait_s=0)
    await subscription.reset()
    for number in range(3):
        await publisher.publish(letter(number))
    assert [one.body for one in await take(subscription, 3)] == [letter(number).body for number in range(3)]
    await publisher.close()
    await subscription.reset()


async def test_a_device_that_speaks_at_quality_0_is_heard(config: MqttConfig, mosquitto: Broker) -> None:
    subscription = MqttSubscription(config, SECRET)
    await subscription.take(1, wait_s=0)
    port = int(mosquitto.url.rpartition(":")[2])
    async with aiomqtt.Client("127.0.0.1", port, username=USER, password=PASSWORD) as device:
        await device.publish(config.topic_out, b"position", qos=0)
    taken = await take(subscription, 1)
    assert (taken[0].body, taken[0].traceparent, taken[0].place) == (b"position", "", f"mqtt:{config.topic_out}")
    await subscription.done(taken)
    await subscription.reset()


async def test_the_id_travels_as_a_user_property(config: MqttConfig, mosquitto: Broker) -> None:
    port = int(mosquitto.url.rpartition(":")[2])
    publisher = MqttPublisher(config, SECRET)
    v5 = aiomqtt.ProtocolVersion.V5
    async with aiomqtt.Client("127.0.0.1", port, username=USER, password=PASSWORD, protocol=v5) as partner:
        await partner.subscribe(config.topic_out, qos=1)
        await publisher.publish(letter(7))
        message = await anext(partner.messages)
    said = dict(getattr(message.properties, "UserProperty", []))
    assert (said["message-id"], said["ordering-key"]) == ("key-7", "order:SO-1")
    await publisher.close()


async def test_a_topic_we_may_not_write_on_is_told_to_a_person(config: MqttConfig) -> None:
    publisher = MqttPublisher(replace(config, topic_out="forbidden/1"), SECRET)
    with pytest.raises(Permanent, match="forbidden/1"):
        await publisher.publish(letter(1))
    await publisher.close()


async def test_a_second_client_of_our_name_takes_the_connection_and_we_notice(config: MqttConfig) -> None:
    first, second = MqttSubscription(config, SECRET), MqttSubscription(config, SECRET)
    await first.take(1, wait_s=0)
    await second.take(1, wait_s=0)
    with pytest.raises(Transient, match="lost"):
        await take(first, 1)
    await first.reset()
    await second.reset()


async def test_a_wrong_password_is_told_to_a_person(config: MqttConfig) -> None:
    with pytest.raises(Permanent, match="refuses us"):
        await MqttSubscription(config, Secret("wrong")).take(1, wait_s=SHORT_S)


async def test_a_broker_that_is_not_there_is_tried_again(config: MqttConfig) -> None:
    away = replace(config, url=f"mqtt://127.0.0.1:{free_port()}")
    with pytest.raises(Transient):
        await MqttPublisher(away, SECRET).publish(letter(1))
    with pytest.raises(Transient):
        await MqttSubscription(away, SECRET).take(1, wait_s=SHORT_S)
