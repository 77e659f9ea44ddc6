"""The customer portal put together: who keeps its store current, and who asks it."""

from __future__ import annotations

from crossdock.app.portal.follow import Curator, Follower
from crossdock.app.portal.look import Portal
from crossdock.bootstrap.hub import REGISTRIES, Hub
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.portal import PostgresPortal
from crossdock.postgres.views import PostgresViews
from crossdock.runtime.loops import Work
from crossdock.runtime.readthrough import ReadThrough

# How far customers may be behind the log while all is well.
PORTAL, PORTAL_S = "portal", 1.0


def following(hub: Hub) -> Work:
    """Keep what customers see current with the log."""
    store = PostgresPortal(hub.pool)
    return Follower(PostgresFeed(hub.pool), store, curator(hub, store), hub.clock).follow_once


def portal_of(hub: Hub) -> Portal:
    """What customers ask."""
    store, terms = PostgresPortal(hub.pool), hub.project.policy.portal
    return Portal(store, curator(hub, store), ReadThrough(terms), terms, hub.clock)


def curator(hub: Hub, store: PostgresPortal) -> Curator:
    """Who makes an order anew from its dossier."""
    return Curator(PostgresViews(hub.pool), store, REGISTRIES, hub.project.policy, hub.clock)
