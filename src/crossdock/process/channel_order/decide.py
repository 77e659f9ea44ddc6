"""Actions of CHO by the names its table uses, and what it answers without moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from crossdock.canonical.commands.channel import (
    CancelChannelOrder,
    CancelSalesOrder,
    CreateSalesOrder,
    DeliverChannelOrder,
    ShipChannelOrder,
    VoidChannelShipment,
)
from crossdock.canonical.envelope import Fact, Reference
from crossdock.canonical.events.channel import (
    ChannelCancelRefused,
    ChannelOrderCancelled,
    ChannelOrderDelivered,
    ChannelOrderEntered,
    ChannelOrderRefunded,
    ChannelOrderShipped,
    ChannelOrderStopped,
    ChannelShipmentVoided,
)
from crossdock.canonical.parts import LineQuantity
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.money import Money
from crossdock.process.amounts import quantity
from crossdock.process.channel_order.evolve import handover_key
from crossdock.process.channel_order.state import ChannelOrderState, content_print, order_of
from crossdock.process.channel_order.table import SHIPPED
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Effect, Link, OpenCase
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.step import Action, close_cases, raise_case, start, stop

Effects = tuple[Effect, ...]
ERP = Address(Role.ERP)


def channel(state: ChannelOrderState) -> Address:
    """The channel the order is from."""
    return Address(Role.CHN, site=order_of(state).channel)


# -- actions: towards the ERP -----------------------------------------------------------------------------------------


def link(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """What is told of it finds it."""
    return (Link(Reference("channel_order", key)),)


def enter_sale(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The ERP gets the order as it was when it was paid; once, whatever comes later."""
    order = order_of(state)
    create = CreateSalesOrder(
        channel=order.channel,
        number=order.number,
        customer=order.customer,
        ship_to=order.ship_to,
        bill_to=order.bill_to,
        lines=order.lines,
        currency=order.currency,
        total=order.total,
        paid=Money(state.paid, order.currency),
        shipping=order.shipping,
        placed_at=order.placed_at,
        service=order.service,
        po=order.po,
    )
    return (send(create, ERP),)


