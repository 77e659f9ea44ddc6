"""Service levels: counting what kept its promise, and when each partner was last heard. Every row is counted once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from crossdock.ports.store import CaseRow


class Counting(msgspec.Struct, frozen=True):
    """What to count. `measure` is `latency`, `freshness`, `deliveries`, `messages` or `canary`; `key` names buckets."""

    key: str
    measure: str
    within_s: float
    partner: str = ""
    lane: int | None = None


class Tally(msgspec.Struct, frozen=True):
    """How many of how many kept the promise."""

    good: int
    total: int


class Pulse(msgspec.Struct, frozen=True):
    """When a partner was last heard and last moved anything; `since` counts its facts after that.

    `lane` is a fact type, empty for all of them.
    """

    partner: str
    lane: str
    heard: datetime
    moved: datetime
    since: int


class Repeats(msgspec.Struct, frozen=True):
    """What a partner sent in a window, and how much of it was here before."""

    partner: str
    sent: int
    repeated: int


class Ahead(msgspec.Struct, frozen=True):
    """Actuals of a partner that say they happened after they reached us, each by how many seconds."""

    partner: str
    seconds: tuple[float, ...]


class Twins(msgspec.Struct, frozen=True):
    """Two orders that look alike, the later with its dossier; `same` in everything that was compared."""

    later: str
    dossier: int
    earlier: str
    same: bool


class ServiceLevels(Protocol):
    """See the module."""

    async def count(self, what: Counting, now: datetime) -> bool:
        """Count the next stretch that is not counted yet; false when there was none."""

    async def tallies(self, key: str, begins: Sequence[datetime]) -> Sequence[Tally]:
        """The sums since each of these instants."""

    async def listen(self, partners: Collection[str], lanes: Collection[str], now: datetime) -> bool:
        """Take in who was heard in the next stretch; of these partners also each of these lanes by name.

        False when there was none. Whoever was never heard counts as heard when first listened for.
        """

    async def pulses(self) -> Sequence[Pulse]:
        """All of them."""

    async def repeats(self, since: datetime) -> Sequence[Repeats]:
        """What every partner sent since."""

    async def ahead(self, since: datetime, by: timedelta) -> Sequence[Ahead]:
        """Actuals recorded since that are further ahead of their receipt than this; of very many only the latest."""

    async def twins(self, look: str, within: timedelta, since: datetime) -> Sequence[Twins]:
        """Orders approved since with the nearest before it that has the same `dimension` of this measure."""

    async def open_cases(self, code: str) -> Sequence[tuple[str, str]]:
        """Subject and slot of the open cases of this code."""

    async def write(self, cases: Sequence[CaseRow]) -> None:
        """Open and close."""
