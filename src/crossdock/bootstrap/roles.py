"""The roles of architecture.md §7: what one process of the hub does until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import msgspec

from crossdock.app.deliver.step import Route
from crossdock.app.evidence import Evidence, Refused
from crossdock.app.insight import Insight
from crossdock.app.intake import Intake
from crossdock.app.keeping import KeepingIntake, KeepRefused
from crossdock.app.measuring import Measurer
from crossdock.app.mending import MendingKeeper
from crossdock.app.notify import Notifier
from crossdock.app.states import states_of
from crossdock.bootstrap.alerting import alert_chores
from crossdock.bootstrap.as2 import as2_door, watch_receipts
from crossdock.bootstrap.ask_desk import carrying_on
from crossdock.bootstrap.canary import canary_chores, canary_routes
from crossdock.bootstrap.cards import CARDS, CARDS_S, filing
from crossdock.bootstrap.case_desk import case_chores, case_work
from crossdock.bootstrap.cells import crossing
from crossdock.bootstrap.clock import SystemStopwatch
from crossdock.bootstrap.connectors import KINDS, MANIFESTS, limited
from crossdock.bootstrap.door import note_door
from crossdock.bootstrap.hooks import (
    customer_desks,
    customer_log,
    event_log,
    faces_of,
    sending,
    subscription_desk,
    webhook_chores,
)
from crossdock.bootstrap.hub import PRODUCTION, REGISTRIES, Hub, Variant, open_hub
from crossdock.bootstrap.instruments import exposing, instrumented, no_loops, status_page
from crossdock.bootstrap.levels import level_chores, levels_of
from crossdock.bootstrap.log import open_log
from crossdock.bootstrap.logging import configure_logging
from crossdock.bootstrap.options import RunOptions
from crossdock.bootstrap.pages import site_of
from crossdock.bootstrap.people import forget_sessions, machines_of
from crossdock.bootstrap.places import inbox_folder, outbox_folder, place_of, source_of
from crossdock.bootstrap.portal import PORTAL, PORTAL_S, asking_of, following, portal_of
from crossdock.bootstrap.presence import pepper_of, running
from crossdock.bootstrap.project import Project, read_project
from crossdock.bootstrap.reconciling import reconciling
from crossdock.bootstrap.repair_desk import repair_desk, repairing
from crossdock.bootstrap.retention import retiring
from crossdock.bootstrap.settings import Flow, RoleName
from crossdock.bootstrap.shelving import views_of
from crossdock.bootstrap.subscriptions import reading
from crossdock.bootstrap.tending import tending
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Permanent
from crossdock.postgres.alarms import PostgresAlarms
from crossdock.postgres.desk import PostgresDesk
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.keys import PostgresKeyChanges, PostgresKeys
from crossdock.postgres.measures import PostgresMeasures
from crossdock.postgres.notices import PostgresNotices
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.postgres.paces import PostgresPaces
from crossdock.postgres.poll_cursors import PostgresCursors
from crossdock.postgres.portal_own import PostgresOwnThings
from crossdock.postgres.reconciliation import PostgresReconciliations
from crossdock.postgres.replies import PostgresReplies
from crossdock.postgres.summaries import PostgresSummaries
from crossdock.postgres.views import PostgresViews
from crossdock.postgres.waiting import PostgresWaitingRoom
from crossdock.runtime.clockwork import Movement, wind
from crossdock.runtime.deliverer import Deliverer
from crossdock.runtime.loops import Work
from crossdock.runtime.pickup import pickup_work
from crossdock.runtime.polling import poll_work
from crossdock.runtime.supervisor import leash
from crossdock.transports.settings import FolderSettings
from crossdock.web.api.app import build_api
from crossdock.web.api.deps import ApiDeps
from crossdock.web.serve import serve

WEBHOOK_SECRET = "webhook"  # noqa: S105  (the name of a secret in a partner file, not a secret)

# How often receipts that did not come are looked for; they are due after a minute at the earliest.
RECEIPTS, RECEIPTS_S = "overdue receipts", 30.0
# How old a KPI may be.
KPIS, KPIS_S = "kpis", 5.0
# How late a notice may go.
NOTICES, NOTICES_S = "notices", 2.0
# For how long what a burst of facts fills may stay without a summary in the indexes of the log.
SUMMARIES, SUMMARIES_S = "summaries of the log", 10.0
# How late a check of reconciliation may begin.
CHECKS, CHECKS_S = "reconciliation", 15.0

Run = Callable[[Hub, RunOptions, asyncio.Event], Awaitable[None]]


async def run_role(role: RoleName, options: RunOptions, variant: Variant = PRODUCTION, *, leashed: bool = False) -> int:
    """Run one role until SIGTERM, SIGINT, or (as a child of `up`) until the supervisor is gone."""
    project = project_of(options)
    configure_logging(project.settings.log)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    holder = asyncio.create_task(leash(stop), name="leash") if leashed else None
    async with (
        instrumented(project.settings, role) as watch,
        open_hub(project, postgres_url(project), variant, watch) as hub,
    ):
        await RUNS[role](hub, options, stop)
    if holder is not None:
        holder.cancel()
    return 0


def project_of(options: RunOptions) -> Project:
    """The integration project, with the data directory where the command wants it."""
    project = read_project(options.place.project, MANIFESTS)
    if options.place.data is None:
        return project
    settings = msgspec.structs.replace(project.settings, data=str(options.place.data))
    return msgspec.structs.replace(project, settings=settings)


def postgres_url(project: Project) -> str:
    """Your database, or the one of the hub running on this data directory.

    Raises:
        Permanent: neither is there.
    """
    if project.settings.postgres.url is not None:
        return project.settings.postgres.url.reveal()
    note = running(project.data)
    if note is None:
        raise Permanent("no database: set postgres.url, or start the hub with crossdock up")
    return note.postgres_url


async def run_serve(hub: Hub, options: RunOptions, stop: asyncio.Event) -> None:
    """Ingress and APIs."""
    http = hub.project.settings.http
    async with open_log(hub) as log:
        deps = api_deps(hub, log.intake if log is not None else None)
        host = options.host or http.host
        port = options.port if options.port is not None else http.port

        def listening(bound: int) -> None:
            note_door(hub.project.data, f"http://{host}:{bound}")

        api = build_api(deps)
        page = status_page(hub, RoleName.SERVE, deps.ready)
        async with page, feeding(hub), tending(api.gate, PostgresKeyChanges(hub.url), hub.clock):
            await serve(site_of(hub, deps, api), host, port, stop, listening=listening)


def api_deps(hub: Hub, queued: Intake | None) -> ApiDeps:
    """What the API works through; `queued` is the queued door, absent where there is no log."""
    settings, portal = hub.project.settings, portal_of(hub)
    figures = exposing(hub, RoleName.SERVE, no_loops)
    return ApiDeps(
        intake=queued if queued is not None and settings.ingest.flow is Flow.QUEUED else hub.intake,
        queued=queued,
        as2=as2_door(hub),
        directory=hub.parts.directory,
        views=views_of(hub.project.settings, hub.project.folder, hub.pool),
        insight=insight_of(hub),
        cases=case_work(hub),
        reconciliations=PostgresReconciliations(hub.pool),
        repairs=repair_desk(hub),
        levels=levels_of(hub.project, hub.pool),
        subscriptions=subscription_desk(hub),
        events=event_log(hub),
        portal=portal,
        asking=asking_of(hub, portal),
        hooks=customer_desks(hub),
        news=customer_log(hub),
        faces=faces_of(hub),
        keys=PostgresKeys(hub.pool),
        paces=PostgresPaces(hub.pool),
        machines=machines_of(hub),
        replies=PostgresReplies(hub.pool),
        custody=MendingKeeper(hub.parts, hub.ingest),
        desk=PostgresDesk(hub.pool),
        evidence=Evidence(hub.store, hub.dice),
        clock=hub.clock,
        stopwatch=SystemStopwatch(),
        dice=hub.dice,
        pepper=pepper_of(settings, hub.project.data),
        ready=readiness(hub),
        states=states_of(REGISTRIES),
        webhook_secrets={
            config.partner.id: config.secrets[WEBHOOK_SECRET]
            for config in hub.project.partners
            if WEBHOOK_SECRET in config.secrets
        },
        limits=settings.limits,
        meter=hub.watch.meter,
        traces=hub.watch.traces,
        figures=(figures.content_type, figures.text),
    )


def insight_of(hub: Hub) -> Insight:
    """What is folded or added up on demand."""
    views = views_of(hub.project.settings, hub.project.folder, hub.pool)
    return Insight(views, PostgresMeasures(hub.pool), REGISTRIES, hub.project.policy)


def measuring(hub: Hub) -> Work:
    """Keep the KPIs current with the log."""
    views, store = PostgresViews(hub.pool), PostgresMeasures(hub.pool)
    return Measurer(PostgresFeed(hub.pool), views, store, REGISTRIES, hub.project.policy).measure_once


def notifying(hub: Hub) -> dict[str, Work]:
    """Tell customers what they are to be told, where a partner writes to them."""
    if not any(one.manifest.kind == "notify" and one.partner.role is Role.PRT for one in hub.project.partners):
        return {}
    notifier = Notifier(
        PostgresFeed(hub.pool),
        PostgresViews(hub.pool),
        hub.store,
        PostgresNotices(hub.pool),
        hub.parts.directory,
        REGISTRIES,
        hub.project.policy,
        hub.clock,
        PostgresOwnThings(hub.pool),
    )
    return {NOTICES: notifier.notify_once}


async def run_work(hub: Hub, options: RunOptions, stop: asyncio.Event) -> None:
    """Take what was queued in the log through the same use case."""
    async with open_log(hub) as log, feeding(hub):
        if log is None:
            raise Permanent("no log: set nats.url, or start the hub with crossdock up")
        worker = log.worker(KeepingIntake(hub.intake, keeper(hub)))
        async with status_page(hub, RoleName.WORK, readiness(hub), worker.health):
            await worker.run(stop)


async def run_deliver(hub: Hub, options: RunOptions, stop: asyncio.Event) -> None:
    """Send what the outbox holds."""
    outbox = await PostgresOutbox.open(hub.url)
    deliverer = Deliverer(outbox, routes(hub), hub.clock, hub.dice, watch=hub.watch)
    async with status_page(hub, RoleName.DELIVER, readiness(hub), deliverer.health), sending(hub):
        running_task = asyncio.create_task(deliverer.run(), name="deliverer")
        await stopped(stop, running_task)
        deliverer.stop()
        await running_task
        # Without a partner to send to there is nothing to run, but the role stays: it was asked for.
        await stop.wait()
    await outbox.close()
    for transport in hub.wiring.opened:
        await transport.close()


async def run_schedule(hub: Hub, options: RunOptions, stop: asyncio.Event) -> None:
    """Timers, echoes, the waiting room's sweep, the relay and file pickup."""
    outbox = await PostgresOutbox.open(hub.url)
    looks = paced_pickups(hub)
    watched = case_chores(hub) | level_chores(hub) | webhook_chores(hub) | repairing(hub)
    watched |= alert_chores(hub) | canary_chores(hub) | carrying_on(hub) | retiring(hub)
    async with open_log(hub) as log, crossing(hub) as carried, feeding(hub), reading(hub, keeper(hub)):
        watched |= carried
        movement = Movement(
            alarms=PostgresAlarms(hub.pool),
            ingest=hub.ingest,
            outbox=outbox,
            intake=hub.sync,
            waiting=PostgresWaitingRoom(hub.pool),
            parts=hub.parts,
            relay=log.relay if log is not None else None,
            pickups={name: work for name, (work, _) in looks.items()},
            rests_s={name: every_s for name, (_, every_s) in (looks | watched).items()}
            | {RECEIPTS: RECEIPTS_S, KPIS: KPIS_S, CHECKS: CHECKS_S, NOTICES: NOTICES_S, PORTAL: PORTAL_S}
            | {CARDS: CARDS_S, SUMMARIES: SUMMARIES_S},
            chores={KPIS: measuring(hub), RECEIPTS: watch_receipts(hub)}
            | {"forget replies": forget_replies(hub), "forget sessions": forget_sessions(hub)}
            | {CHECKS: reconciling(hub), PORTAL: following(hub), CARDS: filing(hub)}
            | {SUMMARIES: PostgresSummaries(hub.pool).keep}
            | notifying(hub)
            | {name: work for name, (work, _) in watched.items()},
        )
        clockwork = wind(movement, hub.clock)
        async with status_page(hub, RoleName.SCHEDULE, readiness(hub), clockwork.health):
            running_task = asyncio.create_task(clockwork.run(), name="clockwork")
            await stopped(stop, running_task)
            clockwork.stop()
            await running_task
    await outbox.close()
    for transport in hub.wiring.opened:
        await transport.close()


