"""Commands that carry a sales channel's order into the ERP, and to the channel what became of it."""

from __future__ import annotations

from typing import Annotated

from crossdock.canonical.declarations import Payload, command
from crossdock.canonical.parts import LineQuantity, OrderLine, Party, Place
from crossdock.canonical.scalars import HOME, Id, Instant, Text
from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.money import Currency, Money


class OfChannel(Payload, frozen=True, kw_only=True):
    """Base: the order `number` of `channel`; `<channel>/<number>` names it in the ERP's books and in ours."""

    channel: Id
    number: Id


class CreateSalesOrder(OfChannel, frozen=True, kw_only=True):
    """Enter a paid order of a channel, once: the order the ERP approves refers to it as `channel_order`.

    Prices are without tax and after discounts; `total` is with tax, `shipping` the carriage in it without tax.
    """

    customer: Party
    ship_to: Annotated[Place, HOME]
    lines: tuple[OrderLine, ...]
    currency: Currency
    total: Money
    paid: Money
    shipping: Money | None = None
    bill_to: Annotated[Place | None, HOME] = None
    placed_at: Instant | None = None
    service: str = ""
    po: str = ""


class CancelSalesOrder(OfChannel, frozen=True, kw_only=True):
    """Cancel it, or these quantities by the ERP's line numbers; `order_no` is empty before the ERP told its number."""

    cancel_id: Id
    order_no: str = ""
    lines: tuple[LineQuantity, ...] = ()
    reason: Text = ""


class ShipChannelOrder(OfChannel, frozen=True, kw_only=True):
    """Show these quantities (by the channel's line numbers) as sent. A hand-over is one fulfilment of the channel.

    `complete`: with them everything has left, or will not come.
    """

    shipment: Id
    handover_no: Id
    at: Instant
    lines: tuple[LineQuantity, ...]
    carrier: str = ""
    tracking: tuple[str, ...] = ()
    complete: bool = False


class VoidChannelShipment(OfChannel, frozen=True, kw_only=True):
    """It did not leave: take that fulfilment back."""

    shipment: Id
    handover_no: Id
    lines: tuple[LineQuantity, ...] = ()
    tracking: tuple[str, ...] = ()


class DeliverChannelOrder(OfChannel, frozen=True, kw_only=True):
    """Show what left with this hand-over as delivered."""

    shipment: Id
    handover_no: Id
    at: Instant
    lines: tuple[LineQuantity, ...] = ()
    tracking: tuple[str, ...] = ()


class CancelChannelOrder(OfChannel, frozen=True, kw_only=True):
    """Show it, or these quantities by the channel's line numbers, as cancelled: they will not come."""

    cancel_id: Id
    lines: tuple[LineQuantity, ...] = ()
    reason: Text = ""


_TOLD = ("A:message ack", "tm_cmd_ack", "INT-07")

# fmt: off
COMMANDS = (
    command("create_sales_order", CreateSalesOrder, "ERP", "channel number", "A:order.approved", "tm_cmd_ack", "INT-07",
            "cancel_sales_order", ordering="channel_order=number"),
    command("cancel_sales_order", CancelSalesOrder, "ERP", "channel number cancel_id", "A:order.cancel_requested",
            "tm_cancel", "INT-07", "enter it anew", ordering="channel_order=number", priority=Priority.P0),
    command("ship_channel_order", ShipChannelOrder, "CHN", "channel number shipment handover_no", *_TOLD,
            "void_channel_shipment", ordering="channel_order=number"),
    command("void_channel_shipment", VoidChannelShipment, "CHN", "channel number shipment handover_no", *_TOLD,
            "ship_channel_order", ordering="channel_order=number"),
    command("deliver_channel_order", DeliverChannelOrder, "CHN", "channel number shipment handover_no", *_TOLD,
            "", ordering="channel_order=number"),
    command("cancel_channel_order", CancelChannelOrder, "CHN", "channel number cancel_id", *_TOLD,
            "", ordering="channel_order=number", priority=Priority.P0),
)
# fmt: on
