"""The audit port: sums and contradictions of everything stored, in one snapshot (architecture.md §8, I1 and I2), and
the dossiers one by one, to fold them again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.store import DossierRow, StoredFact

# Dossiers that are folded again unless the caller says otherwise: half a minute, of orders with twenty facts each.
SAMPLE = 20_000


class Kind(StrEnum):
    """What can be wrong. The first group is lost, the second stuck, the third doubled; in the fourth, what is stored of
    a dossier is not what its log comes to."""

    MESSAGE_SUM = "message_sum"
    LOG_GAP = "log_gap"
    LOG_WITHOUT_DOSSIER = "log_without_dossier"
    DOSSIER_WITHOUT_LOG = "dossier_without_log"
    LINK_WITHOUT_DOSSIER = "link_without_dossier"
    ARCHIVE_DIFFERS = "archive_differs"
    BYTES_MISSING = "bytes_missing"
    BYTES_DIFFER = "bytes_differ"

    DELIVERY_OVERDUE = "delivery_overdue"
    ECHO_OVERDUE = "echo_overdue"
    ALARM_OVERDUE = "alarm_overdue"
    WAITING_BUT_LINKED = "waiting_but_linked"
    WAITING_UNREACHABLE = "waiting_unreachable"
    QUEUE_GIVEN_UP = "queue_given_up"

    COMMAND_DOUBLED = "command_doubled"
    FACT_APPLIED_TWICE = "fact_applied_twice"
    DOSSIER_DOUBLED = "dossier_doubled"
    CASE_DOUBLED = "case_doubled"

    FOLD_BROKEN = "fold_broken"
    STATE_DIFFERS = "state_differs"
    TIMER_DIFFERS = "timer_differs"
    CASE_DIFFERS = "case_differs"
    LOG_DIFFERS = "log_differs"
    MEMORY_DIFFERS = "memory_differs"
    TOLD_DIFFERS = "told_differs"


class Discrepancy(msgspec.Struct, frozen=True):
    """One contradiction: what it is about, and one sentence for the person who looks into it."""

    kind: Kind
    subject: str
    detail: str


class Sums(msgspec.Struct, frozen=True):
    """How much there is of everything.

    Attributes:
        dispositions: events by disposition; every disposition is named.
        waiting: facts in the waiting room. quarantine: facts in quarantine that have no place in a log.
        messages: messages kept, by status. message_facts: facts they gave by their own account.
        message_rows: rows that name them, those in the archive among them. The two are equal when nothing was lost on
            the way.
        deliveries: commands on their way, by state. ended: commands that ended, by outcome.
        archived: dossiers whose log is in the archive. archived_events: how many of the events are there with them.
        bytes_archived: messages whose bytes are in the archive.
    """

    dossiers: int
    events: int
    dispositions: Mapping[Disposition, int]
    waiting: int
    quarantine: int
    messages: Mapping[str, int]
    message_facts: int
    message_rows: int
    deliveries: Mapping[str, int]
    ended: Mapping[str, int]
    cases_open: int
    archived: int = 0
    archived_events: int = 0
    bytes_archived: int = 0


class Examination(msgspec.Struct, frozen=True):
    """`counts` holds every kind; `discrepancies` at most `limit` examples of each."""

    sums: Sums
    counts: Mapping[Kind, int]
    discrepancies: Sequence[Discrepancy]


class Extent(msgspec.Struct, frozen=True):
    """Which dossiers are folded again: at most `sample`, others each time, of those that got a fact since `since`.

    `since` absent means of all of them; where there are no more than `sample`, it is every one.
    """

    sample: int = SAMPLE
    since: datetime | None = None


class StoredDossier(msgspec.Struct, frozen=True, gc=False):
    """A dossier and all that rests on it, as of one instant.

    Attributes:
        log: its facts but for exact repetitions, in no particular order. last_seq: the highest number given.
        idents: what leads to it. cases: its open cases, by code, subject and slot.
        alarm: when it is woken. lanes: those of which a fact stands in quarantine.
        damage: why it cannot be read, empty if it can; then nothing else but the id counts.
    """

    row: DossierRow
    log: tuple[StoredFact, ...] = ()
    last_seq: int = 0
    idents: frozenset[str] = frozenset()
    cases: frozenset[tuple[str, str, str]] = frozenset()
    alarm: datetime | None = None
    lanes: frozenset[str] = frozenset()
    damage: str = ""


class AuditView(Protocol):
    """Looks, changes nothing, takes no lock."""

    async def examine(self, overdue: datetime, *, limit: int) -> Examination:
        """Everything as of one instant. What should have moved before `overdue` and did not is stuck.

        Raises:
            Transient: the store cannot be reached.
        """

    def dossiers(self, extent: Extent) -> AsyncIterator[StoredDossier]:
        """Dossiers by id, a page in memory at a time (5,000 events, or one dossier), each as of one instant.

        Raises:
            Transient: the store cannot be reached.
        """
