"""What CHO remembers of a channel's order, and CHL of the channel behind a sales order. Quantities are millionths."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from crossdock.canonical.events.channel import ChannelOrderPlaced
from crossdock.kernel.ids import fingerprint
from crossdock.process.step import Instance

_encoder = msgspec.msgpack.Encoder()
_order = msgspec.msgpack.Decoder(ChannelOrderPlaced)
_print = msgspec.json.Encoder(order="deterministic")


class ChannelOrderState(Instance, frozen=True, array_like=True, gc=False):
    """One order of a channel.

    Attributes:
        order: the packed latest revision. `agreed`: print of the content the ERP was asked to enter, 0 for not asked.
        paid: what the channel has received in all.
        sales_order: the ERP's number; `lines` the channel's line number by the ERP's.
        left: quantities by channel line, by `<shipment>|<hand-over>`; `tracking` what can be followed, by the same.
        delivered: shipments with the customer.
        voided: what the last hand-over that was taken back had.
        stopped: quantities by channel line that will not come, by cancellation.
        asked: cancellations the channel itself asked for.
    """

    rev: int = 0
    order: bytes = b""
    agreed: int = 0
    paid: Decimal = Decimal(0)
    sales_order: str = ""
    lines: dict[str, str] = {}
    left: dict[str, dict[str, int]] = {}
    delivered: tuple[str, ...] = ()
    stopped: dict[str, dict[str, int]] = {}
    asked: tuple[str, ...] = ()
    tracking: dict[str, tuple[str, ...]] = {}
    voided: dict[str, int] = {}


class LinkState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The channel's order behind a sales order: `<channel>/<number>`, and what its customer may follow.

    `tracking` are parcel numbers by SSCC, `carriers` are `<SCAC>|<pro number>` by shipment.
    """

    channel_order: str
    tracking: dict[str, str] = {}
    carriers: dict[str, str] = {}


def pack_order(order: ChannelOrderPlaced) -> bytes:
    """A revision as it is kept."""
    return _encoder.encode(order)


def order_of(state: ChannelOrderState) -> ChannelOrderPlaced:
    """The latest revision; the order must have been placed."""
    return _order.decode(state.order)


def content_print(order: ChannelOrderPlaced) -> int:
    """A print of what is to be sent where: two revisions with the same one do not differ for the ERP.

    Totals are left out: they move with every cancellation and refund, and those are told on their own.
    """
    told = (order.customer, order.ship_to, order.bill_to, order.lines, order.service)
    return fingerprint(_print.encode(told))
