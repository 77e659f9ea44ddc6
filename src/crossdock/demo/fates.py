"""What becomes of an order, decided once by the seed: every simulated system and the verdict read it here. Pure."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from crossdock.demo import world
from crossdock.demo.tariff import Bill
from crossdock.demo.wishes import ON_THE_FLOOR, PIECES_MAX, Moment, SentBack
from crossdock.demo.world import DemoOrder, Mode, pick

# One order in six comes back in part; one such wish in eight is for more than was delivered.
RETURNS_ONE_IN, GREEDY_ONE_IN = 6, 8
# One return in three is our fault, so the way back is ours to book; one in three comes in two parcels.
FAULTY_ONE_IN, SPLIT_ONE_IN, SCRAPPED_ONE_IN = 3, 3, 4
# Of own-fleet orders every second is called off on the floor, of the others every second when it is out for delivery.
FLOOR_ONE_IN, OUT_ONE_IN = 2, 2
# Of others that stay in the union, of twelve one before its release, one when it has left, one when it was delivered.
CARRIED_OF = 12
CARRIED = {0: Moment.BLOCKED, 1: Moment.LEFT, 2: Moment.DELIVERED}
DOCKED_ONE_IN, SHORT_ONE_IN, CLOSED_ONE_IN, EXPIRED_ONE_IN = 4, 20, 4, 3
SLOTS = ("kept", "kept", "moved", "given back")
# Of twelve invoices one has a line haul too high, one charges for waiting nobody agreed to, one is off by cents.
BILLS_OF = 12
BILLS = {0: Bill.TOO_HIGH, 1: Bill.WAITED, 2: Bill.CENTS_OFF}
# More than any run of the demo has orders.
FATES_MAX = 4096


class PartFate(msgspec.Struct, frozen=True):
    """Of what leaves from one site: the carrier that moves it (empty: the own fleet), whether the customer takes it at
    a dock, what becomes of the first slot booked there (kept, moved, or given back), and what the carrier charges."""

    hauler: str
    is_docked: bool
    slot: str
    bill: Bill


class Fate(msgspec.Struct, frozen=True):
    """Of one order.

    Attributes:
        called_off: when its customer calls it off, if he does. What is called off has no dock, and nothing comes back.
        sent_back: what its customer wants to send back, if anything.
        short: lines of which the warehouse finds less than asked for.
        nobody_home: nobody is there on the first delivery attempt of the own fleet.
        code_expired: the ERP has a tariff code for the first line that customs no longer takes.
        parts: by site.
    """

    called_off: Moment | None
    sent_back: SentBack | None
    short: frozenset[str]
    nobody_home: bool
    code_expired: bool
    parts: dict[str, PartFate]

    @property
    def comes_back(self) -> bool:
        """Whether goods come back, and not only the wish for it."""
        return self.sent_back is not None and not self.sent_back.greedy


@lru_cache(maxsize=FATES_MAX)
def fate(seed: int, order: DemoOrder) -> Fate:
    """What becomes of this order: the same for everybody who asks."""
    number = order.order_no
    called_off = _called_off(seed, order)
    return Fate(
        called_off=called_off,
        sent_back=_sent_back(seed, order) if called_off is None else None,
        short=frozenset(
            line.line_no for line in order.lines if pick(seed, SHORT_ONE_IN, "short", number, line.line_no) == 0
        ),
        nobody_home=pick(seed, CLOSED_ONE_IN, "closed", number) == 0,
        code_expired=world.is_export(order) and pick(seed, EXPIRED_ONE_IN, "tariff", number) == 0,
        parts={site: _part(seed, order, site, is_coming=called_off is None) for site in order.sites},
    )


def _part(seed: int, order: DemoOrder, site: str, *, is_coming: bool) -> PartFate:
    number, is_ltl = order.order_no, world.lane(order, site) is Mode.LTL
    return PartFate(
        hauler=world.hauler(seed, order, site),
        is_docked=is_coming and is_ltl and pick(seed, DOCKED_ONE_IN, "dock", number) == 0,
        slot=SLOTS[pick(seed, len(SLOTS), "slot", number, site)],
        bill=BILLS.get(pick(seed, BILLS_OF, "freight", number, site), Bill.AGREED),
    )


def _called_off(seed: int, order: DemoOrder) -> Moment | None:
    """Only what leaves from one place that tells each step, and stays in the union. What a carrier shares with other
    orders is called off before its load is built, or too late."""
    number = order.order_no
    if order.sites != (world.SITE_A,) or world.is_export(order):
        return None
    if world.lane(order, world.SITE_A) is not Mode.OWN_FLEET:
        return CARRIED.get(pick(seed, CARRIED_OF, "call off", number))
    if pick(seed, FLOOR_ONE_IN, "call off", number):
        return ON_THE_FLOOR[pick(seed, len(ON_THE_FLOOR), "floor", number)]
    return Moment.OUT if pick(seed, OUT_ONE_IN, "call off on the way", number) else None


def _sent_back(seed: int, order: DemoOrder) -> SentBack | None:
    """Nothing comes back over the border."""
    number = order.order_no
    if world.is_export(order) or pick(seed, RETURNS_ONE_IN, "return", number):
        return None
    return SentBack(
        request_id=f"RQ-{number[3:]}",
        order_no=number,
        line=order.lines[pick(seed, len(order.lines), "return line", number)],
        pieces=1 + pick(seed, PIECES_MAX, "return pieces", number),
        reason="unwanted" if pick(seed, FAULTY_ONE_IN, "return reason", number) else "damaged",
        greedy=pick(seed, GREEDY_ONE_IN, "return greed", number) == 0,
        in_two=pick(seed, SPLIT_ONE_IN, "return parcels", number) == 0,
        fate="restock" if pick(seed, SCRAPPED_ONE_IN, "return fate", number) else "scrap",
    )
