"""The outbox port: commands on their way, one partner at a time (architecture.md §2 rule 3, domain.md §0.6).

All that is decided about a partner happens in a `Turn`: one short transaction that holds the partner's gate row locked,
so that breaker, rate, pause and concurrency hold over any number of deliverers on any number of hosts. No turn is
ever open during a call on a partner.

    OPEN ──claim──> in flight ──settle──> ended: delivered, refused, skipped (moved to the log)
      ^                │ lease lapsed        requeued: OPEN, UNKNOWN, AWAITING
      │                v                     PARKED: logged too, but stays and keeps later commands of its key behind it
      └──settle──── UNKNOWN                          until an operator retries or skips it
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from crossdock.ports.store import CaseRow


class Phase(StrEnum):
    """Where an open delivery stands. `UNKNOWN`: an earlier attempt may have taken effect."""

    OPEN = "open"
    UNKNOWN = "unknown"
    AWAITING = "awaiting"
    PARKED = "parked"


class Ending(StrEnum):
    """How a delivery's run ended. After `PARKED` and `REFUSED` a person may start another run of the same command."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    PARKED = "parked"
    SKIPPED = "skipped"


class BreakerState(StrEnum):
    """`OPEN` lets nothing pass until `open_until`; then one probe at a time is under way, `HALF_OPEN`."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Gate(msgspec.Struct, frozen=True, gc=False):
    """All that is remembered about the way to one partner; survives restarts.

    Attributes:
        failures: consecutive failures while closed; `opens` consecutive failed probes while open, for a longer pause.
        open_until: the next probe may start then. `probe_until`: a probe is under way, at most until then.
        clear_since: the way has been open since then (healed, resumed): the patience with a command counts from it.
        full_at: GCRA's theoretical arrival time of the next call.
        hold_until: the partner asked us to wait until then (`Retry-After`).
        paused: the reason a person gave for the pause, empty when not paused.
    """

    partner: str
    breaker: BreakerState = BreakerState.CLOSED
    failures: int = 0
    opens: int = 0
    open_until: datetime | None = None
    probe_until: datetime | None = None
    clear_since: datetime | None = None
    full_at: datetime | None = None
    hold_until: datetime | None = None
    paused: str = ""
    paused_by: str = ""
    paused_at: datetime | None = None


class Claimed(msgspec.Struct, frozen=True, gc=False):
    """One delivery that is ours until its lease ends. `tries` counts claims and fences `settle`.

    `strikes` are the failed attempts that count against it; `call` groups the rows that go out in one call.
    `lane` is the lane it is served in: that of an urgent command behind it, when there is one.
    """

    id: int
    dossier: int
    type: str
    idempotency_key: str
    ordering_key: str
    lane: int
    cause: str
    traceparent: str
    payload: bytes
    created: datetime
    phase: Phase
    tries: int
    strikes: int
    first_tried: datetime
    call: int
    parked_before: bool = False


class Requeue(msgspec.Struct, frozen=True, gc=False):
    """Back in line: not over, to be looked at again at `due`."""

    id: int
    tries: int
    phase: Phase
    due: datetime
    strikes: int
    detail: str


class End(msgspec.Struct, frozen=True, gc=False):
    """This run is over. It is logged with a fact owed to the dossier (see `echo`), in the same transaction."""

    id: int
    tries: int
    ending: Ending
    at: datetime
    detail: str = ""
    reference: str = ""


class Pick(StrEnum):
    """How rows are picked.

    `LINE`: by lane, then first come first served. `OVERDUE`: the front of that line, if due by `Ask.due`.
    `AHEAD`: earlier commands whose key keeps an urgent one back; they are served in its lane. `PROBE`: what was tried
    least, also what waits for its next attempt, because it waits for this very endpoint.
    """

    LINE = "line"
    OVERDUE = "overdue"
    AHEAD = "ahead"
    PROBE = "probe"


class Ask(msgspec.Struct, frozen=True, gc=False):
    """Which rows to claim: at most `calls` groups of at most `batch`, never two of one ordering key.

    Attributes:
        lanes: first and last lane.
        due: only what was due by then. `now` and `lease_until` stamp the claim.
        token: number of the first call; random, so that calls of several deliverers are told apart.
    """

    phases: tuple[Phase, ...]
    lanes: tuple[int, int]
    calls: int
    batch: int
    due: datetime
    now: datetime
    lease_until: datetime
    token: int
    pick: Pick = Pick.LINE


class Pulse(msgspec.Struct, frozen=True, gc=False):
    """Is there work: since when something has been claimable or lapsed, and when the next falls due."""

    due_since: datetime | None = None
    next_due: datetime | None = None


class Turn(Protocol):
    """One transaction with a partner's gate locked.

    `gate` is as stored; `in_flight` counts calls under way with a valid lease, on all hosts. Opening a turn has already
    made every row whose lease lapsed `UNKNOWN`; `lapsed` says how many.
    """

    gate: Gate
    in_flight: int
    lapsed: int

    async def claim(self, ask: Ask) -> list[Claimed]:
        """Claim rows; each is the earliest open one of its ordering key. Ordered by call, lane, id."""

    async def settle(self, requeues: Sequence[Requeue], ends: Sequence[End]) -> frozenset[int]:
        """Record what became of claimed rows; returns the ids settled. A row whose lease passed on is left alone."""

    async def cases(self, rows: Sequence[CaseRow]) -> None:
        """Open or close cases; closing one that is not open does nothing."""

    async def save(self, gate: Gate) -> None:
        """Store the gate as it is to be after this turn."""


class Echo(msgspec.Struct, frozen=True, gc=False):
    """A fact owed to a dossier: how a command ended. `run` numbers the attempt, `ident` is the dossier's."""

    id: int
    run: int
    ident: str
    type: str
    idempotency_key: str
    ordering_key: str
    partner: str
    cause: str
    traceparent: str
    payload: bytes
    ending: Ending
    reference: str
    detail: str
    at: datetime


