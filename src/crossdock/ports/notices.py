"""Notices on their way: which orders have one due, what was sent before, and where a contact is reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.ports.store import DeliveryRow


class Letter(msgspec.Struct, frozen=True):
    """A notice as written: one line, and the text."""

    subject: str
    text: str


class Notices(Protocol):
    """See the module."""

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[int, str]]:
        """Dossiers with a notice whose time has come: id and identifier."""

    async def sent(self, dossier: int) -> frozenset[str]:
        """Idempotency keys of the notices of a dossier that are on their way or ended."""

    async def settle(self, dossier: int, ident: str, rows: Sequence[DeliveryRow], due: datetime | None) -> None:
        """Put notices on their way and remember when the next one is due, in one transaction; a key goes once."""


class Contacts(Protocol):
    """Who a reference in a command is; addresses stand in no command."""

    async def address(self, recipient: str) -> str:
        """Where this contact is reached, empty where it is not known or has taken its leave back."""


class Courier(Protocol):
    """Takes a letter to an address."""

    async def carry(self, target: str, letter: Letter, timeout_s: float) -> bool:
        """Hand it over at a target (`mailto://…`, `json://…`); false when the other side did not take it.

        Raises:
            Permanent: there is no such target.
            TimeoutError: it was under way and nobody answered.
        """
