"""Finding a message that was received before, and control numbers for what we owe in return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec


class KnownMessage(msgspec.Struct, frozen=True):
    """What is kept of an earlier message with the same control number or the same bytes."""

    id: str
    sha256: str
    status: str


class Messages(Protocol):
    """Lookups beside the hot path: only messages in a partner's dialect need them."""

    async def find(self, partner: str, control: str, sha256: str) -> KnownMessage | None:
        """An accepted message of this partner with this control number, or else with exactly these bytes."""


class KeptMessage(msgspec.Struct, frozen=True):
    """A message of which something could not be used, whole as it was received. `findings` is what was said of it
    then, in JSON. `away` says why its bytes, which are archived, cannot be read now; `body` is empty then."""

    id: str
    partner: str
    channel: str
    content_type: str
    received: datetime
    sha256: str
    status: str
    control: str
    findings: bytes
    body: bytes
    away: str = ""


class Archive(Protocol):
    """What is kept of messages nobody could use, in the order they were received."""

    async def unused(self, *, partner: str = "", after: KeptMessage | None = None, limit: int) -> Sequence[KeptMessage]:
        """Messages refused in whole or in part that no later run has used up, oldest first.

        Raises:
            Transient: the store cannot be reached.
        """

    async def kept(self, message_id: str) -> KeptMessage | None:
        """One message, whatever became of it.

        Raises:
            Transient: the store cannot be reached.
        """


class Sent(Archive, Protocol):
    """The same, and what a partner sent that could be used."""

    async def sent(self, partner: str, after: KeptMessage | None, limit: int) -> Sequence[KeptMessage]:
        """What this partner sent, whatever became of it, behind `after` in the order of receipt.

        Raises:
            Transient: the store cannot be reached.
        """


class ControlNumbers(Protocol):
    """Gap-free numbers per partner and kind, allocated under lock."""

    async def number(self, partner: str, kind: str, key: str) -> int:
        """The number of `key`: the same on every call, the next free one on the first."""


class CountedNumbers(ControlNumbers, Protocol):
    """Our own numbers, and how far each partner has counted."""

    async def seen(self, partner: str, series: str, number: int) -> int:
        """Note a number of the partner's own count; returns the highest seen before, 0 when it is the first.

        A number far below the highest says that the partner began to count again, and is the highest from then on.
        """
