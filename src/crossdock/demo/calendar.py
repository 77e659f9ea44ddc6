"""Virtual business time: a day of work told in seconds, ending before the real now.

Every business object has a clock of its own that only moves forward, in whole minutes, because EDI dates carry no
seconds and causes must stay before their consequences in every dialect.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


class Calendar:
    """The business clocks of one simulated enterprise.

    Args:
        start: where clocks begin that nobody set; a whole minute, UTC.
        horizon: no occurrence is placed after this instant, UTC; some minutes before the real now.
    """

    def __init__(self, start: datetime, horizon: datetime) -> None:
        self._start = start.replace(second=0, microsecond=0)
        self._horizon = horizon.replace(second=0, microsecond=0)
        self._clocks: dict[str, datetime] = {}

    def begin(self, key: str, offset_min: int) -> datetime:
        """Set a clock `offset_min` minutes after the start, once; asking again changes nothing."""
        return self._clocks.setdefault(key, self._start + offset_min * MINUTE)

    def now(self, key: str) -> datetime:
        """What the clock of `key` shows."""
        return self._clocks.get(key, self._start)

    def advance(self, keys: Iterable[str], minutes: int) -> datetime:
        """Move all these clocks to the latest of them plus `minutes` (at least 1), and say when that is.

        Near the horizon a step shrinks to what is left, but never below zero.
        """
        names = tuple(keys)
        latest = max((self.now(name) for name in names), default=self._start)
        moved = max(latest, min(latest + max(minutes, 1) * MINUTE, self._horizon))
        for name in names:
            self._clocks[name] = moved
        return moved
