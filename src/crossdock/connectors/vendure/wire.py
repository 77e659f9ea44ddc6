"""What Vendure's Admin API answers when asked for orders (`queries.ORDER`). Amounts are whole minor units.

A field is in the answer because the question named it; unknown fields are let be.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from crossdock.canonical.scalars import Id

Cents = Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]
Pieces = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class Wire(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Base of everything read from Vendure."""


class Customer(Wire, frozen=True, kw_only=True):
    """Who ordered; also a guest has one."""

    id: Id
    first_name: str = ""
    last_name: str = ""
    email_address: str = ""
    phone_number: str | None = None


class Address(Wire, frozen=True, kw_only=True):
    """An address of the order; all of it may be missing."""

    full_name: str | None = None
    company: str | None = None
    street_line1: str | None = None
    street_line2: str | None = None
    city: str | None = None
    province: str | None = None
    postal_code: str | None = None
    country_code: str | None = None


class Variant(Wire, frozen=True, kw_only=True):
    """What is sold."""

    sku: str
    name: str = ""


class OrderLine(Wire, frozen=True, kw_only=True):
    """A line; `quantity` is what is left of it after cancellations."""

    id: Id
    quantity: Pieces
    prorated_unit_price: Cents
    prorated_unit_price_with_tax: Cents = 0
    product_variant: Variant


class Portion(Wire, frozen=True, kw_only=True):
    """A quantity of a line."""

    order_line_id: Id
    quantity: Pieces


class Refund(Wire, frozen=True, kw_only=True):
    """Money given back."""

    id: Id
    state: str
    total: Cents
    created_at: str
    reason: str | None = None
    lines: tuple[Portion, ...] = ()


class Payment(Wire, frozen=True, kw_only=True):
    """Money, or the promise of it."""

    id: Id
    state: str
    amount: Cents
    created_at: str
    method: str = ""
    transaction_id: str | None = None
    refunds: tuple[Refund, ...] = ()


class Fulfilment(Wire, frozen=True, kw_only=True):
    """What was sent together; `method` ends with our mark where it is ours."""

    id: Id
    state: str
    method: str = ""
    tracking_code: str | None = None


class Taken(Wire, frozen=True, kw_only=True):
    """A quantity of a line as the history keeps it: there the id is what the database has, a number or a text."""

    order_line_id: Id | int
    quantity: Pieces


class Cancelled(Wire, frozen=True, kw_only=True):
    """What one cancellation took."""

    lines: tuple[Taken, ...] = ()
    reason: str | None = None


class Happened(Wire, frozen=True, kw_only=True):
    """A cancellation in the order's history."""

    id: Id
    created_at: str
    data: Cancelled = Cancelled()


class History(Wire, frozen=True, kw_only=True):
    """The order's cancellations."""

    items: tuple[Happened, ...] = ()


class Modification(Wire, frozen=True, kw_only=True):
    """The shop changed the order."""

    id: Id
    created_at: str


class Surcharge(Wire, frozen=True, kw_only=True):
    """An amount for nothing that is sent."""

    description: str = ""
    price: Cents = 0


class Method(Wire, frozen=True, kw_only=True):
    """A way of shipping."""

    code: str = ""


class ShippingLine(Wire, frozen=True, kw_only=True):
    """The way of shipping the customer chose."""

    shipping_method: Method = Method()


class Order(Wire, frozen=True, kw_only=True):
    """An order."""

    id: Id
    code: Id
    type: str = "Regular"
    state: str
    order_placed_at: str | None = None
    currency_code: str
    total_with_tax: Cents
    shipping: Cents = 0
    customer: Customer | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    lines: tuple[OrderLine, ...] = ()
    surcharges: tuple[Surcharge, ...] = ()
    shipping_lines: tuple[ShippingLine, ...] = ()
    payments: tuple[Payment, ...] | None = None
    fulfillments: tuple[Fulfilment, ...] | None = None
    modifications: tuple[Modification, ...] = ()
    history: History = History()
