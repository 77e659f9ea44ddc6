"""What of a cell's facts may be read in other cells: those of the types named, applied, without what is about a person.

Everything else stays: messages as received, commands, evidence, and every type that is not named.
"""

from __future__ import annotations

import msgspec

from crossdock.app.relay import CONTENT_TYPE, PAGE_MAX, cloud_event
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.codec import encode_json
from crossdock.ports.backbone import Backbone, Publication
from crossdock.ports.feed import Feed, FeedRow

NAME = "curated"
ALL_OF = ".*"


class Curation(msgspec.Struct, frozen=True):
    """What may cross. `curated` are types of facts, or `shipment.*` for all whose name begins so; with `personal` what
    is about a person crosses too, else each such field is `•••`."""

    region: str
    curated: tuple[str, ...] = ()
    personal: bool = False

    def lets(self, type_: str) -> bool:
        """Whether facts of this type may cross."""
        return any(covers(pattern, type_) for pattern in self.curated)


def covers(pattern: str, type_: str) -> bool:
    """Whether a pattern stands for this type."""
    return type_ == pattern or (pattern.endswith(ALL_OF) and type_.startswith(pattern.removesuffix("*")))


async def cross_once(feed: Feed, border: Backbone, curation: Curation, *, limit: int = PAGE_MAX) -> int:
    """Publish what may cross of the next page of the log; returns how many events were looked at, 0 when there is none.

    At least once: the cursor moves after all of a page is durable at the border, which forgets repetitions.

    Raises:
        Transient: the log or the border cannot be reached; nothing is skipped.
    """
    stands = await feed.cursor(NAME)
    rows = await feed.read(stands, limit=limit)
    if not rows:
        return 0
    told = [crossing for row in rows if (crossing := curated(row, curation)) is not None]
    if told:
        await border.publish(told)
    await feed.advance(NAME, stands, rows[-1].position)
    return len(rows)


def curated(row: FeedRow, curation: Curation) -> Publication | None:
    """The message of one event as other cells may read it; none for what may not cross.

    It is the CloudEvent of the cell's own stream (relay.py), but its `source` begins with the region, since the numbers
    of two cells may be the same.
    """
    if row.disposition is not Disposition.APPLY or not curation.lets(row.type):
        return None
    whole = cloud_event(row, personal=curation.personal)
    event = msgspec.structs.replace(whole, source=f"/crossdock/{curation.region}/{row.partner}")
    return Publication(
        subject=f"curated.{curation.region}.{row.type}",
        body=encode_json(event),
        msg_id=f"{curation.region}:{event.id}",
        headers={"content-type": CONTENT_TYPE},
    )
