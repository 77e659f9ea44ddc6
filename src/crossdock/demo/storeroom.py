"""The storeroom of one site: what lies there, what moves by the seed, and how the books of it drift apart.

It is the physical side and both sides' plan of it; nothing here is a message.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum

import msgspec

from crossdock.demo import world
from crossdock.demo.world import ITEMS, SITE_A

STOCK_SITE = SITE_A
MOVES = 6
OPENING_MIN, OPENING_SPAN = 200, 400
# Beyond what is tolerated of the most that may lie there: a smaller drift is none.
ADRIFT_MIN = 6
AVAILABLE, QUALITY = "available", "quality"


class Drift(StrEnum):
    """How the books of an item go wrong."""

    NONE = "none"
    UNTOLD = "untold"  # pieces are gone, and the warehouse told nobody
    MISBOOKED = "misbooked"  # the ERP booked fewer pieces than it was told
    PHANTOM = "phantom"  # the warehouse believes in pieces that are not there


class Move(msgspec.Struct, frozen=True):
    """`pieces` come (`receipt`), are thrown away (`scrap`) or are put aside (`status_change`)."""

    kind: str
    pieces: int


class StockPlan(msgspec.Struct, frozen=True):
    """One item: what lies there in the beginning, what moves, and how far which books drift."""

    item_no: str
    opening: int
    moves: tuple[Move, ...]
    drift: Drift
    adrift: int


def stock_plans(seed: int) -> tuple[StockPlan, ...]:
    """Every item of the site; three of five drift, each in its way."""
    turn = world.pick(seed, len(ITEMS), "drift")
    drifts = (Drift.UNTOLD, Drift.MISBOOKED, Drift.PHANTOM, Drift.NONE, Drift.NONE)
    return tuple(
        StockPlan(
            item_no=item.item_no,
            opening=OPENING_MIN + world.pick(seed, OPENING_SPAN, "opening", item.item_no),
            moves=tuple(_move(seed, item.item_no, number) for number in range(MOVES)),
            drift=drifts[(place + turn) % len(drifts)],
            adrift=ADRIFT_MIN + world.pick(seed, 8, "adrift", item.item_no),
        )
        for place, item in enumerate(ITEMS)
    )


def _move(seed: int, item_no: str, number: int) -> Move:
    # The first is a receipt: it is the one a drifting ERP gets wrong.
    kinds = ("receipt", "scrap", "status_change", "receipt", "receipt")
    kind = kinds[world.pick(seed, len(kinds), "move", item_no, str(number))] if number else "receipt"
    low, span = (20, 40) if kind == "receipt" else (1, 9)
    return Move(kind, low + world.pick(seed, span, "moved", item_no, str(number)))


class Storeroom:
    """What warehouse and ERP share without a message: the goods, and the paper that says when a period is closed."""

    def __init__(self, seed: int) -> None:
        self.plans = {plan.item_no: plan for plan in stock_plans(seed)}
        self.pieces = {(plan.item_no, AVAILABLE): plan.opening for plan in self.plans.values()}
        self.to_book = len(self.plans) * MOVES
        self.booked = asyncio.Event()

    def move(self, item_no: str, move: Move) -> None:
        """Carry it out."""
        if move.kind == "receipt":
            self.add(item_no, AVAILABLE, move.pieces)
            return
        self.add(item_no, AVAILABLE, -move.pieces)
        if move.kind == "status_change":
            self.add(item_no, QUALITY, move.pieces)

    def add(self, item_no: str, status: str, pieces: int) -> None:
        """Put pieces there, or take them away."""
        self.pieces[item_no, status] = self.pieces.get((item_no, status), 0) + pieces
