"""Finding a message that was received before, and control numbers for what we owe in return."""

from __future__ import annotations

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
