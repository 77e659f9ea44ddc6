"""What the log promises (`ports.backbone`), on JetStream and in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio

from crossdock.canonical.vocabulary import Priority
from crossdock.jetstream.backbone import JetStreamBackbone
from crossdock.jetstream.streams import StreamLimits
from crossdock.kernel.errors import Overloaded
from crossdock.ports.backbone import Backbone, Publication, Pulled, Standing
from crossdock.testing.backbone import MemoryBackbone

# Of most tests, and of those that wait until it is over.
LEASE_S, BRIEF_S = 60.0, 0.3
MOST = 6

Open = Callable[[float], Awaitable[Backbone]]


class Hours:
    """A clock that goes on while somebody rests."""

    def __init__(self) -> None:
        self.at = datetime(2026, 6, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def rest(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def memory_log() -> Open:
    """An empty one in memory."""

    async def opened(lease_s: float) -> Backbone:
        hours = Hours()
        return MemoryBackbone(hours.now, hours.rest, lease=timedelta(seconds=lease_s), most=MOST)

    return opened


@pytest_asyncio.fixture
async def jetstream_log(nats_url: str) -> AsyncIterator[Open]:
    """An empty one on a server."""
    log = await JetStreamBackbone.open(nats_url)

    async def opened(lease_s: float) -> Backbone:
        await log.deploy(msgspec.structs.replace(StreamLimits(), lease_s=lease_s, inbound_messages=MOST))
        return log

    yield opened
    await log.close()


@pytest.fixture(params=["memory", "jetstream"])
def open_log(request: pytest.FixtureRequest) -> Open:
    """Each adapter in turn, with a lease of so many seconds."""
    opened: Open = request.getfixturevalue(f"{request.param}_log")
    return opened


@pytest_asyncio.fixture
async def log(open_log: Open) -> Backbone:
    """Each adapter in turn."""
    return await open_log(LEASE_S)


@pytest_asyncio.fixture
async def brief_log(open_log: Open) -> Backbone:
    """Each adapter in turn, whose leases are over soon."""
    return await open_log(BRIEF_S)


def letter(name: str, lane: int = 1) -> Publication:
    return Publication(f"inbound.p{lane}.erp1", name.encode(), f"id-{name}", {"Partner": "erp1"})


async def pulled(log: Backbone, lane: Priority = Priority.P1, count: int = 10) -> Sequence[Pulled]:
    return await log.pull(lane, count, wait_s=5)


async def until(log: Backbone, wanted: Standing) -> None:
    """Acknowledgements are not answered: ask until they were taken in."""
    async with asyncio.timeout(30):
        while await log.standing(Priority.P1) != wanted:
            await pulled_nothing(log)


async def pulled_nothing(log: Backbone) -> None:
    await log.pull(Priority.P3, 1, wait_s=0.05)


async def test_what_is_published_is_given_out_once_in_its_lane(log: Backbone) -> None:
    await log.publish([letter("a"), letter("b"), letter("urgent", lane=0)])
    first, second = await pulled(log)
    assert [(one.subject, one.body, one.attempt) for one in (first, second)] == [
        ("inbound.p1.erp1", b"a", 1),
        ("inbound.p1.erp1", b"b", 1),
    ]
    assert first.headers["Partner"] == "erp1"
    assert [one.body for one in await pulled(log, Priority.P0)] == [b"urgent"]


async def test_the_same_message_within_the_window_is_one(log: Backbone) -> None:
    for _ in range(2):
        await log.publish([letter("a")])
    (only,) = await pulled(log)
    await only.ack()
    await until(log, Standing())
    await log.publish([letter("a")])
    assert await log.pull(Priority.P1, 10, wait_s=0.05) == []


async def test_what_is_acknowledged_is_gone_and_what_is_put_back_comes_again(log: Backbone) -> None:
    await log.publish([letter("a"), letter("b")])
    first, second = await pulled(log)
    await first.ack()
    await second.nak(0.05)
    (again,) = await pulled(log)
    assert (again.body, again.attempt) == (b"b", 2)
    await again.ack()
    await until(log, Standing())


async def test_what_nobody_speaks_for_comes_again_when_its_lease_is_over(brief_log: Backbone) -> None:
    await brief_log.publish([letter("a")])
    await pulled(brief_log)
    (again,) = await pulled(brief_log)
    assert again.attempt >= 2


async def test_a_late_acknowledgement_is_one_as_well(brief_log: Backbone) -> None:
    await brief_log.publish([letter("a")])
    (first,) = await pulled(brief_log)
    await pulled(brief_log)
    await first.ack()
    await until(brief_log, Standing())


async def test_a_full_log_refuses_and_keeps_what_it_has(log: Backbone) -> None:
    await log.publish([letter(f"m{number}") for number in range(MOST)])
    with pytest.raises(Overloaded):
        await log.publish([letter("one more")])
    assert len(await pulled(log)) == MOST
