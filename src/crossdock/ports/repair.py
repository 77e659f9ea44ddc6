"""Repairs: a plan of what would change when orders are folded again, kept, approved by a second person, and applied.

A plan is a list of items, one dossier each (or what one message says of nobody known yet). An item holds what the dry
run found; it is applied in a transaction of its own, which does exactly that or nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Protocol

import msgspec

from crossdock.kernel.codec import encode_json
from crossdock.ports.acts import Act, ActRow
from crossdock.ports.messages import KeptMessage
from crossdock.ports.store import Batch

PLANS_PAGE_MAX = 200
ITEMS_PAGE_MAX = 200
# Dossiers one plan changes at most: what a person can still answer for.
ITEMS_MAX = 20_000
# What is told of one dossier at most, of each kind; the digest covers all of it.
TOLD_MAX = 200
EDITED_BYTES_MAX = 8 * 1024 * 1024

Short = Annotated[str, msgspec.Meta(max_length=200)]


class Selection(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which orders: every word given must hold; none at all is nothing, not everything.

    Attributes:
        order: any identifier. partner: who said something of it, `type` what. since, until: recorded then.
        message: one it was read from, or that could not be used. case: a case by number. code: an open case.
        everything: all there is; it must be said.
    """

    order: Short = ""
    partner: Short = ""
    type: Short = ""
    since: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    message: Short = ""
    case: int = 0
    code: Short = ""
    everything: bool = False

    @property
    def words(self) -> str:
        """`--partner flsh --since 2026-06-02T00:00:00Z`, as on the command line."""
        given = {name: value for name in self.__struct_fields__ if (value := getattr(self, name))}
        shown = {
            name: value.isoformat() if isinstance(value, datetime) else str(value) for name, value in given.items()
        }
        return " ".join("--all" if name == "everything" else f"--{name} {value}" for name, value in shown.items())


class PlanState(StrEnum):
    """`planning` → `proposed` → `approved` → `applying` → `done`; `withdrawn` ends it before that."""

    PLANNING = "planning"
    PROPOSED = "proposed"
    APPROVED = "approved"
    APPLYING = "applying"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class ItemState(StrEnum):
    """`gathered`: not worked out yet. `broken`: it cannot be folded; `refused`: it was not applied. Both say why."""

    GATHERED = "gathered"
    PLANNED = "planned"
    BROKEN = "broken"
    APPLIED = "applied"
    REFUSED = "refused"


class How(StrEnum):
    """What a second reading of a message comes to for one fact."""

    ADDED = "added"
    RESTATED = "restated"
    TAKEN_BACK = "taken_back"
    SAID_AGAIN = "said_again"


