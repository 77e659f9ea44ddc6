"""Reading the event log from outside, a page at a time, from a place the reader names: for polls and for streams."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from crossdock.app.relay import CloudEvent, cloud_event
from crossdock.app.webhooks.wanted import Customers, lets_through
from crossdock.kernel.errors import Rejected
from crossdock.ports.feed import Feed, FeedRow, Position
from crossdock.ports.subscriptions import Filter

# What one call looks at, however little of it the filter lets through.
SCAN_MAX = 1_000
PLACE_CHARS_MAX = 60


class EventPage(msgspec.Struct, frozen=True):
    """Events in the order of their commits. `next` is where to go on, now or later; `more` that there is more now."""

    items: tuple[CloudEvent, ...]
    next: str
    more: bool


class Told(msgspec.Struct, frozen=True):
    """One event and the place to go on behind it; empty inside a group that has one place, whose last names it."""

    event: CloudEvent
    place: str


@dataclass(frozen=True, slots=True)
class EventLog:
    """The log for readers outside. `open_feed` makes a reader's own view, `end` says where the log ends now."""

    open_feed: Callable[[], Feed]
    end: Callable[[], Awaitable[Position]]
    customers: Customers

    async def page(self, place: str, wanted: Filter, limit: int) -> EventPage:
        """What follows a place, the beginning where it is empty; `limit` events, and those of one fact together.

        Raises:
            Rejected: the place is not one of ours.
            Transient: the store is away.
        """
        told, behind, more = await self.after(self.open_feed(), place_of(place), wanted, limit)
        return EventPage(tuple(one.event for one in told), text_of(behind), more)

    async def after(
        self, feed: Feed, place: Position, wanted: Filter, limit: int, *, personal: bool = True
    ) -> tuple[list[Told], Position, bool]:
        """Events behind a place, how far the log was looked at, and whether there is more."""
        told: list[Told] = []
        looked = 0
        while looked < SCAN_MAX and len(told) < limit:
            rows = await feed.read(place, limit=limit - len(told))
            if not rows:
                return told, place, False
            looked += len(rows)
            told += await self._wanted(rows, wanted, personal=personal)
            place = rows[-1].position
        return told, place, True

    async def _wanted(self, rows: Sequence[FeedRow], wanted: Filter, *, personal: bool) -> list[Told]:
        found = []
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            customer = await self.customers.of(row.ident) if wanted.customers else ""
            if lets_through(wanted, row, customer):
                last = following is None or following.position != row.position
                found.append(Told(cloud_event(row, personal=personal), text_of(row.position) if last else ""))
        return found


def text_of(place: Position) -> str:
    """A place as readers keep it; nothing in it is theirs to understand."""
    return f"{place.tx}-{place.dossier}-{place.seq}"


def place_of(text: str) -> Position:
    """A place we gave; the beginning where it is empty.

    Raises:
        Rejected: it is none of ours.
    """
    if not text:
        return Position()
    parts = text.split("-")
    if len(text) > PLACE_CHARS_MAX or len(parts) != 3 or not all(one.isascii() and one.isdecimal() for one in parts):
        raise Rejected("this is no place in the log that we gave: use the id of an event, or next of a page")
    tx, dossier, seq = (int(part) for part in parts)
    if max(tx, dossier) >= 2**63 or seq >= 2**31:
        raise Rejected("this is no place in the log that we gave: use the id of an event, or next of a page")
    return Position(tx, dossier, seq)
