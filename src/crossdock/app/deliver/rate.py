"""Rate limit: GCRA (the leaky bucket as a meter), pure, on the instant handed in.

One instant, `full_at`, is all the state there is: the theoretical arrival time of the next call. A call is admitted
while `full_at` is at most `burst - 1` intervals ahead of now, and moves it one interval on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdock.ports.connector import Limits


def calls_admitted(full_at: datetime | None, now: datetime, limits: Limits, *, keep: int = 0) -> int:
    """How many calls may start right now, at most `limits.concurrency`; `keep` of the burst stay in reserve."""
    if limits.rate_per_s <= 0:
        return limits.concurrency
    interval = timedelta(seconds=1 / limits.rate_per_s)
    ahead = max((full_at or now) - now, timedelta(0))
    burst = max(limits.burst, 1)
    left = (burst * interval - ahead) // interval
    return max(0, min(left - min(keep, burst - 1), limits.concurrency))


def after_calls(full_at: datetime | None, now: datetime, limits: Limits, calls: int) -> datetime | None:
    """The state after `calls` calls started."""
    if limits.rate_per_s <= 0 or calls == 0:
        return full_at
    return max(full_at or now, now) + calls * timedelta(seconds=1 / limits.rate_per_s)


def next_admission(full_at: datetime | None, now: datetime, limits: Limits) -> datetime:
    """When the next single call is admitted; now, if one is already."""
    if limits.rate_per_s <= 0 or full_at is None:
        return now
    interval = timedelta(seconds=1 / limits.rate_per_s)
    return max(now, full_at - (max(limits.burst, 1) - 1) * interval)
