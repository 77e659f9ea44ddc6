"""Which tender an offer or an answer is of: loads and shipments are tendered alike (domain.md §3.3.2, SHP-05 to
SHP-08).
"""

from __future__ import annotations

from enum import Enum
from typing import TypeVar, cast

import msgspec

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.planning import (
    CarrierAccepted,
    CarrierRejected,
    CarrierTendered,
    TenderCancelled,
    TenderExpired,
)
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.effects import OpenCase
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.step import HOLD_TTL, Instance, hold

Answer = CarrierAccepted | CarrierRejected | TenderExpired | TenderCancelled

OFFER, ACCEPTED = "carrier.tendered", "carrier.accepted"
ANSWERS = frozenset({ACCEPTED, "carrier.rejected", "tender.expired", "tender.cancelled"})

I = TypeVar("I", bound=Instance)  # noqa: E741  (as in `step`: an instance's state)


class Meant(Enum):
    """The tender an answer is of: the one that is open, one that is over, or one nobody has offered yet."""

    OPEN = 1
    OVER = 2
    UNKNOWN = 3


class Tender(msgspec.Struct, frozen=True, gc=False):
    """What is offered to whom; empty when nothing is.

    `past` are the tenders that are over, each a number and a carrier: a routing guide may go on with the same number.
    `taken` says that the carrier has accepted: what it says of the goods later it says of this, by whatever number.
    """

    number: str
    carrier: str
    past: tuple[tuple[str, str], ...] = ()
    taken: bool = False

    def meant(self, fact: Fact) -> Meant:
        """Which one this answer is of. Many 990 bear no tender's number; we read the load's own in its place."""
        answer = cast(Answer, fact.payload)
        unnumbered = answer.tender_no == fact.subject.id
        carrier = "" if isinstance(answer, TenderCancelled) else answer.carrier
        ours = bool(self.number) and carrier in ("", self.carrier)
        if ours and (unnumbered or answer.tender_no == self.number):
            return Meant.OPEN
        if any((unnumbered or answer.tender_no == number) and carrier in ("", who) for number, who in self.past):
            return Meant.OVER
        return Meant.OPEN if ours and self.taken and carrier else Meant.UNKNOWN

    def is_other(self, fact: Fact) -> bool:
        """Whether this offer is of another tender than the open one; to the carrier that took it, it is the same."""
        offer = cast(CarrierTendered, fact.payload)
        if not self.number or (offer.carrier == self.carrier and self.taken):
            return False
        return (offer.tender_no, offer.carrier) != (self.number, self.carrier)

    def ended(self) -> tuple[tuple[str, str], ...]:
        """The tenders that are over once this one is."""
        one = (self.number, self.carrier)
        return self.past if not self.number or one in self.past else (*self.past, one)


def weigh(state: I, tender: Tender, key: str, trigger: str, fact: Fact, policy: Policy) -> Decision[I] | None:
    """What an offer or an answer comes to that is not of the open tender; `None` leaves it to the table.

    An offer waits until the one before it is over, an answer for its offer. An acceptance of one that is over waits as
    well, as long as nobody has taken the goods: it may be offered anew, and a carrier says a thing but once.
    """
    if trigger == OFFER:
        return hold(state, key, HOLD_TTL, fact, policy) if tender.is_other(fact) else None
    meant = tender.meant(fact) if trigger in ANSWERS else Meant.OPEN
    if meant is Meant.OPEN:
        return None
    if meant is Meant.UNKNOWN or (trigger == ACCEPTED and not tender.taken):
        return hold(state, key, HOLD_TTL, fact, policy)
    if trigger != ACCEPTED:
        return Decision(Disposition.RECORD, reason="that tender was over already")
    late = cast(CarrierAccepted, fact.payload).carrier
    detail = f"{late} accepted a tender that was over, and {tender.carrier} has the goods: tell {late} not to come"
    case = OpenCase("TRN-16", key, detail, fact.key)
    return Decision(Disposition.ESCALATE, effects=(case,), reason="another carrier has them")
