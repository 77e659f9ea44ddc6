"""What a customer decides in the portal: which links to a shipment it gave away, which notices it does not want."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

LINKS_MAX = 200


class TrackingLink(msgspec.Struct, frozen=True):
    """A link to one shipment. Of what opens it only the digest is kept; `id` names it for whoever made it."""

    id: str
    digest: bytes
    customer: str
    order_no: str
    shipment: str
    by: str
    created: datetime
    expires: datetime
    label: str = ""
    revoked: datetime | None = None


class NoticeChoice(msgspec.Struct, frozen=True):
    """A kind of message a customer may do without: the rule's id, and in words what it is about, which way it goes, and
    to whom where that is not the customer."""

    id: str
    about: str
    way: str
    whom: str = ""


class OwnThings(Protocol):
    """See the module. Raises, all of them: Transient, the store is away."""

    async def keep_link(self, link: TrackingLink) -> None:
        """Keep a new link.

        Raises:
            Rejected: the customer has as many as it may; withdraw one.
        """

    async def links(self, customer: str, order_no: str = "") -> Sequence[TrackingLink]:
        """The customer's links, newest first, those of one order where it is named; at most 200."""

    async def withdraw(self, customer: str, link: str, at: datetime) -> bool:
        """End a link; false where the customer has none of that name, or it had ended."""

    async def opened_by(self, digest: bytes) -> TrackingLink | None:
        """The link of that digest, ended ones too; who asks proves it by the digest alone."""

    async def unwanted(self, customer: str) -> frozenset[str]:
        """Rules of notices (domain.md §9.6) whose notices the customer does not want."""

    async def want(self, customer: str, rules: Sequence[str], unwanted: Sequence[str]) -> None:
        """Of these rules, the customer does not want those of `unwanted` and wants the others."""
