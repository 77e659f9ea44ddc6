"""The alarm port: which dossiers have a timer that may have elapsed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Alarms(Protocol):
    """Alarm rows as a queue that survives the death of whoever took from it.

    `take` only leases a row. It is moved to the next timer, or removed, by the transaction that folds the elapsed
    timers (`AlarmRow`). So a crash between the two costs a repeated wake, never a lost timer.
    """

    async def take(self, now: datetime, *, limit: int, lease_until: datetime) -> list[int]:
        """Dossiers due by `now`, the longest waiting first; other hosts do not get them before `lease_until`."""

    async def done(self, dossiers: Sequence[int], now: datetime, *, lease_until: datetime) -> None:
        """The wake of these as of `now` (the one of `take`) committed: an alarm set for later is anybody's again."""
