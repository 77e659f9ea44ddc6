"""Cards put together: who keeps them current with the log."""

from __future__ import annotations

from crossdock.app.cards.follow import Filer
from crossdock.bootstrap.hub import REGISTRIES, Hub
from crossdock.postgres.cards import PostgresCardFiles
from crossdock.postgres.feed import PostgresFeed
from crossdock.runtime.loops import Work

# How far lists may be behind the log while all is well.
CARDS, CARDS_S = "cards", 1.0


def filing(hub: Hub) -> Work:
    """Keep the cards current with the log."""
    files = PostgresCardFiles(hub.pool)
    return Filer(PostgresFeed(hub.pool), files, REGISTRIES, hub.project.policy, hub.clock).file_once
