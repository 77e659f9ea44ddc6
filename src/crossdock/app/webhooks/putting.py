"""From the log onto the way: subscriptions that stand at one place read it together, each takes what it wants.

A customer's subscription reads that customer's news instead; its place is the number of the last one.

At least once, in the order of the log: what is put on its way and how far the log was read are one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from crossdock.app.webhooks import curated
from crossdock.app.webhooks.wanted import Customers, lets_through, matched
from crossdock.ports.clock import Clock
from crossdock.ports.feed import Feed, FeedRow, Position
from crossdock.ports.portal_news import PortalNews
from crossdock.ports.subscriptions import Matched, Senders, Subscription

# So many events of one subscription may be on their way; behind them the log waits.
WINDOW = 1_000
SUBSCRIPTIONS_MAX = 1_000
PAGE_MAX = 200


@dataclass(frozen=True, slots=True)
class Putter:
    """Several may run: a place that was moved meanwhile is not moved again."""

    feed: Feed
    senders: Senders
    customers: Customers
    clock: Clock
    news: PortalNews

    async def put_once(self) -> int:
        """Read on for everybody who is to be told more; how many events were read, 0 when there is nothing new.

        Raises:
            Transient: the store is away; what was read is read again.
        """
        places: dict[tuple[str, Position], list[Subscription]] = defaultdict(list)
        for one in await self.senders.reading(WINDOW, SUBSCRIPTIONS_MAX):
            places[one.customer, one.stands].append(one)
        return sum([await self._read_at(*place, subscriptions) for place, subscriptions in sorted(places.items())])

    async def _read_at(self, customer: str, place: Position, subscriptions: Sequence[Subscription]) -> int:
        if customer:
            return await self._read_news(customer, place.tx, subscriptions)
        rows = await self.feed.read(place, limit=PAGE_MAX)
        if not rows:
            return 0
        told = [(one, await self._for(one, rows)) for one in subscriptions]
        await self.senders.put(told, rows[-1].position, self.clock.now())
        return len(rows)

    async def _read_news(self, customer: str, number: int, subscriptions: Sequence[Subscription]) -> int:
        lines = await self.news.after(customer, number, limit=PAGE_MAX)
        if not lines:
            return 0
        told = [
            (one, [curated.matched(customer, line) for line in lines if curated.wanted(one.filter.types, line.kind)])
            for one in subscriptions
        ]
        await self.senders.put(told, Position(lines[-1].number), self.clock.now())
        return len(lines)

    async def _for(self, subscription: Subscription, rows: Sequence[FeedRow]) -> list[Matched]:
        wanted = subscription.filter
        found = []
        for row in rows:
            customer = await self.customers.of(row.ident) if wanted.customers else ""
            if lets_through(wanted, row, customer):
                found.append(matched(row, personal=subscription.personal))
        return found
