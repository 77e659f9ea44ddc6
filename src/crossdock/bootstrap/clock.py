"""Real time and real chance: the only place that reads either, handed in from here to everything that needs them."""

from __future__ import annotations

import random
import secrets
from datetime import UTC, datetime
from time import monotonic


class SystemClock:
    """The machine's clock (`ports.clock.Clock`)."""

    def now(self) -> datetime:
        """The current instant, UTC."""
        return datetime.now(UTC)


class SystemStopwatch:
    """The machine's monotonic clock (`ports.clock.Stopwatch`)."""

    def seconds(self) -> float:
        """Seconds since the machine was started, or some other moment that stays."""
        return monotonic()


class SystemDice:
    """The machine's randomness (`ports.clock.Dice`): good for ids; the fraction only spreads retries."""

    def bits(self, count: int) -> int:
        """`count` random bits."""
        return secrets.randbits(count)

    def fraction(self) -> float:
        """Uniform in [0, 1)."""
        return random.random()  # noqa: S311  (jitter, not a secret)
