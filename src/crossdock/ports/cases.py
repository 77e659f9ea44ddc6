"""Cases as people work them: beside `exception_case`, which says whether a case still holds, what is done about it.

Whether a case is over is the business of whatever opened it; here are its deadlines, who has it, and every act on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from decimal import Decimal
from enum import IntFlag, StrEnum
from typing import Protocol

import msgspec

from crossdock.ports.acts import Act, ActRow, Anchor
from crossdock.ports.store import DossierRow

CASES_PAGE_MAX = 200


class WorkState(StrEnum):
    """Where a case stands (domain.md §3.10). The last three are ends; AUTO_RESOLVED had nobody's hand in it."""

    OPEN = "OPEN"
    ASSIGNED = "ASSIGNED"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING = "WAITING"
    RESOLVED = "RESOLVED"
    AUTO_RESOLVED = "AUTO_RESOLVED"
    DISMISSED = "DISMISSED"


class Alert(IntFlag):
    """What was raised about a case's deadlines; each once."""

    NONE = 0
    HALF_OF_ACK = 1
    ACK_MISSED = 2
    RESOLVE_MISSED = 4


class CasePrice(msgspec.Struct, frozen=True):
    """What a missed deadline costs: `amount` once, and `per_hour` for each begun hour after, `at_most` in all."""

    amount: Decimal
    per_hour: Decimal
    currency: str
    at_most: Decimal | None = None


class Desk(msgspec.Struct, frozen=True):
    """The worked side of one case. `until` is when a snooze ends, `look_at` when the watcher must look next.

    `waits_for` names the third party a WAITING case waits for, `proposer` who wants a grave case dismissed and waits
    for a second person, `why_graver` why the severity is above the catalogue's.
    """

    case: int
    state: WorkState
    severity: int
    due_ack: datetime | None = None
    due_resolve: datetime | None = None
    look_at: datetime | None = None
    until: datetime | None = None
    alerts: int = 0
    escalations: int = 0
    assignee: str = ""
    waits_for: str = ""
    proposer: str = ""
    proposer_key: str = ""
    why_graver: str = ""
    price: CasePrice | None = None


class Case(msgspec.Struct, frozen=True):
    """What is known of a case beside the desk.

    `since` is when its clock began: it was opened, or opened again. `proof_before` is what had closed it before that.
    """

    id: int
    code: str
    subject: str
    slot: str
    dossier: int
    severity: int
    queue: str
    detail: str
    occurrences: int
    reopened: int
    opened: datetime
    since: datetime
    cause_open: str
    closed: datetime | None = None
    cause_closed: str = ""
    proof_before: str = ""


class CaseFilter(msgspec.Struct, frozen=True):
    """Which cases to list; empty takes any. `snoozed` ones and ended ones are left out unless asked for."""

    queue: str = ""
    severity: int = 0
    state: str = ""
    assignee: str = ""
    due_before: datetime | None = None
    snoozed: bool = False


class Worked(msgspec.Struct, frozen=True):
    """A case with its desk; `desk` is absent for the seconds until it is prepared."""

    case: Case
    desk: Desk | None


class Place(msgspec.Struct, frozen=True):
    """Where a page of the queue ended: severity, price and deadline of its last case, and its id."""

    severity: int
    price: Decimal
    due: datetime | None
    id: int


class Storm(msgspec.Struct, frozen=True):
    """What a partner sent in a window, and how much of it was there before."""

    partner: str
    sent: int
    repeated: int


class AtDesk(Protocol):
    """One open transaction on cases."""

    async def read(self, case: int) -> Worked | None:
        """A case, locked until the transaction ends."""

    async def holder(self, dossier: int) -> DossierRow | None:
        """The dossier that may hold it."""

    async def kept(self, case: Case) -> bool:
        """Whether a message or fact that could not be used, and may be the case's cause, is still kept to be mended."""

    async def close_cleared(self, types: Sequence[str], proof: str, now: datetime) -> int:
        """Close the cases of facts (of these types) in quarantine of which none is there any more; how many."""

    async def unprepared(self, limit: int) -> Sequence[Worked]:
        """Cases opened, or opened again, since their deadlines were last set; locked, those of others left out."""

    async def to_look_at(self, now: datetime, limit: int) -> Sequence[Worked]:
        """Cases whose `look_at` has come; locked, those of others left out."""

    async def repeated(self, code: str, since: datetime, at_least: int, limit: int) -> Sequence[Worked]:
        """Open cases of this code, not graver yet, of sources with so many occurrences since; prepared and locked."""

    async def write(self, desk: Desk, *, closed: datetime | None = None, proof: str = "") -> None:
        """The desk as it is now; with `closed`, the case is over by the word of a person."""

    async def keep(self, case: int, at: datetime, act: Act, before: str, after: str) -> ActRow:
        """Append to the chain."""

    async def resend(self, case: Case, command: str, now: datetime) -> int:
        """Send what ended as delivered once more, under the same id and key; how many commands."""


class CaseDesk(Protocol):
    """See the module."""

    def at_desk(self) -> AbstractAsyncContextManager[AtDesk]:
        """A transaction that commits when the block ends well."""

    async def queue(self, wanted: CaseFilter, now: datetime, after: Place | None, limit: int) -> Sequence[Worked]:
        """Cases, the gravest first, of those the dearest, of those the first due."""

    async def case(self, case: int) -> Worked | None:
        """One case."""

    async def acts(self, case: int) -> Sequence[ActRow]:
        """Its acts in order, at most 1,000."""

    async def anchor(self) -> Anchor:
        """Behind which act the chain begins."""

    async def chain(self, after: int, limit: int) -> Sequence[ActRow]:
        """All acts in order, a page at a time."""
