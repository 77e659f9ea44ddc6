"""The pages for people put together: the console, and what pages share, beside the API behind one door."""

from __future__ import annotations

from markupsafe import Markup

from crossdock.app.deliveries import DeliveryDesk
from crossdock.app.overview import Watchtower
from crossdock.bootstrap.hub import Hub
from crossdock.bootstrap.people import entry_at, people_rooms
from crossdock.bootstrap.portal import portal_rooms
from crossdock.postgres.deliveries import PostgresDeliveries
from crossdock.postgres.overview import PostgresOverview
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
    overview = PostgresOverview(hub.pool)
    return ConsoleDeps(
        renderer=renderer,
        tower=Watchtower(overview, deps.directory, deps.clock, deps.levels),
        changes=Changes(overview),
        views=deps.views,
        states=deps.states,
        insight=deps.insight,
        cases=deps.cases,
        deliveries=DeliveryDesk(PostgresDeliveries(hub.pool), deps.directory, deps.clock),
        levels=deps.levels,
        reconciliations=deps.reconciliations,
        custody=deps.custody,
        desk=deps.desk,
        directory=deps.directory,
        clock=deps.clock,
    )
