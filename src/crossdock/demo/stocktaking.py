"""Stock against stock: what the warehouse and the ERP have in their books of each item, and what the hub. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from crossdock.demo.books import Entry
from crossdock.demo.peers.stock_accounts import WORDS
from crossdock.demo.storeroom import Drift, StockPlan
from crossdock.process.amounts import SCALE
from crossdock.process.stock.state import Position, StockState
from crossdock.process.variance.state import VarianceState

Say = Callable[[str], None]

_stock = msgspec.msgpack.Decoder(StockState)
_variances = msgspec.msgpack.Decoder(VarianceState)
STATUS_OF = {word: status for status, word in WORDS.items()}


class StockView(msgspec.Struct, frozen=True):
    """An item as the hub has it, in pieces by status: what lies there, what the ERP books; differences still open."""

    on_hand: dict[str, int]
    booked: dict[str, int]
    open: tuple[str, ...] = ()


def read_stock(machines: Mapping[str, msgspec.Raw]) -> StockView:
    """The stock of one dossier."""
    state = _stock.decode(machines["MOV"]) if "MOV" in machines else StockState()
    variances = _variances.decode(machines["VAR"]) if "VAR" in machines else VarianceState()
    return StockView(
        _pieces(state.positions, lambda place: place.on_hand),
        _pieces(state.positions, lambda place: place.erp),
        tuple(sorted({*state.differs, *variances.open})),
    )


def judge_stock(
    plans: Iterable[StockPlan], books: Mapping[str, Iterable[Entry]], ours: Mapping[str, StockView], say: Say
) -> set[str]:
    """All four books of an item say the same in the end, and what drifted was found by a count; which items are
    right."""
    theirs = {entry.key: entry for entry in books["wms-a"] if entry.kind == "stock"}
    booked = {entry.key: entry for entry in books["erp"] if entry.kind == "balance"}
    counted = {entry.key for entry in books["wms-a"] if entry.kind == "counted"}
    right = set()
    for plan in plans:
        wrong = []
        view = ours.get(plan.item_no, StockView({}, {}))
        told = {
            "the warehouse": _kept(theirs.get(plan.item_no), {}),
            "the ERP": _kept(booked.get(plan.item_no), STATUS_OF),
            "the hub of the warehouse": view.on_hand,
            "the hub of the ERP": view.booked,
        }
        if len({tuple(sorted(pieces.items())) for pieces in told.values()}) > 1:
            wrong.append(", ".join(f"{whose} {pieces}" for whose, pieces in told.items()))
        if view.open:
            wrong.append(f"differences are still open: {', '.join(view.open)}")
        if plan.drift is not Drift.NONE and plan.item_no not in counted:
            wrong.append(f"{plan.adrift} pieces drifted ({plan.drift}), and nobody was asked to count")
        for reason in wrong:
            say(f"stock of {plan.item_no}: {reason}")
        if not wrong:
            right.add(plan.item_no)
    return right


def _kept(entry: Entry | None, words: Mapping[str, str]) -> dict[str, int]:
    """The pieces of a line of books by status, in our words; a status without any is left out."""
    facts = entry.facts if entry is not None else {}
    return {words.get(name, name): int(str(pieces)) for name, pieces in facts.items() if int(str(pieces))}


def _pieces(positions: Mapping[str, Position], count: Callable[[Position], int]) -> dict[str, int]:
    found = {name.rpartition("|")[2]: count(place) // SCALE for name, place in positions.items()}
    return {status: pieces for status, pieces in found.items() if pieces}
