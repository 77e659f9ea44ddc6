"""The curated store: what each customer may see, kept under the customer's own number, and nothing else.

Everything here is already in the customer's words: no load, no internal id, no other customer's line ever enters it
(domain.md §4.6, mission.md A-18, A-34). Instants are UTC, quantities and amounts exact decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Protocol

import msgspec

from crossdock.canonical.scalars import PERSONAL, Personal
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money

ORDERS_PAGE_MAX = 100


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of everything a customer sees."""


class ShownLine(Shown, frozen=True):
    """A line of the order, or what of it is in a shipment. Of a shipment only `shipped` and `delivered` are filled."""

    no: str
    item: str
    uom: str
    description: str = ""
    ordered: Decimal = Decimal(0)
    cancelled: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    delivered: Decimal = Decimal(0)
    remaining: Decimal = Decimal(0)


class ShownMilestone(Shown, frozen=True):
    """One thing that happened, in the customer's words.

    Attributes:
        key: what it is told by from one look to the next; it names nothing internal.
        step: how far it brings the shipment, 0 for not at all.
        at: absent where nobody said when.
        place: a city, never an address. `note`: a reason by category, or a delivery window.
        corrected: since when we no longer hold what we once showed.
    """

    key: str
    label: str
    step: int = 0
    at: datetime | None = None
    place: str = ""
    note: str = ""
    corrected: datetime | None = None


class ShownEta(Shown, frozen=True):
    """When it should arrive; `confidence` runs from 0 to 1 and is absent where nobody said."""

    at: datetime
    confidence: Decimal | None = None


class DocumentView(Shown, frozen=True):
    """A document of the order; `shipment` is the `ref` of the shipment it is about."""

    id: str
    type: str
    title: str
    at: datetime
    name: str = ""
    mime: str = ""
    shipment: str = ""


class ShownDocument(DocumentView, frozen=True):
    """A document as it is kept. `sha256` and `source` say which kept bytes it is, and leave the hub never."""

    sha256: str = ""
    source: str = ""


class ShownProof(Shown, frozen=True):
    """A proof of delivery as it was told: who took what, when. It can be read without any document."""

    at: datetime
    receiver: Personal
    kinds: tuple[str, ...] = ()
    lines: tuple[ShownLine, ...] = ()
    exceptions: bool = False


class ShownInvoice(Shown, frozen=True):
    """An invoice to the customer: `open`, `part_paid`, `paid` or `credited`."""

    invoice_no: str
    status: str
    total: Money
    date: str = ""
    paid: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)


class ShownReturn(Shown, frozen=True):
    """A return: `number` is the authorisation's, or the request's until there is one."""

    number: str
    status: str
    request: str = ""
    until: datetime | None = None
    tracking: tuple[str, ...] = ()
    lines: tuple[ShownLine, ...] = ()
    instructions: str = ""
    reason: str = ""


class ShownRequest(Shown, frozen=True):
    """Something the customer asked us to look into, and what we answered, empty until we did."""

    number: str
    topic: str
    at: datetime
    text: Personal = ""
    answer: Personal = ""


class ShownShipment(Shown, frozen=True):
    """A consignment. `ref` is ours for customers; the carrier's and the warehouse's own ids are not shown. `tz` is the
    IANA zone of the door it goes to."""

    ref: str
    status: str
    step: int = 0
    alert: str = ""
    tz: str = ""
    carrier: str = ""
    tracking: tuple[str, ...] = ()
    window: Window | None = None
    eta: ShownEta | None = None
    milestones: tuple[ShownMilestone, ...] = ()
    lines: tuple[ShownLine, ...] = ()
    proofs: tuple[ShownProof, ...] = ()


