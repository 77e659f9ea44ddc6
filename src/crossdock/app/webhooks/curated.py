"""Events to customers: their news (`app.portal.news`) as CloudEvents, for webhooks, pages and streams alike."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crossdock.app.webhooks.wanted import is_of
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.portal_news import NewsLine, PortalNews
from crossdock.ports.subscriptions import Matched

# What one call looks at, however little of it the types let through.
SCAN_MAX = 1_000
PLACE_CHARS_MAX = 18
DIGEST_CHARS = 12
TEST = "subscription.test"


class CustomerEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """CloudEvents 1.0 attributes and `recordedtime`, when we told it; `subject` is `order/<number>`.

    `data` is an `app.portal.news.Words`: the order as it stood then, and what the event is about.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    data: msgspec.Raw
    recordedtime: datetime
    # Named with its value, because `omit_defaults` must not leave out what the standard requires.
    specversion: str = msgspec.field(default_factory=lambda: "1.0")
    datacontenttype: str = msgspec.field(default_factory=lambda: "application/json")


class CustomerPage(msgspec.Struct, frozen=True):
    """Events in the order they were told. `next` is where to go on, now or later; `more` that there is more now."""

    items: tuple[CustomerEvent, ...]
    next: str
    more: bool


def customer_event(customer: str, line: NewsLine) -> CustomerEvent:
    """One event in the words of CloudEvents. Its id is the customer's and stays the same wherever it is told."""
    return CustomerEvent(
        id=f"{hashlib.sha256(customer.encode()).hexdigest()[:DIGEST_CHARS]}.{line.number}",
        source="/crossdock/portal",
        type=f"crossdock.{line.kind}",
        subject=line.subject,
        time=line.at,
        data=msgspec.Raw(line.body),
        recordedtime=line.told,
    )


def wanted(types: Sequence[str], kind: str) -> bool:
    """Whether somebody who named these types, or none, wants this kind."""
    return not types or any(is_of(kind, name) for name in types)


def matched(customer: str, line: NewsLine) -> Matched:
    """The event as every attempt carries it."""
    event = customer_event(customer, line)
    return Matched(event.id, line.kind, line.subject, encode_json(event))


def test_event(subscription: str, identity: str, now: datetime) -> Matched:
    """What a subscriber is sent to try its address; it is about nobody's order."""
    data = msgspec.Raw(encode_json({"subscription": subscription, "message": "This is a test: nothing has happened."}))
    subject = f"subscription/{subscription}"
    event = CustomerEvent(identity, "/crossdock/portal", f"crossdock.{TEST}", subject, now, data, now)
    return Matched(identity, TEST, subject, encode_json(event))


@dataclass(frozen=True, slots=True)
class CustomerLog:
    """One customer's news for readers outside, a page at a time, from a place the reader names."""

    news: PortalNews

    async def page(self, customer: str, place: str, types: Sequence[str], limit: int) -> CustomerPage:
        """What follows a place, the beginning where it is empty.

        Raises:
            Rejected: the place is not one of ours.
            Transient: the store is away.
        """
        told, behind, more = await self.after(customer, number_of(place), types, limit)
        return CustomerPage(tuple(customer_event(customer, line) for line in told), str(behind), more)

    async def after(
        self, customer: str, number: int, types: Sequence[str], limit: int
    ) -> tuple[list[NewsLine], int, bool]:
        """News behind a number, how far was looked, and whether there is more."""
        told: list[NewsLine] = []
        looked = 0
        while looked < SCAN_MAX and len(told) < limit:
            asked = limit - len(told)
            lines = await self.news.after(customer, number, limit=asked)
            told += [line for line in lines if wanted(types, line.kind)]
            number = lines[-1].number if lines else number
            looked += len(lines)
            if len(lines) < asked:
                return told, number, False
        return told, number, True


def number_of(place: str) -> int:
    """A place we gave; the beginning where it is empty.

    Raises:
        Rejected: it is none of ours.
    """
    if not place:
        return 0
    if not (place.isascii() and place.isdecimal() and len(place) <= PLACE_CHARS_MAX):
        raise Rejected("this is no place that we gave: use the id of an event of the stream, or next of a page")
    return int(place)
