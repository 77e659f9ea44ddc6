"""Facts about an order as a sales channel (a shop, a marketplace) has it, and what that channel must hear of it.

The subject is `channel_order`, `<channel>/<number>`: numbers of two shops may be equal. Lines bear the channel's own
line numbers in what the channel says, and the ERP's in what we conclude.
"""

from __future__ import annotations

from typing import Annotated

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.parts import LineQuantity, OrderLine, Party, Place
from crossdock.canonical.scalars import HOME, Id, Instant, Ordinal, Text
from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.money import Currency, Money


class ChannelOrderPlaced(Payload, frozen=True, kw_only=True):
    """A customer ordered, or changed the order (`rev`); full state, never a delta.

    `total` is what the customer owes, with tax; unit prices are without tax and after discounts. `shipping` is the part
    of it, without tax, that pays for carriage. `po` is the customer's own number.
    """

    channel: Id
    number: Id
    rev: Ordinal
    customer: Party
    ship_to: Annotated[Place, HOME]
    lines: tuple[OrderLine, ...]
    currency: Currency
    total: Money
    shipping: Money | None = None
    bill_to: Annotated[Place | None, HOME] = None
    placed_at: Instant | None = None
    service: str = ""
    po: str = ""


class ChannelOrderPaid(Payload, frozen=True, kw_only=True):
    """The channel has received, or its provider has guaranteed, this much in all."""

    paid: Money
    method: str = ""
    payment_ref: str = ""


class ChannelOrderCancelled(Payload, frozen=True, kw_only=True):
    """The customer or the shop cancelled it, or the lines of `scope`; an empty scope is everything."""

    cancel_id: Id
    scope: tuple[LineQuantity, ...] = ()
    reason: Text = ""


class ChannelOrderRefunded(Payload, frozen=True, kw_only=True):
    """The channel gave money back."""

    refund_no: Id
    amount: Money
    scope: tuple[LineQuantity, ...] = ()
    reason: Text = ""


class ChannelOrderEntered(Payload, frozen=True, kw_only=True):
    """The ERP has it as a sales order of its own; `lines` bear the ERP's numbers."""

    sales_order: Id
    rev: Ordinal
    lines: tuple[OrderLine, ...]


class ChannelOrderShipped(Payload, frozen=True, kw_only=True):
    """Goods of it left a warehouse, `lines` by the ERP's numbers; `tracking` is what the customer may follow."""

    shipment: Id
    handover_no: Id
    at: Instant
    lines: tuple[LineQuantity, ...]
    carrier: str = ""
    tracking: tuple[str, ...] = ()


class ChannelShipmentVoided(Payload, frozen=True, kw_only=True):
    """They did not leave."""

    shipment: Id
    handover_no: Id


class ChannelOrderDelivered(Payload, frozen=True, kw_only=True):
    """A shipment of it is with the customer."""

    shipment: Id
    at: Instant
    attempt_no: Ordinal = 1


class ChannelOrderStopped(Payload, frozen=True, kw_only=True):
    """Cancelled in the ERP and the warehouses: all of it, or the quantities of `lines` by the ERP's numbers."""

    cancel_id: Id
    whole: bool
    lines: tuple[LineQuantity, ...] = ()


class ChannelCancelRefused(Payload, frozen=True, kw_only=True):
    """Too late to cancel, and what can be done instead."""

    request_id: Id
    stage: str
    alternatives: tuple[str, ...] = ()


_O = Lane.ORDER
_C = "channel_order"

# fmt: off
EVENTS = (
    event("channel.order_placed", ChannelOrderPlaced, "CHN", _C, "rev", "P1 15m", "O E A", "",
          lane=_O, rank=1, opens="channel_order"),
    event("channel.order_paid", ChannelOrderPaid, "CHN", _C, "paid#", "P1 15m", "O E A", "", lane=_O, rank=2),
    event("channel.order_cancelled", ChannelOrderCancelled, "CHN", _C, "cancel_id",
          "P0 5m", "O E A", "", lane=_O, rank=12),
    event("channel.order_refunded", ChannelOrderRefunded, "CHN", _C, "refund_no",
          "P2 60m", "F X A", "", lane=_O, rank=14),
    event("channel.order_entered", ChannelOrderEntered, "SYNC", _C, "sales_order rev",
          "P1", "O A", "", lane=_O, rank=11),
    event("channel.order_shipped", ChannelOrderShipped, "SYNC", _C, "shipment handover_no carrier tracking[]",
          "P1", "O A", "", lane=_O, rank=502),
    event("channel.shipment_voided", ChannelShipmentVoided, "SYNC", _C, "shipment handover_no",
          "P0", "O A", "", lane=_O, rank=503),
    event("channel.order_delivered", ChannelOrderDelivered, "SYNC", _C, "shipment attempt_no",
          "P1", "O A", "", lane=_O, rank=651),
    event("channel.order_stopped", ChannelOrderStopped, "SYNC", _C, "cancel_id", "P0", "O A", "", lane=_O, rank=802),
    event("channel.cancel_refused", ChannelCancelRefused, "SYNC", _C, "request_id",
          "P1", "O X A", "", lane=_O, rank=803),
)
# fmt: on
