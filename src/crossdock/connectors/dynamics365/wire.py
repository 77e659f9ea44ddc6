"""Entities of Dynamics 365 in the JSON of OData V4, and the answers of the posting service.

Only what was asked for is there. Instants are ISO 8601 in UTC; a date is noon of its day, and 1900-01-01 is none.
Enumerations are their names, `Yes` and `No` for booleans.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from crossdock.canonical.scalars import Id, Instant
from crossdock.connectors.dynamics365 import codes

T = TypeVar("T")


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything read from Dynamics."""


class Many(msgspec.Struct, Generic[T], frozen=True):
    """An answer with a list; with `next` it has more than it gives at once."""

    value: tuple[T, ...]
    next: str = msgspec.field(name="@odata.nextLink", default="")


class Header(Wire, frozen=True, kw_only=True, rename="pascal"):
    """A sales order header (SalesOrderHeadersV2)."""

    sales_order_number: Id
    sales_order_status: str | None = None
    sales_order_processing_status: str | None = None
    is_sales_processing_stopped: str | None = None
    sales_order_name: str | None = None
    ordering_customer_account_number: str | None = None
    invoice_customer_account_number: str | None = None
    currency_code: str | None = None
    customers_order_reference: str | None = None
    delivery_terms_code: str | None = None
    order_creation_date_time: Instant | None = None
    requested_receipt_date: Instant | None = None
    order_total_amount: Decimal | None = None
    are_totals_calculated: str | None = None
    delivery_address_name: str | None = None
    delivery_address_location_id: str | None = None
    delivery_address_street: str | None = None
    delivery_address_city: str | None = None
    delivery_address_state_id: str | None = None
    delivery_address_zip_code: str | None = None
    country: str | None = msgspec.field(name="DeliveryAddressCountryRegionISOCode", default=None)


class Line(Wire, frozen=True, kw_only=True, rename="pascal"):
    """A sales order line (SalesOrderLinesV2)."""

    sales_order_number: Id
    line_creation_sequence_number: int
    item_number: str | None = None
    ordered_sales_quantity: Decimal
    sales_unit_symbol: str | None = None
    sales_price: Decimal | None = None
    sales_price_quantity: Decimal | None = None
    shipping_warehouse_id: str | None = None
    sales_order_line_status: str | None = None
    line_description: str | None = None


class Sale(Wire, frozen=True, kw_only=True):
    """An order with its lines, as our source puts them together (`source.Orders`)."""

    changed: Instant
    order: Header
    lines: tuple[Line, ...] = ()


class Attachment(Wire, frozen=True, kw_only=True, rename="pascal"):
    """A note at an order (SalesOrderHeaderDocumentAttachmentsV2)."""

    notes: str | None = None


class SlipLine(Wire, frozen=True, kw_only=True, rename="pascal"):
    """What a packing slip delivered of a line."""

    line_number: int
    quantity: Decimal


class Slip(Wire, frozen=True, kw_only=True, rename="pascal"):
    """What the posting service knows of a packing slip."""

    found: bool
    cancelled: bool = False
    lines: tuple[SlipLine, ...] = ()


class Ledger(Wire, frozen=True, kw_only=True):
    """What Dynamics has of one order: the packing slip asked for, or what was said of it."""

    order: Header
    lines: tuple[Line, ...] = ()
    slip: Slip | None = None
    notes: tuple[Attachment, ...] = ()


def day(at: datetime | None) -> datetime | None:
    """A date, unless it stands for none."""
    return at if at is not None and at.year > codes.NO_YEAR else None


HEADER_FIELDS = tuple(field.encode_name for field in msgspec.structs.fields(Header))
LINE_FIELDS = tuple(field.encode_name for field in msgspec.structs.fields(Line))
