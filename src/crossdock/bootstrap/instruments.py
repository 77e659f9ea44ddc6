"""What a process tells of itself put together: its meter, its traces, its status page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from crossdock.app.figures import BusinessReadings
from crossdock.app.insight import Insight
from crossdock.bootstrap.hub import REGISTRIES, Hub
from crossdock.bootstrap.levels import levels_of
from crossdock.bootstrap.settings import RoleName, Settings
from crossdock.instruments.otlp import OtlpTraces, open_traces
from crossdock.instruments.prometheus import PrometheusMeter
from crossdock.postgres.measures import PostgresMeasures
from crossdock.postgres.readings import PoolReadings, PostgresReadings
from crossdock.postgres.views import PostgresViews
from crossdock.runtime.exposing import Exposing, Healths, LoopReadings, OwnReadings, Ready, Source, ready_with
from crossdock.runtime.loops import Health
from crossdock.runtime.watching import Watch
from crossdock.web.serve import serve
from crossdock.web.status import StatusPage

# How old figures out of the database may be, and those that take the most rows to add up.
STANDING_S = 5.0
BUSINESS_S = 60.0


@asynccontextmanager
async def instrumented(settings: Settings, role: RoleName) -> AsyncIterator[Watch]:
    """The instruments of a role; spans that are left are sent at the end."""
    traces = traces_of(settings, role)
    try:
        yield Watch(PrometheusMeter(), traces)
    finally:
        if traces is not None:
            await asyncio.to_thread(traces.close)


def traces_of(settings: Settings, role: RoleName) -> OtlpTraces | None:
    """Where spans go, if anywhere."""
    given = settings.traces
    if not given.url:
        return None
    resource = {
        "service.name": settings.name,
        "service.version": version("crossdock"),
        "service.namespace": settings.region,
        "crossdock.role": role.value,
    }
    headers = {"authorization": given.authorization.reveal()} if given.authorization is not None else {}
    return open_traces(given.url, share=given.share, timeout_s=given.timeout_s, resource=resource, headers=headers)


def exposing(hub: Hub, role: RoleName, healths: Healths) -> Exposing:
    """All figures of a process. Those of the database are told by the schedule role, once for the installation."""
    own = OwnReadings(version("crossdock"), role.value, lambda: hub.batcher.waiting)
    sources = [
        Source("process", own),
        Source("loops", LoopReadings(healths)),
        Source("pools", PoolReadings((hub.pool, *hub.store.pools))),
    ]
    if role is RoleName.SCHEDULE:
        insight = Insight(PostgresViews(hub.pool), PostgresMeasures(hub.pool), REGISTRIES, hub.project.policy)
        business = BusinessReadings(insight, levels_of(hub.project, hub.pool))
        sources.append(Source("database", PostgresReadings(hub.pool), STANDING_S))
        sources.append(Source("business", business, BUSINESS_S))
    return Exposing(hub.watch.meter, sources, hub.clock)


def no_loops() -> tuple[Health, ...]:
    """Of a process that has none."""
    return ()


@asynccontextmanager
async def status_page(hub: Hub, role: RoleName, ready: Ready, healths: Healths = no_loops) -> AsyncIterator[None]:
    """Serve the page of this process for the length of a block, where a port is set for it."""
    settings = hub.project.settings.status
    if not settings.port:
        yield
        return
    stop, listening = asyncio.Event(), asyncio.get_running_loop().create_future()
    figures = exposing(hub, role, healths)
    page = StatusPage(figures.text, figures.content_type, ready_with(ready, healths))
    port = settings.port + list(RoleName).index(role)
    serving = asyncio.create_task(
        serve(page, settings.host, port, stop, listening=listening.set_result), name="status page"
    )
    # A port that is taken ends the role before it begins: whoever set it wants to see this process.
    await asyncio.wait((serving, listening), return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving
    try:
        yield
    finally:
        stop.set()
        await serving
