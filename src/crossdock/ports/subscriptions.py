"""Subscriptions of systems outside to the event log: who is told what, how far, and what became of every attempt.

Each subscription reads the log at its own pace from its own place; a bounded window of events is on its way, and behind
it the log itself is the buffer. Of one subject an event goes out only when the one before it has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from crossdock.ports.acts import Act
from crossdock.ports.feed import Position
from crossdock.ports.outbox import BreakerState
from crossdock.ports.store import CaseRow


class Filter(msgspec.Struct, frozen=True):
    """Which events. Types end with `.*` for a whole family; an empty list lets everything pass.

    `partners` are those who said it, `customers` the numbers of those whose order it is about.
    """

    types: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """One subscription as stored. `owner` is who may see it; `paused` says why nothing goes out, empty when it does.

    `customer` is whose news it hears, empty for the event log; `stands.tx` is then the number of the last news.
    `personal` says that what is about persons is sent too.
    """

    id: str
    owner: str
    label: str
    url: str
    filter: Filter
    created: datetime
    stands: Position
    customer: str = ""
    personal: bool = False
    generation: int = 1
    rotated: datetime | None = None
    paused: str = ""
    breaker: BreakerState = BreakerState.CLOSED
    failures: int = 0
    opens: int = 0
    open_until: datetime | None = None
    clear_since: datetime | None = None
    hold_until: datetime | None = None
    lease_until: datetime | None = None


class EventState(StrEnum):
    """Where an event for a subscription stands."""

    OPEN = "open"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class Matched(msgspec.Struct, frozen=True, gc=False):
    """An event that a subscription wants. `event` is its stable id, `body` what every attempt carries."""

    event: str
    type: str
    subject: str
    body: bytes


class EventLine(msgspec.Struct, frozen=True, gc=False):
    """One line of the delivery log."""

    number: int
    event: str
    type: str
    subject: str
    state: EventState
    created: datetime
    attempts: int
    detail: str
    due: datetime | None = None
    ended: datetime | None = None


class Attempt(msgspec.Struct, frozen=True, gc=False):
    """One call: when, the status (0 without an answer), how long it took, and what was said."""

    attempt: int
    at: datetime
    status: int
    ms: int
    detail: str


class Notice(msgspec.Struct, frozen=True, gc=False):
    """What the owner is told, in words that say who must do what."""

    number: int
    at: datetime
    kind: str
    detail: str


class Ready(msgspec.Struct, frozen=True, gc=False):
    """An event to be sent now."""

    number: int
    event: str
    body: bytes
    created: datetime
    attempts: int
    strikes: int
    first_tried: datetime | None


class Work(msgspec.Struct, frozen=True):
    """One subscription with the events to send for it, leased until `subscription.lease_until`."""

    subscription: Subscription
    events: tuple[Ready, ...]


class Settled(msgspec.Struct, frozen=True, gc=False):
    """What became of one event after one attempt."""

    number: int
    state: EventState
    attempts: int
    strikes: int
    due: datetime
    first_tried: datetime
    detail: str
    attempt: Attempt
    ended: datetime | None = None


class Subscriptions(Protocol):
    """What owners do with their subscriptions. None of it touches another owner's; an empty owner sees all."""

    async def add(self, subscription: Subscription, per_owner_max: int) -> bool:
        """Keep a new one; false when its owner has that many already."""

    async def all(self, owner: str, *, after: str, limit: int) -> Sequence[Subscription]:
        """By id."""

    async def one(self, owner: str, subscription: str) -> Subscription | None:
        """The subscription of that id."""

    async def remove(self, owner: str, subscription: str, cases: Sequence[CaseRow], act: Act, now: datetime) -> bool:
        """End it, with its log, close cases about it and keep the act; false when there is none."""

    async def pause(self, owner: str, subscription: str, reason: str) -> bool:
        """Send nothing more until it is resumed, by an empty reason; an open breaker probes at once then."""

    async def rotate(self, owner: str, subscription: str, now: datetime) -> int:
        """The number of its next signing secret; 0 when there is none."""

    async def events(self, subscription: str, *, state: str, before: int, limit: int) -> Sequence[EventLine]:
        """The delivery log, newest first."""

    async def attempts(self, subscription: str, event: int) -> Sequence[Attempt] | None:
        """Every attempt at one event in order, at most 100; `None` when there is no such event."""

    async def notices(self, subscription: str, *, before: int, limit: int) -> Sequence[Notice]:
        """What its owner was told, newest first."""

    async def replay(self, subscription: str, now: datetime, *, event: str, since: datetime | None) -> int:
        """Send again, under the same id: one event of the log, or all since an instant; how many."""

    async def try_out(self, subscription: str, event: Matched, now: datetime) -> bool:
        """Put one event on its way beside the log; false while another of its kind is on the way."""

    async def end(self) -> Position:
        """The end of the log: where a subscription to what comes next stands."""


class Senders(Protocol):
    """What the sending side works from."""

    async def reading(self, window: int, limit: int) -> Sequence[Subscription]:
        """Subscriptions that are to be told more: not paused, and fewer than `window` events of theirs on the way."""

    async def put(self, told: Sequence[tuple[Subscription, Sequence[Matched]]], to: Position, now: datetime) -> None:
        """Put events on their way and move each subscription to `to`, unless it was moved meanwhile; an event once."""

    async def claim(self, now: datetime, lease_until: datetime, batch: int) -> Work | None:
        """A subscription that something is due for and nobody sends for: heads of subjects, one where it is a probe."""

    async def settle(
        self,
        work: Work,
        after: Subscription,
        settled: Sequence[Settled],
        notices: Sequence[tuple[str, str]],
        cases: Sequence[CaseRow],
        now: datetime,
    ) -> bool:
        """Record what became of it, the breaker, kind and words of notices, cases; false when the lease passed on."""

    async def sweep(self, before: datetime, limit: int) -> int:
        """Forget what was put on its way before that, whatever became of it; how many."""


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What a subscriber said: the status, 0 when none came, its wish to be left alone, and how long it took."""

    status: int
    detail: str
    ms: int
    retry_after_s: float = 0.0


class Poster(Protocol):
    """Takes an event to an address of the public internet."""

    def refuses(self, url: str) -> str:
        """Why this address is never called, in words for who gave it; empty where it may be."""

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """One call, no redirect; never raises for what the other side does, or is."""
