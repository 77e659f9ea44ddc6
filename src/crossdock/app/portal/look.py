"""What a customer asks of its orders, and how old the answer may be (mission.md X-04, Y-16, Y-28, Y-34).

The curated store answers. Where it is known to be behind by more than `portal_stale_after`, one order is made anew from
its dossier within `portal_readthrough_budget`; what that yields is kept, so that a later look never shows less. Where
the budget is used up the answer is what is kept, with its age and a plain sentence: never a status that pretends.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

from crossdock.app.portal.enquiry import unexplained
from crossdock.app.portal.follow import Curator
from crossdock.kernel.errors import Rejected, Transient
from crossdock.kernel.instant import from_micros, micros
from crossdock.ports.clock import Clock
from crossdock.ports.portal import (
    Bytes,
    Enquiries,
    Found,
    OrdersAsked,
    PortalOrder,
    PortalReads,
    ShownDocument,
    ShownShipment,
)
from crossdock.process.terms.portal import PortalTerms

PHASES = ("open", "moving", "attention", "delivered", "cancelled")
NUMBER_MAX = 80
CURSOR_MAX = 300


class Freshness(StrEnum):
    """How an answer came about: from the store, looked up anew just now, or older than it should be."""

    CURRENT = "current"
    LOOKED_UP = "looked_up"
    STALE = "stale"


class Notice(msgspec.Struct, frozen=True):
    """How fresh an answer is: `as_of` is the instant by which everything known is in it; `message` says what is wrong,
    empty for nothing."""

    as_of: datetime
    freshness: Freshness = Freshness.CURRENT
    message: str = ""


class OrderAnswer(msgspec.Struct, frozen=True):
    """An order and how fresh it is."""

    order: PortalOrder
    notice: Notice


class OrdersAnswer(msgspec.Struct, frozen=True):
    """A page of orders; `next` is the cursor of the following one, empty on the last."""

    orders: tuple[PortalOrder, ...]
    next: str
    notice: Notice


class Budget(Protocol):
    """Bounds read-throughs of one process, in number and in time."""

    async def spend(self, work: Callable[[], Awaitable[bool]]) -> bool:
        """Run the work and return what it does.

        Raises:
            Transient: too many run already, it took too long, or the database is away.
        """


class Portal:
    """What one customer may ask. The customer's key always comes from the caller's own identity, never from a URL."""

    def __init__(
        self,
        reads: PortalReads,
        curator: Curator,
        budget: Budget,
        terms: PortalTerms,
        clock: Clock,
        enquiries: Enquiries | None = None,
    ) -> None:
        self._enquiries = enquiries
        self._reads = reads
        self._curator = curator
        self._budget = budget
        self._terms = terms
        self._clock = clock

    async def order(self, customer: str, order_no: str, *, looked: bool = True) -> OrderAnswer | None:
        """An order of this customer; `None` for every other number, whoever else's it may be.

        `looked` says that somebody wants to know, and not only a page that is open.

        Raises:
            Transient: the store is away, and nothing can be said.
        """
        answer = await self._answer(customer, order_no)
        if answer is not None and looked:
            await self._count(answer.order)
        return answer

    async def _count(self, order: PortalOrder) -> None:
        late = unexplained(order)
        if late and self._enquiries is not None:
            try:
                await self._enquiries.looked(order.order_no, late, self._clock.now())
            except Transient:
                # A look that is not counted makes a figure of a day a little small; no page is refused for that.
                return

    async def _answer(self, customer: str, order_no: str) -> OrderAnswer | None:
        found = await self._reads.order(customer, order_no)
        if not found.orders:
            return None
        kept = found.orders[0]
        as_of = max(kept.as_of, found.complete or kept.as_of)
        if not self._old(as_of):
            return OrderAnswer(kept, Notice(as_of))
        try:
            await self._budget.spend(lambda: self._curator.renew(f"order||{order_no}", kept.dossier))
        except Transient:
            return OrderAnswer(kept, Notice(as_of, Freshness.STALE, stale_message(as_of)))
        found = await self._reads.order(customer, order_no)
        return next((OrderAnswer(one, Notice(one.as_of, Freshness.LOOKED_UP)) for one in found.orders), None)

    async def orders(
        self, customer: str, *, limit: int, phase: str = "", number: str = "", after: str = ""
    ) -> OrdersAnswer:
        """A page of this customer's orders, newest first; a list is never looked up anew, it says how old it is.

        Raises:
            Rejected: a filter or cursor that is none.
            Transient: the store is away.
        """
        if phase and phase not in PHASES:
            raise Rejected(f"phase is one of {', '.join(PHASES)}")
        if len(number) > NUMBER_MAX:
            raise Rejected(f"a number has at most {NUMBER_MAX} characters")
        asked = OrdersAsked(limit, phase, number.strip().upper(), _place(after))
        found = await self._reads.orders(customer, asked)
        rows = found.orders
        return OrdersAnswer(rows, _cursor(rows[-1]) if len(rows) == limit else "", self._of_list(found))

    async def document(self, customer: str, order_no: str, document: str) -> tuple[ShownDocument, Bytes | None] | None:
        """A document of an order of this customer, and its bytes where they are kept; `None` where there is none."""
        found = await self._reads.order(customer, order_no)
        if not found.orders:
            return None
        one = next((one for one in found.orders[0].documents if one.id == document), None)
        return None if one is None else (one, await self._reads.document(customer, order_no, document))

    async def shipment(
        self, customer: str, order_no: str, ref: str
    ) -> tuple[PortalOrder, ShownShipment, Notice] | None:
        """One shipment of an order of this customer."""
        answer = await self.order(customer, order_no)
        if answer is None:
            return None
        one = next((one for one in answer.order.shipments if one.ref == ref), None)
        return None if one is None else (answer.order, one, answer.notice)

    def _of_list(self, found: Found) -> Notice:
        as_of = found.complete
        if as_of is None:
            oldest = min((order.as_of for order in found.orders), default=self._clock.now())
            return Notice(oldest, Freshness.STALE, stale_message(oldest))
        if self._old(as_of):
            return Notice(as_of, Freshness.STALE, stale_message(as_of))
        return Notice(as_of)

    def _old(self, as_of: datetime) -> bool:
        return self._clock.now() - as_of > timedelta(seconds=self._terms.stale_after)


def stale_message(as_of: datetime) -> str:
    """The plain sentence: what the customer sees is not the present."""
    return (
        f"Status as of {as_of:%Y-%m-%d %H:%M} UTC. We cannot reach our newest information at the moment; "
        "what has happened since then is not shown here."
    )


def _cursor(last: PortalOrder) -> str:
    return base64.urlsafe_b64encode(f"{micros(last.placed)}|{last.order_no}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, str] | None:
    """A cursor as a place in the list; it only says where, never whose.

    Raises:
        Rejected: not one of ours.
    """
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor[:CURSOR_MAX] + "=" * (-len(cursor) % 4)).decode()
        placed, bar, order_no = text.partition("|")
        if not bar or "\x00" in order_no:
            raise ValueError(cursor)
        return from_micros(int(placed)), order_no
    except (ValueError, OverflowError) as error:
        raise Rejected("the cursor is not one we gave: use `next` of the page before") from error
