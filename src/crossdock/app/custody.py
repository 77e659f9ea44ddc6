"""What an operator may do about a fact in quarantine. Every act names who and why, and is kept."""

from __future__ import annotations

from typing import Protocol

from crossdock.app.intake import Receipt


class Custody(Protocol):
    """The quarantine's keeper."""

    async def release(self, quarantine_id: str, *, reason: str, by: str, key: str = "") -> Receipt | None:
        """Take the kept fact in again, and after it what waits behind it in its lane.

        Returns what became of it, which may be quarantine again; `None` when nothing is kept under that id.
        """

    async def skip(self, quarantine_id: str, *, reason: str, by: str, key: str = "") -> bool:
        """Give the fact up for good: its bytes stay kept, its lane flows again; false when nothing has that id."""
