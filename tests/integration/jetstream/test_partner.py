"""A partner's own NATS: the contract of every broker, on the server from the wheel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import nats
import pytest
import pytest_asyncio
from msgspec.structs import replace
from nats.js.api import AckPolicy, ConsumerConfig

from crossdock.jetstream.partner import NatsConfig, NatsPublisher, NatsSubscription
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.runtime.engines.embedded_nats import EmbeddedNats
from tests.conformance.broker_contract import SHORT_S, BrokerContract, Ground, letter, take

CONFIG = NatsConfig(
    url="nats://127.0.0.1", stream_in="STATUS", consumer_in="hub", subject_out="status.hub", timeout_s=2.0
)


@pytest_asyncio.fixture
async def engine(data_dir: Path) -> AsyncIterator[EmbeddedNats]:
    """A server of the test's own, so that it may go down."""
    engine = EmbeddedNats(data_dir)
    yield engine
    await engine.stop()


@pytest_asyncio.fixture
async def access(engine: EmbeddedNats) -> tuple[NatsConfig, Secret]:
    """A stream with a consumer there, as a partner would have made them."""
    url = (await engine.start()).url
    client = await nats.connect(url)
    streams = client.jetstream()
    await streams.add_stream(name="STATUS", subjects=["status.>"])
    wanted = ConsumerConfig(durable_name="hub", ack_policy=AckPolicy.EXPLICIT, ack_wait=2.0)
    await streams.add_consumer("STATUS", wanted)
    await client.close()
    parts = urlsplit(url)
    return replace(CONFIG, url=f"nats://127.0.0.1:{parts.port}", user=parts.username or ""), Secret(
        parts.password or ""
    )


class TestPartnersNats(BrokerContract):
    """The contract, on NATS."""

    @pytest_asyncio.fixture
    async def ground(self, access: tuple[NatsConfig, Secret], engine: EmbeddedNats) -> AsyncIterator[Ground]:
        ground = Ground(NatsPublisher(*access), NatsSubscription(*access), engine.stop, engine.start)
        yield ground
        await ground.close()


async def test_the_same_id_within_the_window_is_one_message(access: tuple[NatsConfig, Secret]) -> None:
    publisher, subscription = NatsPublisher(*access), NatsSubscription(*access)
    for number in (1, 1, 2):
        await publisher.publish(letter(number))
    assert [one.body for one in await take(subscription, 2)] == [letter(1).body, letter(2).body]
    assert await subscription.take(1, wait_s=SHORT_S) == []
    await publisher.close()
    await subscription.reset()


async def test_a_subject_no_stream_keeps_is_told_to_a_person(access: tuple[NatsConfig, Secret]) -> None:
    config, password = access
    publisher = NatsPublisher(replace(config, subject_out="elsewhere"), password)
    with pytest.raises(Permanent, match="elsewhere"):
        await publisher.publish(letter(1))
    await publisher.close()


async def test_a_consumer_that_is_not_there_is_told_to_a_person(access: tuple[NatsConfig, Secret]) -> None:
    config, password = access
    subscription = NatsSubscription(replace(config, consumer_in="nobody"), password)
    with pytest.raises(Permanent, match="nobody"):
        await subscription.take(1, wait_s=SHORT_S)
    await subscription.reset()


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    away = replace(CONFIG, url="nats://127.0.0.1:1", timeout_s=1.0)
    with pytest.raises(Transient):
        await NatsPublisher(away).publish(letter(1))
    with pytest.raises(Transient):
        await NatsSubscription(away).take(1, wait_s=SHORT_S)
