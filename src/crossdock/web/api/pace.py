"""Rate limit by GCRA, the leaky bucket as a meter (ITU-T I.371 §A): one number a caller, no timer."""

from __future__ import annotations

import msgspec


class Rate(msgspec.Struct, frozen=True):
    """`per_s` sustained, `burst` at once; `per_s` 0 means no limit."""

    per_s: float
    burst: int

    @property
    def interval_s(self) -> float:
        """Seconds one request pays for."""
        return 1 / self.per_s if self.per_s else 0.0


class Pace:
    """The meter of one caller. `full_at` is the theoretical arrival time of the next request, in seconds; `admitted` is
    how many requests the other processes have not been told of."""

    __slots__ = ("admitted", "full_at")

    def __init__(self) -> None:
        self.full_at = 0.0
        self.admitted = 0

    def admit(self, rate: Rate, now_s: float) -> float:
        """Count a request: 0 when it is admitted, else the seconds until it would be; a refused one is not counted."""
        interval_s = rate.interval_s
        due = max(self.full_at, now_s)
        wait_s = due + interval_s - now_s - interval_s * rate.burst
        # A microsecond of slack: sums of binary fractions must not turn the last request of a burst away.
        if wait_s > 1e-6:
            return wait_s
        self.full_at = due + interval_s
        self.admitted += 1
        return 0.0

    def ahead(self, rate: Rate, seconds: float, now_s: float) -> None:
        """By what all processes say, this caller is so many seconds ahead of its rate; what was admitted since they
        were asked comes on top. A meter is never set back by it."""
        self.full_at = max(self.full_at, now_s + seconds + self.admitted * rate.interval_s)

    def remaining(self, rate: Rate, now_s: float) -> int:
        """How many requests would be admitted at once now."""
        if not rate.per_s:
            return rate.burst
        used_s = max(self.full_at - now_s, 0.0)
        return max(int((rate.interval_s * rate.burst - used_s) * rate.per_s + 1e-6), 0)
