"""The store port: one transaction per batch (architecture.md §2 rule 2), rows as plain structs.

A `Batch` is opened, read from, written once and committed. The version fence lives in `write`: when another worker
moved a dossier read here, it raises `Conflict`, nothing of the batch is stored, and the caller loads again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.canonical.vocabulary import Disposition, Lane
from crossdock.ports.acts import ActDone

# In a dossier's version while its log is in the archive: one number fences and tells.
ARCHIVED = 1 << 30


class DossierRow(msgspec.Struct, frozen=True, gc=False):
    """Everything folded for one key (an order, or a load). `version` 0 means not stored yet.

    `ident` is the primary identifier (`order||SO-1`), `label` the headline shown in lists, `state` the packed fold.
    """

    id: int
    ident: str
    version: int
    label: str
    state: bytes

    @property
    def archived(self) -> bool:
        """Whether its log is in the archive: it may not be folded until it is brought back."""
        return self.version >= ARCHIVED


class EventRow(msgspec.Struct, frozen=True, gc=False):
    """One fact in a dossier's log. `(dossier, seq)` is its stable id `dossier.seq`.

    `body` is the canonical envelope in JSON: the bytes as received when the partner speaks it, ours otherwise, with
    `message` naming the stored original. `transitions` is e.g. `FO-16 PACKED>HANDED_OVER; SHP-10
    CONFIRMED>HANDED_OVER`. `cause` is the event that derived this one, empty for what came from outside. `concluded` is
    true of what this dossier's own fold concluded, and will again: `Batch.history` may leave it out. `folded` is false
    of what no fold may see: rejected or suppressed before one, or in quarantine. What a fold itself rejects it has to
    see again, or it would not know that it did.
    """

    dossier: int
    seq: int
    type: str
    disposition: Disposition
    partner: str
    occurred: datetime
    received: datetime
    body: bytes
    key: str
    cause: str = ""
    message: str = ""
    transitions: str = ""
    reason: str = ""
    concluded: bool = False
    folded: bool = True


class StoredFact(msgspec.Struct, frozen=True, gc=False):
    """What a refold needs of an `EventRow`."""

    dossier: int
    seq: int
    body: bytes
    received: datetime
    disposition: Disposition
    cause: str
    folded: bool = True


class Redisposed(msgspec.Struct, frozen=True, gc=False):
    """A stored fact to which a fold gave another disposition: a held one released, one superseded by a correction."""

    dossier: int
    seq: int
    disposition: Disposition
    transitions: str
    reason: str


class LinkRow(msgspec.Struct, frozen=True, gc=False):
    """An edge of the correlation graph: this identifier belongs to that dossier."""

    ident: str
    dossier: int


class WaitingRow(msgspec.Struct, frozen=True, gc=False):
    """A fact no dossier is known for yet, kept under every identifier it carries (architecture.md §2 rule 6).

    `reason` says in one sentence what will release it. `expires` starts a case, it never drops the fact.
    """

    id: str
    idents: tuple[str, ...]
    type: str
    partner: str
    body: bytes
    key: str
    received: datetime
    expires: datetime
    reason: str
    message: str = ""


class QuarantineRow(msgspec.Struct, frozen=True, gc=False):
    """A fact that cannot be parsed, mapped, correlated or folded. With a dossier it blocks its lane, else only
    itself."""

    id: str
    partner: str
    body: bytes
    received: datetime
    reason: str
    code: str
    dossier: int = 0
    lane: Lane | None = None
    message: str = ""


class DeliveryRow(msgspec.Struct, frozen=True, gc=False):
    """One command on its way to one partner (the outbox). `idempotency_key` never changes over retries and replays.

    `traceparent` is the trace of the call that caused it, empty if it came without one.
    """

    id: int
    dossier: int
    partner: str
    type: str
    idempotency_key: str
    ordering_key: str
    lane: int
    cause: str
    traceparent: str
    payload: bytes
    due: datetime


class CaseRow(msgspec.Struct, frozen=True, gc=False):
    """An exception case opened (`open`) or closed by proof (not `open`); one open case per `(code, subject, slot)`.

    `reworded`: it is open already, and says `detail` from now on.
    """

    code: str
    subject: str
    slot: str
    dossier: int
    severity: int
    queue: str
    detail: str
    open: bool
    cause: str
    at: datetime
    reworded: bool = False


class AlarmRow(msgspec.Struct, frozen=True, gc=False):
    """Wake this dossier at `due`: the earliest of its timers. One row a dossier; absent `due` removes it."""

    dossier: int
    due: datetime | None


class MessageRow(msgspec.Struct, frozen=True, gc=False):
    """A received message kept whole: EDI, files, batches in a partner's dialect, and everything refused.

    `status` is `accepted`, `duplicate`, `refused` or `partial`; `findings` is JSON; `facts` how many facts it gave.
    `original` is the message whose bytes were run again; its own row has none. `renews` says that it is stored already,
    and that `status`, `facts` and `findings` are what they are by now.
    """

    id: str
    partner: str
    channel: str
    content_type: str
    received: datetime
    sha256: str
    body: bytes
    status: str
    facts: int
    findings: bytes
    control: str = ""
    original: str = ""
    renews: bool = False


class WriteSet(msgspec.Struct, gc=False):
    """All rows of one batch. Order of writing is the adapter's business; all or nothing is its promise.

    `acts` are what a person did by hand. `released` are waiting ids, `freed` quarantine ids: those rows go,
    because the fact has its place in a log now.
    """

    dossiers: list[DossierRow] = []
    events: list[EventRow] = []
    links: list[LinkRow] = []
    waiting: list[WaitingRow] = []
    released: list[str] = []
    quarantine: list[QuarantineRow] = []
    freed: list[str] = []
    deliveries: list[DeliveryRow] = []
    cases: list[CaseRow] = []
    alarms: list[AlarmRow] = []
    messages: list[MessageRow] = []
    redisposed: list[Redisposed] = []
    acts: list[ActDone] = []


class Match(msgspec.Struct, frozen=True, gc=False):
    """Answer to a correlation: who owns each known identifier, and the dossiers themselves as of this transaction.

    `busy` are the dossiers among them that another transaction is at work on, `opening` the identifiers nobody owns yet
    and another transaction has just asked for. Both are hints, and may be missing: what is fenced is fenced in `write`.
    """

    links: dict[str, tuple[int, ...]]
    dossiers: dict[int, DossierRow]
    busy: frozenset[int] = frozenset()
    opening: frozenset[str] = frozenset()


class Batch(Protocol):
    """One open transaction."""

    async def claim(self, idents: Sequence[str], dossiers: Sequence[int], *, briefly: bool = False) -> None:
        """Wait until no other transaction is at work on what these lead to; from then on others are told it is busy.

        Before anything else of a transaction it may take long; later only `briefly`, or two could wait for each other.

        Raises:
            Conflict: the others took longer than a moment, and it was to be brief.
            Transient: they took too long.
        """

    async def match(self, idents: Sequence[str], dossiers: Sequence[int] = ()) -> Match:
        """Owners of these identifiers and their dossier rows, plus the rows of `dossiers` asked for by id."""

    async def history(self, dossiers: Sequence[int]) -> list[StoredFact]:
        """All facts of these dossiers' logs that take part in a fold, in no particular order.

        What a dossier concluded from its own facts may be left out: the fold concludes it again.
        """

    async def waiting_under(self, idents: Sequence[str]) -> list[WaitingRow]:
        """Facts waiting under any of these identifiers; each once."""

    async def waiting_alike(self, said: Sequence[tuple[str, str]]) -> list[WaitingRow]:
        """Facts that wait and are of these partners with these business keys, the first of each first."""

    async def quarantined(self, quarantine_id: str) -> QuarantineRow | None:
        """A fact in quarantine, locked against another operator until the transaction ends."""

    async def write(self, rows: WriteSet) -> None:
        """Store everything.

        Raises:
            Conflict: a dossier's version is not the one read, or an identifier was linked by another worker.
            Rejected: the database refuses a value of the batch; the caller splits the batch to find whose.
        """


class Store(Protocol):
    """Opens transactions and hands out numbers."""

    def batch(self) -> AbstractAsyncContextManager[Batch]:
        """A transaction that commits when the block ends well and rolls back when it does not."""

    async def reserve_dossiers(self, count: int) -> int:
        """Reserve `count` consecutive dossier ids; returns the first."""

    async def reserve_deliveries(self, count: int) -> int:
        """Reserve `count` consecutive delivery ids; returns the first."""
