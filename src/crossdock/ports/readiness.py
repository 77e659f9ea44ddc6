"""Which partner is ready to go live, and what is missing at whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

READY, MISSING, NOTHING = "ready", "missing", "not needed"


class Point(msgspec.Struct, frozen=True):
    """One point of the list: `ready`, `missing` or `not needed`, and in words what is there or what to do."""

    name: str
    status: str
    words: str


class Readiness(msgspec.Struct, frozen=True):
    """One partner with all its points."""

    partner: str
    role: str
    connector: str
    points: tuple[Point, ...]

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return all(point.status != MISSING for point in self.points)


class Readying(Protocol):
    """The list, made from the project's files and samples as they are now."""

    async def readiness(self) -> Sequence[Readiness]:
        """Every partner's.

        Raises:
            Permanent: the project has mistakes: see `crossdock check`.
        """
