"""What MOV remembers of the stock of one item in one warehouse. Quantities are millionths of the base unit.

A position is named `lot|status`. Everything is bounded: of each position the last `DELTAS_MAX` movements stay apart, of
movements the open ones, the last `CLOSED_MAX` closed ones and those of the last `HANDOVERS_MAX` hand-overs.
"""

from __future__ import annotations

import msgspec

from crossdock.process.step import Instance

RECORDED, POSTED, FAILED, REVERSED = "RECORDED", "POSTED", "FAILED", "REVERSED"
DELTAS_MAX = 100
CLOSED_MAX = 100
HANDOVERS_MAX = 300
OPEN_MAX = 1000
ISSUES_MAX = 200
COUNTS_MAX = 20


class Delta(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one movement changed. `seq` is the warehouse's own counter, 0 where it keeps none."""

    seq: int
    at_us: int
    movement: str
    amount: int


class Position(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How much lies under one lot and status.

    Attributes:
        base: what the last snapshot said, and what movements too old to be kept apart changed since.
        seq, at_us: the snapshot's watermark: it holds every movement up to there.
        deltas: movements behind the watermark, in their order.
        allocated, picked: what the snapshot said is spoken for.
        erp: what the ERP books as far as we know, `stated` whether that rests on a balance and not on movements alone.
    """

    base: int = 0
    seq: int = 0
    at_us: int = 0
    deltas: tuple[Delta, ...] = ()
    allocated: int = 0
    picked: int = 0
    erp: int = 0
    stated: bool = False

    @property
    def on_hand(self) -> int:
        """What lies there now; negative while a movement is missing."""
        return self.base + sum([delta.amount for delta in self.deltas])


class Movement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One movement: `books` is what the ERP has to book of it, by position. A correction settles a variance.

    `handover`: goods issued by a hand-over, or back with its void.
    """

    state: str
    books: dict[str, int] = {}
    correction: bool = False
    handover: bool = False


class Issue(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A goods issue told by one side, the warehouse or a hand-over, that the other side has not told yet."""

    movement: str
    position: str
    amount: int
    handover: bool


class StockState(Instance, frozen=True, array_like=True, gc=False):
    """See the module.

    Attributes:
        atp: what was last said to be promised; `known` whether anything was.
        differs: positions whose variance is open, and the difference last told.
        counts: the last counts taken.
    """

    uom: str = ""
    positions: dict[str, Position] = {}
    movements: dict[str, Movement] = {}
    issues: tuple[Issue, ...] = ()
    atp: int = 0
    known: bool = False
    differs: dict[str, int] = {}
    counts: tuple[str, ...] = ()
