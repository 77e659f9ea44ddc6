"""What the first page of the console asks: how much flows over each edge, what waits, what waiting costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import msgspec

from crossdock.ports.outbox import Backlog

DEAREST_MAX = 100
CAUSES_MAX = 200


class Flow(msgspec.Struct, frozen=True, gc=False):
    """What came from one partner in a window: facts, those that were new and moved something, those refused.

    `heard` is its last fact of the window, `lag_s` how long the slowest took from receipt to commit.
    """

    partner: str
    facts: int
    moved: int
    refused: int
    heard: datetime
    lag_s: float


class Sent(msgspec.Struct, frozen=True, gc=False):
    """What ended towards one partner in a window, and the mean seconds from the asking to the end."""

    partner: str
    delivered: int
    failed: int
    took_s: float


class Minute(msgspec.Struct, frozen=True, gc=False):
    """Facts that became durable in one minute."""

    at: datetime
    facts: int


class Dear(msgspec.Struct, frozen=True, gc=False):
    """An order with open cases, and what it costs to leave them: so far, and by the horizon.

    `case` is the case to begin with: the gravest, of those the dearest, of those the first due. Without a price in the
    policy both costs are 0 and `currency` is empty.
    """

    dossier: int
    ident: str
    label: str
    cases: int
    severity: int
    cost_now: Decimal
    cost_then: Decimal
    currency: str
    due: datetime | None
    case: int
    code: str
    detail: str
    queue: str


class Standing(msgspec.Struct, frozen=True, gc=False):
    """Counts of what needs a hand or a predecessor: open cases by worked severity, and the rooms facts wait in."""

    severity_1: int
    severity_2: int
    severity_3: int
    severity_4: int
    overdue: int
    waiting: int
    quarantined: int
    parked: int
    unknown: int


class StatusCount(msgspec.Struct, frozen=True, gc=False):
    """How many kept messages of a partner became this."""

    status: str
    messages: int


class Cause(msgspec.Struct, frozen=True, gc=False):
    """Open cases of one code in one queue: how many, the gravest, since when."""

    code: str
    queue: str
    cases: int
    severity: int
    oldest: datetime


class Overview(Protocol):
    """Bounded reads of committed rows; none takes a lock.

    Raises:
        Transient: the store cannot be reached.
    """

    async def flows(self, since: datetime, now: datetime) -> Sequence[Flow]:
        """By partner, those heard since only, from the beginning of the ten seconds `since` lies in.

        So do `sent` and `minutes`, and what is older than half a minute is counted once for all three; beyond the last
        hour each look counts anew.
        """

    async def sent(self, since: datetime, now: datetime) -> Sequence[Sent]:
        """By partner, those sent to since only."""

    async def minutes(self, since: datetime, now: datetime) -> Sequence[Minute]:
        """Facts by minute, in order; minutes without a fact are left out."""

    async def ways(self, now: datetime) -> Sequence[Backlog]:
        """Every partner something is on its way to, or whose way is remembered."""

    async def standing(self, now: datetime) -> Standing:
        """The counts as of now; those of rooms stop at 10,000."""

    async def dearest(self, now: datetime, then: datetime, limit: int) -> Sequence[Dear]:
        """Orders by what leaving them until `then` costs, the dearest first; of equals the gravest and first due."""

    async def statuses(self, partner: str, since: datetime) -> Sequence[StatusCount]:
        """What became of a partner's kept messages, by what it was."""

    async def causes(self) -> Sequence[Cause]:
        """Open cases by code and queue, the most of one first; at most 200 groups."""

    async def pulse(self) -> str:
        """Changes whenever anything was written; costs nothing."""
