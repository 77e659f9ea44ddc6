"""The read side: what people and programs may ask about dossiers, and what is on its way, waiting or stuck.

Lists come in pages by key: `before` or `after` is the last id of the page before, 0 or empty for the first page; a page
shorter than `limit` is the last one. No answer is unbounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.archive import Archived
from crossdock.ports.store import DossierRow, MessageRow

EVENTS_MAX = 5000
COMMANDS_MAX = 5000


class DossierHead(msgspec.Struct, frozen=True, gc=False):
    """One line of a list of dossiers."""

    id: int
    ident: str
    version: int
    label: str


class EventView(msgspec.Struct, frozen=True, gc=False):
    """One fact of a dossier's log with its third clock, `recorded`: when it became durable here; see `EventRow`."""

    dossier: int
    seq: int
    type: str
    disposition: Disposition
    partner: str
    occurred: datetime
    received: datetime
    recorded: datetime
    body: bytes
    key: str
    cause: str
    message: str
    transitions: str
    reason: str
    folded: bool = True

    @property
    def id(self) -> str:
        """`dossier.seq`, the stable id."""
        return f"{self.dossier}.{self.seq}"


class CommandView(msgspec.Struct, frozen=True, gc=False):
    """A command, on its way or ended.

    `state` is a `ports.outbox.Phase` while open and a `ports.outbox.Ending` once ended.
    """

    id: int
    dossier: int
    partner: str
    type: str
    idempotency_key: str
    ordering_key: str
    cause: str
    created: datetime
    state: str
    attempts: int
    detail: str
    reference: str = ""
    due: datetime | None = None
    ended: datetime | None = None


class CaseView(msgspec.Struct, frozen=True, gc=False):
    """An exception case; `closed` and `cause_closed` (its proof) are absent while it is open."""

    id: int
    code: str
    subject: str
    slot: str
    dossier: int
    severity: int
    queue: str
    detail: str
    occurrences: int
    opened: datetime
    cause_open: str
    closed: datetime | None = None
    cause_closed: str = ""


class WaitingView(msgspec.Struct, frozen=True, gc=False):
    """A fact in the waiting room; `reason` says what will release it."""

    id: str
    idents: tuple[str, ...]
    type: str
    partner: str
    received: datetime
    expires: datetime
    reason: str
    message: str


class QuarantineView(msgspec.Struct, frozen=True, gc=False):
    """A fact in quarantine. `dossier` 0 means it blocks nothing but itself, else the lane of that dossier."""

    id: str
    partner: str
    received: datetime
    code: str
    reason: str
    dossier: int
    lane: str
    message: str
    body: bytes


class Views(Protocol):
    """Reads of committed data; none of them takes a lock."""

    async def owners(self, ident: str) -> Sequence[DossierRow]:
        """The dossiers an identifier belongs to, by id, at most 16. Normally one; a shipment may also be in a load."""

    async def idents(self, dossier: int) -> Sequence[str]:
        """Every identifier of a dossier, sorted, at most 1,000."""

    async def dossiers(self, scheme: str, *, before: int, limit: int) -> Sequence[DossierHead]:
        """Dossiers whose primary identifier is of this scheme, newest first."""

    async def events(self, dossier: int) -> Sequence[EventView]:
        """The log in canonical order (`occurred`, then `seq`), at most 5,000."""

    async def events_by_id(self, ids: Sequence[tuple[int, int]]) -> Sequence[EventView]:
        """These events wherever they are, in no particular order; unknown ids are left out."""

    async def commands(self, dossier: int) -> Sequence[CommandView]:
        """Commands of a dossier by id, open and ended, at most 5,000."""

    async def cases(self, dossier: int) -> Sequence[CaseView]:
        """Cases of a dossier in the order they were opened, at most 1,000."""

    async def open_cases(self, *, queue: str, after: int, limit: int) -> Sequence[CaseView]:
        """Open cases by id; `queue` empty for all queues."""

    async def deliveries(self, *, partner: str, after: int, limit: int) -> Sequence[CommandView]:
        """Open commands for a partner by id; `partner` empty for all."""

    async def waiting(self, *, after: str, limit: int) -> Sequence[WaitingView]:
        """Facts in the waiting room by id."""

    async def quarantined(self, *, after: str, limit: int) -> Sequence[QuarantineView]:
        """Facts in quarantine by id."""

    async def archived(self, dossier: int) -> Archived | None:
        """Where the log of a dossier is that was over long ago; `None` while it is here."""

    async def message(self, message_id: str) -> MessageRow | None:
        """A kept message."""

    async def message_row(self, message_id: str) -> MessageRow | None:
        """The same, for whoever does not ask for its bytes: they may be left out."""
