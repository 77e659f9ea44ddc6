"""The curated store in memory, for tests of meaning; it passes the same suite as PostgreSQL's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from crossdock.kernel.errors import Rejected, Transient
from crossdock.ports.portal import Bytes, Found, News, OrdersAsked, PortalOrder, Standing, Succeed, Tell
from crossdock.ports.portal_own import LINKS_MAX, TrackingLink


class MemoryPortal:
    """See `ports.portal`. `away` makes every read fail as a database does that is gone."""

    def __init__(self) -> None:
        self.orders_kept: dict[tuple[str, str], PortalOrder] = {}
        self.bytes_kept: dict[tuple[str, str], Bytes] = {}
        self.owners: dict[int, tuple[str, str]] = {}
        self.told: list[News] = []
        self.complete: datetime | None = None
        self.away = False
        self.reading = Standing(1, 1)

    async def replace(self, order: PortalOrder, succeed: Succeed, tell: Tell) -> bool:
        """See `PortalWrites.replace`."""
        owner = self.owners.get(order.dossier)
        kept = self.orders_kept.get(owner) if owner is not None else None
        if owner is not None and kept is not None and kept.version >= order.version and kept.edition == order.edition:
            self.orders_kept[owner] = replace(kept, as_of=max(kept.as_of, order.as_of))
            return False
        if owner is not None and owner[0] != order.customer:
            self.orders_kept.pop(owner, None)
            kept = None
        self.owners[order.dossier] = (order.customer, order.order_no)
        shown = self.orders_kept[order.customer, order.order_no] = succeed(kept, order)
        self.told += tell(kept, shown)
        return True

    async def standing(self) -> Standing:
        """See `PortalWrites.standing`."""
        return self.reading

    async def reached(self, at: datetime) -> None:
        """See `PortalWrites.reached`."""
        self.complete = max(self.complete or at, at)

    async def order(self, customer: str, order_no: str) -> Found:
        """See `PortalReads.order`."""
        self._refuse_if_away()
        kept = self.orders_kept.get((customer, order_no))
        return Found((kept,) if kept is not None else (), self.complete)

    async def orders(self, customer: str, asked: OrdersAsked) -> Found:
        """See `PortalReads.orders`."""
        self._refuse_if_away()
        own = [order for (owner, _), order in self.orders_kept.items() if owner == customer]
        own.sort(key=lambda order: (order.placed, order.order_no), reverse=True)
        chosen = [order for order in own if _fits(order, asked)]
        return Found(tuple(chosen[: asked.limit]), self.complete)

    async def document(self, customer: str, order_no: str, document: str) -> Bytes | None:
        """See `PortalReads.document`."""
        self._refuse_if_away()
        kept = self.orders_kept.get((customer, order_no))
        one = next((one for one in kept.documents if one.id == document), None) if kept is not None else None
        return self.bytes_kept.get((one.sha256, one.source)) if one is not None else None

    def _refuse_if_away(self) -> None:
        if self.away:
            raise Transient("the store is away")


def _fits(order: PortalOrder, asked: OrdersAsked) -> bool:
    if asked.phase not in ("", order.phase):
        return False
    if asked.number and not any(one.upper().startswith(asked.number) for one in order.identifiers):
        return False
    return asked.after is None or (order.placed, order.order_no) < asked.after


class MemoryOwnThings:
    """See `ports.portal_own.OwnThings`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], TrackingLink] = {}
        self.refused: dict[str, frozenset[str]] = {}

    async def keep_link(self, link: TrackingLink) -> None:
        """See `OwnThings.keep_link`."""
        if len(await self.links(link.customer)) >= LINKS_MAX:
            raise Rejected(f"you have {LINKS_MAX} links already: withdraw one of them first")
        self.kept[link.customer, link.id] = link

    async def links(self, customer: str, order_no: str = "") -> Sequence[TrackingLink]:
        """See `OwnThings.links`."""
        own = [one for one in self.kept.values() if one.customer == customer and order_no in ("", one.order_no)]
        return sorted(own, key=lambda one: (-one.created.timestamp(), one.id))

    async def withdraw(self, customer: str, link: str, at: datetime) -> bool:
        """See `OwnThings.withdraw`."""
        known = self.kept.get((customer, link))
        if known is None or known.revoked is not None:
            return False
        self.kept[customer, link] = replace(known, revoked=at)
        return True

    async def opened_by(self, digest: bytes) -> TrackingLink | None:
        """See `OwnThings.opened_by`."""
        return next((one for one in self.kept.values() if one.digest == digest), None)

    async def unwanted(self, customer: str) -> frozenset[str]:
        """See `OwnThings.unwanted`."""
        return self.refused.get(customer, frozenset())

    async def want(self, customer: str, rules: Sequence[str], unwanted: Sequence[str]) -> None:
        """See `OwnThings.want`."""
        left = self.refused.get(customer, frozenset()) - set(rules)
        self.refused[customer] = left | (set(unwanted) & set(rules))