class Answered(msgspec.Struct, frozen=True, gc=False):
    """An answer found in the log for a command still under way. `event` is the id of the fact that says so."""

    id: int
    dossier: int
    partner: str
    type: str
    idempotency_key: str
    ordering_key: str
    lane: int
    refused: bool
    event: str


class Backlog(msgspec.Struct, frozen=True, gc=False):
    """One partner at a glance; the counts overlap (`retrying` and `unknown` are part of `open`, `parked` is not)."""

    partner: str
    open: int
    retrying: int
    unknown: int
    parked: int
    in_flight: int
    oldest: datetime | None
    breaker: BreakerState
    paused: str


class Outbox(Protocol):
    """What the deliverer works from."""

    async def pulse(self, partner: str, now: datetime) -> Pulse:
        """Look without a lock and without writing, so that an idle partner costs nothing."""

    def turn(self, partner: str, now: datetime) -> AbstractAsyncContextManager[Turn]:
        """Lock the gate (made at first use); commit when the block ends well, roll back when it does not."""

    async def gate(self, partner: str) -> Gate:
        """The gate as stored, without a lock."""

    async def backlog(self, now: datetime) -> list[Backlog]:
        """Every partner with open or parked deliveries or a gate, by id."""

    async def echoes(self, limit: int) -> list[Echo]:
        """Facts still owed, oldest first."""

    async def echoed(self, echoes: Sequence[Echo]) -> None:
        """These facts are in: nothing is owed for them any more."""

    async def answered(self, limit: int) -> list[Answered]:
        """Waiting or parked commands whose own partner has answered since; the answer is in their dossier's log."""

    async def acknowledge(self, partner: str, idempotency_key: str, end: End, *, cases: Sequence[CaseRow] = ()) -> bool:
        """The partner's answer came by another way (a 997, a webhook): end the delivery; false if none was under way.

        No fact is owed for it: the answer was one. Its INT-06 and INT-07 close, then `cases` are written. Of `end`, the
        id and the number of tries are not looked at.
        """

    def arrivals(self) -> AsyncGenerator[str, None]:
        """Partner ids as new deliveries for them are committed (a hint: some may be missed, so poll as well)."""


class Desk(Protocol):
    """What an operator may do. Each is an act of the chain (ports.acts), kept in the same transaction.

    `by` is the person, `key` their credential; it is `by` where that is all there is.
    """

    async def pause(self, partner: str, *, reason: str, by: str, now: datetime, key: str = "") -> None:
        """Nothing more is sent to this partner until `resume`; calls under way end."""

    async def resume(self, partner: str, *, reason: str, by: str, now: datetime, key: str = "") -> None:
        """Send again; the patience with each waiting command starts anew."""

    async def retry(self, delivery: int, *, reason: str, by: str, now: datetime, key: str = "") -> bool:
        """Another run of a parked or refused delivery, with the same idempotency key; false if it is neither."""

    async def skip(self, delivery: int, *, reason: str, by: str, now: datetime, key: str = "") -> bool:
        """Give up a parked delivery for good: its cases close, commands behind it flow; false if it is not parked."""

    async def route(self, delivery: int, *, partner: str, by: str, now: datetime, reason: str, key: str = "") -> bool:
        """Give a delivery that had no partner one; its case closes with the dossier's last; false if it has one."""
