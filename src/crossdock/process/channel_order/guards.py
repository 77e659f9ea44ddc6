"""Guards of CHO by the names its table uses. Each sees the state before the fact."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.channel import (
    ChannelOrderCancelled,
    ChannelOrderDelivered,
    ChannelOrderEntered,
    ChannelOrderPlaced,
    ChannelOrderStopped,
    ChannelShipmentVoided,
)
from crossdock.process.amounts import whole
from crossdock.process.channel_order.evolve import handover_key, learn
from crossdock.process.channel_order.state import ChannelOrderState, order_of
from crossdock.process.machine import Guard
from crossdock.process.policy import Policy

NOTHING = Decimal(0)


def newer(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """A later revision than the one known."""
    return cast(ChannelOrderPlaced, fact.payload).rev > state.rev


def free_of_charge(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """Nothing is owed, so nothing has to be waited for."""
    return cast(ChannelOrderPlaced, fact.payload).total.amount <= NOTHING


def covered(state: ChannelOrderState) -> bool:
    """What was received is what is owed, or more."""
    return state.paid >= order_of(state).total.amount


def covers(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """With this payment all is paid."""
    return covered(learn(state, fact))


def newer_and_covered(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """After this change, what was received is enough."""
    return newer(state, fact, policy) and covered(learn(state, fact))


def first_sale(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """No sales order was known."""
    return not state.sales_order


def same_sale(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """The sales order that is known, told anew."""
    return cast(ChannelOrderEntered, fact.payload).sales_order == state.sales_order


def all_gone(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """With this, every line has left or will not come."""
    after = learn(state, fact)
    gone: dict[str, int] = {}
    for lines in (*after.left.values(), *after.stopped.values()):
        for number, amount in lines.items():
            gone[number] = gone.get(number, 0) + amount
    return all(gone.get(line.no, 0) >= whole(line.qty.value) for line in order_of(after).lines)


def rest_stopped(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """What had not left will not come."""
    return cast(ChannelOrderStopped, fact.payload).whole or all_gone(state, fact, policy)


def shipments(state: ChannelOrderState) -> set[str]:
    """Shipments that have left."""
    return {key.partition("|")[0] for key in state.left}


def has_left(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """The channel knows the shipment."""
    return cast(ChannelOrderDelivered, fact.payload).shipment in shipments(state)


def all_there(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """With this, everything that left is with the customer."""
    return has_left(state, fact, policy) and shipments(state) <= set(learn(state, fact).delivered)


def among_others(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """The hand-over that is taken back is known."""
    void = cast(ChannelShipmentVoided, fact.payload)
    return handover_key(void.shipment, void.handover_no) in state.left


def only_that(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """Nothing else has left."""
    return among_others(state, fact, policy) and len(state.left) == 1


def whole_order(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """The whole order, not some lines of it."""
    return not cast(ChannelOrderCancelled, fact.payload).scope


def some(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """Some lines of it."""
    return not whole_order(state, fact, policy)


def all_of_it(state: ChannelOrderState, fact: Fact, policy: Policy) -> bool:
    """Everything is cancelled in the ERP and the warehouses."""
    return cast(ChannelOrderStopped, fact.payload).whole


GUARDS: Mapping[str, Guard[ChannelOrderState]] = {
    "whole": whole_order,
    **{
        guard.__name__: guard
        for guard in (
            newer, free_of_charge, covers, newer_and_covered, first_sale, same_sale, all_gone, rest_stopped,
            has_left, all_there, among_others, only_that, some, all_of_it,
        )
    },
}  # fmt: skip
