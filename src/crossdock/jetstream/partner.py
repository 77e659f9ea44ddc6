"""A partner's own NATS with JetStream: a stream of theirs we read, a subject of theirs we publish on.

Not our backbone: another server, made and kept by the partner. Stream and consumer must be there; we only use them.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from typing import Annotated, Literal, cast

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import BadRequestError, NoStreamResponseError, NotFoundError

from crossdock.jetstream.translation import translated
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.broker import PREFETCH_MAX, Letter, Taken, check_url
from crossdock.ports.described import described

TRACE = "traceparent"
CONTENT_TYPE = "Content-Type"
SCHEMES = ("nats", "tls")


class NatsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One NATS of one partner.

    Attributes:
        url: `tls://host:4222`, without a password.
        stream_in, consumer_in: the stream and its durable pull consumer with explicit acknowledgment that we read;
            empty when the partner only takes. Its `ack_wait` should be a minute or more.
        subject_out: where we publish, inside a stream of theirs; empty when the partner only speaks.
        content_type: of a message that says none.
        prefetch: how many messages one look may bring.
    """

    url: str
    kind: Literal["nats"] = "nats"
    user: str = ""
    stream_in: str = ""
    consumer_in: str = ""
    subject_out: str = ""
    content_type: str = "application/json"
    prefetch: Annotated[int, msgspec.Meta(ge=1, le=PREFETCH_MAX)] = 200
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=300)] = 10.0

    def __post_init__(self) -> None:
        check_url(self.url, SCHEMES, "tls://host:4222")
        if bool(self.stream_in) != bool(self.consumer_in):
            raise ValueError("stream_in and consumer_in go together: name both or neither")
        if not self.stream_in and not self.subject_out:
            raise ValueError("neither stream_in nor subject_out is given: name at least one")


class _Connection:
    """A connection that is made when first used, and anew when it was lost; the caller says how often is tried."""

    def __init__(self, config: NatsConfig, password: Secret | None, tls: ssl.SSLContext | None) -> None:
        self.config = config
        self._password = password
        self._tls = tls
        self._client: Client | None = None
        self._lock = asyncio.Lock()

    async def context(self) -> JetStreamContext:
        async with self._lock:
            if self._client is None or not self._client.is_connected:
                await self.close()
                self._client = await self._connect()
            return self._client.jetstream(timeout=self.config.timeout_s)

    async def _connect(self) -> Client:
        client = Client()
        try:
            with translated():
                async with asyncio.timeout(self.config.timeout_s):
                    await client.connect(
                        self.config.url,
                        name="crossdock",
                        user=self.config.user or None,
                        password=self._password.reveal() if self._password is not None else None,
                        tls=self._tls,
                        allow_reconnect=False,
                        error_cb=_unheard,
                    )
        except BaseException:
            await client.close()
            raise
        return client

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()


class NatsSubscription:
    """Implements `ports.broker.Subscription` over a durable pull consumer."""

    def __init__(self, config: NatsConfig, password: Secret | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._connection = _Connection(config, password, tls)
        self._pull: JetStreamContext.PullSubscription | None = None

    async def take(self, count: int, *, wait_s: float) -> Sequence[Taken]:
        """See `Subscription.take`."""
        if self._pull is None:
            self._pull = await self._bound(await self._connection.context())
        with translated():
            try:
                messages = await self._pull.fetch(min(count, self._config.prefetch), timeout=wait_s)
            except TimeoutError:
                return []
        return [taken_of(message) for message in messages]

    async def done(self, taken: Sequence[Taken]) -> None:
        """See `Subscription.done`."""
        with translated():
            for one in taken:
                await cast("Msg", one.receipt).ack()

    async def hold(self, taken: Sequence[Taken]) -> None:
        """See `Subscription.hold`; otherwise the server gives them again after the consumer's `ack_wait`."""
        with translated():
            for one in taken:
                await cast("Msg", one.receipt).in_progress()

    async def reset(self) -> None:
        """See `Subscription.reset`."""
        self._pull = None
        await self._connection.close()

    async def _bound(self, context: JetStreamContext) -> JetStreamContext.PullSubscription:
        config = self._config
        with translated():
            try:
                await context.consumer_info(config.stream_in, config.consumer_in)
            except NotFoundError as error:
                raise Permanent(
                    f"no consumer {config.consumer_in} of stream {config.stream_in}: make it there, or correct the "
                    "partner file"
                ) from error
            return await context.pull_subscribe_bind(durable=config.consumer_in, stream=config.stream_in)


class NatsPublisher:
    """Implements `ports.broker.Publisher`; the message id makes a repetition within the stream's window disappear."""

    def __init__(self, config: NatsConfig, password: Secret | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._connection = _Connection(config, password, tls)

    async def publish(self, letter: Letter) -> None:
        """See `Publisher.publish`."""
        subject = self._config.subject_out
        context = await self._connection.context()
        with translated():
            try:
                await context.publish(subject, letter.body, timeout=self._config.timeout_s, headers=headers_of(letter))
            except NoStreamResponseError as error:
                raise Permanent(f"no stream there keeps {subject}: correct subject_out or make one") from error
            except BadRequestError as error:
                raise Permanent(f"NATS refuses our message on {subject}: {error.description}") from error

    async def close(self) -> None:
        """Disconnect."""
        await self._connection.close()


def taken_of(message: Msg) -> Taken:
    """The message in our words."""
    headers = {name.lower(): value for name, value in (message.headers or {}).items()}
    return Taken(
        body=message.data,
        place=f"nats:{message.subject}",
        content_type=described(headers.get(CONTENT_TYPE.lower(), ""), headers),
        traceparent=headers.get(TRACE, ""),
        receipt=message,
    )


def headers_of(letter: Letter) -> dict[str, str]:
    """What travels beside the bytes."""
    said = {
        Header.MSG_ID.value: letter.message_id,
        CONTENT_TYPE: letter.content_type,
        TRACE: letter.traceparent,
        "ordering-key": letter.ordering_key,
        **letter.headers,
    }
    return {name: value for name, value in said.items() if value}


async def _unheard(_error: Exception) -> None:
    """The client also tells every call that failed; whoever called acts on it, once."""
