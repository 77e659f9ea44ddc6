"""Entities of S/4HANA in the JSON of OData V2 (API_SALES_ORDER_SRV, API_OUTBOUND_DELIVERY_SRV;v=0002).

Decimals are text, dates `/Date(milliseconds)/`, instants the same with an offset. A list stands in `results`. Every
entity has its version in `__metadata.etag`. Fields that are not named here are let be.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from crossdock.canonical.scalars import Id
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import EPOCH

T = TypeVar("T")


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything read from S/4HANA."""


class Metadata(Wire, frozen=True, kw_only=True):
    """What an entity says of itself."""

    etag: str = ""


class Results(msgspec.Struct, Generic[T], frozen=True):
    """A list."""

    results: tuple[T, ...] = ()


class Many(msgspec.Struct, Generic[T], frozen=True):
    """An answer with a list."""

    d: Results[T]


class One(msgspec.Struct, Generic[T], frozen=True):
    """An answer with an entity."""

    d: T


class Address(Wire, frozen=True, kw_only=True, rename="pascal"):
    """A_SalesOrderPartnerAddress."""

    organization_name1: str = ""
    street_name: str = ""
    house_number: str = ""
    city_name: str = ""
    postal_code: str = ""
    region: str = ""
    country: str = ""


class Partner(Wire, frozen=True, kw_only=True, rename={"function": "PartnerFunction", "customer": "Customer"}):
    """A_SalesOrderHeaderPartner."""

    function: str
    customer: str = ""
    to_Address: Results[Address] | None = None  # noqa: N815  (SAP's name)


class Item(Wire, frozen=True, kw_only=True, rename="pascal"):
    """A_SalesOrderItem; one with a rejection reason will not be delivered."""

    sales_order_item: Id
    material: str = ""
    requested_quantity: Decimal
    requested_quantity_unit: str = ""
    production_plant: str = ""
    shipping_point: str = ""
    sales_order_item_text: str = ""
    sales_document_rjcn_reason: str = ""


class Order(Wire, frozen=True, kw_only=True):
    """A_SalesOrder with its items and partners."""

    number: Id = msgspec.field(name="SalesOrder")
    sold_to: str = msgspec.field(name="SoldToParty", default="")
    currency: str = msgspec.field(name="TransactionCurrency", default="")
    created: str | None = msgspec.field(name="CreationDate", default=None)
    changed: str | None = msgspec.field(name="LastChangeDateTime", default=None)
    requested: str | None = msgspec.field(name="RequestedDeliveryDate", default=None)
    customer_po: str = msgspec.field(name="PurchaseOrderByCustomer", default="")
    total: Decimal | None = msgspec.field(name="TotalNetAmount", default=None)
    incoterm: str = msgspec.field(name="IncotermsClassification", default="")
    incoterm_place: str = msgspec.field(name="IncotermsLocation1", default="")
    rejected: str = msgspec.field(name="OverallSDDocumentRejectionSts", default="")
    credit: str = msgspec.field(name="TotalCreditCheckStatus", default="")
    block: str = msgspec.field(name="DeliveryBlockReason", default="")
    items: Results[Item] = msgspec.field(name="to_Item", default_factory=Results)
    partners: Results[Partner] = msgspec.field(name="to_Partner", default_factory=Results)


class Changed(Wire, frozen=True, kw_only=True):
    """An order of which only matters when it changed."""

    number: Id = msgspec.field(name="SalesOrder")
    changed: str | None = msgspec.field(name="LastChangeDateTime", default=None)


class DeliveryItem(Wire, frozen=True, kw_only=True, rename="pascal"):
    """A_OutbDeliveryItem; the order and item it delivers are `ReferenceSDDocument…`."""

    delivery_document: str
    delivery_document_item: str
    order: str = msgspec.field(name="ReferenceSDDocument", default="")
    order_item: str = msgspec.field(name="ReferenceSDDocumentItem", default="")
    actual_delivery_quantity: Decimal = Decimal(0)
    delivery_quantity_unit: str = ""
    metadata: Metadata = msgspec.field(name="__metadata", default_factory=Metadata)


class Delivery(Wire, frozen=True, kw_only=True):
    """A_OutbDeliveryHeader with its items; `reference` is its external number: ours."""

    number: str = msgspec.field(name="DeliveryDocument")
    reference: str = msgspec.field(name="DeliveryDocumentBySupplier", default="")
    moved: str = msgspec.field(name="OverallGoodsMovementStatus", default="")
    picked: str = msgspec.field(name="OverallPickingStatus", default="")
    metadata: Metadata = msgspec.field(name="__metadata", default_factory=Metadata)
    items: Results[DeliveryItem] = msgspec.field(name="to_DeliveryDocumentItem", default_factory=Results)


class Note(Wire, frozen=True, kw_only=True, rename="pascal"):
    """A_SalesOrderText: one text of an order in one language."""

    long_text: str = ""
    metadata: Metadata = msgspec.field(name="__metadata", default_factory=Metadata)


class Ledger(Wire, frozen=True, kw_only=True):
    """What S/4HANA has of one order: its deliveries, or what was said of it."""

    order: Order
    deliveries: tuple[Delivery, ...] = ()
    note: Note | None = None


def instant(text: str | None, where: str) -> datetime | None:
    """`/Date(1780301692000)/`, with or without an offset behind the milliseconds, which tell UTC either way.

    Raises:
        Rejected: it is none.
    """
    if text is None:
        return None
    inner = text.removeprefix("/Date(").removesuffix(")/")
    digits = inner[:1] + inner[1:].partition("+")[0].partition("-")[0]
    if inner == text:
        raise Rejected(f"{text} is no date of OData V2", where=where)
    try:
        return (EPOCH + timedelta(milliseconds=int(digits))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Rejected(f"{text} is no date of OData V2: {error}", where=where) from error


def plain(number: str) -> str:
    """A document or item number without the zeros before it, which some entities show and some do not."""
    return number.lstrip("0") or number