class OrderWords(Shown, frozen=True, kw_only=True):
    """What a customer reads of an order, on the page and by machine: said here once for both.

    Attributes:
        phase: `open`, `moving`, `attention`, `delivered` or `cancelled`, for lists.
        alert: what keeps it up, in words that tell no detail; empty for nothing.
    """

    order_no: str
    status: str
    phase: str
    placed: datetime
    as_of: datetime
    alert: str = ""
    po: str = ""
    currency: str = ""
    requested: Window | None = None
    promise: Window | None = None
    ship_to: Annotated[tuple[str, ...], PERSONAL] = ()
    lines: tuple[ShownLine, ...] = ()
    shipments: tuple[ShownShipment, ...] = ()
    invoices: tuple[ShownInvoice, ...] = ()
    returns: tuple[ShownReturn, ...] = ()
    requests: tuple[ShownRequest, ...] = ()


class PortalOrder(OrderWords, frozen=True, kw_only=True):
    """An order as it is kept for its customer. `as_of` is when the dossier was read.

    Attributes:
        customer: whose it is; first in every key of the store.
        version: of the dossier it was made from; an older one never replaces a newer.
        edition: of the way it was made; another one is made anew.
    """

    customer: str
    dossier: int
    version: int
    edition: int
    customer_name: Personal = ""
    documents: tuple[ShownDocument, ...] = ()

    @property
    def identifiers(self) -> tuple[str, ...]:
        """What the customer may look this order up by: numbers of its own, and those printed on what it receives."""
        found = [self.order_no, self.po]
        found += [number for shipment in self.shipments for number in shipment.tracking]
        found += [invoice.invoice_no for invoice in self.invoices]
        found += [number for one in self.returns for number in (one.number, one.request, *one.tracking)]
        return tuple(dict.fromkeys(one for one in found if one))


class Bytes(msgspec.Struct, frozen=True):
    """A document's bytes as they were received."""

    body: bytes
    mime: str


class Standing(msgspec.Struct, frozen=True):
    """How far the log can be read (`horizon`) and reaches (`newest`), in writing transactions."""

    horizon: int
    newest: int


class Found(msgspec.Struct, frozen=True):
    """What a look found, and as of when the whole store is known to be complete."""

    orders: tuple[PortalOrder, ...]
    complete: datetime | None


class OrdersAsked(msgspec.Struct, frozen=True):
    """A page of orders, newest first. `number` is the beginning of an identifier of theirs, `after` where the page
    before ended (placed, order number)."""

    limit: int
    phase: str = ""
    number: str = ""
    after: tuple[datetime, str] | None = None


class News(msgspec.Struct, frozen=True, gc=False):
    """One thing to tell a customer. `subject` is `order/<number>`, `body` its words as JSON, `at` when it happened."""

    kind: str
    subject: str
    at: datetime
    body: bytes


Succeed = Callable[[PortalOrder | None, PortalOrder], PortalOrder]
# What to tell whoever was shown the first and is now shown the second; nothing was shown yet where it is absent.
Tell = Callable[[PortalOrder | None, PortalOrder], Sequence[News]]


class PortalWrites(Protocol):
    """How the store is fed."""

    async def replace(self, order: PortalOrder, succeed: Succeed, tell: Tell) -> bool:
        """Keep this order as `succeed` makes it of what was kept, and its news; false where what is kept is as new.

        One transaction. Where the order changed hands its former customer keeps nothing of it, and is told no more.

        Raises:
            Transient: the store is away.
        """

    async def standing(self) -> Standing:
        """How far the log reaches now."""

    async def reached(self, at: datetime) -> None:
        """Everything durable by `at` is in the store; it never moves back."""


class Enquiries(Protocol):
    """Counts what customers look at and are not told the reason of (domain.md K-41); who looked is not kept."""

    async def looked(self, order_no: str, shipments: Sequence[str], at: datetime) -> None:
        """Somebody looked at these shipments of an order.

        Raises:
            Transient: it could not be counted.
        """


class PortalReads(Protocol):
    """What one customer asks; the store itself shows no row of another.

    Raises, all of them: Transient, the store is away.
    """

    async def order(self, customer: str, order_no: str) -> Found:
        """This order, where it is the customer's."""

    async def orders(self, customer: str, asked: OrdersAsked) -> Found:
        """A page of the customer's orders."""

    async def document(self, customer: str, order_no: str, document: str) -> Bytes | None:
        """The bytes of a document of this order, where they are kept."""
