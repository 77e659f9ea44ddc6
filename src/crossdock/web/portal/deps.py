"""What the portal's pages are given, and whose pages they are in a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

import msgspec
from litestar.di import NamedDependency

from crossdock.app.identity.entry import Signed
from crossdock.app.portal.asking import Asking
from crossdock.app.portal.brand import Brand, Brands
from crossdock.app.portal.links import Links
from crossdock.app.portal.look import Portal
from crossdock.app.webhooks.curated import CustomerLog
from crossdock.app.webhooks.customers import Desks
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.portal_own import NoticeChoice, OwnThings
from crossdock.ports.principal import Principal, Verb
from crossdock.web.people.guards import Call, NotAllowed

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class PortalDeps:
    """What the pages work through. `rules` are the notices a customer may do without; none where nobody is written to.
    `public_url` is how browsers reach the hub, empty when they reach it as it listens."""

    portal: Portal
    links: Links
    own: OwnThings
    asking: Asking
    hooks: Desks
    news: CustomerLog
    brands: Brands
    clock: Clock
    dice: Dice
    rules: Sequence[NoticeChoice] = ()
    public_url: str = ""


Deps = NamedDependency[PortalDeps]


class Room(msgspec.Struct, frozen=True):
    """Whose pages these are: the customer looked at, of those the person may look at, and how it looks to them."""

    customer: str
    customers: tuple[str, ...]
    group: str
    brand: Brand
    csrf: str
    person: str

    def href(self, path: str, **values: object) -> str:
        """An address of the portal with these values; whoever has several customers stays with this one."""
        named = {name: str(value) for name, value in values.items() if value not in ("", None)}
        if len(self.customers) > 1:
            named[CUSTOMER] = self.customer
        return f"/portal{path}" + (f"?{urlencode(named)}" if named else "")


In = NamedDependency[Room]


def customers_of(principal: Principal) -> tuple[str, ...]:
    """Whose orders somebody may see, named one by one. A grant that names nobody reaches nobody here."""
    found = [customer for reach in principal.reaches(Verb.SEE_OWN) for customer in reach.customers]
    return tuple(dict.fromkeys(found))


async def provide_room(request: Call, deps: Deps) -> Room:
    """The room of whoever the guard let in.

    Raises:
        NotAllowed: they have no customer, or not the one they ask for.
    """
    signed = cast("Signed", request.scope["state"]["signed"])
    mine = customers_of(signed.principal)
    if not mine:
        raise NotAllowed("no orders are yours to see here: ask whoever invited you")
    asked = request.query_params.get(CUSTOMER) or mine[0]
    if asked not in mine:
        raise NotAllowed("that is not yours to see")
    group = deps.brands.group(asked)
    return Room(asked, mine, group, deps.brands.of(group), signed.csrf, signed.principal.name)
