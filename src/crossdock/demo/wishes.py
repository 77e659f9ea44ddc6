"""What customers want after they have ordered: to call it off, or to send something back. By the seed. Pure."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crossdock.demo import world
from crossdock.demo.world import DemoOrder, Mode, OrderLine

# One order in six comes back in part; one such wish in eight is for more than was delivered.
RETURNS_ONE_IN, GREEDY_ONE_IN = 6, 8
# One return in three is our fault, so the way back is ours to book; one in three comes in two parcels.
FAULTY_ONE_IN, SPLIT_ONE_IN, SCRAPPED_ONE_IN = 3, 3, 4
PIECES_MAX = 4
# Everything comes back to one place.
RETURNS_SITE = world.SITE_A


class Moment(StrEnum):
    """Where an order is when its customer calls it off."""

    BLOCKED = "before_release"
    RELEASED = "released"
    PICKING = "picking"
    PACKED = "packed"


ON_THE_FLOOR = (Moment.RELEASED, Moment.PICKING, Moment.PACKED)


def called_off(seed: int, order: DemoOrder) -> Moment | None:
    """When the customer calls this order off, if he does: only what leaves from one place and stays in the union.

    What a carrier shares with other orders is called off before its load is built.
    """
    number = order.order_no
    if order.sites != (world.SITE_A,) or world.is_export(order):
        return None
    if world.lane(order, world.SITE_A) is Mode.OWN_FLEET:
        return ON_THE_FLOOR[world.pick(seed, 3, "floor", number)] if world.pick(seed, 2, "call off", number) else None
    return Moment.BLOCKED if world.pick(seed, 12, "call off", number) == 0 else None


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


def sent_back(seed: int, order: DemoOrder) -> SentBack | None:
    """What of this order comes back, if anything does; nothing comes back over the border."""
    number = order.order_no
    if (
        world.is_export(order)
        or called_off(seed, order) is not None
        or world.pick(seed, RETURNS_ONE_IN, "return", number)
    ):
        return None
    return SentBack(
        request_id=f"RQ-{number[3:]}",
        order_no=number,
        line=order.lines[world.pick(seed, len(order.lines), "return line", number)],
        pieces=1 + world.pick(seed, PIECES_MAX, "return pieces", number),
        reason="unwanted" if world.pick(seed, FAULTY_ONE_IN, "return reason", number) else "damaged",
        greedy=world.pick(seed, GREEDY_ONE_IN, "return greed", number) == 0,
        in_two=world.pick(seed, SPLIT_ONE_IN, "return parcels", number) == 0,
        fate="restock" if world.pick(seed, SCRAPPED_ONE_IN, "return fate", number) else "scrap",
    )


def comes_back(seed: int, order: DemoOrder) -> bool:
    """Whether goods of this order come back, and not only the wish for it."""
    wish = sent_back(seed, order)
    return wish is not None and not wish.greedy