def cancel_sale(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The ERP decides whether it still can; lines go by its own numbers."""
    asked = cast(ChannelOrderCancelled, fact.payload)
    numbers = {ours: theirs for theirs, ours in state.lines.items()}
    order = order_of(state)
    lines = tuple(
        LineQuantity(line=numbers[one.line], qty=one.qty, item=one.item) for one in asked.scope if one.line in numbers
    )
    if asked.scope and not lines:
        return (_conflict(key, asked.cancel_id, f"{state.sales_order} has none of the lines the customer cancelled"),)
    cancel = CancelSalesOrder(
        channel=order.channel,
        number=order.number,
        cancel_id=asked.cancel_id,
        order_no=state.sales_order,
        lines=lines,
        reason=asked.reason,
    )
    return (send(cancel, ERP),)


def withdraw_sale(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The ERP has what the channel had cancelled before it was paid."""
    order = order_of(state)
    cancel = CancelSalesOrder(
        channel=order.channel,
        number=order.number,
        cancel_id=next(iter(state.asked), "never paid"),
        order_no=cast(ChannelOrderEntered, fact.payload).sales_order,
        reason="cancelled in the channel before it was paid",
    )
    return (send(cancel, ERP),)


# -- actions: towards the channel -------------------------------------------------------------------------------------


def quantities(state: ChannelOrderState, amounts: Mapping[str, int]) -> tuple[LineQuantity, ...]:
    """Quantities by the channel's lines, in the units it sells in."""
    units = {line.no: line.qty.uom for line in order_of(state).lines}
    return tuple(
        LineQuantity(line=number, qty=quantity(amount, units[number])) for number, amount in sorted(amounts.items())
    )


def ship(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """One hand-over is one fulfilment of the channel; what the customer did not order there is a person's matter."""
    gone = cast(ChannelOrderShipped, fact.payload)
    order = order_of(state)
    lines = quantities(state, state.left[handover_key(gone.shipment, gone.handover_no)])
    effects: list[Effect] = []
    strange = sorted({line.line for line in gone.lines if line.line not in state.lines})
    if strange:
        detail = f"lines {', '.join(strange)} of {state.sales_order} left and were not ordered in the channel"
        effects.append(_conflict(key, f"lines {gone.handover_no}", f"{detail}: tell the customer why"))
    if lines:
        command = ShipChannelOrder(
            channel=order.channel,
            number=order.number,
            shipment=gone.shipment,
            handover_no=gone.handover_no,
            at=gone.at,
            lines=lines,
            carrier=gone.carrier,
            tracking=gone.tracking,
            complete=state.state == SHIPPED,
        )
        effects.append(send(command, channel(state)))
    return tuple(effects)


def void(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The fulfilment is taken back."""
    gone, order = cast(ChannelShipmentVoided, fact.payload), order_of(state)
    name = handover_key(gone.shipment, gone.handover_no)
    command = VoidChannelShipment(
        channel=order.channel,
        number=order.number,
        shipment=gone.shipment,
        handover_no=gone.handover_no,
        lines=quantities(state, state.voided),
        tracking=state.tracking.get(name, ()),
    )
    return (send(command, channel(state)),)


def deliver(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Every fulfilment that left with the shipment is delivered."""
    there, order = cast(ChannelOrderDelivered, fact.payload), order_of(state)
    return tuple(
        send(
            DeliverChannelOrder(
                channel=order.channel,
                number=order.number,
                shipment=there.shipment,
                handover_no=name.partition("|")[2],
                at=there.at,
                lines=quantities(state, state.left[name]),
                tracking=state.tracking.get(name, ()),
            ),
            channel(state),
        )
        for name in sorted(state.left)
        if name.partition("|")[0] == there.shipment
    )


def tell_cancelled(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The channel shows what will not come, unless it was the one that asked."""
    stopped, order = cast(ChannelOrderStopped, fact.payload), order_of(state)
    if stopped.cancel_id in state.asked:
        return ()
    amounts = {} if stopped.whole else state.stopped[stopped.cancel_id]
    if not stopped.whole and not amounts:
        return ()
    lines = quantities(state, amounts)
    command = CancelChannelOrder(channel=order.channel, number=order.number, cancel_id=stopped.cancel_id, lines=lines)
    return (send(command, channel(state)),)


# -- actions: towards people ------------------------------------------------------------------------------------------


def _conflict(key: str, slot: str, detail: str) -> OpenCase:
    return OpenCase("CSR-04", key, detail, slot)


def doubled(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Two sales orders for one order of the customer."""
    other = cast(ChannelOrderEntered, fact.payload).sales_order
    detail = f"the ERP has {state.sales_order} and {other} for it: cancel one of them before both are shipped"
    return (OpenCase("INT-05", key, detail, other),)


def compare(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A change after payment: a sales order is not changed behind the ERP's back, a person does it or undoes it."""
    if content_print(order_of(state)) == state.agreed:
        return (CloseCase("CSR-04", key, "changed"),)
    detail = (
        f"changed in the channel after it was paid (revision {state.rev}): change {state.sales_order or 'the sale'} "
        "in the ERP where it still can be, or agree with the customer"
    )
    return (_conflict(key, "changed", detail),)


def left_anyway(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The goods left although it was cancelled."""
    detail = "the goods left before the cancellation took effect: intercept them, or have them returned and refund then"
    return (_conflict(key, "cancelled", detail),)


def gone_already(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Cancelled in the channel after goods had left."""
    return (_conflict(key, "cancelled", "cancelled in the channel after goods had left: intercept, or agree a return"),)


def too_late(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The ERP or a warehouse could not stop it."""
    refusal = cast(ChannelCancelRefused, fact.payload)
    instead = " or ".join(refusal.alternatives) or "a return"
    return (_conflict(key, "cancelled", f"too late to cancel ({refusal.stage}): agree {instead} with the customer"),)


def give_back(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Money for an order that is cancelled."""
    detail = f"{state.paid} received for an order that is cancelled: refund it in the channel, or have it placed anew"
    return (OpenCase("FIN-09", key, detail, "paid"),)


def credit(state: ChannelOrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The channel refunded what the ERP bills."""
    refund = cast(ChannelOrderRefunded, fact.payload)
    detail = (
        f"the channel refunded {refund.amount.amount} {refund.amount.currency} ({refund.reason or 'no reason given'}): "
        f"credit it on {state.sales_order or 'its sales order'} in the ERP, and stop what must not be sent any more"
    )
    return (OpenCase("FIN-09", key, detail, refund.refund_no),)


CLOCKS = ("tm_cmd_ack", "tm_cancel")

ACTIONS: Mapping[str, Action[ChannelOrderState]] = {
    **{
        action.__name__: action
        for action in (
            link, enter_sale, cancel_sale, withdraw_sale, ship, void, deliver, tell_cancelled, doubled, compare,
            left_anyway, gone_already, too_late, give_back, credit,
        )
    },
    **{f"+{timer}": start(timer) for timer in CLOCKS},
    **{f"-{timer}": stop(timer) for timer in CLOCKS},
    "entered_after_all": close_cases("INT-06"),
    "cancelled_after_all": close_cases("INT-06"),
    "given_back": lambda state, key, fact, policy: (CloseCase("FIN-09", key, "paid"),),
}  # fmt: skip


# -- answered without moving ------------------------------------------------------------------------------------------

Watch = Callable[[ChannelOrderState, str, Fact, Policy], tuple[ChannelOrderState | None, Effects]]


def _overdue(detail: str) -> Watch:
    raised = raise_case("INT-06", detail)
    return lambda state, key, fact, policy: (None, raised(state, key, fact, policy))


WATCHES: Mapping[str, Watch] = {
    "timer:tm_cmd_ack": _overdue("paid, and the ERP has not entered it: see whether its delivery is refused or waits"),
    "timer:tm_cancel": _overdue("cancelled in the channel, and the ERP has not answered: stop the goods by hand"),
}


def gate(
    state: ChannelOrderState, key: str, trigger: str, fact: Fact, policy: Policy
) -> Decision[ChannelOrderState] | ChannelOrderState | None:
    """Nothing is decided before the table."""
    return None
