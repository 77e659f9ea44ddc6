"""What the order tells the stock it takes goods from, where the project keeps that stock's books (domain.md §3.8).

Goods issue is booked once, by the hand-over: each item's dossier learns what left, or that it did not after all.
"""

from __future__ import annotations

from typing import cast

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from crossdock.canonical.events.inventory import InventoryMoved, MovementType
from crossdock.process.amounts import quantity, whole
from crossdock.process.effects import Derive, Effect
from crossdock.process.order.books import group_name
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy

Effects = tuple[Effect, ...]


def goods_left(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """One movement an item and lot, named after the hand-over."""
    name = group_name(state, fact)
    warehouse = name.rpartition("/")[0]
    if warehouse not in policy.stock.sites:
        return ()
    gone = cast(ShipmentHandedOver, fact.payload)
    amounts: dict[tuple[str, str, str], int] = {}
    for line in gone.lines:
        known = state.lines.get(line.line)
        item = line.item or (known.item if known is not None else "")
        if item:
            place = item, line.lot, line.qty.uom
            amounts[place] = amounts.get(place, 0) + whole(line.qty.value)
    return tuple(
        _issue(warehouse, item, lot, f"{gone.handover_no}/{lot}" if lot else gone.handover_no, uom, amount, fact)
        for (item, lot, uom), amount in amounts.items()
    )


def _issue(warehouse: str, item: str, lot: str, name: str, uom: str, amount: int, fact: Fact) -> Effect:
    moved = InventoryMoved(
        warehouse=warehouse,
        item=item,
        lot=lot,
        movement_id=name,
        type=MovementType.GOODS_ISSUE,
        qty=quantity(-amount, uom),
        at=fact.at,
    )
    stock = Subject("stock", f"{warehouse}|{item}")
    return Derive("inventory.moved", stock, moved, to=(Reference("stock", stock.id),))


def goods_stayed(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The hand-over is void: every item of its release is told; only those that knew of it take it back."""
    name = group_name(state, fact)
    warehouse = name.rpartition("/")[0]
    if warehouse not in policy.stock.sites:
        return ()
    items = sorted({state.lines[number].item for number in state.groups[name].lines if number in state.lines})
    return tuple(
        Derive(
            fact.type,
            fact.subject,
            cast(Payload, fact.payload),
            to=(Reference("stock", f"{warehouse}|{item}"),),
            copied=True,
        )
        for item in items
    )
