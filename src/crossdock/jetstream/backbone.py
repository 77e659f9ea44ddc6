"""The backbone on NATS JetStream (ports.backbone)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Self

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import APIError

from crossdock.canonical.vocabulary import Priority
from crossdock.jetstream.border import BorderStreams, ensure_border
from crossdock.jetstream.streams import (
    INBOUND,
    StreamLimits,
    ensure_streams,
    lane_consumer,
    lane_subject,
)
from crossdock.jetstream.translation import translated
from crossdock.kernel.errors import Transient
from crossdock.ports.backbone import IN_FLIGHT_MAX, Publication, Pulled, Standing

PUBLISH_TIMEOUT_S = 10.0
CONNECT_TIMEOUT_S = 5
RECONNECT_WAIT_S = 1
# A server whose host lost its power says nothing any more: after so many questions without an answer it is given up.
PING_EVERY_S, PINGS_UNANSWERED_MAX = 5, 2
UNLIMITED = -1
# A cluster that begins, or has lost a server, answers with a no at once or not at all, for some seconds.
DEPLOY_ATTEMPTS, DEPLOY_PAUSE_S = 10, 2.0
# Error code of the JetStream API, and how long such a message rests.
DUPLICATE_UNDER_WAY, UNDER_WAY_S = 10158, 0.02


class PulledMessage:
    """ports.backbone.Pulled over a message of the client."""

    __slots__ = ("_message",)

    def __init__(self, message: Msg) -> None:
        self._message = message

    @property
    def subject(self) -> str:
        return self._message.subject

    @property
    def body(self) -> bytes:
        return self._message.data

    @property
    def headers(self) -> Mapping[str, str]:
        return self._message.headers or {}

    @property
    def attempt(self) -> int:
        return self._message.metadata.num_delivered or 1

    async def ack(self) -> None:
        """Done: it leaves the log."""
        with translated():
            await self._message.ack()

    async def nak(self, delay_s: float) -> None:
        """Not now: to be given out again after `delay_s`."""
        with translated():
            await self._message.nak(delay=delay_s)

    async def hold(self) -> None:
        """Still at it: the lease begins anew."""
        with translated():
            await self._message.in_progress()


class JetStreamBackbone:
    """One connection, shared by all tasks of one event loop; it reconnects by itself for as long as it is open.

    At most `in_flight_max` publications are sent and not yet confirmed, whoever publishes; further ones wait, in order.
    """

    def __init__(self, client: Client, context: JetStreamContext, *, in_flight_max: int = IN_FLIGHT_MAX) -> None:
        self._client = client
        self._context = context
        self._in_flight_max = in_flight_max
        # Its places are given in the order they were asked for, so that messages leave in the order they were given.
        self._in_flight = asyncio.Semaphore(in_flight_max)
        self._lanes: dict[Priority, JetStreamContext.PullSubscription] = {}

    @classmethod
    async def open(cls, url: str, *, name: str = "crossdock", in_flight_max: int = IN_FLIGHT_MAX) -> Self:
        """Connect to a server, or to any of several with commas between them.

        Raises:
            Transient: the server cannot be reached.
        """
        client = Client()
        try:
            # Bounded here: the client's own limit on attempts would also hold for reconnecting later.
            with translated():
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    await client.connect(
                        url.split(","),
                        name=name,
                        connect_timeout=CONNECT_TIMEOUT_S,
                        max_reconnect_attempts=UNLIMITED,
                        reconnect_time_wait=RECONNECT_WAIT_S,
                        ping_interval=PING_EVERY_S,
                        max_outstanding_pings=PINGS_UNANSWERED_MAX,
                        error_cb=_unheard,
                    )
        except BaseException:
            await client.close()
            raise
        return cls(client, client.jetstream(), in_flight_max=in_flight_max)

    async def close(self) -> None:
        """Disconnect. What was pulled and not acknowledged goes to others when its lease is over."""
        await self._client.close()

    async def deploy(self, limits: StreamLimits | None = None) -> None:
        """Make the streams; see `ensure_streams`. A cluster that is not whole is asked again for a while.

        Raises:
            Permanent, Transient: as `ensure_streams`.
        """
        await _insisted(lambda: ensure_streams(self._context, limits or StreamLimits()))

    async def deploy_border(self, wanted: BorderStreams) -> None:
        """Make the streams of a cell's border, in the same way; see `ensure_border`."""
        await _insisted(lambda: ensure_border(self._context, wanted))

    async def publish(self, publications: Sequence[Publication]) -> None:
        """Durable once this returns; see `Backbone.publish`."""
        # Not the client's own asynchronous publishing: it never resolves a publication the server refuses (2.16).
        # In pages, so that a log that refuses is not asked for all the rest.
        for start in range(0, len(publications), self._in_flight_max):
            page = publications[start : start + self._in_flight_max]
            answers = await asyncio.gather(*map(self._publish_one, page), return_exceptions=True)
            for answer in answers:
                if answer is not None:
                    raise answer

    async def _publish_one(self, each: Publication) -> None:
        headers = {**each.headers, Header.MSG_ID.value: each.msg_id}
        async with self._in_flight:
            with translated():
                async with asyncio.timeout(PUBLISH_TIMEOUT_S):
                    while await self._is_under_way(each, headers):  # noqa: ASYNC110  (the server is asked)
                        await asyncio.sleep(UNDER_WAY_S)

    async def _is_under_way(self, each: Publication, headers: Mapping[str, str]) -> bool:
        """Publish; whether it is still unknown, because the same id is just being stored for somebody else.

        Only a cluster says so: it takes a round trip between its servers until the id is known to be there.
        """
        try:
            await self._context.publish(each.subject, each.body, timeout=PUBLISH_TIMEOUT_S, headers=dict(headers))
        except APIError as error:
            if error.err_code != DUPLICATE_UNDER_WAY:
                raise
            return True
        return False

    async def pull(self, lane: Priority, count: int, *, wait_s: float) -> Sequence[Pulled]:
        """What has arrived in one lane; see `Backbone.pull`."""
        with translated():
            subscription = await self._lane(lane)
            try:
                messages = await subscription.fetch(count, timeout=wait_s)
            except TimeoutError:
                return []
        return [PulledMessage(message) for message in messages]

    async def standing(self, lane: Priority) -> Standing:
        """How much stands in a lane of INBOUND; see `Backbone.standing`."""
        # Stream and consumer are not asked at one instant: only what two looks agree on has been given up.
        first, second = await self._look(lane), await self._look(lane)
        return msgspec.structs.replace(second, given_up=min(first.given_up, second.given_up))

    async def _look(self, lane: Priority) -> Standing:
        with translated():
            consumer = await self._context.consumer_info(INBOUND, lane_consumer(lane))
            stream = await self._context.stream_info(INBOUND, subjects_filter=lane_subject(lane))
        waiting, under_way = consumer.num_pending or 0, consumer.num_ack_pending or 0
        stored = sum((stream.state.subjects or {}).values())
        return Standing(waiting, under_way, max(0, stored - waiting - under_way))

    async def _lane(self, lane: Priority) -> JetStreamContext.PullSubscription:
        if lane not in self._lanes:
            consumer = lane_consumer(lane)
            self._lanes[lane] = await self._context.pull_subscribe_bind(durable=consumer, stream=INBOUND)
        return self._lanes[lane]


async def _insisted(make: Callable[[], Awaitable[None]]) -> None:
    for attempt in range(1, DEPLOY_ATTEMPTS + 1):
        try:
            await make()
        except Transient:
            # Admin calls time out for seconds after a node was lost, though they take effect.
            if attempt == DEPLOY_ATTEMPTS:
                raise
            await asyncio.sleep(DEPLOY_PAUSE_S)
        else:
            return


async def _unheard(_error: Exception) -> None:
    """The client also tells every call that failed; whoever called acts on it, once."""
