"""Time and chance, handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The one source of now; a test hands in its own."""

    def now(self) -> datetime:
        """The current instant, UTC."""


class Stopwatch(Protocol):
    """What lengths of time are measured with: a clock that is set back or forward moves no length."""

    def seconds(self) -> float:
        """Seconds since a moment that stays the same while the process lives; never fewer than before."""


class Dice(Protocol):
    """The one source of chance: ids and jitter."""

    def bits(self, count: int) -> int:
        """`count` random bits as a non-negative integer."""

    def fraction(self) -> float:
        """Uniform in [0, 1)."""
