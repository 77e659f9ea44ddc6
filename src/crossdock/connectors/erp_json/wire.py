"""The ERP's business events as it writes them (Crossdock generic ERP dialect 1). Unknown fields are an error."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from crossdock.canonical.scalars import Country, Id, Instant, Ordinal, Text


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """Base of everything in this dialect."""


class BusinessEvent(Wire, frozen=True, kw_only=True):
    """One event. `client` is the ERP's own tenant."""

    event_id: Id
    event_type: Id
    occurred_at: Instant
    data: msgspec.Raw
    client: str = ""


class Customer(Wire, frozen=True, kw_only=True):
    """The sold-to; `screened` is when it was last checked against denied-party lists, and found clear."""

    number: Id
    name: str = ""
    blocked: bool = False
    screened: Instant | None = None
    eori: str = ""


class ShipTo(Wire, frozen=True, kw_only=True):
    """Where the goods go."""

    number: str = ""
    name: str = ""
    street: str = ""
    city: str = ""
    postal_code: str = ""
    country: Country
    time_zone: str = ""


class Term(Wire, frozen=True, kw_only=True):
    """Incoterm and place."""

    code: Id
    place: str = ""


class Span(Wire, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A span of time."""

    to: Instant
    from_: Instant | None = None


class Item(Wire, frozen=True, kw_only=True):
    """One order item; `plant` forces the warehouse, `available` is what it can promise. Weights are per unit.

    `license` is the export licence's number, `licensed` whether the goods need one.
    """

    line_no: Id
    material: Id
    quantity: Decimal
    unit: str = "EA"
    unit_price: Decimal | None = None
    plant: str = ""
    gross_kg: Decimal | None = None
    net_kg: Decimal | None = None
    tariff_code: str = ""
    origin: str = ""
    license: str = ""
    licensed: bool = False
    available: Decimal | None = None
    text: Text = ""


class Document(Wire, frozen=True, kw_only=True):
    """A sales order in full; `export` says that the goods leave the customs territory."""

    number: Id
    revision: Ordinal
    customer: Customer
    ship_to: ShipTo
    items: tuple[Item, ...]
    requested: Span
    incoterm: Term
    currency: Id
    type: str = "OR"
    customer_po: str = ""
    priority: str = "normal"
    ship_policy: str = "PARTIAL"
    backorder_policy: str = "BACKORDER"
    invoice_policy: str = ""
    credit_released_at: Instant | None = None
    export: bool = False


class Approved(Wire, frozen=True, kw_only=True):
    """`SalesOrder.Approved`."""

    order: Document


class Held(Wire, frozen=True, kw_only=True):
    """`SalesOrder.Held`."""

    order_no: Id
    hold_id: Id
    kind: Id
    reason: Text = ""


class HoldReleased(Wire, frozen=True, kw_only=True):
    """`SalesOrder.HoldReleased`."""

    order_no: Id
    hold_id: Id
    by: str = ""


class Quantity(Wire, frozen=True, kw_only=True):
    """A quantity of one item."""

    line_no: Id
    quantity: Decimal
    unit: str = "EA"


class CancelRequested(Wire, frozen=True, kw_only=True):
    """`SalesOrder.CancelRequested`; no items means all."""

    order_no: Id
    request_id: Id
    reason: Text = ""
    requested_by: str = ""
    items: tuple[Quantity, ...] = ()


class ItemCancelled(Wire, frozen=True, kw_only=True):
    """`SalesOrder.ItemCancelled`."""

    order_no: Id
    cancel_id: Id
    item: Quantity
    reason: Text = ""


class Delivery(Wire, frozen=True, kw_only=True):
    """A delivery document's status, as the ERP believes it."""

    order_no: Id
    status: Id
    number: str = ""


class StatusChanged(Wire, frozen=True, kw_only=True):
    """`Delivery.StatusChanged`."""

    delivery: Delivery
