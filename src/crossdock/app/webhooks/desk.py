"""What owners do with their subscriptions: make, list, pause, end, rotate, read the log, replay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from crossdock.app.deliver.cases import endpoint_cases
from crossdock.app.queries import Page, page
from crossdock.app.webhooks.curated import test_event
from crossdock.app.webhooks.judging import endpoint_of, gate_of
from crossdock.app.webhooks.signing import secret_of
from crossdock.app.webhooks.wanted import checked
from crossdock.kernel.errors import Rejected
from crossdock.kernel.ids import uuid7
from crossdock.kernel.secret import Secret
from crossdock.ports.acts import Act
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.feed import Position
from crossdock.ports.outbox import BreakerState, Gate
from crossdock.ports.subscriptions import Attempt, EventLine, Filter, Notice, Poster, Subscription, Subscriptions

PER_OWNER_MAX = 50
URL_CHARS_MAX = 2_000
PAUSED_BY_OWNER = "by its owner"
ENDED_BY_OWNER = "ended by its owner"

Names = tuple[Annotated[str, Meta(min_length=1, max_length=128)], ...]


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new subscription. Types end with `.*` for a family; a list that is empty lets everything pass.

    `start` is where it begins: with what comes next, or with the beginning of the log.
    """

    url: Annotated[str, Meta(min_length=8, max_length=URL_CHARS_MAX)]
    label: Annotated[str, Meta(max_length=100)] = ""
    types: Annotated[Names, Meta(max_length=100)] = ()
    partners: Annotated[Names, Meta(max_length=100)] = ()
    customers: Annotated[Names, Meta(max_length=100)] = ()
    start: Literal["now", "beginning"] = "now"


class SubscriptionView(msgspec.Struct, frozen=True):
    """A subscription as its owner sees it; `state` is `active`, `paused`, or `waiting` while its address fails.

    `personal`: what is about persons is sent too, for it was made by a key with `personal:read`.
    """

    id: str
    owner: str
    label: str
    url: str
    types: tuple[str, ...]
    partners: tuple[str, ...]
    customers: tuple[str, ...]
    created: datetime
    state: str
    detail: str = ""
    next_probe: datetime | None = None
    personal: bool = False


class Made(msgspec.Struct, frozen=True):
    """A new subscription, or a new secret of one: it is shown this once, and empty where the answer is given again."""

    subscription: SubscriptionView
    secret: str


class ReplayWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event by its id, or everything in the delivery log since an instant; exactly one of the two."""

    event: Annotated[str, Meta(max_length=64)] = ""
    since: datetime | None = None


class Replayed(msgspec.Struct, frozen=True):
    """How many events go again, under the ids they had."""

    events: int


@dataclass(frozen=True, slots=True)
class SubscriptionDesk:
    """One door for owners. `owner` empty is an operator, who sees all."""

    store: Subscriptions
    poster: Poster
    pepper: Secret
    clock: Clock
    dice: Dice

    async def make(self, owner: str, wish: Wish, *, customer: str = "", personal: bool = False) -> Made | None:
        """A new subscription and its secret; `None` when the owner has as many as it may. A customer's hears its news.

        Events are sent without what is about persons unless `personal`.

        Raises:
            Rejected: an address that is never called, or a filter that is too long.
        """
        refused = self.poster.refuses(wish.url)
        if refused:
            raise Rejected(refused, where="$.url")
        now = self.clock.now()
        made = Subscription(
            id=str(uuid7(int(now.timestamp() * 1000), self.dice.bits(80))),
            owner=owner,
            label=wish.label,
            url=wish.url,
            filter=checked(Filter(wish.types, wish.partners, wish.customers)),
            created=now,
            stands=await self.store.end() if wish.start == "now" else Position(),
            customer=customer,
            personal=personal,
        )
        if not await self.store.add(made, PER_OWNER_MAX):
            return None
        return Made(view_of(made), self._secret(made.id, 1))

    async def all(self, owner: str, after: str, limit: int) -> Page[SubscriptionView]:
        """One's own, by id."""
        rows = [view_of(one) for one in await self.store.all(owner, after=after, limit=limit)]
        return page(rows, limit, lambda row: row.id)

    async def one(self, owner: str, subscription: str) -> SubscriptionView | None:
        """One of one's own."""
        found = await self.store.one(owner, subscription)
        return view_of(found) if found is not None else None

    async def pause(self, owner: str, subscription: str, reason: str) -> bool:
        """Send nothing more; what happens meanwhile is kept in the log and goes after `resume`."""
        return await self.store.pause(owner, subscription, reason or PAUSED_BY_OWNER)

    async def resume(self, owner: str, subscription: str) -> bool:
        """Go on from where it stands."""
        return await self.store.pause(owner, subscription, "")

    async def remove(self, owner: str, subscription: str, reason: str = ENDED_BY_OWNER) -> bool:
        """End it for good; a case about its address is closed with it, and who ended it stands among the acts."""
        found = await self.store.one(owner, subscription)
        if found is None:
            return False
        now = self.clock.now()
        cases = endpoint_cases(endpoint_of(found), gate_of(found), Gate(found.id), "the subscription was ended", now)
        act = Act("subscription_ended", found.customer or owner, owner, reason)
        return await self.store.remove(owner, subscription, cases, act, now)

    async def rotate(self, owner: str, subscription: str) -> Made | None:
        """A new secret; for a day every call is signed with the old one too."""
        generation = await self.store.rotate(owner, subscription, self.clock.now())
        found = await self.store.one(owner, subscription)
        if found is None or not generation:
            return None
        return Made(view_of(found), self._secret(subscription, generation))

    async def try_out(self, owner: str, subscription: str) -> bool | None:
        """Send a test event now; false while one is on its way, `None` when the subscription is not one's own."""
        if await self.store.one(owner, subscription) is None:
            return None
        now = self.clock.now()
        identity = f"test.{uuid7(int(now.timestamp() * 1000), self.dice.bits(80))}"
        return await self.store.try_out(subscription, test_event(subscription, identity, now), now)

    async def events(
        self, owner: str, subscription: str, state: str, before: int, limit: int
    ) -> Page[EventLine] | None:
        """The delivery log, newest first; `None` when the subscription is not one's own."""
        if await self.store.one(owner, subscription) is None:
            return None
        rows = await self.store.events(subscription, state=state, before=before, limit=limit)
        return page(rows, limit, lambda row: str(row.number))

    async def attempts(self, owner: str, subscription: str, event: int) -> tuple[Attempt, ...] | None:
        """Every attempt at one event of the log."""
        if await self.store.one(owner, subscription) is None:
            return None
        found = await self.store.attempts(subscription, event)
        return tuple(found) if found is not None else None

    async def notices(self, owner: str, subscription: str, before: int, limit: int) -> Page[Notice] | None:
        """What its owner was told, newest first."""
        if await self.store.one(owner, subscription) is None:
            return None
        rows = await self.store.notices(subscription, before=before, limit=limit)
        return page(rows, limit, lambda row: str(row.number))

    async def replay(self, owner: str, subscription: str, wish: ReplayWish) -> Replayed | None:
        """Send again what was sent; `None` when there is no such subscription or event.

        Raises:
            Rejected: neither or both of event and instant, or an instant without a zone.
        """
        if bool(wish.event) == (wish.since is not None):
            raise Rejected('say which: {"event": "12.4"} or {"since": "2026-06-01T00:00:00Z"}')
        if wish.since is not None and wish.since.tzinfo is None:
            raise Rejected("the instant has no zone: write it as RFC 3339 does", where="$.since")
        if await self.store.one(owner, subscription) is None:
            return None
        count = await self.store.replay(subscription, self.clock.now(), event=wish.event, since=wish.since)
        return Replayed(count) if count or not wish.event else None

    def _secret(self, subscription: str, generation: int) -> str:
        return secret_of(self.pepper, subscription, generation).reveal()


def view_of(subscription: Subscription) -> SubscriptionView:
    """A subscription as its owner sees it."""
    waiting = subscription.breaker is not BreakerState.CLOSED
    state = "paused" if subscription.paused else "waiting" if waiting else "active"
    told = "its address does not take events; one is tried as a probe" if waiting else ""
    wanted = subscription.filter
    return SubscriptionView(
        subscription.id,
        subscription.owner,
        subscription.label,
        subscription.url,
        wanted.types,
        wanted.partners,
        wanted.customers,
        subscription.created,
        state,
        subscription.paused or told,
        subscription.open_until if waiting else None,
        subscription.personal,
    )
