"""The keeper of the archive: what was over long ago is written to a file, then leaves the database, a page at a time.

It may stop anywhere. Until the transaction that removes has committed everything is where it was, and a file written
before that is written again, to the same bytes under the same name where nothing has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from crossdock.app.archive.lines import encode_whole
from crossdock.app.archive.over import is_over
from crossdock.app.fold.registry import Registry
from crossdock.ports.archive import ROUND_MAX, Archive, Shelf, Whole
from crossdock.ports.clock import Clock
from crossdock.ports.store import DossierRow

DOSSIERS = "dossiers"
# Who reads the log by the clock is a minute behind it.
QUIET_AT_LEAST = timedelta(minutes=2)


class Gone(msgspec.Struct, frozen=True):
    """What a round did: dossiers looked at, those archived, and the file; nothing looked at is the end of the list."""

    looked: int = 0
    dossiers: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Keeper:
    """`closed` is how long nothing may have been recorded about a dossier for it to leave."""

    archive: Archive
    shelf: Shelf
    registries: Mapping[str, Registry]
    clock: Clock
    closed: timedelta

    async def archive_once(self, limit: int = ROUND_MAX) -> Gone:
        """One round.

        Raises:
            Permanent: the archive cannot be written to; nothing was removed.
            Transient: the database is away; nothing was removed, or all of it.
        """
        now = self.clock.now()
        async with self.archive.round(now - max(self.closed, QUIET_AT_LEAST), limit) as turn:
            if turn is None:
                return Gone()
            over = [row for row in turn.candidates if is_over(row, self.registries)]
            if not over:
                return Gone(turn.looked)
            wholes = await turn.wholes([row.id for row in over])
            written = await self.shelf.write(DOSSIERS, month_of(wholes), [encode_whole(one) for one in wholes])
            await turn.remove(written, [row.id for row in over], now)
            return Gone(turn.looked, tuple(row.ident for row in over), written.name)

    async def would_go(self, after: int, limit: int = ROUND_MAX) -> tuple[int, list[DossierRow]]:
        """What a round after this dossier would archive, and where the next one begins (0: there is none)."""
        quiet_since = self.clock.now() - max(self.closed, QUIET_AT_LEAST)
        last, rows = await self.archive.closed(after, quiet_since, limit)
        return last, [row for row in rows if is_over(row, self.registries)]


def month_of(wholes: Sequence[Whole]) -> str:
    """The month in which the first of these was last heard of: files of one time lie together."""
    last: datetime = max(fact.recorded for fact in wholes[0].facts)
    return f"{last:%Y-%m}"
