"""What enters a batch, and what it becomes on the way through."""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.directory import Partner


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """A decoded fact handed to the use case.

    `body` is the canonical envelope, kept as it is; `message` names the stored message it was read from, if any.
    `dossier` is set for facts of our own that need no correlation (an elapsed timer).
    """

    partner: Partner
    body: bytes
    fact: Fact
    message: str = ""
    traceparent: str = ""
    dossier: int = 0
    wakes: bool = False


class Item(msgspec.Struct, eq=False):
    """One fact inside a batch. `place` says where it ended: `event`, `waiting` or `quarantine`
    (with the exception `code`)."""

    fact: Fact
    body: bytes
    partner: Partner
    idents: tuple[str, ...]
    received_at: datetime
    message: str = ""
    traceparent: str = ""
    cause: str = ""
    dossier: int = 0
    waiting_id: str = ""
    trusted: bool = False
    seq: int = 0
    place: str = ""
    place_id: str = ""
    code: str = ""
    reason: str = ""
    disposition: Disposition = Disposition.HOLD
    transitions: str = ""

    def quarantine(self, code: str, reason: str) -> None:
        """Nothing but this fact is stopped; a person of the code's queue decides."""
        self.place, self.code, self.reason, self.disposition = "quarantine", code, reason, Disposition.QUARANTINE
