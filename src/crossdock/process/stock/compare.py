"""Whether the warehouse and the ERP agree about a position, after what is in flight (domain.md §3.8, §9.1, RC-07)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.inventory import (
    InventoryVarianceDetected,
    InventoryVarianceResolved,
    StockStatus,
)
from crossdock.kernel.money import Money
from crossdock.process.amounts import decimal, quantity, whole
from crossdock.process.effects import Derive, Effect
from crossdock.process.policy import Policy
from crossdock.process.stock.positions import in_flight
from crossdock.process.stock.state import Position, StockState
from crossdock.process.terms.stock import Stock

PERCENT = 100


def difference(state: StockState, name: str) -> int:
    """What lies there and the ERP neither books nor was asked to book; negative where it books too much."""
    place = state.positions.get(name, Position())
    return place.on_hand - place.erp - in_flight(state, name)


def matters(state: StockState, item: str, name: str, terms: Stock) -> bool:
    """Whether the difference is beyond tolerance: in quantity, and in value where the item's worth is known."""
    differs = abs(difference(state, name))
    if not differs:
        return False
    within = max(whole(terms.tolerance_units), int(abs(state.positions[name].erp) * terms.tolerance_pct / PERCENT))
    if differs <= within:
        return False
    return item not in terms.unit_values or value_of(differs, item, terms) >= terms.variance_value_min


def value_of(amount: int, item: str, terms: Stock) -> Decimal:
    """What this much of an item is worth, unsigned."""
    return abs(decimal(abs(amount)) * terms.unit_values.get(item, Decimal(0)))


def judge(state: StockState, key: str, at: datetime, movement: str, policy: Policy) -> tuple[StockState, list[Effect]]:
    """Tell of differences that are new, have changed, or are gone.

    Args:
        movement: what made us look; it is the explanation of a difference that is gone.
    """
    warehouse, _, item = key.partition("|")
    differs = dict(state.differs)
    effects: list[Effect] = []
    for name in sorted({**state.positions, **differs}):
        now = difference(state, name)
        if name in differs and not matters(state, item, name, policy.stock):
            del differs[name]
            effects.append(resolved(state, key, name, "explained", movement))
        elif matters(state, item, name, policy.stock) and differs.get(name) != now:
            differs[name] = now
            effects.append(_detected(state, warehouse, item, name, at, policy.stock))
    return (state if differs == state.differs else replace(state, differs=differs)), effects


def resolved(state: StockState, key: str, name: str, resolution: str, movement: str) -> Derive:
    """A difference is gone without anybody having to correct anything."""
    warehouse, _, item = key.partition("|")
    lot, _, status = name.rpartition("|")
    payload = InventoryVarianceResolved(
        warehouse=warehouse,
        item=item,
        lot=lot,
        status=StockStatus(status),
        resolution=resolution,
        movement=movement,
        by="crossdock",
        case=f"{name}@{movement}",
    )
    return Derive("inventory.variance_resolved", Subject("stock", key), payload)


def _detected(state: StockState, warehouse: str, item: str, name: str, at: datetime, terms: Stock) -> Derive:
    lot, _, status = name.rpartition("|")
    place, uom = state.positions[name], state.uom or "EA"
    amount = difference(state, name)
    known = item in terms.unit_values
    payload = InventoryVarianceDetected(
        warehouse=warehouse,
        item=item,
        lot=lot,
        status=StockStatus(status),
        wms=quantity(place.on_hand, uom),
        erp=quantity(place.erp + in_flight(state, name), uom),
        diff=quantity(amount, uom),
        as_of=at,
        value=Money(value_of(amount, item, terms), terms.currency) if known else None,
    )
    return Derive("inventory.variance_detected", Subject("stock", f"{warehouse}|{item}"), payload)
