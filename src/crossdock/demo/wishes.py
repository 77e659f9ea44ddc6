"""What customers want after they have ordered: to call it off, or to send something back. Pure."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crossdock.demo import world
from crossdock.demo.world import OrderLine

PIECES_MAX = 4
# Everything comes back to one place.
RETURNS_SITE = world.SITE_A


class Moment(StrEnum):
    """Where an order is when its customer calls it off."""

    BLOCKED = "before_release"
    RELEASED = "released"
    PICKING = "picking"
    PACKED = "packed"
    LEFT = "left"
    OUT = "out_for_delivery"
    DELIVERED = "delivered"


ON_THE_FLOOR = (Moment.RELEASED, Moment.PICKING, Moment.PACKED)
# Too late: what has left goes its way, and whoever asked is told under which rule (domain.md §3.2.5). The rule is that
# of what was known when it was asked: a proof without its delivery waits, and an answer is given once.
TOO_LATE = {Moment.LEFT: ("CX-07",), Moment.OUT: ("CX-08",), Moment.DELIVERED: ("CX-09", "CX-07")}


class SentBack(msgspec.Struct, frozen=True):
    """A return as its customer plans it: up to `pieces` of a line, or, `greedy`, more than ever came."""

    request_id: str
    order_no: str
    line: OrderLine
    pieces: int
    reason: str
    greedy: bool
    in_two: bool
    fate: str

    @property
    def is_our_fault(self) -> bool:
        """Whether we fetch it."""
        return self.reason == "damaged"

    def wanted(self, delivered: int) -> int:
        """How many pieces the customer asks to send back, of those that were delivered."""
        return delivered + self.pieces if self.greedy else min(self.pieces, delivered)
