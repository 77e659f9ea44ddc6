"""The two streams and the four work lanes. Made by deploy (`ensure_streams`), never by whoever publishes or takes."""

from __future__ import annotations

import msgspec
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from crossdock.canonical.vocabulary import Priority
from crossdock.jetstream.translation import translated

INBOUND = "INBOUND"
EVENTS = "EVENTS"
GIGABYTE = 1024**3
DAY_S = 86_400.0

# A worker that lives says so every few seconds (`Pulled.hold`), so a killed one's messages need not wait for long.
LEASE_S = 15.0
ACK_PENDING_MAX = 4_096
DUPLICATE_WINDOW_S = 600.0

# Days of being put back. After that a message stays in the stream, counted by `standing`, and nobody
# gets it any more: a worker that died on it ten thousand times must not go on for ever.
DELIVER_MAX = 10_000


class StreamLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much the streams may hold. INBOUND refuses what does not fit; EVENTS forgets its oldest.

    INBOUND has no age: what was accepted leaves it by being worked off, and by nothing else. `lease_s` is how long a
    worker may be silent about a message before it is given to another.
    """

    inbound_bytes: int = 2 * GIGABYTE
    inbound_messages: int = 5_000_000
    events_bytes: int = 4 * GIGABYTE
    events_messages: int = 50_000_000
    events_age_s: float = 30 * DAY_S
    replicas: int = 1
    lease_s: float = LEASE_S


def lane_subject(lane: Priority) -> str:
    """All subjects of one lane."""
    return f"inbound.p{lane.value}.>"


def lane_consumer(lane: Priority) -> str:
    """The durable consumer all workers of a lane share."""
    return f"work-p{lane.value}"


def stream_configs(limits: StreamLimits) -> list[StreamConfig]:
    """Both streams as they should be."""
    inbound = StreamConfig(
        name=INBOUND,
        subjects=[lane_subject(lane) for lane in Priority],
        retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_bytes=limits.inbound_bytes,
        max_msgs=limits.inbound_messages,
        num_replicas=limits.replicas,
        duplicate_window=DUPLICATE_WINDOW_S,
    )
    events = StreamConfig(
        name=EVENTS,
        subjects=["events.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.OLD,
        max_bytes=limits.events_bytes,
        max_msgs=limits.events_messages,
        max_age=limits.events_age_s,
        num_replicas=limits.replicas,
        duplicate_window=DUPLICATE_WINDOW_S,
    )
    return [inbound, events]


def consumer_config(lane: Priority, limits: StreamLimits) -> ConsumerConfig:
    """One lane's consumer as it should be."""
    return ConsumerConfig(
        durable_name=lane_consumer(lane),
        filter_subject=lane_subject(lane),
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=limits.lease_s,
        max_deliver=DELIVER_MAX,
        max_ack_pending=ACK_PENDING_MAX,
    )


async def ensure_streams(context: JetStreamContext, limits: StreamLimits) -> None:
    """Make both streams and all consumers, or bring them to these limits. Repeating it changes nothing.

    Raises:
        Permanent: the server refuses a limit (not enough disk), or a stream of that name holds something else.
        Transient: the server does not answer. It may have done it all the same: repeat it.
    """
    for config in stream_configs(limits):
        with translated():
            try:
                await context.stream_info(config.name or "")
            except NotFoundError:
                await context.add_stream(config)
            else:
                await context.update_stream(config)
    for lane in Priority:
        with translated():
            await context.add_consumer(INBOUND, consumer_config(lane, limits))
