"""What goes wrong in one run: drawn from the seed before anything happens, so that any part of it can be left out."""

from __future__ import annotations

import random
from collections.abc import Iterable
from enum import StrEnum

import msgspec

HOSTS = ("one", "two")
# Commands reach these; each says how its unknown outcomes are resolved (`partners.RESOLUTIONS`).
ASKED = ("erp1", "wms-nl1", "wms-gb1", "tms1", "lmd1", "customs", "dock")

# What identifiers and dossiers are spread over: who is at one of these places is at all that lies there.
PLACES = ("place 0", "place 1", "place 2")

# How far a host's clock may be off. Two hosts are then eight seconds apart at most, and a lease outlives a call by ten
# (`app.deliver.admit.LEASE_SLACK`): that hosts keep time is the one thing the hub asks for.
SKEW_MAX_S = 4.0


Rows = tuple[tuple[str, float], ...]


class Ill(StrEnum):
    """What can go wrong. The first group strikes a host, the second a message to us, the third a call of ours."""

    CRASH = "crash between two effects"
    COMMIT_LOST = "answer to a commit lost"
    SLOW_COMMIT = "commit takes half a minute"
    ACK_LOST = "acknowledgement to the log lost"
    LOG_AWAY = "log unreachable"
    DISK_FULL = "disk full"
    CLOCK_SKEW = "clock skew"
    CLOCK_STEP = "clock step"
    REFOLD = "version change"
    HELD = "orders held by another worker"

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


OF_HOSTS = (Ill.CRASH, Ill.COMMIT_LOST, Ill.CLOCK_STEP, Ill.REFOLD, Ill.SLOW_COMMIT)
# These only where what is received goes through the log.
OF_QUEUES = (Ill.ACK_LOST, Ill.LOG_AWAY)
OF_MESSAGES = (Ill.DUPLICATE, Ill.DELAY, Ill.TORN, Ill.UNHEARD)
OF_TIMES = (Ill.DISK_FULL, Ill.PARTITION, Ill.LOG_AWAY, Ill.HELD)
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
    """One run. `orders` are numbers of the story's orders: leaving one out changes nothing about the others.

    A seed tells a story of its own, or the short one of number `tale`, which others tell too. `queued`: what is
    received goes through the log to the workers of any host; without faults it never does, and the end is the same.
    """

    seed: int
    orders: tuple[int, ...]
    faults: tuple[Fault, ...]
    tale: int | None = None
    queued: bool = False

    @property
    def story(self) -> int:
        """What chooses what is said."""
        return self.seed if self.tale is None else self.tale

    def calm(self) -> Plan:
        """The same story without anything going wrong: one and the same for all who tell it."""
        return Plan(self.story, self.orders, (), self.tale)

    def only(self, orders: Iterable[int], faults: Iterable[int]) -> Plan:
        """A part of it: these orders, and the faults at these places, counted from 0."""
        return msgspec.structs.replace(
            self, orders=tuple(sorted(orders)), faults=tuple(self.faults[place] for place in sorted(faults))
        )


class Reach(msgspec.Struct, frozen=True):
    """How much of each kind happens to an order, so that what strikes the nth of them mostly strikes something."""

    faults: int
    effects: int
    commits: int
    calls: int
    acks: int


WHOLE, SHORT = Reach(13, 900, 120, 8, 60), Reach(10, 450, 50, 5, 12)
QUEUED_SHARE = 0.4


def draw(seed: int, orders: int, rows: Rows, *, tale: int | None = None) -> Plan:
    """The plan of a seed, some ten faults and two an order. `rows` are the messages that can be struck, with the hour
    of the run at which each is said."""
    dice = random.Random(f"plan {seed}")
    reach = WHOLE if tale is None else SHORT
    count = dice.randrange(4, reach.faults) + 2 * orders
    drawn = tuple(_fault(dice, rows, reach, orders) for _ in range(count))
    skews = tuple(Fault(Ill.CLOCK_SKEW, host, span_s=round(dice.uniform(-SKEW_MAX_S, SKEW_MAX_S), 3)) for host in HOSTS)
    flow = random.Random(f"flow {seed}")
    queued = flow.random() < QUEUED_SHARE
    more = tuple(_of_queue(flow, rows, reach, orders) for _ in range(flow.randrange(1, 4))) if queued else ()
    return Plan(seed, tuple(range(orders)), (*skews, *drawn, *more, *_of_others(seed, rows)), tale, queued)


def _fault(dice: random.Random, rows: Rows, reach: Reach, orders: int) -> Fault:
    kind = dice.randrange(10)
    if kind < 3:
        ill = dice.choice(OF_HOSTS[:2] * 3 + OF_HOSTS)
        host = dice.choice(HOSTS)
        if ill in (Ill.CRASH, Ill.COMMIT_LOST, Ill.SLOW_COMMIT):
            most = (reach.effects if ill is Ill.CRASH else reach.commits) * orders
            return Fault(ill, host, nth=dice.randrange(1, most), span_s=dice.choice((0.5, 20, 60, 900)))
        span = dice.choice((-4, -2, 2, 4)) if ill is Ill.CLOCK_STEP else 5
        return Fault(ill, host, at_h=_hour(dice, rows), span_s=span)
    if kind < 6:
        span = dice.choice((2, 30, 600, 7200, 40_000))
        return Fault(dice.choice(OF_MESSAGES), dice.choice(rows)[0], span_s=span)
    if kind < 9:
        ill, partner = dice.choice(OF_CALLS), dice.choice(ASKED)
        return Fault(ill, partner, nth=dice.randrange(1, reach.calls * orders), span_s=dice.choice((1, 5, 30)))
    if dice.randrange(3) == 0:
        return Fault(Ill.DISK_FULL, "disk", at_h=_hour(dice, rows), span_s=dice.choice((5, 120, 1800)))
    return Fault(Ill.PARTITION, dice.choice(ASKED), at_h=_hour(dice, rows), span_s=dice.choice((20, 600, 7200)))


def _of_others(seed: int, rows: Rows) -> tuple[Fault, ...]:
    """A worker beside the two hosts is at some places of the database, for a moment or for longer than others wait."""
    dice = random.Random(f"others {seed}")
    return tuple(_of_other(dice, rows) for _ in range(dice.randrange(3, 9)))


def _of_other(dice: random.Random, rows: Rows) -> Fault:
    """It began before somebody said something, and is at it when that comes."""
    span_s = dice.choice((1, 4, 20, 60))
    said = dice.choice(rows)[1] - dice.uniform(0, span_s) / 3600
    return Fault(Ill.HELD, dice.choice(PLACES), at_h=round(max(said, 0.001), 5), span_s=span_s)


def _of_queue(dice: random.Random, rows: Rows, reach: Reach, orders: int) -> Fault:
    if dice.randrange(3):
        return Fault(Ill.ACK_LOST, dice.choice(HOSTS), nth=dice.randrange(1, reach.acks * orders))
    return Fault(Ill.LOG_AWAY, "log", at_h=_hour(dice, rows), span_s=dice.choice((20, 120, 1800)))


def _hour(dice: random.Random, rows: Rows) -> float:
    """Mostly about when somebody says something: there most happens."""
    said = dice.choice(rows)[1] + dice.uniform(-0.02, 0.01)
    return round(max(dice.choice((said, said, dice.uniform(1, 60))), 0.001), 4)
