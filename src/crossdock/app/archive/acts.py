"""Old acts by hand to the archive: in order, only what the chain proves, and the chain goes on from where they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from crossdock.app.acts.chain import Chain, fault_of
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Permanent
from crossdock.ports.acts import ActRow
from crossdock.ports.archive import Shelf, Written
from crossdock.ports.clock import Clock

ACTS = "acts"
ACTS_PAGE = 1_000


class ActArchive(Chain, Protocol):
    """The chain, and how its beginning leaves."""

    async def leave(self, last: ActRow, count: int, written: Written, at: datetime) -> bool:
        """Take out all acts up to this one and say that they are in that file; false when another keeper did."""


@dataclass(frozen=True, slots=True)
class ActKeeper:
    """`kept` is how long an act stays in the database."""

    acts: ActArchive
    shelf: Shelf
    clock: Clock
    kept: timedelta

    async def archive_once(self, limit: int = ACTS_PAGE) -> int:
        """Archive a page of acts that are old enough; how many. The newest act of all stays, for the next to follow.

        Raises:
            Permanent: one of them is not what was written; nothing leaves before that is mended.
        """
        now, anchor = self.clock.now(), await self.acts.anchor()
        page = await self.acts.chain(anchor.id, limit + 1)
        old = _oldest(page[:-1], now - self.kept)
        if not old:
            return 0
        fault = fault_of(old, anchor)
        if fault:
            raise Permanent(f"the record of acts stays where it is: {fault}")
        lines = b"".join(encode_json(row) + b"\n" for row in old)
        written = await self.shelf.write(ACTS, f"{old[0].at:%Y-%m}", [lines])
        return len(old) if await self.acts.leave(old[-1], len(old), written, now) else 0


def _oldest(rows: Sequence[ActRow], before: datetime) -> list[ActRow]:
    """The acts before the first that is younger."""
    old: list[ActRow] = []
    for row in rows:
        if row.at >= before:
            break
        old.append(row)
    return old
