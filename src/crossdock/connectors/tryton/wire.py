"""What Tryton's REST interface answers when asked for a sale (trytond 8.2, modules sale, stock, account_invoice_stock).

A field is in the answer because the call named it; what a call did not name is not there, so unknown fields are let be.
Decimals, dates and instants come as objects with a `__class__`; quantities are floating-point numbers.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from crossdock.canonical.scalars import Country, Id


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything read from Tryton."""


class Day(Wire, frozen=True, kw_only=True):
    """`{"__class__": "date", …}`."""

    year: Annotated[int, msgspec.Meta(ge=1900, le=9998)]
    month: Annotated[int, msgspec.Meta(ge=1, le=12)]
    day: Annotated[int, msgspec.Meta(ge=1, le=31)]


class Moment(Day, frozen=True, kw_only=True):
    """`{"__class__": "datetime", …}`: UTC, without saying so."""

    hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 0
    minute: Annotated[int, msgspec.Meta(ge=0, le=59)] = 0
    second: Annotated[int, msgspec.Meta(ge=0, le=59)] = 0
    microsecond: Annotated[int, msgspec.Meta(ge=0, le=999_999)] = 0


class Exact(Wire, frozen=True, kw_only=True):
    """`{"__class__": "Decimal", "decimal": "120.00"}`."""

    decimal: Decimal


class Code(Wire, frozen=True, kw_only=True):
    """A record of which only the code matters (warehouse, currency)."""

    code: str | None = None


class Product(Wire, frozen=True, kw_only=True):
    """A product; services are sold and billed, and never shipped."""

    code: str | None = None
    type: str = "goods"


class Symbol(Wire, frozen=True, kw_only=True):
    """A unit."""

    symbol: str


class Land(Wire, frozen=True, kw_only=True):
    """A country."""

    code: Country


class Party(Wire, frozen=True, kw_only=True):
    """A party."""

    id: int
    code: str | None = None
    name: str | None = None


class Address(Wire, frozen=True, kw_only=True):
    """An address of a party."""

    id: int
    street: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: Land | None = None


class Changed(Wire, frozen=True, kw_only=True):
    """A sale of which only matters when it was last written."""

    id: int
    write_date: Moment | None = None


class SaleLine(Wire, frozen=True, kw_only=True):
    """A line of a sale; `type` tells goods from titles and comments."""

    id: int
    type: str = "line"
    sequence: int | None = None
    quantity: Decimal | None = None
    unit: Symbol | None = None
    unit_price: Exact | None = None
    product: Product | None = None
    description: str | None = None
    shipping_date: Day | None = None


class Sale(Wire, frozen=True, kw_only=True):
    """A sale as it is read to become an order."""

    id: int
    number: Id
    state: str
    sale_date: Day | None = None
    shipping_date: Day | None = None
    write_date: Moment | None = None
    reference: str | None = None
    description: str | None = None
    currency: Code
    party: Party
    shipment_party: Party | None = None
    shipment_address: Address | None = None
    warehouse: Code | None = None
    lines: tuple[SaleLine, ...] = ()


class Move(Wire, frozen=True, kw_only=True):
    """A stock move; `origin` is `model,id`: the sale line, or for a move inside the warehouse the move it feeds."""

    id: int
    quantity: Decimal
    state: str
    origin: str | None = None


class Shipment(Wire, frozen=True, kw_only=True):
    """A customer shipment; `reference` is ours."""

    id: int
    number: str | None = None
    reference: str | None = None
    state: str
    warehouse: Code
    inventory_moves: tuple[Move, ...] = ()
    outgoing_moves: tuple[Move, ...] = ()


class InvoiceLine(Wire, frozen=True, kw_only=True):
    """Which stock moves an invoice line bills."""

    quantity: Decimal | None = None
    origin: str | None = None
    stock_moves: tuple[int, ...] = ()


class Invoice(Wire, frozen=True, kw_only=True):
    """A customer invoice."""

    id: int
    number: str | None = None
    state: str
    lines: tuple[InvoiceLine, ...] = ()


class Books(Wire, frozen=True, kw_only=True):
    """A sale as it is read to be worked on: what it ordered, what of it was shipped and billed."""

    id: int
    number: Id
    state: str
    company: int
    invoice_method: str = ""
    shipment_state: str = ""
    invoice_state: str = ""
    lines: tuple[SaleLine, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    invoices: tuple[Invoice, ...] = ()


class Note(Wire, frozen=True, kw_only=True):
    """A note at a sale."""

    id: int
    message: str | None = None


class Row(Wire, frozen=True, kw_only=True):
    """A record of which only matters which it is."""

    id: int


class Coded(Wire, frozen=True, kw_only=True):
    """A record we name by its code."""

    id: int
    code: str


class Measure(Wire, frozen=True, kw_only=True):
    """A unit, to be named in a line."""

    id: int
    symbol: str


class Accounted(Wire, frozen=True, kw_only=True):
    """How a product is billed."""

    customer_taxes_used: tuple[int, ...] = ()


class Good(Wire, frozen=True, kw_only=True):
    """A product as a sale names it."""

    id: int
    code: str
    default_uom: Measure
    account_category: Accounted | None = None


class ClientAddress(Wire, frozen=True, kw_only=True):
    """An address of a customer, as it was written."""

    id: int
    party_name: str | None = None
    street_unstructured: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: Land | None = None


class Client(Wire, frozen=True, kw_only=True):
    """A customer with the addresses known."""

    id: int
    addresses: tuple[ClientAddress, ...] = ()


class Entered(Wire, frozen=True, kw_only=True):
    """A sale made of a channel's order, as far as it is one."""

    id: int
    state: str
    number: str | None = None


SALE_FIELDS = (
    "number", "state", "sale_date", "shipping_date", "write_date", "reference", "description",
    "currency.code",
    "party.code", "party.name", "shipment_party.code", "shipment_party.name",
    "shipment_address.street", "shipment_address.city", "shipment_address.postal_code", "shipment_address.country.code",
    "warehouse.code",
    "lines.type", "lines.sequence", "lines.quantity", "lines.unit.symbol", "lines.unit_price", "lines.product.code",
    "lines.product.type", "lines.description", "lines.shipping_date",
)  # fmt: skip
BOOKS_FIELDS = (
    "number", "state", "company", "invoice_method", "shipment_state", "invoice_state",
    "lines.type", "lines.sequence", "lines.quantity", "lines.unit.symbol", "lines.product.type",
    "shipments.number", "shipments.reference", "shipments.state", "shipments.warehouse.code",
    "shipments.inventory_moves.quantity", "shipments.inventory_moves.state", "shipments.inventory_moves.origin",
    "shipments.outgoing_moves.quantity", "shipments.outgoing_moves.state", "shipments.outgoing_moves.origin",
    "invoices.number", "invoices.state", "invoices.lines.quantity", "invoices.lines.origin",
    "invoices.lines.stock_moves",
)  # fmt: skip
NOTE_FIELDS = ("message",)
ENTERED_FIELDS = ("number", "state")
GOOD_FIELDS = ("code", "default_uom.symbol", "account_category.customer_taxes_used")
CLIENT_FIELDS = (
    "addresses.party_name", "addresses.street_unstructured", "addresses.city", "addresses.postal_code",
    "addresses.country.code",
)  # fmt: skip
