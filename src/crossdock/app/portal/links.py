"""Links a customer gives away: whoever has one sees one shipment's milestones and nothing else, until it ends.

A link is 256 random bits; the store holds its digest under the pepper, so that what is stored opens nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from crossdock.app.access import digest
from crossdock.app.portal.look import Freshness, Notice, Portal
from crossdock.kernel.errors import Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.portal import ShownEta, ShownMilestone
from crossdock.ports.portal_own import OwnThings, TrackingLink
from crossdock.process.terms.portal import PortalTerms

TOKEN_BITS, TOKEN_CHARS = 256, 43
ID_BITS = 60
LABEL_MAX = 80
DAY = 86_400


class Tracked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a link shows. No order, no line, no name, no document: only how one shipment is doing."""

    customer: str
    status: str
    step: int
    notice: Notice
    alert: str = ""
    tz: str = ""
    eta: ShownEta | None = None
    milestones: tuple[ShownMilestone, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """Making, listing, ending and opening links."""

    portal: Portal
    own: OwnThings
    terms: PortalTerms
    clock: Clock
    dice: Dice
    pepper: Secret

    async def give(
        self, customer: str, order_no: str, shipment: str, *, days: int, by: str, label: str = ""
    ) -> tuple[Secret, TrackingLink]:
        """A new link, shown this once.

        Raises:
            Rejected: no such shipment of this customer, a time or label that is none, or too many links.
        """
        if not 1 <= days <= self.terms.link_days_max:
            raise Rejected(f"a link lives from 1 to {self.terms.link_days_max} days")
        if len(label) > LABEL_MAX or not label.isprintable():
            raise Rejected(f"a note has at most {LABEL_MAX} characters on one line")
        if await self.portal.shipment(customer, order_no, shipment) is None:
            raise Rejected("there is no such shipment: load the page again")
        token = base64.urlsafe_b64encode(self.dice.bits(TOKEN_BITS).to_bytes(TOKEN_BITS // 8)).decode().rstrip("=")
        now = self.clock.now()
        link = TrackingLink(
            id=f"{self.dice.bits(ID_BITS):015x}",
            digest=self._digest(token),
            customer=customer,
            order_no=order_no,
            shipment=shipment,
            by=by,
            created=now,
            expires=now + timedelta(seconds=days * DAY),
            label=label,
        )
        await self.own.keep_link(link)
        return Secret(token), link

    async def of(self, customer: str, order_no: str = "") -> Sequence[TrackingLink]:
        """The customer's links that still open something."""
        now = self.clock.now()
        return [one for one in await self.own.links(customer, order_no) if one.revoked is None and one.expires > now]

    async def withdraw(self, customer: str, link: str) -> bool:
        """End a link of this customer; false where there is none."""
        return await self.own.withdraw(customer, link, self.clock.now())

    async def open(self, token: str) -> Tracked | None:
        """What a link shows; `None` for one that never was, expired or was withdrawn: nobody can tell which."""
        if len(token) != TOKEN_CHARS or not token.isascii():
            return None
        link = await self.own.opened_by(self._digest(token))
        now = self.clock.now()
        if link is None or link.revoked is not None or link.expires <= now:
            return None
        found = await self.portal.shipment(link.customer, link.order_no, link.shipment)
        if found is None:
            return None
        _, one, notice = found
        fresh = notice if notice.freshness is not Freshness.LOOKED_UP else Notice(notice.as_of)
        return Tracked(link.customer, one.status, one.step, fresh, one.alert, one.tz, one.eta, one.milestones)

    def _digest(self, token: str) -> bytes:
        return digest(f"tracking:{token}", self.pepper)
