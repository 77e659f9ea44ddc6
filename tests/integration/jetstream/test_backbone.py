"""The log on JetStream: durable, bounded, by lane, and never twice within its window."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec
import nats
import pytest
import pytest_asyncio

from crossdock.bootstrap.log import prepare_log
from crossdock.canonical.vocabulary import Priority
from crossdock.jetstream.backbone import JetStreamBackbone
from crossdock.jetstream.streams import StreamLimits
from crossdock.kernel.errors import Overloaded, Permanent, Transient
from crossdock.ports.backbone import IN_FLIGHT_MAX, Publication, Pulled, Standing
from crossdock.runtime.engines.embedded_nats import EmbeddedNats

SMALL = StreamLimits(inbound_messages=3, inbound_bytes=1_000_000, events_bytes=1_000_000)


@pytest_asyncio.fixture
async def backbone(nats_url: str) -> AsyncIterator[JetStreamBackbone]:
    opened = await JetStreamBackbone.open(nats_url)
    await opened.deploy()
    yield opened
    await opened.close()


def message(name: str, *, lane: int = 1, body: bytes = b"{}") -> Publication:
    return Publication(f"inbound.p{lane}.erp", body, name, {"traceparent": "00-1-2-01"})


async def pull(backbone: JetStreamBackbone, lane: Priority = Priority.P1, count: int = 10) -> Sequence[Pulled]:
    return await backbone.pull(lane, count, wait_s=2)


async def until_standing(backbone: JetStreamBackbone, wanted: Standing) -> None:
    """Acknowledgements are not answered: ask until the server has taken them in."""
    async with asyncio.timeout(10):
        while True:
            if await backbone.standing(Priority.P1) == wanted:
                return


async def test_a_message_comes_as_it_was_published(backbone: JetStreamBackbone) -> None:
    await backbone.publish([message("m1", body=b"\x00\xff")])
    (pulled,) = await pull(backbone)
    assert (pulled.subject, pulled.body, pulled.attempt) == ("inbound.p1.erp", b"\x00\xff", 1)
    assert pulled.headers["traceparent"] == "00-1-2-01"


async def test_any_of_several_servers_will_do(nats_url: str) -> None:
    opened = await JetStreamBackbone.open(f"nats://127.0.0.1:9,{nats_url}")
    await opened.deploy()
    await opened.publish([message("m1")])
    assert len(await pull(opened)) == 1
    await opened.close()


async def test_more_replicas_than_servers_are_refused_when_the_streams_are_made(nats_url: str) -> None:
    await prepare_log(nats_url)
    with pytest.raises(Permanent, match="replicas"):
        await prepare_log(nats_url, 3)


async def test_publishing_the_same_id_again_adds_nothing(backbone: JetStreamBackbone) -> None:
    await backbone.publish([message("m1"), message("m1")])
    await backbone.publish([message("m1"), message("m2")])
    assert len(await pull(backbone)) == 2


async def test_order_is_kept_and_more_than_may_be_in_flight_gets_through(backbone: JetStreamBackbone) -> None:
    count = IN_FLIGHT_MAX * 2 + 10
    await backbone.publish([message(f"m{n}", body=str(n).encode()) for n in range(count)])
    got: list[int] = []
    while len(got) < count:
        got += [int(pulled.body) for pulled in await pull(backbone, count=1000)]
    assert got == list(range(count))


async def test_no_more_is_in_flight_than_may_be_whoever_publishes(nats_url: str) -> None:
    # No stream: whoever answers is the test, so that it knows what has not been confirmed.
    log = await nats.connect(nats_url)
    heard = await log.subscribe("inbound.>")
    await log.flush()
    bounded = await JetStreamBackbone.open(nats_url, in_flight_max=3)
    calls = [[message(f"{call}{n}", body=f"{call}{n}".encode()) for n in range(5)] for call in "ab"]
    publishing = asyncio.gather(*map(bounded.publish, calls))
    arrived: list[bytes] = []
    open_now: deque[str] = deque()
    while len(arrived) < 10 or open_now:
        while len(open_now) < 3 and len(arrived) < 10:
            one = await heard.next_msg(timeout=30)
            arrived.append(one.data)
            open_now.append(one.reply)
        await log.flush()
        assert heard.pending_msgs == 0
        await log.publish(open_now.popleft(), b'{"stream": "INBOUND", "seq": 1}')
    await publishing
    for call in calls:
        assert [body for body in arrived if body[:1] == call[0].body[:1]] == [one.body for one in call]
    await bounded.close()
    await log.close()


async def test_lanes_do_not_mix(backbone: JetStreamBackbone) -> None:
    await backbone.publish([message("slow", lane=3), message("urgent", lane=0)])
    (urgent,) = await pull(backbone, Priority.P0)
    assert urgent.subject == "inbound.p0.erp"
    assert await backbone.pull(Priority.P1, 10, wait_s=0.05) == []


async def test_an_acknowledged_message_leaves_the_log(backbone: JetStreamBackbone) -> None:
    await backbone.publish([message("m1"), message("m2")])
    first, second = await pull(backbone)
    assert await backbone.standing(Priority.P1) == Standing(waiting=0, under_way=2, given_up=0)
    await first.ack()
    await second.ack()
    await until_standing(backbone, Standing(0, 0, 0))


async def test_a_message_put_back_comes_again_and_says_so(backbone: JetStreamBackbone) -> None:
    await backbone.publish([message("m1")])
    (pulled,) = await pull(backbone)
    await pulled.nak(0.01)
    (again,) = await pull(backbone)
    assert (again.body, again.attempt) == (pulled.body, 2)


async def test_a_message_whose_worker_is_gone_comes_again_when_the_lease_is_over(
    backbone: JetStreamBackbone, nats_url: str
) -> None:
    await backbone.deploy(msgspec.structs.replace(StreamLimits(), lease_s=0.2))
    await backbone.publish([message("m1")])
    gone = await JetStreamBackbone.open(nats_url)
    await pull(gone)
    await gone.close()
    (again,) = await pull(backbone)
    assert again.attempt >= 2


async def test_a_message_spoken_for_can_still_be_acknowledged(backbone: JetStreamBackbone) -> None:
    await backbone.publish([message("m1")])
    (pulled,) = await pull(backbone)
    await pulled.hold()
    await pulled.ack()
    await until_standing(backbone, Standing())


async def test_two_workers_share_a_lane(backbone: JetStreamBackbone, nats_url: str) -> None:
    other = await JetStreamBackbone.open(nats_url)
    await backbone.publish([message(f"m{n}") for n in range(10)])
    shares = await asyncio.gather(pull(backbone, count=5), pull(other, count=5))
    await other.close()
    assert sum(map(len, shares)) == 10


async def test_a_full_log_refuses_and_keeps_what_it_has(backbone: JetStreamBackbone) -> None:
    await backbone.deploy(SMALL)
    with pytest.raises(Overloaded, match="the log is full"):
        await backbone.publish([message(f"m{n}") for n in range(4)])
    assert len(await pull(backbone)) == 3
    with pytest.raises(Overloaded):
        await backbone.publish([message("m9")])


async def test_after_a_full_log_places_under_way_are_free_again(backbone: JetStreamBackbone) -> None:
    await backbone.deploy(SMALL)
    with pytest.raises(Overloaded):
        await backbone.publish([message(f"m{n}") for n in range(IN_FLIGHT_MAX + 5)])
    for pulled in await pull(backbone):
        await pulled.ack()
    await until_standing(backbone, Standing(0, 0, 0))
    await backbone.publish([message("fresh")])


async def test_deploying_again_changes_nothing_that_stands(backbone: JetStreamBackbone) -> None:
    await backbone.publish([message("m1")])
    await backbone.deploy()
    assert len(await pull(backbone)) == 1


async def test_limits_the_server_cannot_keep_are_refused(backbone: JetStreamBackbone) -> None:
    with pytest.raises(Permanent, match="JetStream refuses"):
        await backbone.deploy(StreamLimits(inbound_bytes=2**60))


async def test_publishing_where_nothing_was_deployed_is_an_error(nats_url: str) -> None:
    bare = await JetStreamBackbone.open(nats_url)
    with pytest.raises(Transient):
        await bare.publish([message("m1")])
    await bare.close()


async def test_a_server_that_is_not_there_is_transient() -> None:
    with pytest.raises(Transient, match="did not answer in time"):
        await JetStreamBackbone.open("nats://127.0.0.1:1")


async def test_a_connection_outlives_a_killed_server(data_dir: Path) -> None:
    engine = EmbeddedNats(data_dir / "nats")
    backbone = await JetStreamBackbone.open((await engine.start()).url)
    await backbone.deploy()
    await backbone.publish([message("m1")])
    await engine.stop()
    await engine.start()
    async with asyncio.timeout(20):
        while True:
            try:
                await backbone.publish([message("m2")])
                break
            except Transient:
                continue
    assert [pulled.body for pulled in await pull(backbone)] == [b"{}", b"{}"]
    await backbone.close()
    await engine.stop()