class Statement(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fact a second reading adds, with the canonical envelope it will be kept as, and the message it stands in.

    `dossier` is 0 where nothing it names belongs to a dossier yet.
    """

    dossier: int
    how: How
    key: str
    body: bytes
    received: datetime
    partner: str
    message: str


class Change(msgspec.Struct, frozen=True):
    """A field of a state, before and after; `None` is "not there"."""

    field: str
    before: object
    after: object


class Command(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command by its idempotency key. `digest` is the SHA-256 of its payload; `sent` that of what went out under the
    key before, where it is another. `amount` is the money it moves."""

    type: str
    key: str
    partner: str
    digest: str
    amount: str = ""
    currency: str = ""
    sent: str = ""


class TimerMove(msgspec.Struct, frozen=True):
    """A timer that is started (`before` absent), stopped (`after` absent) or moved."""

    name: str
    scope: str
    about: str
    before: datetime | None
    after: datetime | None


class CaseMove(msgspec.Struct, frozen=True):
    """A case that is opened or closed."""

    code: str
    subject: str
    slot: str
    detail: str
    opened: bool


class Touched(msgspec.Struct, frozen=True):
    """A dossier an item writes to, at the version it was read at; `version` 0 is one that begins."""

    ident: str
    dossier: int
    version: int


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What becomes of one item. `rest` is the digest of all that is written, also of what is not told here.

    Attributes:
        out: commands that go out. suppressed: those asked for that went out before, told where they would say
            something else now; `repeated` counts them all. unasked: those that went out and would not today.
        facts: what a second reading says, as `restated order.approved|…`. dispositions: facts called something else.
        money: what `out` moves, by currency. omitted: how many lines are not told.
    """

    touched: tuple[Touched, ...]
    rest: str
    changes: tuple[Change, ...] = ()
    out: tuple[Command, ...] = ()
    suppressed: tuple[Command, ...] = ()
    unasked: tuple[Command, ...] = ()
    timers: tuple[TimerMove, ...] = ()
    cases: tuple[CaseMove, ...] = ()
    facts: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    money: dict[str, str] = {}
    repeated: int = 0
    omitted: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.changes or self.out or self.timers or self.cases or self.facts or self.dispositions)


class Item(msgspec.Struct, frozen=True):
    """One dossier of a plan. `heirs` counts, for each message read again, the rows that came of it before."""

    plan: str
    n: int
    dossier: int
    ident: str
    state: ItemState
    statements: tuple[Statement, ...] = ()
    heirs: dict[str, int] = {}
    outcome: Outcome | None = None
    digest: str = ""
    detail: str = ""
    at: datetime | None = None


class Counts(msgspec.Struct, frozen=True):
    """How far a plan is: dossiers looked at, and items by what became of them."""

    looked: int = 0
    planned: int = 0
    broken: int = 0
    applied: int = 0
    refused: int = 0


class Plan(msgspec.Struct, frozen=True):
    """A plan. `digest` covers its selection, instant, policy and all items; it is what is approved.

    `as_of` is the instant it was made for: timers due by then elapse with it. `cursor` is the last dossier looked at.
    `edited` is what stands in the place of the bytes of the one message selected.
    """

    id: str
    state: PlanState
    selection: Selection
    reason: str
    proposer: str
    proposer_key: str
    created: datetime
    as_of: datetime
    policy: str
    cursor: int = 0
    heard: str = ""
    digest: str = ""
    approver: str = ""
    approver_key: str = ""
    approved: datetime | None = None
    ended: datetime | None = None
    edited: bytes | None = None
    counts: Counts = Counts()
    money: dict[str, str] = {}


class Recorded(msgspec.Struct, frozen=True):
    """A fact in a log that was read from a message, or from an earlier reading of it (`message` names that row)."""

    dossier: int
    seq: int
    body: bytes
    received: datetime
    disposition: str
    message: str


class Origin(msgspec.Struct, frozen=True):
    """A message whole, what of it stands in logs, what waits or is in quarantine (bodies), and the rows that came of
    it when it was run again."""

    kept: KeptMessage
    recorded: tuple[Recorded, ...]
    apart: tuple[bytes, ...]
    rows: tuple[str, ...]

    @property
    def heirs(self) -> int:
        """How many rows came of it."""
        return len(self.rows)


def digest_of(outcome: Outcome, statements: Sequence[Statement]) -> str:
    """The digest of an item: what it does and with what; not what is told beside it for people to know."""
    done = msgspec.structs.replace(outcome, suppressed=(), unasked=(), repeated=0, omitted=0)
    return hashlib.sha256(encode_json((done, statements))).hexdigest()


def plan_digest(plan: Plan, items: Sequence[str]) -> str:
    """The digest of a plan over the digests of its items in order."""
    head = (plan.id, plan.selection, plan.as_of, plan.policy, plan.reason, plan.proposer)
    edited = hashlib.sha256(plan.edited).hexdigest() if plan.edited is not None else ""
    return hashlib.sha256(encode_json((head, edited, list(items)))).hexdigest()


class Turn(Batch, Protocol):
    """One open transaction on one item, with the store's own reads and writes."""

    async def item(self, plan: str, n: int) -> Item | None:
        """The item, locked until the transaction ends; `None` while another has it or when there is none."""

    async def heirs(self, message: str) -> int:
        """How many rows came of a message, which is locked until the transaction ends."""

    async def settle(self, item: Item, act: Act, before: str, after: str) -> None:
        """What became of the item, kept with the act in the chain."""


class Repairs(Protocol):
    """Where plans are kept. Every change of a plan by a person keeps its act in the same transaction."""

    def turn(self) -> AbstractAsyncContextManager[Turn]:
        """A transaction that commits when the block ends well."""

    async def propose(self, plan: Plan, act: Act) -> None:
        """Keep a new plan."""

    async def plan(self, plan: str) -> Plan | None:
        """A plan with its counts."""

    async def plans(self, *, before: str, limit: int) -> Sequence[Plan]:
        """Plans, the newest first, without what was edited."""

    async def items(self, plan: str, *, after: int, limit: int) -> Sequence[Item]:
        """Items in order, whole."""

    async def digests(self, plan: str) -> Sequence[str]:
        """The digests of all planned items in order."""

    async def next_dossiers(self, selection: Selection, after: int, limit: int) -> Sequence[tuple[int, str]]:
        """Dossiers selected, by id, with their identifiers; `type` is not looked at."""

    async def unused(self, selection: Selection, after: str, limit: int) -> Sequence[str]:
        """Messages selected of which something could not be used, by id."""

    async def messages_of(self, dossier: int) -> Sequence[str]:
        """The messages a dossier's facts were read from, the first readings of them."""

    async def origin(self, message: str) -> Origin | None:
        """A message, found by itself or by a later reading of it."""

    async def sent(self, dossiers: Sequence[int]) -> Mapping[str, tuple[str, str, str]]:
        """Commands these dossiers sent: idempotency key to type, partner and the SHA-256 of the payload."""

    async def gather(self, plan: str, items: Sequence[Item], heard: str) -> None:
        """Keep what unused messages say of each dossier, and how far they have been read; nothing twice."""

    async def gathered(self, plan: str, dossier: int) -> Item | None:
        """What was gathered for a dossier and has not been worked out."""

    async def gathered_first(self, plan: str) -> Item | None:
        """The first item that has not been worked out."""

    async def looked(self, plan: str, items: Sequence[Item], *, dossiers: int, cursor: int) -> None:
        """Keep a page of the dry run, and how far it is. An item takes the place of what was gathered for it."""

    async def move(self, plan: Plan, before: PlanState, act: Act | None) -> bool:
        """The plan as it is from now on; false when it is not in the state `before` any more."""

    async def open_items(self, plan: str, limit: int) -> Sequence[int]:
        """Items still to be applied."""

    async def next_open(self) -> Plan | None:
        """The oldest plan that is being planned or applied."""

    async def approval(self, plan: str) -> ActRow | None:
        """The act that approved it, as the chain has it."""
