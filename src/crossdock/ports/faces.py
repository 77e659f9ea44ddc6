"""The log in the words of a standard (EPCIS, DCSA), for those who ask in them. Pure; implemented by connectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.canonical.envelope import Fact


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """One event of the standard: its JSON, when it happened, and the words a question may name, by field."""

    body: bytes
    at: datetime
    words: Mapping[str, frozenset[str]]


class Face(Protocol):
    """How one standard tells our facts."""

    def tell(self, fact: Fact) -> Sequence[Spoken]:
        """The events of a fact; none where the standard has no word for it."""

    def idents(self, field: str, value: str) -> tuple[str, ...]:
        """The identifiers of ours (`scheme||id`) that a value of a field asks about; none where it asks by word."""

    def word(self, field: str, value: str) -> str:
        """A value of a question as events are told, whatever the spelling it was asked in."""
