"""Positions: movements on top of the last snapshot, and a new snapshot under the movements it does not hold."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from crossdock.canonical.events.inventory import InventorySnapshotTaken, SnapshotRow, StockStatus
from crossdock.kernel.instant import micros
from crossdock.process.amounts import whole
from crossdock.process.stock.deltas import Change, position
from crossdock.process.stock.state import DELTAS_MAX, RECORDED, Delta, Position, StockState

AVAILABLE = f"|{StockStatus.AVAILABLE}"


def covered(place: Position, seq: int, at_us: int) -> bool:
    """Whether the position's snapshot holds a movement already: by the warehouse's counter, else by time."""
    if place.seq and seq:
        return seq <= place.seq
    return bool(place.at_us) and at_us <= place.at_us


def moved(state: StockState, change: Change) -> StockState:
    """The state with this movement in the positions whose snapshot does not hold it yet."""
    positions = dict(state.positions)
    for name, amount in change.amounts.items():
        place = positions.get(name, Position())
        if not covered(place, change.seq, change.at_us):
            place = _with(place, Delta(change.seq, change.at_us, change.movement, amount))
        positions[name] = place
    return replace(state, positions=positions)


def booked(state: StockState, amounts: Mapping[str, int]) -> StockState:
    """The state with these amounts in the ERP's books."""
    positions = dict(state.positions)
    for name, amount in amounts.items():
        place = positions.get(name, Position())
        positions[name] = replace(place, erp=place.erp + amount)
    return replace(state, positions=positions)


def counted_in_full(state: StockState, snapshot: InventorySnapshotTaken) -> StockState:
    """The state on a snapshot of the warehouse: its rows replace the positions, what it does not name is empty.

    Movements behind its watermark are put on top again. The first one is the opening balance of the ERP's side.
    """
    at_us, seq = micros(snapshot.as_of), snapshot.watermark_seq
    rows = _rows(snapshot)
    positions = dict(state.positions)
    for name in {**positions, **rows}:
        place = positions.get(name, Position())
        if _older(at_us, seq, place):
            continue
        row = rows.get(name)
        fresh = replace(
            place,
            base=whole(row.on_hand) if row else 0,
            seq=seq,
            at_us=at_us,
            allocated=whole(row.allocated) if row else 0,
            picked=whole(row.picked) if row else 0,
        )
        fresh = replace(fresh, deltas=tuple(one for one in place.deltas if not covered(fresh, one.seq, one.at_us)))
        if not place.stated:
            fresh = replace(fresh, erp=fresh.on_hand - in_flight(state, name), stated=True)
        positions[name] = fresh
    uom = state.uom or next((row.uom for row in snapshot.rows), "")
    return replace(state, positions=positions, uom=uom)


def stated_by_erp(state: StockState, snapshot: InventorySnapshotTaken) -> StockState:
    """The state on what the ERP says it books; what lies in the warehouse does not change by that."""
    rows = _rows(snapshot)
    positions = dict(state.positions)
    for name in {**positions, **rows}:
        row = rows.get(name)
        place = positions.get(name, Position())
        positions[name] = replace(place, erp=whole(row.on_hand) if row else 0, stated=True)
    return replace(state, positions=positions)


def in_flight(state: StockState, name: str) -> int:
    """What the ERP was asked to book of a position and has not answered yet."""
    return sum(
        movement.books.get(name, 0)
        for movement in state.movements.values()
        if movement.state == RECORDED and not movement.correction
    )


def promised(state: StockState, safety: int) -> int:
    """ATP (§3.8): what is available, less what the warehouse says is spoken for, less the safety stock."""
    open_for_sale = [place for name, place in state.positions.items() if name.endswith(AVAILABLE)]
    return sum([place.on_hand - place.allocated - place.picked for place in open_for_sale]) - safety


def _rows(snapshot: InventorySnapshotTaken) -> dict[str, SnapshotRow]:
    rows: dict[str, SnapshotRow] = {}
    for row in snapshot.rows:
        name = position(row.lot, row.status)
        known = rows.get(name)
        rows[name] = row if known is None else _sum(known, row)
    return rows


def _sum(one: SnapshotRow, other: SnapshotRow) -> SnapshotRow:
    return replace(
        one,
        on_hand=one.on_hand + other.on_hand,
        allocated=one.allocated + other.allocated,
        picked=one.picked + other.picked,
    )


def _older(at_us: int, seq: int, place: Position) -> bool:
    return seq < place.seq if seq and place.seq else at_us < place.at_us


def _with(place: Position, delta: Delta) -> Position:
    deltas = sorted((*place.deltas, delta), key=lambda one: (one.seq, one.at_us, one.movement))
    gone = deltas[: max(len(deltas) - DELTAS_MAX, 0)]
    return replace(place, base=place.base + sum(one.amount for one in gone), deltas=tuple(deltas[len(gone) :]))
