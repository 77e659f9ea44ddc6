"""What every broker adapter promises (`ports.broker`), tried against the real broker by whoever inherits it.

A `Ground` is one queue, topic or stream of the test's own on a running broker, with both ends of it opened by us.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from crossdock.kernel.errors import Transient
from crossdock.ports.broker import Letter, Publisher, Subscription, Taken

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WAIT_S = 20.0
SHORT_S = 0.3
TRIES_MAX = 400


@dataclass(frozen=True, slots=True)
class Ground:
    """`subscription` already holds its place in the queue; `stop` and `start` are the broker's own."""

    publisher: Publisher
    subscription: Subscription
    stop: Callable[[], Awaitable[object]]
    start: Callable[[], Awaitable[object]]

    async def close(self) -> None:
        await self.publisher.close()
        await self.subscription.reset()


def letter(number: int) -> Letter:
    return Letter(
        body=b'{"n": %d}' % number,
        message_id=f"key-{number}",
        content_type="application/json",
        ordering_key="order:SO-1",
        traceparent=TRACE,
    )


async def take(subscription: Subscription, count: int) -> list[Taken]:
    """Exactly so many, however the broker groups them."""
    taken: list[Taken] = []
    while len(taken) < count:
        came = await subscription.take(count - len(taken), wait_s=WAIT_S)
        assert came, f"only {len(taken)} of {count} came within {WAIT_S} s"
        taken.extend(came)
    return taken


async def insist(attempt: Callable[[], Awaitable[object]]) -> int:
    """Try until it works, as a loop does; returns how often it did not."""
    for failures in range(TRIES_MAX):
        try:
            await attempt()
        except Transient:
            continue
        return failures
    raise AssertionError(f"it did not come back in {TRIES_MAX} attempts")


async def acknowledged(subscription: Subscription, taken: list[Taken]) -> set[bytes]:
    """What we may count as ours: whatever was acknowledged without an error."""
    try:
        await subscription.done(taken)
    except Transient:
        return set()
    return {one.body for one in taken}


async def taken_again(subscription: Subscription) -> list[Taken]:
    """The reader's way: whatever fails, forget and connect anew."""
    for _ in range(TRIES_MAX):
        try:
            taken = await subscription.take(50, wait_s=1.0)
        except Transient:
            await subscription.reset()
            continue
        if taken:
            return list(taken)
    raise AssertionError("nothing came again")


class BrokerContract:
    """Inherit it with a fixture `ground`."""

    async def test_what_was_confirmed_is_read_in_its_order_with_what_travels_beside_it(self, ground: Ground) -> None:
        for number in range(20):
            await ground.publisher.publish(letter(number))
        taken = await take(ground.subscription, 20)
        assert [one.body for one in taken] == [letter(number).body for number in range(20)]
        assert {one.content_type for one in taken} == {"application/json"}
        assert {one.traceparent for one in taken} == {TRACE}
        assert all(one.place for one in taken)

    async def test_what_is_not_acknowledged_comes_again_after_a_reset(self, ground: Ground) -> None:
        for number in range(3):
            await ground.publisher.publish(letter(number))
        taken = await take(ground.subscription, 3)
        await ground.subscription.done(taken[:1])
        await ground.subscription.hold(taken[1:])
        await ground.subscription.reset()
        again = await take(ground.subscription, 2)
        assert [one.body for one in again] == [letter(1).body, letter(2).body]

    async def test_what_is_acknowledged_does_not_come_again(self, ground: Ground) -> None:
        await ground.publisher.publish(letter(1))
        await ground.subscription.done(await take(ground.subscription, 1))
        await ground.subscription.reset()
        await ground.publisher.publish(letter(2))
        assert [one.body for one in await take(ground.subscription, 1)] == [letter(2).body]

    async def test_no_more_than_was_asked_for_is_handed_out(self, ground: Ground) -> None:
        for number in range(12):
            await ground.publisher.publish(letter(number))
        first = await ground.subscription.take(5, wait_s=WAIT_S)
        rest = await take(ground.subscription, 12 - len(first))
        assert 0 < len(first) <= 5
        assert [one.body for one in (*first, *rest)] == [letter(number).body for number in range(12)]

    async def test_an_empty_queue_is_no_error(self, ground: Ground) -> None:
        assert await ground.subscription.take(5, wait_s=SHORT_S) == []

    async def test_nothing_that_was_confirmed_is_lost_when_the_broker_goes_down_and_comes_back(
        self, ground: Ground
    ) -> None:
        for number in range(5):
            await ground.publisher.publish(letter(number))
        held = await take(ground.subscription, 5)
        await ground.stop()
        with pytest.raises(Transient):
            await ground.publisher.publish(letter(5))
        await ground.start()
        await insist(lambda: ground.publisher.publish(letter(5)))
        seen = await acknowledged(ground.subscription, held)
        await ground.subscription.reset()
        while letter(5).body not in seen:
            taken = await taken_again(ground.subscription)
            seen |= await acknowledged(ground.subscription, taken)
        assert seen == {letter(number).body for number in range(6)}
