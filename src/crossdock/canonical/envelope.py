"""The envelope every fact travels in (domain.md §0.4), as published on the wire and as used inside.

Three clocks: `occurred` (the world), `received_at` (our edge), `recorded_at` (durable append, set by the database).
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.canonical.vocabulary import FactClass, Flag, Role
from crossdock.kernel.instant import Occurrence

SQUEEZE = 1 << 20


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which system said it, in which message. `instance` is the partner id of the integration project."""

    system: Role
    instance: str
    message_id: str = ""
    message_type: str = ""
    event_id: str = ""
    seq: int | None = None


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the fact is about, in the source's own identifier."""

    type: str
    id: str


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One identifier of the correlation graph (domain.md §1.8). `scope` keeps equal numbers of two issuers apart.

    `scheme` is one of `references.SCHEMES`, e.g. `order`, `shipment`, `load`, `pro`, `bol`, `sscc`, `container`.
    """

    scheme: str
    id: str
    scope: str = ""

    @property
    def ident(self) -> str:
        """The graph's node key: `scheme|scope|id`."""
        return f"{self.scheme}|{self.scope}|{self.id}"


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, rename={"cls": "class"}):
    """A fact on the wire. `payload` stays raw here; `catalogue` knows which struct `type` and `version` name."""

    type: str
    subject: Subject
    source: Source
    occurred: Occurrence
    payload: msgspec.Raw
    version: int = 1
    cls: FactClass = FactClass.ACT
    slot_key: str = ""
    revision: int | None = None
    corrects: str = ""
    retracts: str = ""
    causation_id: str = ""
    refs: tuple[Reference, ...] = ()
    flags: tuple[Flag, ...] = ()


class Fact(msgspec.Struct, frozen=True, gc=False):
    """A fact inside the house: decoded, keyed, and with the instant it reached us.

    Attributes:
        key: business key `type|subject|idem suffix` (domain.md §2); equal key and equal `digest` is a duplicate.
        digest: 64-bit fingerprint of the significant fields (type, class, occurred, payload).
        at: `occurred` in UTC, the first part of the canonical order facts are folded in.
        rank: tie-break for equal instants, from the catalogue: causes before consequences.
        event_id: `<dossier>.<seq>` once stored, empty before.
    """

    type: str
    subject: Subject
    source: Source
    occurred: Occurrence
    payload: msgspec.Struct
    cls: FactClass
    key: str
    digest: int
    at: datetime
    rank: int
    received_at: datetime
    refs: tuple[Reference, ...] = ()
    revision: int | None = None
    corrects: str = ""
    retracts: str = ""
    causation_id: str = ""
    flags: tuple[Flag, ...] = ()
    event_id: str = ""

    @property
    def placed_at(self) -> datetime:
        """Where it stands in the order of the world, and from when clocks count: as said, but what is said to have
        happened after we knew of it stands at its receipt (domain.md §4.4 TS-11, TS-12).

        What reached us in one batch keeps the order it states: of 26 hours ahead not a tenth of a second is left.
        """
        if self.at > self.received_at and self.cls is FactClass.ACT:
            return self.received_at + (self.at - self.received_at) // SQUEEZE
        return self.at
