"""The customer portal put together: who keeps its store current, who asks it, and the pages over it."""

from __future__ import annotations

from crossdock.app.portal.asking import Asking
from crossdock.app.portal.follow import Curator, Follower
from crossdock.app.portal.links import Links
from crossdock.app.portal.look import Portal
from crossdock.app.portal.words import CHANNELS, notice_of
from crossdock.bootstrap.hooks import customer_desks, customer_log
from crossdock.bootstrap.hub import REGISTRIES, Hub
from crossdock.bootstrap.people import entry_at
from crossdock.bootstrap.presence import pepper_of
from crossdock.bootstrap.shelving import portal_store
from crossdock.canonical.vocabulary import Role
from crossdock.ports.portal_own import NoticeChoice
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.portal import PostgresPortal
from crossdock.postgres.portal_enquiries import PostgresEnquiries
from crossdock.postgres.portal_own import PostgresOwnThings
from crossdock.postgres.views import PostgresViews
from crossdock.process.terms.notifications import NoticeRule
from crossdock.runtime.loops import Work
from crossdock.runtime.readthrough import ReadThrough
from crossdock.web.people.sign_in import Rooms
from crossdock.web.portal.app import build_portal
from crossdock.web.portal.deps import PortalDeps

# How far customers may be behind the log while all is well.
PORTAL, PORTAL_S = "portal", 1.0


def following(hub: Hub) -> Work:
    """Keep what customers see current with the log."""
    store = PostgresPortal(hub.pool)
    return Follower(PostgresFeed(hub.pool), store, curator(hub, store), hub.clock).follow_once


def portal_of(hub: Hub) -> Portal:
    """What customers ask."""
    store = portal_store(hub.project.settings, hub.project.folder, hub.pool)
    terms = hub.project.policy.portal
    return Portal(store, curator(hub, store), ReadThrough(terms), terms, hub.clock, PostgresEnquiries(hub.pool))


def asking_of(hub: Hub, portal: Portal) -> Asking:
    """Who takes what customers ask for to the intake."""
    return Asking(portal, hub.intake, hub.clock)


def portal_rooms(hub: Hub, portal: Portal) -> Rooms:
    """The portal's pages, by the first part of their paths."""
    own = PostgresOwnThings(hub.pool)
    pepper = pepper_of(hub.project.settings, hub.project.data)
    deps = PortalDeps(
        portal=portal,
        links=Links(portal, own, hub.project.policy.portal, hub.clock, hub.dice, pepper),
        own=own,
        asking=asking_of(hub, portal),
        hooks=customer_desks(hub),
        news=customer_log(hub),
        brands=hub.project.brands,
        clock=hub.clock,
        dice=hub.dice,
        rules=notices_of(hub),
        public_url=hub.project.settings.http.public_url,
    )
    return build_portal(deps, entry_at(hub))


def notices_of(hub: Hub) -> tuple[NoticeChoice, ...]:
    """What customers are written to about, where a partner writes to them."""
    writes = any(one.manifest.kind == "notify" and one.partner.role is Role.PRT for one in hub.project.partners)
    rules = hub.project.policy.notifications.rules if writes else ()
    return tuple(choice_of(rule) for rule in rules)


def choice_of(rule: NoticeRule) -> NoticeChoice:
    """A rule as a customer is asked about it."""
    whom = "" if rule.audience == "customer" else "to who receives it"
    return NoticeChoice(rule.id, notice_of(rule.id, rule.template), CHANNELS[rule.channel], whom)


def curator(hub: Hub, store: PostgresPortal) -> Curator:
    """Who makes an order anew from its dossier."""
    return Curator(PostgresViews(hub.pool), store, REGISTRIES, hub.project.policy, hub.clock)
