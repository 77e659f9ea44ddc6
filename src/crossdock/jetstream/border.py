"""The two streams at the border of a cell: CURATED holds what of ours others may read, ABROAD what we read of others.

ABROAD is filled by the servers themselves: each source remembers the place it has read to, so that a link may be cut
and healed at any time, and nothing comes twice or is left out while CURATED still holds it.
"""

from __future__ import annotations

import msgspec
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, ExternalStream, RetentionPolicy, StorageType, StreamConfig, StreamSource
from nats.js.errors import NotFoundError

from crossdock.jetstream.translation import translated

CURATED, ABROAD = "CURATED", "ABROAD"
GIGABYTE = 1024**3
DAY_S = 86_400.0
# A relay that died between publishing and noting it publishes a page again: so long the border remembers.
DUPLICATE_WINDOW_S = 3600.0


class BorderStreams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Both streams of the cell of `region`, which reads from the cells of `sources`. The oldest goes first.

    A link may be down for as long as CURATED keeps what has not been read yet.
    """

    region: str
    sources: tuple[str, ...] = ()
    replicas: int = 1
    age_s: float = 30 * DAY_S
    size_bytes: int = 2 * GIGABYTE


def curated_subject(region: str) -> str:
    """All subjects of a cell's curated facts."""
    return f"curated.{region}.>"


def border_configs(wanted: BorderStreams) -> list[StreamConfig]:
    """Both streams as they should be; no ABROAD where nothing is read."""
    common = StreamConfig(
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.OLD,
        max_bytes=wanted.size_bytes,
        max_age=wanted.age_s,
        num_replicas=wanted.replicas,
        duplicate_window=DUPLICATE_WINDOW_S,
    )
    subjects, sources = [curated_subject(wanted.region)], [_source(region) for region in wanted.sources]
    curated = common.evolve(name=CURATED, subjects=subjects)
    return [curated, common.evolve(name=ABROAD, sources=sources)] if sources else [curated]


async def ensure_border(context: JetStreamContext, wanted: BorderStreams) -> None:
    """Make both streams, or bring them to what is wanted. Repeating it changes nothing.

    Raises:
        Permanent: the server refuses a limit, or a stream of that name holds something else.
        Transient: the server does not answer. It may have done it all the same: repeat it.
    """
    for config in border_configs(wanted):
        with translated():
            try:
                await context.stream_info(config.name or "")
            except NotFoundError:
                await context.add_stream(config)
            else:
                await context.update_stream(config)


def _source(region: str) -> StreamSource:
    api = ExternalStream(api=f"$JS.{region}.API")
    return StreamSource(name=CURATED, filter_subject=curated_subject(region), external=api)
