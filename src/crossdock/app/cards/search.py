"""What people type into the search box, and the lists behind it: any identifier, with or without its kind before it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from crossdock.app.cards.terms import normalised
from crossdock.app.orders.sheet import name_of
from crossdock.app.queries import SCHEMES as DOSSIERS
from crossdock.app.queries import Page, page
from crossdock.canonical.references import SCHEMES
from crossdock.kernel.errors import Rejected
from crossdock.ports.cards import CardReads, Found, OrderCard, OrdersAsked
from crossdock.ports.clock import Clock

# How people call kinds of identifiers, beside their own names.
SAID = {
    "so": "order", "sales order": "order", "customer po": "po", "purchase order": "po", "rma": "return",
    "bill of lading": "bol",
}  # fmt: skip
STATED = ("delivery_note", "credit_note", "carrier_invoice", "dispute")
KINDS = frozenset({*SCHEMES, *DOSSIERS, *STATED})


class Query(msgspec.Struct, frozen=True):
    """A term as it is kept, and the kind of identifier it is to be, empty for any."""

    text: str
    scheme: str = ""


class Hit(msgspec.Struct, frozen=True):
    """One found dossier and what its page is called."""

    found: Found
    name: str


class Hits(msgspec.Struct, frozen=True):
    """What a search found. `only` is the one page that bears exactly this identifier, empty where there are several."""

    query: Query
    page: Page[Hit]
    only: str = ""


@dataclass(frozen=True, slots=True)
class OrderLists:
    """See the module."""

    reads: CardReads
    clock: Clock

    async def orders(self, asked: OrdersAsked) -> Page[OrderCard]:
        """A page of orders, newest first."""
        return page(await self.reads.orders(asked, self.clock.now()), asked.limit, lambda one: str(one.dossier))

    async def search(self, text: str, after: str, limit: int) -> Hits:
        """Dossiers found under exactly this, and behind them those found under what begins so.

        Raises:
            Rejected: nothing to look for.
        """
        query = query_of(text)
        if not query.text:
            raise Rejected("say what to look for: a number, or the beginning of one")
        exact = await self.reads.search(query.text, query.scheme, prefix=False, after="", limit=limit)
        found = await self.reads.search(query.text, query.scheme, prefix=True, after=after, limit=limit)
        orders = [one for one in exact if one.order is not None]
        alone = orders if len(orders) == 1 else exact
        only = name_of(alone[0].ident, alone[0].dossier) if len(alone) == 1 else ""
        hits = page([Hit(one, name_of(one.ident, one.dossier)) for one in found], limit, lambda one: one.found.term)
        return Hits(query, hits, only)


def query_of(text: str) -> Query:
    """`SO-1`, `order SO-1`, `order: SO-1`, `pro|NVTR|123` and `Delivery note 7` as a term and a kind."""
    words = " ".join(text.split())
    if words.count("|") > 1:
        scheme, _, rest = words.partition("|")
        return Query(normalised(rest.partition("|")[2]), scheme.lower() if scheme.lower() in KINDS else "")
    for name in sorted({*KINDS, *SAID}, key=len, reverse=True):
        spoken = (name, name.replace("_", " "))
        if words.lower().startswith(tuple(one + ending for one in spoken for ending in (" ", ":"))):
            return Query(normalised(words[len(name) + 1 :].lstrip(": ")), SAID.get(name, name))
    return Query(normalised(words))