RUNS: Mapping[RoleName, Run] = {
    RoleName.SERVE: run_serve,
    RoleName.WORK: run_work,
    RoleName.DELIVER: run_deliver,
    RoleName.SCHEDULE: run_schedule,
}


def routes(hub: Hub) -> list[Route]:
    """One road to every partner that takes commands."""
    return [
        Route(config.partner, limited(config), kind.sender(config, hub.wiring))
        for config in hub.project.partners
        if (kind := KINDS[config.manifest.kind]).sender is not None
        and config.manifest.commands_out
        and takes_commands(config.partner.settings)
    ] + canary_routes(hub)


def takes_commands(settings: Mapping[str, object]) -> bool:
    """Whether the partner's file says where commands go; a partner without an address only speaks."""
    return settings.get("commands", True) is not False


def pickups(hub: Hub) -> dict[str, Work]:
    """One look into each partner's place or question to its API, for the partners that are to be asked."""
    return {name: work for name, (work, _) in paced_pickups(hub).items()}


def paced_pickups(hub: Hub) -> dict[str, tuple[Work, float]]:
    """The looks, and how many seconds lie between two of them when there was nothing to take."""
    works: dict[str, tuple[Work, float]] = {}
    keep = keeper(hub)
    cursors = PostgresCursors(hub.pool)
    for config in hub.project.partners:
        own = KINDS[config.manifest.kind].source
        polled = source_of(config, hub.wiring) or (own(config, hub.wiring) if own is not None else None)
        if polled is not None:
            work = poll_work(polled[0], hub.intake, cursors, keep, hub.clock)
            works[config.partner.id] = work, polled[1]
        if config.transport is None and not KINDS[config.manifest.kind].by_files:
            continue
        place = place_of(config, hub.wiring)
        if place is not None:
            if isinstance(config.transport, FolderSettings | None):
                ensure(inbox_folder(config, hub.wiring.exchange))
                ensure(outbox_folder(config, hub.wiring.exchange))
            works[config.partner.id] = pickup_work(config.partner, hub.intake, place, keep), place.every_s
    return works


