"""How CHO's state follows from the rows taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.channel import (
    ChannelOrderCancelled,
    ChannelOrderDelivered,
    ChannelOrderEntered,
    ChannelOrderPaid,
    ChannelOrderPlaced,
    ChannelOrderShipped,
    ChannelOrderStopped,
    ChannelShipmentVoided,
)
from crossdock.canonical.parts import LineQuantity, OrderLine
from crossdock.process.amounts import whole
from crossdock.process.channel_order.state import ChannelOrderState, content_print, order_of, pack_order
from crossdock.process.channel_order.table import PAID, UNPAID
from crossdock.process.machine import NEW, Row
from crossdock.process.step import entered


def evolve(state: ChannelOrderState, fact: Fact, row: Row) -> ChannelOrderState:
    """The state after a row: what the fact taught, and the state name it leads to."""
    learned = learn(state, fact)
    after, prior = entered(state, row)
    if after == PAID and state.state in (NEW, UNPAID):
        learned = replace(learned, agreed=content_print(order_of(learned)))
    return learned if after == state.state else replace(learned, state=after, prior=prior)


def learn(state: ChannelOrderState, fact: Fact) -> ChannelOrderState:
    """What is known with this fact, whatever it moves."""
    teach = LEARN.get(fact.type)
    return state if teach is None else teach(state, fact)


def pair(channel: Iterable[OrderLine], sale: Iterable[OrderLine]) -> dict[str, str]:
    """The channel's line behind each of a sale's lines, by the sale's number.

    An ERP numbers lines its own way and keeps their order; lines of one item are taken in turn, those of equal quantity
    first. A line the customer did not order has none.
    """
    free = list(channel)
    pairs: dict[str, str] = {}
    for line in sale:
        same = [one for one in free if one.item == line.item]
        fits = [one for one in same if one.qty.value == line.qty.value] or same
        if fits:
            pairs[line.no] = fits[0].no
            free.remove(fits[0])
    return pairs


def by_channel_line(state: ChannelOrderState, lines: Iterable[LineQuantity]) -> dict[str, int]:
    """Quantities by the channel's lines; those of lines it does not have are left out."""
    amounts: dict[str, int] = {}
    for line in lines:
        number = state.lines.get(line.line)
        if number is not None:
            amounts[number] = amounts.get(number, 0) + whole(line.qty.value)
    return amounts


def handover_key(shipment: str, handover_no: str) -> str:
    """How a hand-over is kept."""
    return f"{shipment}|{handover_no}"


def _placed(state: ChannelOrderState, fact: Fact) -> ChannelOrderState:
    order = cast(ChannelOrderPlaced, fact.payload)
    return replace(state, rev=order.rev, order=pack_order(order)) if order.rev > state.rev else state


def _paid(state: ChannelOrderState, fact: Fact) -> ChannelOrderState:
    return replace(state, paid=max(state.paid, cast(ChannelOrderPaid, fact.payload).paid.amount))


def _entered(state: ChannelOrderState, fact: Fact) -> ChannelOrderState:
    sale = cast(ChannelOrderEntered, fact.payload)
    if state.sales_order not in ("", sale.sales_order):
        return state
    pairs = pair(order_of(state).lines, sale.lines)
    return replace(state, sales_order=sale.sales_order, lines={**state.lines, **pairs})


def _shipped(state: ChannelOrderState, fact: Fact) -> ChannelOrderState:
    gone = cast(ChannelOrderShipped, fact.payload)
    key = handover_key(gone.shipment, gone.handover_no)
    return replace(
        state,
        left={**state.left, key: by_channel_line(state, gone.lines)},
        tracking={**state.tracking, key: gone.tracking},
    )


def _voided(state: ChannelOrderState, fact: Fact) -> ChannelOrderState:
    void = cast(ChannelShipmentVoided, fact.payload)
    gone = handover_key(void.shipment, void.handover_no)
    kept = {key: lines for key, lines in state.left.items() if key != gone}
    return replace(state, left=kept, voided=state.left.get(gone, {}))


def _delivered(state: ChannelOrderState, fact: Fact) -> ChannelOrderState:
    shipment = cast(ChannelOrderDelivered, fact.payload).shipment
    if shipment in state.delivered:
        return state
    return replace(state, delivered=tuple(sorted((*state.delivered, shipment))))


def _cancelled(state: ChannelOrderState, fact: Fact) -> ChannelOrderState:
    asked = cast(ChannelOrderCancelled, fact.payload).cancel_id
    return state if asked in state.asked else replace(state, asked=tuple(sorted((*state.asked, asked))))


def _stopped(state: ChannelOrderState, fact: Fact) -> ChannelOrderState:
    stop = cast(ChannelOrderStopped, fact.payload)
    return replace(state, stopped={**state.stopped, stop.cancel_id: by_channel_line(state, stop.lines)})


LEARN: Mapping[str, Callable[[ChannelOrderState, Fact], ChannelOrderState]] = {
    "channel.order_placed": _placed,
    "channel.order_paid": _paid,
    "channel.order_entered": _entered,
    "channel.order_shipped": _shipped,
    "channel.shipment_voided": _voided,
    "channel.order_delivered": _delivered,
    "channel.order_cancelled": _cancelled,
    "channel.order_stopped": _stopped,
}
