"""What a statement about stock changes, by position (`lot|status`), and how large that is.

A quantity may be written with either sign: what leaves is taken out, what comes is put in. Only an adjustment, and a
transfer that names no place, mean their sign.
"""

from __future__ import annotations

import msgspec

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.inventory import (
    InventoryAdjusted,
    InventoryMoved,
    InventoryStatusChanged,
    MovementType,
    StockStatus,
)
from crossdock.kernel.instant import micros
from crossdock.process.amounts import whole

LEAVING = (MovementType.GOODS_ISSUE, MovementType.COUNT_LOSS, MovementType.SCRAP)
COMING = (
    MovementType.RECEIPT,
    MovementType.GOODS_ISSUE_REVERSAL,
    MovementType.COUNT_GAIN,
    MovementType.RETURN_RECEIPT,
)

Statement = InventoryMoved | InventoryAdjusted | InventoryStatusChanged


class Change(msgspec.Struct, frozen=True, gc=False):
    """One movement as it is kept: what it changes, when, and what the ERP would call it."""

    movement: str
    kind: MovementType
    amounts: dict[str, int]
    seq: int
    at_us: int
    reverses: str = ""


def position(lot: str, status: str) -> str:
    """The name of a position."""
    return f"{lot}|{status}"


def change_of(fact: Fact) -> Change:
    """What this fact changes."""
    match fact.payload:
        case InventoryMoved() as moved:
            seq = moved.seq or fact.source.seq or 0
            return Change(moved.movement_id, moved.type, _moved(moved), seq, micros(fact.at), moved.reverses)
        case InventoryAdjusted() as adjusted:
            amounts = {position(adjusted.lot, adjusted.status): whole(adjusted.qty.value)}
            kind = MovementType.ADJUSTMENT
            return Change(adjusted.movement_id, kind, amounts, fact.source.seq or 0, micros(fact.at))
        case InventoryStatusChanged() as changed:
            amount = abs(whole(changed.qty.value))
            amounts = _both(
                position(changed.lot, changed.from_status), position(changed.lot, changed.to_status), amount
            )
            kind = MovementType.STATUS_CHANGE
            return Change(changed.movement_id, kind, amounts, fact.source.seq or 0, micros(fact.at))
        case other:
            raise TypeError(f"{type(other).__name__} moves no stock")


def _moved(moved: InventoryMoved) -> dict[str, int]:
    amount = whole(moved.qty.value)
    origin = position(moved.lot, moved.origin.status if moved.origin else StockStatus.AVAILABLE)
    target = position(moved.lot, moved.destination.status if moved.destination else StockStatus.AVAILABLE)
    if moved.type in LEAVING:
        return {origin: -abs(amount)}
    if moved.type in COMING:
        return {target: abs(amount)}
    if moved.origin is not None and moved.destination is not None:
        return _both(origin, target, abs(amount))
    return {target if moved.destination is not None else origin: amount}


def _both(origin: str, target: str, amount: int) -> dict[str, int]:
    return {} if origin == target else {origin: -amount, target: amount}
