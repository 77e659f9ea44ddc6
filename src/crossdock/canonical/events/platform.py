"""Documents, master data, and what the platform says about its own work (domain.md §2.9, second half).

`timer.elapsed`, `command.acknowledged` and `command.refused` are ours: what time decided and what a partner's machine
answered are facts with a place in the log like any other.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.parts import FieldChange, Part
from crossdock.canonical.scalars import Count, Id, Instant, Ordinal, Personal, Text
from crossdock.canonical.vocabulary import Lane, Severity


class MasterEntity(StrEnum):
    """Kinds of master data."""

    PARTY = "party"
    ITEM = "item"
    LOCATION = "location"


class DocumentAttached(Payload, frozen=True, kw_only=True):
    """A document belongs to the subject; its bytes are stored once, by hash."""

    type: str
    sha256: Id
    mime: str
    source: str
    name: str = ""


class MasterUpdated(Payload, frozen=True, kw_only=True):
    """A master record changed. `values` are the new texts by field, where the source gives them."""

    entity: MasterEntity
    rev: Ordinal
    changed: tuple[FieldChange, ...]


class EventNote(Payload, frozen=True, kw_only=True):
    """What became of the fact with business key `target`, and why."""

    target: Id
    reason: Text
    ttl_s: Count | None = None


class EventHeld(EventNote, frozen=True, kw_only=True):
    """The fact waits for its predecessor."""


class EventReplayed(EventNote, frozen=True, kw_only=True):
    """The fact is tried again."""


class EventSuppressed(EventNote, frozen=True, kw_only=True):
    """The fact was a duplicate."""


class EventRejected(EventNote, frozen=True, kw_only=True):
    """The fact was refused."""


class CaseNote(Payload, frozen=True, kw_only=True):
    """A step in the life of an exception case (domain.md §5)."""

    code: Id
    subject: str
    severity: Severity
    queue: str
    detail: Text = ""
    slot: str = ""
    resolution: Text = ""
    by: Personal = ""


class ExceptionRaised(CaseNote, frozen=True, kw_only=True):
    """A case was opened."""


class ExceptionAssigned(CaseNote, frozen=True, kw_only=True):
    """Someone took the case."""


class ExceptionEscalated(CaseNote, frozen=True, kw_only=True):
    """The case went a level up."""


class ExceptionResolved(CaseNote, frozen=True, kw_only=True):
    """The case is closed, by proof or by a person."""


class Break(Part, frozen=True):
    """One difference a reconciliation found."""

    subject: Id
    left: str
    right: str
    detail: Text = ""

    @property
    def key(self) -> str:
        """The subject."""
        return self.subject


class ReconciliationCompleted(Payload, frozen=True, kw_only=True):
    """A check over a window of time ended."""

    check: Id
    window: str
    counts: dict[str, Count] = msgspec.field(default_factory=dict)
    breaks: tuple[Break, ...] = ()


class NotificationSent(Payload, frozen=True, kw_only=True):
    """Someone was told. `recipient` is a contact's reference, never an address."""

    template: Id
    channel: str
    cause_event: str
    recipient: str = ""


class TimerElapsed(Payload, frozen=True, kw_only=True):
    """A deadline passed: timer `name` about `about` was due at `due`. It occurs at that instant, not when we woke."""

    name: Id
    due: Instant
    about: str = ""


class CommandAcknowledged(Payload, frozen=True, kw_only=True):
    """The addressee's machine took the command. `reference` is its own id of what it did.

    Said by us of a document that went out: `answer_by` is until when its acknowledgment is agreed, if one is.
    """

    command: Id
    idempotency_key: Id
    reference: str = ""
    answer_by: Instant | None = None


class CommandRefused(Payload, frozen=True, kw_only=True):
    """The addressee's machine refused the command, or nobody could deliver it."""

    command: Id
    idempotency_key: Id
    reason: Text = ""


_O = Lane.ORDER
_ANY_PARTNER = "SYNC ERP WMS TMS CAR LMD CUS DOCK"
_SUBJECT_OWNERS = "ERP WMS TMS LMD CUS DOCK SYNC OPS; CAR"

# fmt: off
EVENTS = (
    event("document.attached", DocumentAttached, _SUBJECT_OWNERS, "*", "sha256",
          "P3 24h", "P A", "per type", lane=_O, rank=900),
    event("master.updated", MasterUpdated, "ERP TMS", "party item location", "rev",
          "P3 24h", "O W T C A", "", lane=_O, rank=5),
    event("event.held", EventHeld, "SYNC", "*", "target reason", "P3", "A", "", lane=_O, rank=910),
    event("event.replayed", EventReplayed, "SYNC", "*", "target reason", "P3", "A", "", lane=_O, rank=911),
    event("event.suppressed", EventSuppressed, "SYNC", "*", "target reason", "P3", "A", "", lane=_O, rank=912),
    event("event.rejected", EventRejected, "SYNC", "*", "target reason", "P3", "A X", "", lane=_O, rank=913),
    event("exception.raised", ExceptionRaised, "SYNC OPS", "case", "code subject slot t60",
          "P2", "N A P", "M", lane=_O, rank=920),
    event("exception.assigned", ExceptionAssigned, "SYNC OPS", "case", "code subject slot t60",
          "P2", "N A P", "M", lane=_O, rank=921),
    event("exception.escalated", ExceptionEscalated, "SYNC OPS", "case", "code subject slot t60",
          "P2", "N A P", "M", lane=_O, rank=922),
    event("exception.resolved", ExceptionResolved, "SYNC OPS", "case", "code subject slot t60",
          "P2", "N A P", "M", lane=_O, rank=923),
    event("reconciliation.completed", ReconciliationCompleted, "SYNC", "check", "check window",
          "P3", "A X", "", lane=_O, rank=930, opens="check"),
    event("notification.sent", NotificationSent, "SYNC", "party order shipment", "cause_event channel recipient",
          "P3", "A", "", lane=_O, rank=940),
    event("timer.elapsed", TimerElapsed, "SYNC", "*", "name about due", "P1", "O X", "", lane=_O, rank=950),
    event("command.acknowledged", CommandAcknowledged, _ANY_PARTNER, "*", "idempotency_key",
          "P1 15m", "O X", "", lane=_O, rank=50),
    event("command.refused", CommandRefused, _ANY_PARTNER, "*", "idempotency_key",
          "P1 15m", "O X", "", lane=_O, rank=51),
)
# fmt: on
