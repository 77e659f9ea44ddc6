"""What VAR remembers: the differences of one item in one warehouse that are not settled, by position (`lot|status`).

One a position, and gone when it is settled: the positions of an item bound them.
"""

from __future__ import annotations

import msgspec

from crossdock.process.step import Instance


class Variance(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One difference. Quantities are millionths.

    Attributes:
        case: what a count is asked for under; it names the position and when the difference began.
        diff: what lies there and is not booked, as last told; `value` its worth in cents, -1 where nobody knows it.
        count: the count that was taken.
        movement: the posting that settles it.
    """

    state: str
    case: str
    diff: int
    uom: str
    value: int = -1
    count: str = ""
    movement: str = ""


class VarianceState(Instance, frozen=True, array_like=True, gc=False):
    """See the module."""

    open: dict[str, Variance] = {}
