"""Where we stand in a source whose records say to the second when they were last changed.

Such a source is asked for all from an instant on, in the order of change, up to a page. Its clock is finer than what
it tells, and many records may share one instant, so a page that never leaves one second is read by id instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

SECOND = timedelta(seconds=1)
# A change is stamped when its transaction began; the longest of them must be over by then to be seen.
OVERLAP = timedelta(minutes=2)


class Asked(NamedTuple):
    """What to ask for: changed at `start` or later (None: from the beginning), in the order of change.

    With `within`: changed in the one second from `start`, with an id after `within`, in the order of ids.
    """

    start: datetime | None
    within: str | None = None

    @property
    def end(self) -> datetime | None:
        """The end of the second where only that is asked for, exclusive."""
        return self.start + SECOND if self.start is not None and self.within is not None else None


class Since(NamedTuple):
    """A cursor: all of before `at` are read, less the overlap, which is left out while full pages come.

    As text `2026-06-01T06:02:10` (caught up), `2026-06-01T06:02:10/` (there is more) or `2026-06-01T06:02:10/77` (in
    the middle of that second, behind id 77), UTC; empty is the beginning.
    """

    at: datetime | None = None
    more: bool = False
    within: str = ""

    @classmethod
    def read(cls, text: str) -> Since:
        """The text of a cursor.

        Raises:
            ValueError: it is none of ours.
        """
        moment, slash, within = text.partition("/")
        return cls(datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None, bool(slash), within)

    @property
    def text(self) -> str:
        """As it is kept."""
        moment = self.at.strftime("%Y-%m-%dT%H:%M:%S") if self.at is not None else ""
        return f"{moment}/{self.within}" if self.more else moment

    @property
    def asked(self) -> Asked:
        """What comes next."""
        if self.at is None or (self.more and not self.within):
            return Asked(self.at)
        return Asked(self.at, self.within) if self.more else Asked(self.at - OVERLAP)

    def after(self, rows: Sequence[tuple[datetime, str]], *, full: bool) -> Since:
        """Where we stand when these were read: each its change (UTC) and id. `full`: the page had no more room."""
        asked = self.asked
        if asked.within is not None and asked.start is not None:
            return Since(asked.start, True, rows[-1][1]) if full else Since(asked.start + SECOND, True)
        if not rows:
            return Since(self.at)
        last = rows[-1][0].replace(microsecond=0)
        if not full:
            return Since(max(last, self.at) if self.at is not None else last)
        return Since(last, True, "0" if last == asked.start else "")