def keeper(hub: Hub) -> KeepRefused:
    """Where files are told that no decoder reads."""
    evidence = Evidence(hub.store, hub.dice)

    async def keep(refused: Refused) -> str:
        return await evidence.keep(refused, hub.clock.now())

    return keep


def forget_replies(hub: Hub) -> Work:
    """Drop answers kept for `Idempotency-Key` that have lapsed."""
    replies = PostgresReplies(hub.pool)

    async def forget() -> int:
        return await replies.sweep(hub.clock.now())

    return forget


def ensure(place: Path) -> None:
    """Make a folder that is not there yet."""
    place.mkdir(parents=True, exist_ok=True)


def readiness(hub: Hub) -> Callable[[], Awaitable[tuple[str, ...]]]:
    """What is missing before traffic may come."""

    async def ready() -> tuple[str, ...]:
        try:
            async with asyncio.timeout(2), hub.pool.connection() as connection:
                await connection.execute("select 1")
        except Exception as error:  # noqa: BLE001  (a probe: whatever fails, the answer is "not ready" and why)
            return (f"the database does not answer: {str(error) or type(error).__name__}",)
        return ()

    return ready


class feeding:  # noqa: N801  (used as a function: `async with feeding(hub)`)
    """Run the hub's batcher for the length of a block; what was submitted is finished before the block is left."""

    def __init__(self, hub: Hub) -> None:
        self._batcher = hub.batcher

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._batcher.run(), name="batcher")

    async def __aexit__(self, *_: object) -> None:
        self._batcher.stop()
        await self._task


async def stopped(stop: asyncio.Event, work: asyncio.Task[None]) -> None:
    """Wait until told to stop, or until the work ends by itself (which it only does by an error)."""
    waiting = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait((waiting, work), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
