"""The follower: orders whose log grew are curated again, beside the hot path, and never twice to another end.

It may stop anywhere and go on from its cursor; several may run. Besides orders it keeps how far the store is complete:
the instant by which everything durable is in it. That instant is what customers read as "as of".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from crossdock.app.fold.registry import Registry
from crossdock.app.portal.curate import ORDER, curate
from crossdock.app.portal.news import news
from crossdock.app.portal.succession import succeed
from crossdock.ports.clock import Clock
from crossdock.ports.feed import Feed
from crossdock.ports.portal import PortalWrites
from crossdock.ports.views import Views
from crossdock.process.policy import Policy

CURSOR = "portal"
PAGE_MAX = 500


class Curator:
    """Makes one order anew from its dossier and keeps it."""

    def __init__(
        self, views: Views, store: PortalWrites, registries: Mapping[str, Registry], policy: Policy, clock: Clock
    ) -> None:
        self._views = views
        self._store = store
        self._registries = registries
        self._policy = policy
        self._clock = clock

    async def renew(self, ident: str, dossier: int = 0) -> bool:
        """Whether the dossier of an order is one that customers may see; what is kept of it is as new now.

        Raises:
            Transient: the database is away.
        """
        now = self._clock.now()
        rows = [row for row in await self._views.owners(ident) if row.ident == ident and dossier in (0, row.id)]
        if not rows:
            return False
        if rows[0].archived:
            # What customers see of it was made while its log was here, and nothing has changed since.
            return True
        curated = curate(rows[0], await self._views.events(rows[0].id), self._registries, self._policy, now)
        if curated is None:
            return False
        await self._store.replace(curated, succeed, news)
        return True


class Follower:
    """Keeps the curated store current with the log."""

    def __init__(self, feed: Feed, store: PortalWrites, curator: Curator, clock: Clock) -> None:
        self._feed = feed
        self._store = store
        self._curator = curator
        self._clock = clock
        # Nothing durable by that instant was written by this transaction or a later one.
        self._pending: tuple[int, datetime] | None = None

    async def follow_once(self, limit: int = PAGE_MAX) -> int:
        """Curate the orders of the next page of the log; how many events, 0 when there is nothing new.

        The cursor moves after the orders are kept: a crash curates them twice, to the same end.

        Raises:
            Transient: the database is away; nothing is skipped.
        """
        looked, standing = self._clock.now(), await self._store.standing()
        stands = await self._feed.cursor(CURSOR)
        rows = await self._feed.read(stands, limit=limit)
        for dossier, ident in sorted({row.position.dossier: row.ident for row in rows if not row.archived}.items()):
            if ident.startswith(ORDER):
                await self._curator.renew(ident, dossier)
        if rows:
            await self._feed.advance(CURSOR, stands, rows[-1].position)
            return len(rows)
        if self._pending is None or standing.horizon >= standing.newest:
            self._pending = (standing.newest, looked)
        newest, at = self._pending
        if standing.horizon >= newest:
            await self._store.reached(at)
            self._pending = None
        return 0
