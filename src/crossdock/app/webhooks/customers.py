"""What a customer does with its own subscriptions. Whose they are comes from who is signed in, or from the key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from crossdock.app.portal.news import KINDS
from crossdock.app.queries import Page
from crossdock.app.webhooks.desk import URL_CHARS_MAX, Made, SubscriptionDesk, SubscriptionView, Wish
from crossdock.app.webhooks.wanted import is_of
from crossdock.kernel.errors import Rejected

Types = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=64)], ...], Meta(max_length=20)]


class CustomerWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new subscription to what happens to one's own orders. Types end with `.*` for a family; none lets all pass.

    `start` is where it begins: with what comes next, or with what was told within the last month.
    """

    url: Annotated[str, Meta(min_length=8, max_length=URL_CHARS_MAX)]
    label: Annotated[str, Meta(max_length=100)] = ""
    types: Types = ()
    start: Literal["now", "beginning"] = "now"


class CustomerSubscription(msgspec.Struct, frozen=True):
    """A subscription as its customer sees it; `state` is `active`, `paused`, or `waiting` while its address fails."""

    id: str
    label: str
    url: str
    types: tuple[str, ...]
    created: datetime
    state: str
    detail: str = ""
    next_probe: datetime | None = None


class CustomerSecret(msgspec.Struct, frozen=True):
    """A new subscription, or a new secret of one: it is shown this once, and empty where the answer is given again."""

    subscription: CustomerSubscription
    secret: str


@dataclass(frozen=True, slots=True)
class CustomerDesk:
    """One customer's door. What is asked of `desk` with `owner` is about this customer's own and no other."""

    desk: SubscriptionDesk
    customer: str

    @property
    def owner(self) -> str:
        """Whose subscriptions these are in the store of all."""
        return f"customer:{self.customer}"

    async def make(self, wish: CustomerWish) -> CustomerSecret | None:
        """A new one and its secret; `None` when the customer has as many as it may.

        Raises:
            Rejected: an address that is never called, or a type that there is not.
        """
        for name in wish.types:
            if not any(is_of(kind, name) for kind in KINDS):
                raise Rejected(f"there is no type {name}: they are {', '.join(KINDS)}", where="$.types")
        full = Wish(wish.url, wish.label, wish.types, start=wish.start)
        return _shown(await self.desk.make(self.owner, full, customer=self.customer))

    async def all(self, after: str, limit: int) -> Page[CustomerSubscription]:
        """One's own, by id."""
        found = await self.desk.all(self.owner, after, limit)
        return Page(tuple(view_of(one) for one in found.items), found.next)

    async def one(self, subscription: str) -> CustomerSubscription | None:
        """One of one's own."""
        found = await self.desk.one(self.owner, subscription)
        return view_of(found) if found is not None else None

    async def rotate(self, subscription: str) -> CustomerSecret | None:
        """A new secret; for a day every call is signed with the old one too."""
        return _shown(await self.desk.rotate(self.owner, subscription))


# The door of a customer.
Desks = Callable[[str], CustomerDesk]


def view_of(full: SubscriptionView) -> CustomerSubscription:
    """A subscription without what is only ours."""
    return CustomerSubscription(
        full.id, full.label, full.url, full.types, full.created, full.state, full.detail, full.next_probe
    )


def _shown(made: Made | None) -> CustomerSecret | None:
    return CustomerSecret(view_of(made.subscription), made.secret) if made is not None else None
