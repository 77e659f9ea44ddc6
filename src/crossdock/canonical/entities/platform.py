"""Documents, and the platform's own records: cases, process instances, reconciliation results (domain.md §1.6)."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from crossdock.canonical.entities.base import Entity
from crossdock.canonical.parts import Part
from crossdock.canonical.scalars import Count, Id, Instant, Number, Ordinal, Text
from crossdock.canonical.vocabulary import Severity


class DocumentType(StrEnum):
    """Kinds of paper."""

    POD = "pod"
    BOL = "bol"
    CMR = "cmr"
    PACKING_LIST = "packing_list"
    COMMERCIAL_INVOICE = "commercial_invoice"
    EXPORT_DECLARATION = "export_declaration"
    EXIT_PROOF = "exit_proof"
    LICENCE = "licence"
    LABEL = "label"
    PHOTO = "photo"
    CARRIER_INVOICE = "carrier_invoice"
    CREDIT_NOTE = "credit_note"
    RMA_FORM = "rma_form"


class ReconOutcome(StrEnum):
    """What a check found."""

    MATCH = "match"
    WITHIN_TOLERANCE = "within_tolerance"
    BREAK = "break"


class Document(Entity, frozen=True, kw_only=True):
    """A paper; bytes are stored once by hash, access is checked against the subject's customer."""

    prefix: ClassVar[str] = "doc"

    sha256: Id
    type: DocumentType
    subject: Id
    mime: str
    size: Count
    portal_visible: bool = False
    retention_years: Count = 7
    supersedes: str = ""

    @property
    def key(self) -> str:
        """`sha256|type|subject`."""
        return f"{self.sha256}|{self.type}|{self.subject}"


class Resolution(Part, frozen=True):
    """How a case ended."""

    kind: str
    by: str
    at: Instant
    note: Text = ""


class ExceptionCase(Entity, frozen=True, kw_only=True):
    """One open case per key; repeats count up. `assertions` are the event ids that contradict each other."""

    prefix: ClassVar[str] = "exc"

    code: Id
    subject: Id
    queue: Id
    severity: Severity
    opened: Instant
    slot: str = ""
    due_ack: Instant | None = None
    due_resolve: Instant | None = None
    occurrences: Ordinal = 1
    assertions: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    resolution: Resolution | None = None

    @property
    def key(self) -> str:
        """`code|subject|slot`."""
        return f"{self.code}|{self.subject}|{self.slot}"


class ProcessInstance(Entity, frozen=True, kw_only=True):
    """One process manager's view of one subject; timers are names with their due instant."""

    prefix: ClassVar[str] = "prc"

    process: Id
    subject: Id
    timers: dict[str, Instant] = msgspec.field(default_factory=dict)
    holds: tuple[str, ...] = ()
    history: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """`process|subject`."""
        return f"{self.process}|{self.subject}"


class ReconResult(Entity, frozen=True, kw_only=True):
    """One check of one subject over one window of time."""

    prefix: ClassVar[str] = "rec"

    check: Id
    subject: Id
    window: Id
    left: str
    right: str
    outcome: ReconOutcome
    diff: Number | None = None
    tolerance: Number | None = None
    exception: str = ""

    @property
    def key(self) -> str:
        """`check|subject|window`."""
        return f"{self.check}|{self.subject}|{self.window}"
