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

    async def detach(self, quarantine_id: str, *, reason: str, by: str, key: str = "") -> bool:
        """Let its lane flow again without it; it stays in quarantine by itself, to be mended, released or skipped.

        False when nothing that blocks a lane has that id.
        """

    async def mend(self, quarantine_id: str, body: bytes, *, reason: str, by: str, key: str = "") -> Receipt | None:
        """Take a corrected copy in its place, in sequence; the original stays kept, and the copy names it.

        `None` when nothing is kept under that id: of two who mend one fact at once one is told so.

        Raises:
            Rejected: the copy is no fact of the contract, says nothing else, or was said before.
        """

    async def skip(self, quarantine_id: str, *, reason: str, by: str, key: str = "") -> bool:
        """Give the fact up for good: its bytes stay kept, its lane flows again; false when nothing has that id."""
