"""The pages for people put together: the console, and what pages share, beside the API behind one door."""

from __future__ import annotations

from markupsafe import Markup

from crossdock.app.acts.book import ActBook
from crossdock.app.archive.originals import ArchiveMailroom
from crossdock.app.boards import Boards
from crossdock.app.cards.purse import Purse
from crossdock.app.cards.search import OrderLists
from crossdock.app.cards.shelves import Shelves
from crossdock.app.checks import CheckRoom
from crossdock.app.deliveries import DeliveryDesk
from crossdock.app.governance import Council
from crossdock.app.house import House
from crossdock.app.mailroom import MessageRoom
from crossdock.app.orders.sheet import Sheets
from crossdock.app.overview import Watchtower
from crossdock.app.partners import PartnerRoom
from crossdock.app.reprocess import Reprocess
from crossdock.bootstrap.ask_desk import ask_desk
from crossdock.bootstrap.hub import REGISTRIES, Hub
from crossdock.bootstrap.inspecting import ProjectInspector, ProjectReadying
from crossdock.bootstrap.library import library_of
from crossdock.bootstrap.people import entry_at, people_rooms
from crossdock.bootstrap.portal import portal_rooms
from crossdock.bootstrap.settings import Settings, shown_settings
from crossdock.bootstrap.shelving import messages_of, originals_of
from crossdock.ports.overview import Overview
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.card_reads import PostgresCardReads
from crossdock.postgres.deliveries import PostgresDeliveries
from crossdock.postgres.mailroom import PostgresMailroom
from crossdock.postgres.overview import PostgresOverview
from crossdock.postgres.slos import PostgresLevels
from crossdock.web.api.app import Api
from crossdock.web.api.deps import ApiDeps
from crossdock.web.console.changes import Changes
from crossdock.web.console.deps import ConsoleDeps
from crossdock.web.console.room import PACKAGE as CONSOLE
from crossdock.web.console.room import console_room
from crossdock.web.pages.app import build_pages
from crossdock.web.pages.assets import Assets
from crossdock.web.pages.render import SHARED, Renderer
from crossdock.web.site import Site


def site_of(hub: Hub, deps: ApiDeps, api: Api) -> Site:
    """The API, and the pages over the same ports."""
    assert deps.portal is not None, "customers have pages"
    assets = Assets((SHARED, CONSOLE))
    console = console_room(console_deps(hub, deps, Renderer(CONSOLE, assets, hub.clock)))
    shared = Renderer(SHARED, assets, hub.clock)
    pages = build_pages((console,), assets, shared, entry_at(hub), public_url=hub.project.settings.http.public_url)

    def frame(title: str, body: Markup) -> str:
        return shared.text("frame.html", {"title": title, "body": body})

    return Site(
        api, {**people_rooms(hub, frame), **portal_rooms(hub, deps.portal), "assets": pages, console.prefix: pages}
    )


def console_deps(hub: Hub, deps: ApiDeps, renderer: Renderer) -> ConsoleDeps:
    """What the console works through: mostly what the API does."""
    assert deps.cases is not None, "the console works cases"
    assert deps.levels is not None, "the console shows service levels"
    assert deps.reconciliations is not None, "the console shows checks"
    assert deps.repairs is not None, "the console makes repairs"
    overview, cards, acts = PostgresOverview(hub.pool), PostgresCardReads(hub.pool), PostgresActs(hub.pool)
    tower = Watchtower(overview, deps.directory, deps.clock, deps.levels)
    policy = hub.project.policy
    sheets = Sheets(deps.views, cards, deps.states, REGISTRIES, policy, deps.clock, acts)
    return ConsoleDeps(
        renderer=renderer,
        tower=tower,
        changes=Changes(overview),
        views=deps.views,
        states=deps.states,
        lists=OrderLists(cards, deps.clock),
        sheets=sheets,
        asks=ask_desk(hub),
        purse=Purse(cards, deps.clock),
        shelves=Shelves(cards, deps.views, REGISTRIES, policy, deps.clock),
        boards=Boards(deps.insight, deps.clock),
        cases=deps.cases,
        mail=mail_room(hub),
        partners=partner_room(hub, deps, overview, tower),
        checks=CheckRoom(deps.reconciliations, acts, deps.clock),
        book=ActBook(acts),
        council=Council(deps.directory, deps.clock, hub.project.extensions),
        house=House(entry_at(hub), deps.keys, shown_by_section(hub.project.settings)),
        deliveries=DeliveryDesk(PostgresDeliveries(hub.pool), deps.directory, deps.clock),
        levels=deps.levels,
        reconciliations=deps.reconciliations,
        repairs=deps.repairs,
        custody=deps.custody,
        desk=deps.desk,
        directory=deps.directory,
        clock=deps.clock,
    )


def mail_room(hub: Hub) -> MessageRoom:
    """Kept messages, what we make of them, and running one again."""
    at = (hub.project.settings, hub.project.folder, hub.pool)
    kept, mailroom = messages_of(*at), ArchiveMailroom(PostgresMailroom(hub.pool), originals_of(*at))
    again = Reprocess(kept, hub.parts.directory, hub.sync, hub.store, hub.clock)
    inspector = ProjectInspector(hub.project, library_of(hub.project), hub.clock)
    return MessageRoom(mailroom, inspector, again, hub.store, hub.clock)


def partner_room(hub: Hub, deps: ApiDeps, overview: Overview, tower: Watchtower) -> PartnerRoom:
    """Partners, their pulses, and whether they are ready."""
    readying = ProjectReadying(hub.project.folder)
    return PartnerRoom(overview, tower, PostgresLevels(hub.pool), deps.directory, readying, hub.clock)


def shown_by_section(settings: Settings) -> dict[str, dict[str, str]]:
    """The effective settings as texts, what stands in no section under the word hub."""
    found: dict[str, dict[str, str]] = {}
    for name, value in shown_settings(settings).items():
        if isinstance(value, dict):
            found[name] = {str(key): str(one) for key, one in value.items()}
        else:
            found.setdefault("hub", {})[name] = str(value)
    return found
