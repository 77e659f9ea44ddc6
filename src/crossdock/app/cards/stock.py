"""The cards of a stock: one a position, with what the ERP neither books nor was asked to book."""

from __future__ import annotations

from crossdock.app.reconcile.dossier import Dossier
from crossdock.kernel.instant import from_micros
from crossdock.ports.cards import StockCard
from crossdock.process.amounts import decimal
from crossdock.process.stock.compare import difference
from crossdock.process.stock.state import Position, StockState


def stock_cards(dossier: Dossier) -> tuple[StockCard, ...]:
    """By position; none of what is no stock."""
    state = dossier.one("MOV", StockState)
    if state is None:
        return ()
    warehouse, _, item = dossier.number.partition("|")
    return tuple(
        _card(dossier.id, state, warehouse, item, name, place) for name, place in sorted(state.positions.items())
    )


def _card(dossier: int, state: StockState, warehouse: str, item: str, name: str, place: Position) -> StockCard:
    lot, _, status = name.rpartition("|")
    return StockCard(
        dossier=dossier,
        warehouse=warehouse,
        item=item,
        lot=lot,
        status=status,
        uom=state.uom,
        on_hand=decimal(place.on_hand),
        allocated=decimal(place.allocated),
        picked=decimal(place.picked),
        erp=decimal(place.erp),
        drift=decimal(difference(state, name)) if place.stated else decimal(0),
        stated=place.stated,
        differs=name in state.differs,
        snapshot=from_micros(place.at_us) if place.at_us else None,
    )
