"""Our side of the checks on stock and freight money, and on our own stored states (RC-07, 08, 15, 22)."""

from __future__ import annotations

from collections.abc import Iterator

from crossdock.app.reconcile.dossier import Dossier
from crossdock.app.reconcile.orders import plain
from crossdock.process.freight.state import FreightState
from crossdock.process.reconciliation.record import Record
from crossdock.process.stock.compare import difference, matters
from crossdock.process.stock.state import Position, StockState
from crossdock.process.sums import money

NOT_CLAIMED = ("ESTIMATED", "REVERSED")


def stock(dossier: Dossier) -> Iterator[Record]:
    """RC-07: what lies in the warehouse, under `warehouse|item|lot|status`, of positions the ERP has a balance of."""
    for name, place in _positions(dossier):
        state = dossier.one("MOV", StockState)
        assert state is not None, "positions come from a stock"
        item = dossier.number.partition("|")[2]
        small = not matters(state, item, name, dossier.policy.stock)
        values = {"quantity": plain(place.on_hand)}
        key = f"{dossier.number}|{name}"
        yield Record(key, values, dossier.since, tolerated=small, dossier=dossier.id)


def stock_booked(dossier: Dossier) -> Iterator[Record]:
    """RC-07: what the ERP books, with what is on its way to it."""
    for name, place in _positions(dossier):
        state = dossier.one("MOV", StockState)
        assert state is not None, "positions come from a stock"
        values = {"quantity": plain(place.on_hand - difference(state, name))}
        yield Record(f"{dossier.number}|{name}", values, dossier=dossier.id)


def _positions(dossier: Dossier) -> Iterator[tuple[str, Position]]:
    state = dossier.one("MOV", StockState)
    for name, place in sorted(state.positions.items()) if state is not None else ():
        if place.stated:
            yield name, place


def accruals(dossier: Dossier) -> Iterator[Record]:
    """RC-08: what we expect to be charged; an invoice need not be there before `accrual_age_max`."""
    for key, case in _freight(dossier):
        if case.state in NOT_CLAIMED:
            continue
        due = dossier.due("accrual_age_max")
        flying = (
            f"an invoice is due by {due:%Y-%m-%d}" if due is not None and due > dossier.at and not case.papers else ""
        )
        values = {"amount": _money(case.owed, case)}
        paid = bool(case.approved) or not case.failing
        # Of what owes nothing there need not be an invoice.
        owes = bool(case.owed)
        yield Record(key, values, dossier.since, flying=flying, tolerated=paid, optional=not owes, dossier=dossier.id)


def freight_invoices(dossier: Dossier) -> Iterator[Record]:
    """RC-08: what the carrier's documents come to, within the tolerances of §3.6.1 or accepted by a person."""
    for key, case in _freight(dossier):
        if case.papers and case.state not in NOT_CLAIMED:
            yield Record(key, {"amount": _money(case.net, case)}, dossier=dossier.id)


def accruals_posted(dossier: Dossier) -> Iterator[Record]:
    """RC-22: what must stand in the ERP's accrual account, under the freight case."""
    for key, case in _freight(dossier):
        if case.postings:
            yield Record(key, {"amount": _money(case.posted, case)}, dossier.since, optional=not case.posted,
                         dossier=dossier.id)  # fmt: skip


def _freight(dossier: Dossier) -> Iterator[tuple[str, FreightState]]:
    for group, case in dossier.groups("FRT", FreightState):
        yield f"{dossier.number}/{group}", case
    whole = dossier.one("FRT", FreightState)
    if whole is not None:
        yield dossier.number, whole


def _money(amount: int, case: FreightState) -> str:
    return f"{money(amount, case.currency or 'EUR').amount:f}"


def recomputed(dossier: Dossier) -> Iterator[Record]:
    """RC-15: the headline as the log makes it."""
    yield Record(dossier.ident, {"headline": dossier.label}, dossier=dossier.id)


def served(dossier: Dossier) -> Iterator[Record]:
    """RC-15: the headline as it is served."""
    yield Record(dossier.ident, {"headline": dossier.served}, dossier=dossier.id)
