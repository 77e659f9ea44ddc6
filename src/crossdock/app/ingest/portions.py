"""A warehouse's whole stock in one fact, taken in portions: each item's rows go to that item's own dossier.

The portions are transactions of their own, the whole comes last. What stops half-way was not answered: the sender sends
it again, and what was taken is a duplicate. The message is kept from the first portion on, so that what was taken of it
can be explained; until the last it counts as not used, or what is sent again would be taken for a repetition.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.correlate import lacks_authority
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.inventory import InventorySnapshotTaken, SnapshotRow
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.ports.connector import Finding
from crossdock.ports.store import MessageRow

# Some tenths of a second of work: what else arrives meanwhile does not wait longer than that.
ITEMS_PER_PORTION = 250


def portions(arrival: Arrival) -> Iterator[list[Arrival]]:
    """What a report of a whole warehouse says of single items, some at a time; nothing of any other fact."""
    fact = arrival.fact
    snapshot = fact.payload
    if not isinstance(snapshot, InventorySnapshotTaken) or fact.subject.type != "warehouse":
        return
    if lacks_authority(fact, arrival.partner):
        return
    rows: dict[str, list[SnapshotRow]] = {}
    for row in snapshot.rows:
        rows.setdefault(row.item, []).append(row)
    items = sorted(rows)
    for first in range(0, len(items), ITEMS_PER_PORTION):
        yield [_of_item(arrival, snapshot, item, rows[item]) for item in items[first : first + ITEMS_PER_PORTION]]


def unfinished(message: MessageRow, facts: int, *, renews: bool) -> MessageRow:
    """A message of which so many facts were taken so far."""
    detail = f"{facts} facts of it were taken so far: where it stays so, its sender had no answer and sends it again"
    findings = msgspec.json.encode([Finding("UNFINISHED", detail, severity="warning")])
    return msgspec.structs.replace(message, status="refused", facts=facts, findings=findings, renews=renews)


def finished(message: MessageRow, facts: int) -> MessageRow:
    """A message of which so many facts were taken in portions, and now the rest."""
    return msgspec.structs.replace(message, facts=message.facts + facts, renews=True) if facts else message


def _of_item(arrival: Arrival, snapshot: InventorySnapshotTaken, item: str, rows: list[SnapshotRow]) -> Arrival:
    fact = arrival.fact
    body = make_envelope(
        fact.type,
        Subject("stock", f"{fact.subject.id}|{item}"),
        fact.source,
        fact.occurred,
        msgspec.structs.replace(snapshot, rows=tuple(rows)),
        cls=fact.cls,
        revision=fact.revision,
        flags=fact.flags,
    )
    return msgspec.structs.replace(arrival, body=body, fact=decode_fact(body, fact.received_at))
