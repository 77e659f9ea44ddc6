"""The filer: dossiers whose log grew, and orders whose cases changed, get their cards anew, beside the hot path.

It may stop anywhere and go on from its cursor; several may run, one files at a time. What it makes depends on the
dossier alone, so to file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crossdock.app.cards.make import cards_of, needs_log
from crossdock.app.fold.registry import Registry
from crossdock.ports.cards import CardFiles
from crossdock.ports.clock import Clock
from crossdock.ports.feed import Feed, FeedRow
from crossdock.process.policy import Policy

CURSOR = "cards"
PAGE_MAX = 500
# Runs of checks have a log of their own and are in no list.
UNLISTED = frozenset({"check"})


def _is_listed(row: FeedRow) -> bool:
    return not row.archived and row.ident.partition("|")[0] not in UNLISTED


class Filer:
    """Keeps the cards current."""

    def __init__(
        self, feed: Feed, files: CardFiles, registries: Mapping[str, Registry], policy: Policy, clock: Clock
    ) -> None:
        self._feed = feed
        self._files = files
        self._registries = registries
        self._policy = policy
        self._clock = clock

    async def file_once(self, limit: int = PAGE_MAX) -> int:
        """File the dossiers of the next page of the log; how many events, 0 when there is nothing new.

        The cursor moves after their cards are durable: a crash files them twice, to the same end. With nothing new in
        the log, orders whose cases were opened or ended beside it are filed.

        Raises:
            Transient: the database is away; nothing is skipped.
        """
        stands = await self._feed.cursor(CURSOR)
        rows = await self._feed.read(stands, limit=limit)
        touched = {row.position.dossier for row in rows if _is_listed(row)}
        await self.renew(sorted(touched or set(await self._files.outdated(limit) if not rows else ())))
        if rows:
            await self._feed.advance(CURSOR, stands, rows[-1].position)
        return len(rows)

    async def renew(self, dossiers: Sequence[int]) -> None:
        """Make the cards of these dossiers anew."""
        if not dossiers:
            return
        now = self._clock.now()
        async with self._files.filing() as at:
            sets = []
            for sheet in await at.sheets(dossiers):
                log = await at.log(sheet.row.id) if needs_log(sheet) else ()
                sets.append(cards_of(sheet, log, self._registries, self._policy, now))
            await at.put(sets)
