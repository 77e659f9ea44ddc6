"""The relay: the event log to JetStream EVENTS, as CloudEvents 1.0 in structured JSON mode.

At least once: the cursor moves after all of a page is durable. After a crash the page is published again under the same
ids, which the stream forgets within its window and a subscriber by `id` and `disposition`.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.app.masking import masked_json
from crossdock.canonical.envelope import Subject
from crossdock.kernel.codec import encode_json
from crossdock.ports.backbone import Backbone, Publication
from crossdock.ports.feed import Feed, FeedRow

NAME = "events"
PAGE_MAX = 1000
CONTENT_TYPE = "application/cloudevents+json"


class CloudEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """CloudEvents 1.0 attributes, our extensions (`disposition`, `dossier`, `recordedtime`, `causationid`), and data.

    `data` is the canonical envelope as it stands in the log; `subject` is what the fact is about, `type/id`.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    data: msgspec.Raw
    disposition: str
    dossier: str
    recordedtime: datetime
    causationid: str = ""
    # Named with its value, because `omit_defaults` must not leave out what the standard requires.
    specversion: str = msgspec.field(default_factory=lambda: "1.0")
    datacontenttype: str = msgspec.field(default_factory=lambda: "application/json")


class _About(msgspec.Struct):
    subject: Subject


_about = msgspec.json.Decoder(_About)


async def relay_once(feed: Feed, backbone: Backbone, *, name: str = NAME, limit: int = PAGE_MAX) -> int:
    """Publish the next page of the log; returns how many events, 0 when there is nothing new.

    Raises:
        Transient: the log or the backbone cannot be reached, or the stream is full; nothing is skipped.
    """
    stands = await feed.cursor(name)
    rows = await feed.read(stands, limit=limit)
    if not rows:
        return 0
    await backbone.publish([publication(row) for row in rows])
    await feed.advance(name, stands, rows[-1].position)
    return len(rows)


def publication(row: FeedRow) -> Publication:
    """The message of one event. Its id holds the disposition, so that a held fact that applies later is news."""
    event = cloud_event(row)
    return Publication(
        subject=f"events.{row.type}",
        body=encode_json(event),
        msg_id=f"{event.id}:{row.disposition.value}",
        headers={"content-type": CONTENT_TYPE},
    )


def cloud_event(row: FeedRow, *, personal: bool = True) -> CloudEvent:
    """One event in the words of CloudEvents; what is about persons is put out unless `personal`."""
    about = _about.decode(row.body).subject
    return CloudEvent(
        id=f"{row.position.dossier}.{row.seq}",
        source=f"/crossdock/{row.partner}",
        type=f"crossdock.{row.type}",
        subject=f"{about.type}/{about.id}",
        time=row.occurred,
        data=msgspec.Raw(row.body if personal else masked_json(row.body)),
        disposition=row.disposition.value,
        dossier=row.ident,
        recordedtime=row.recorded,
        causationid=row.cause,
    )
