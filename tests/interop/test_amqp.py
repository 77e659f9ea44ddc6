"""AMQP against RabbitMQ."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import aio_pika
import pytest
import pytest_asyncio
from msgspec.structs import replace

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.amqp.config import AmqpConfig
from crossdock.transports.amqp.publisher import AmqpPublisher
from crossdock.transports.amqp.subscription import AmqpSubscription
from tests.conformance.broker_contract import SHORT_S, BrokerContract, Ground, letter, take
from tests.interop.brokers import PASSWORD, USER, Broker
from tests.interop.servers import free_port

pytestmark = pytest.mark.interop
SECRET = Secret(PASSWORD)
_numbers = itertools.count(1)


@pytest_asyncio.fixture
async def config(rabbitmq: Broker) -> AsyncIterator[AmqpConfig]:
    """A durable queue of the test's own, read and written."""
    name = f"queue-{next(_numbers)}"
    login = f"//{USER}:{PASSWORD}@"
    connection = await aio_pika.connect(rabbitmq.url.replace("//", login))
    await (await connection.channel()).declare_queue(name, durable=True)
    yield AmqpConfig(url=rabbitmq.url, user=USER, queue_in=name, routing_key_out=name, prefetch=50, timeout_s=20)
    await connection.close()


class TestRabbitMq(BrokerContract):
    """The contract, on RabbitMQ."""

    @pytest_asyncio.fixture
    async def ground(self, config: AmqpConfig, rabbitmq: Broker) -> AsyncIterator[Ground]:
        ground = Ground(
            AmqpPublisher(config, SECRET),
            AmqpSubscription(config, SECRET),
            rabbitmq.stop,
            rabbitmq.start,
        )
        yield ground
        await ground.close()


async def test_no_more_than_the_prefetch_is_in_our_hands(config: AmqpConfig) -> None:
    config = replace(config, prefetch=3)
    publisher, subscription = AmqpPublisher(config, SECRET), AmqpSubscription(config, SECRET)
    for number in range(5):
        await publisher.publish(letter(number))
    held = await take(subscription, 3)
    assert await subscription.take(5, wait_s=SHORT_S) == []
    await subscription.done(held)
    assert [one.body for one in await take(subscription, 2)] == [letter(3).body, letter(4).body]
    await publisher.close()
    await subscription.reset()


async def test_a_message_no_queue_takes_is_refused_and_not_forgotten(config: AmqpConfig) -> None:
    publisher = AmqpPublisher(replace(config, routing_key_out="nobody"), SECRET)
    with pytest.raises(Permanent, match="routing_key_out"):
        await publisher.publish(letter(1))
    await publisher.close()


async def test_the_id_travels_as_the_id_of_the_message(config: AmqpConfig, rabbitmq: Broker) -> None:
    publisher = AmqpPublisher(config, SECRET)
    await publisher.publish(letter(7))
    connection = await aio_pika.connect(rabbitmq.url.replace("//", f"//{USER}:{PASSWORD}@"))
    queue = await (await connection.channel()).get_queue(config.queue_in)
    message = await queue.get(no_ack=True)
    assert (message.message_id, message.headers["ordering-key"]) == ("key-7", "order:SO-1")
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    await connection.close()
    await publisher.close()


async def test_a_queue_that_is_not_there_is_told_to_a_person(config: AmqpConfig) -> None:
    subscription = AmqpSubscription(replace(config, queue_in="nowhere"), SECRET)
    with pytest.raises(Permanent, match="nowhere"):
        await subscription.take(1, wait_s=SHORT_S)
    await subscription.reset()


async def test_a_queue_deleted_under_us_is_noticed(config: AmqpConfig, rabbitmq: Broker) -> None:
    subscription = AmqpSubscription(config, SECRET)
    assert await subscription.take(1, wait_s=SHORT_S) == []
    connection = await aio_pika.connect(rabbitmq.url.replace("//", f"//{USER}:{PASSWORD}@"))
    await (await connection.channel()).queue_delete(config.queue_in)
    with pytest.raises(Transient, match="deleted"):
        await take(subscription, 1)
    await connection.close()
    await subscription.reset()


async def test_a_wrong_password_is_told_to_a_person(config: AmqpConfig) -> None:
    with pytest.raises(Permanent, match="does not know us"):
        await AmqpSubscription(config, Secret("wrong")).take(1, wait_s=SHORT_S)


async def test_a_broker_that_is_not_there_is_tried_again(config: AmqpConfig) -> None:
    away = replace(config, url=f"amqp://127.0.0.1:{free_port()}/%2F")
    with pytest.raises(Transient):
        await AmqpPublisher(away, SECRET).publish(letter(1))
    with pytest.raises(Transient):
        await AmqpSubscription(away, SECRET).take(1, wait_s=SHORT_S)
