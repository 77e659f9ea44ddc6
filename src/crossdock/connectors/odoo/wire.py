"""Rows of Odoo as `read` and `search_read` give them (Odoo 17 to 19, modules sale, sale_stock, stock, mail).

A value that is not there is `false`, whatever its type. A link to one record is `[id, "name"]`. Instants are text,
UTC to the second, `2026-06-01 06:02:10`. Numbers are floating-point.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

import msgspec

from crossdock.canonical.scalars import Id

Text: TypeAlias = str | bool
Link: TypeAlias = tuple[int, str] | bool


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything read from Odoo; what a call did not name is not there, so unknown fields are let be."""


class Order(Wire, frozen=True, kw_only=True):
    """A sale."""

    id: int
    name: Id
    state: str
    write_date: str
    date_order: Text = False
    commitment_date: Text = False
    client_order_ref: Text = False
    partner_id: Link = False
    partner_shipping_id: Link = False
    currency_id: Link = False
    warehouse_id: Link = False
    order_line: tuple[int, ...] = ()


class OrderLine(Wire, frozen=True, kw_only=True):
    """A line of a sale; `display_type` tells goods from titles and notes."""

    id: int
    display_type: Text = False
    product_id: Link = False
    product_uom_qty: Decimal = Decimal(0)
    product_uom: Link = False
    product_uom_id: Link = False
    price_unit: Decimal | None = None
    name: Text = False


class Partner(Wire, frozen=True, kw_only=True):
    """A customer or an address."""

    id: int
    name: Text = False
    ref: Text = False
    street: Text = False
    street2: Text = False
    zip: Text = False
    city: Text = False
    country_id: Link = False


class Product(Wire, frozen=True, kw_only=True):
    """A product: `default_code` is the internal reference."""

    id: int
    default_code: Text = False
    type: str = "consu"


class Coded(Wire, frozen=True, kw_only=True):
    """A country or a warehouse."""

    id: int
    code: Text = False
    out_type_id: Link = False


class Sale(Wire, frozen=True, kw_only=True):
    """A sale with the records it names, as our source puts them together (`source.Sales`)."""

    order: Order
    lines: tuple[OrderLine, ...] = ()
    partners: tuple[Partner, ...] = ()
    products: tuple[Product, ...] = ()
    countries: tuple[Coded, ...] = ()
    warehouses: tuple[Coded, ...] = ()


class Picking(Wire, frozen=True, kw_only=True):
    """A transfer; `origin` names the documents it comes from, with commas between, and our hand-over among them."""

    id: int
    name: Text = False
    state: str
    origin: Text = False
    picking_type_id: Link = False
    backorder_id: Link = False


class Move(Wire, frozen=True, kw_only=True):
    """What a transfer moves of one line: asked for (`product_uom_qty`) and moved (`quantity`, where `picked`)."""

    id: int
    picking_id: Link = False
    sale_line_id: Link = False
    state: str
    product_uom_qty: Decimal
    quantity: Decimal = Decimal(0)
    picked: bool = False
    product_uom: Link = False


class Message(Wire, frozen=True, kw_only=True):
    """A message at a sale, HTML."""

    id: int
    body: Text = False


class Ledger(Wire, frozen=True, kw_only=True):
    """What Odoo has of one order: the sale with all that hangs on it."""

    order: Order
    pickings: tuple[Picking, ...] = ()
    moves: tuple[Move, ...] = ()
    warehouses: tuple[Coded, ...] = ()
    messages: tuple[Message, ...] = ()


def said(value: Text) -> str:
    """Text, empty where Odoo says `false`."""
    return value if isinstance(value, str) else ""


def linked(value: Link) -> int:
    """The id behind a link, 0 where there is none."""
    return value[0] if isinstance(value, tuple) else 0


def named(value: Link) -> str:
    """The name behind a link."""
    return value[1] if isinstance(value, tuple) else ""


ORDER_FIELDS = (
    "name", "state", "write_date", "date_order", "commitment_date", "client_order_ref", "partner_id",
    "partner_shipping_id", "currency_id", "warehouse_id", "order_line",
)  # fmt: skip
LINE_FIELDS = ("order_id", "display_type", "product_id", "product_uom_qty", "price_unit", "name")
PARTNER_FIELDS = ("name", "ref", "street", "street2", "zip", "city", "country_id")
PRODUCT_FIELDS = ("default_code", "type")
PICKING_FIELDS = ("name", "state", "origin", "picking_type_id", "backorder_id")
MOVE_FIELDS = (
    "picking_id", "sale_line_id", "state", "product_uom_qty", "quantity", "picked", "product_uom",
)  # fmt: skip
