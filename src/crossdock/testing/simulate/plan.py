"""What goes wrong in one run: drawn from the seed before anything happens, so that any part of it can be left out."""

from __future__ import annotations

import random
from collections.abc import Iterable
from enum import StrEnum

import msgspec

HOSTS = ("one", "two")
# Commands reach these; each says how its unknown outcomes are resolved (`partners.RESOLUTIONS`).
ASKED = ("erp1", "wms-nl1", "wms-gb1", "tms1", "lmd1", "customs", "dock")

# How far a host's clock may be off. Two hosts are then eight seconds apart at most, and a lease outlives a call by ten
# (`app.deliver.admit.LEASE_SLACK`): that hosts keep time is the one thing the hub asks for.
SKEW_MAX_S = 4.0


class Ill(StrEnum):
    """What can go wrong. The first group strikes a host, the second a message to us, the third a call of ours."""

    CRASH = "crash between two effects"
    COMMIT_LOST = "answer to a commit lost"
    DISK_FULL = "disk full"
    CLOCK_SKEW = "clock skew"
    CLOCK_STEP = "clock step"
    REFOLD = "version change"

    DUPLICATE = "message repeated"
    DELAY = "message overtaken"
    TORN = "message torn"
    UNHEARD = "receipt lost"

    LOST_CALL = "call lost"
    LOST_ANSWER = "answer lost after the effect"
    LATE_EFFECT = "effect after the timeout"
    ERROR = "error before the effect"
    BUSY = "told to come back"
    GARBAGE = "answer is garbage"
    PARTITION = "partner unreachable"


OF_HOSTS = (Ill.CRASH, Ill.COMMIT_LOST, Ill.CLOCK_STEP, Ill.REFOLD)
OF_MESSAGES = (Ill.DUPLICATE, Ill.DELAY, Ill.TORN, Ill.UNHEARD)
OF_CALLS = (Ill.LOST_CALL, Ill.LOST_ANSWER, Ill.LATE_EFFECT, Ill.ERROR, Ill.BUSY, Ill.GARBAGE)


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fault. It strikes host, message row or partner `whom` at the `nth` effect, commit or call, or where it has no
    count at `at_h` hours of the run; it lasts `span_s` seconds, or is as large."""

    ill: Ill
    whom: str
    nth: int = 0
    at_h: float = 0.0
    span_s: float = 0.0

    def __str__(self) -> str:
        when = f" no {self.nth}" if self.nth else f" at hour {self.at_h:g}" if self.at_h else ""
        span = f", {self.span_s:g} s" if self.span_s else ""
        return f"{self.ill}: {self.whom}{when}{span}"


class Plan(msgspec.Struct, frozen=True):
    """One run. `orders` are numbers of the seed's orders: leaving one out changes nothing about the others."""

    seed: int
    orders: tuple[int, ...]
    faults: tuple[Fault, ...]

    def calm(self) -> Plan:
        """The same without anything going wrong."""
        return Plan(self.seed, self.orders, ())

    def only(self, orders: Iterable[int], faults: Iterable[int]) -> Plan:
        """A part of it: these orders, and the faults at these places, counted from 0."""
        return Plan(self.seed, tuple(sorted(orders)), tuple(self.faults[place] for place in sorted(faults)))


def draw(seed: int, orders: int, rows: tuple[str, ...], *, faults: int | None = None) -> Plan:
    """The plan of a seed. `rows` name the messages that can be struck; `faults` how many, else some ten and two an
    order."""
    dice = random.Random(f"plan {seed}")
    count = dice.randrange(4, 13) + 2 * orders if faults is None else faults
    drawn = tuple(_fault(dice, rows, orders) for _ in range(count))
    skews = tuple(Fault(Ill.CLOCK_SKEW, host, span_s=round(dice.uniform(-SKEW_MAX_S, SKEW_MAX_S), 3)) for host in HOSTS)
    return Plan(seed, tuple(range(orders)), (*skews, *drawn) if count else ())


def _fault(dice: random.Random, rows: tuple[str, ...], orders: int) -> Fault:
    kind = dice.randrange(10)
    if kind < 3:
        ill = dice.choice(OF_HOSTS[:2] * 3 + OF_HOSTS)
        host = dice.choice(HOSTS)
        if ill in (Ill.CRASH, Ill.COMMIT_LOST):
            most = (900 if ill is Ill.CRASH else 120) * orders
            return Fault(ill, host, nth=dice.randrange(1, most), span_s=dice.choice((0.5, 20, 60, 900)))
        span = dice.choice((-4, -2, 2, 4)) if ill is Ill.CLOCK_STEP else 5
        return Fault(ill, host, at_h=_hour(dice), span_s=span)
    if kind < 6:
        span = dice.choice((2, 30, 600, 7200, 40_000))
        return Fault(dice.choice(OF_MESSAGES), dice.choice(rows), span_s=span)
    if kind < 9:
        ill, partner = dice.choice(OF_CALLS), dice.choice(ASKED)
        return Fault(ill, partner, nth=dice.randrange(1, 8 * orders), span_s=dice.choice((1, 5, 30)))
    if dice.randrange(3) == 0:
        return Fault(Ill.DISK_FULL, "disk", at_h=_hour(dice), span_s=dice.choice((5, 120, 1800)))
    return Fault(Ill.PARTITION, dice.choice(ASKED), at_h=_hour(dice), span_s=dice.choice((20, 600, 7200)))


def _hour(dice: random.Random) -> float:
    """Mostly in the first days, when most happens."""
    return round(dice.choice((dice.uniform(1, 12), dice.uniform(1, 60), dice.uniform(1, 260))), 3)
