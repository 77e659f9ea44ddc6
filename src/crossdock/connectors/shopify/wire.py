"""What we read of Shopify's books before we write in them (Admin REST API 2024-10). Other members are left alone."""

from __future__ import annotations

import msgspec


class Sent(msgspec.Struct, frozen=True):
    """A line of what left; `id` is the order's line."""

    id: int
    quantity: int = 0


class Fulfilment(msgspec.Struct, frozen=True):
    """What left, as the shop knows it."""

    id: int
    status: str = ""
    tracking_numbers: tuple[str, ...] = ()
    line_items: tuple[Sent, ...] = ()


class Ended(msgspec.Struct, frozen=True):
    """Whether an order is cancelled."""

    cancelled_at: str | None = None


class OneOrder(msgspec.Struct, frozen=True):
    """`GET /orders/{id}.json`."""

    order: Ended


class Fulfilments(msgspec.Struct, frozen=True):
    """`GET /orders/{id}/fulfillments.json`."""

    fulfillments: tuple[Fulfilment, ...]


class OpenLine(msgspec.Struct, frozen=True):
    """A line of a fulfilment order; `line_item_id` is the order's line."""

    id: int
    line_item_id: int
    fulfillable_quantity: int = 0


class FulfilmentOrder(msgspec.Struct, frozen=True):
    """What one location of the shop has to fulfil."""

    id: int
    status: str = ""
    line_items: tuple[OpenLine, ...] = ()


class FulfilmentOrders(msgspec.Struct, frozen=True):
    """`GET /orders/{id}/fulfillment_orders.json`."""

    fulfillment_orders: tuple[FulfilmentOrder, ...]


class Event(msgspec.Struct, frozen=True):
    """A fulfilment event."""

    status: str = ""
    id: int = 0


class Events(msgspec.Struct, frozen=True):
    """`GET /orders/{id}/fulfillments/{id}/events.json`."""

    fulfillment_events: tuple[Event, ...]


class Metafield(msgspec.Struct, frozen=True):
    """A field of ours on an order."""

    id: int
    key: str = ""
    value: str | int = ""


class Metafields(msgspec.Struct, frozen=True):
    """`GET /orders/{id}/metafields.json`."""

    metafields: tuple[Metafield, ...]
