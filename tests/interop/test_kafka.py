"""Kafka against a Kafka of one node."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from msgspec.structs import replace

from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.broker import Letter
from crossdock.transports.kafka.config import KafkaConfig
from crossdock.transports.kafka.publisher import KafkaPublisher
from crossdock.transports.kafka.subscription import KafkaSubscription
from tests.conformance.broker_contract import SHORT_S, BrokerContract, Ground, letter, take
from tests.interop.brokers import Broker
from tests.interop.servers import free_port

pytestmark = pytest.mark.interop
_numbers = itertools.count(1)


@pytest_asyncio.fixture
async def config(kafka: Broker) -> AsyncIterator[KafkaConfig]:
    """A topic of two partitions and a group of the test's own."""
    number = next(_numbers)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.url)
    await admin.start()
    await admin.create_topics([NewTopic(f"topic-{number}", num_partitions=2, replication_factor=1)])
    await admin.close()
    yield KafkaConfig(
        servers=(kafka.url,),
        group=f"group-{number}",
        topics_in=(f"topic-{number}",),
        topic_out=f"topic-{number}",
        timeout_s=20,
    )


class TestKafka(BrokerContract):
    """The contract, on Kafka; all letters have one key, so one partition keeps their order."""

    @pytest_asyncio.fixture
    async def ground(self, config: KafkaConfig, kafka: Broker) -> AsyncIterator[Ground]:
        config = replace(config, timeout_s=8.0)
        ground = Ground(KafkaPublisher(config), KafkaSubscription(config), kafka.stop, kafka.start)
        yield ground
        await ground.close()


async def test_each_key_keeps_its_order_over_partitions(config: KafkaConfig) -> None:
    publisher, subscription = KafkaPublisher(config), KafkaSubscription(config)
    for number in range(12):
        key = f"order:{number % 3}"
        await publisher.publish(Letter(b"%d" % number, f"key-{number}", ordering_key=key))
    taken = [int(one.body) for one in await take(subscription, 12)]
    assert sorted(taken) == list(range(12))
    for key in range(3):
        mine = [number for number in taken if number % 3 == key]
        assert mine == sorted(mine)
    await publisher.close()
    await subscription.reset()


async def test_the_id_travels_as_a_header(config: KafkaConfig, kafka: Broker) -> None:
    publisher = KafkaPublisher(config)
    await publisher.publish(letter(7))
    partner = AIOKafkaConsumer(config.topic_out, bootstrap_servers=kafka.url, auto_offset_reset="earliest")
    await partner.start()
    record = await partner.getone()
    assert dict(record.headers)["message-id"] == b"key-7"
    assert record.key == b"order:SO-1"
    await partner.stop()
    await publisher.close()


async def test_a_deletion_mark_is_an_empty_message(config: KafkaConfig) -> None:
    publisher, subscription = KafkaPublisher(config), KafkaSubscription(config)
    await publisher.publish(Letter(b"", "key-1", ordering_key="order:SO-1"))
    taken = await take(subscription, 1)
    assert taken[0].body == b""
    assert taken[0].place.startswith(f"kafka:{config.topic_out}[")
    await publisher.close()
    await subscription.reset()


async def test_a_message_larger_than_the_broker_takes_is_told_to_a_person(config: KafkaConfig) -> None:
    publisher = KafkaPublisher(config)
    with pytest.raises(Permanent, match="MessageSizeTooLarge"):
        await publisher.publish(Letter(b"x" * 2_000_000, "key-1"))
    await publisher.close()


async def test_a_broker_that_is_not_there_is_tried_again(config: KafkaConfig) -> None:
    away = replace(config, servers=(f"127.0.0.1:{free_port()}",), timeout_s=1.0)
    with pytest.raises(Transient):
        await KafkaPublisher(away).publish(letter(1))
    subscription = KafkaSubscription(away)
    with pytest.raises(Transient):
        await subscription.take(1, wait_s=SHORT_S)
    await subscription.reset()
