"""`crossdock up`: engines, migrations, and every role as a child process that is kept alive."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import structlog

from crossdock.bootstrap.cells import FOLDER, border_of, has_border, prepare_border
from crossdock.bootstrap.door import door, forget_door
from crossdock.bootstrap.engines import NATS, engine_of
from crossdock.bootstrap.log import prepare_log
from crossdock.bootstrap.logging import configure_logging
from crossdock.bootstrap.options import RunOptions
from crossdock.bootstrap.presence import Addresses, announce, withdraw
from crossdock.bootstrap.project import Project
from crossdock.bootstrap.roles import project_of
from crossdock.canonical.registry import broken
from crossdock.kernel.errors import CrossdockError, Permanent
from crossdock.kernel.secret import Secret
from crossdock.postgres.migrate import migrate
from crossdock.runtime.engines.border import Border
from crossdock.runtime.engines.embedded_nats import EmbeddedNats
from crossdock.runtime.engines.engine import Engine, EngineInfo
from crossdock.runtime.supervisor import Child, Supervisor

log = structlog.get_logger()

CHILD_MODULE = ("crossdock.bootstrap.child",)
# A machine that does much else takes its time; a child that ends is told at once.
DOOR_WAIT_S = 180.0
DOOR_POLL_S = 0.05
ENGINE_RETRY_S = 1.0
TOLD_MAX = 5

Say = Callable[[str], None]


def say(text: str) -> None:
    """One line for the person who started us."""
    sys.stderr.write(text + "\n")


async def run_up(options: RunOptions, *, child: tuple[str, ...] = CHILD_MODULE, tell: Say = say) -> int:
    """Run everything until one of `endings`, then stop what was started, in reverse order."""
    project = project_of(options)
    refuse_broken_promises()
    configure_logging(project.settings.log)
    project.data.mkdir(parents=True, exist_ok=True)
    stop = asyncio.Event()
    for number in endings():
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tell(f"Starting in {project.data}")
    async with AsyncExitStack() as stack:
        at = await start_engines(project, stack)
        await migrate(at.postgres_url)
        await prepare_log(at.nats_url, project.settings.nats.replicas)
        if at.border_url:
            await prepare_border(at.border_url, project.settings)
        note = partial(announce, project.data, at)
        note()
        stack.callback(withdraw, project.data)
        forget_door(project.data)
        supervisor = Supervisor(environment_of(at), on_change=nothing)
        stack.push_async_callback(supervisor.stop, project.settings.http.stop_grace_s)
        supervisor.start(children(project, options, child))
        await until_door(project, stop)
        if not stop.is_set():
            url = door(project.data)
            note(http_url=url)
            tell(f"Crossdock is up at {url} (data in {project.data}); stop it with Ctrl-C")
        await stop.wait()
    return 0


def endings() -> tuple[signal.Signals, ...]:
    """Stop, Ctrl-C, and the terminal that is closed, unless whoever started us said that it shall not end us."""
    hangs_up = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN
    return (signal.SIGTERM, signal.SIGINT, *((signal.SIGHUP,) if hangs_up else ()))


def refuse_broken_promises() -> None:
    """A version that breaks a published contract does not start.

    Raises:
        Permanent: it does; every promise broken is named.
    """
    found = [f"version {number}: {one.where}: {one.detail}" for number, wrong in broken().items() for one in wrong]
    if found:
        raise Permanent(f"this version breaks published contracts ({'; '.join(found[:TOLD_MAX])}): run the one before")


async def start_engines(project: Project, stack: AsyncExitStack) -> Addresses:
    """Where database, log and border are: yours, or engines started and kept alive."""
    settings = project.settings
    if settings.postgres.url is not None:
        postgres_url = settings.postgres.url.reveal()
    else:
        postgres_url = (await keep(engine_of(settings, project.folder, project.data), stack)).url
    log_url, log_monitor = await log_of(settings.nats.url, settings.nats.monitor_url, project.data / NATS, stack)
    if not has_border(settings):
        return Addresses(postgres_url, log_url, log_monitor)
    cells, folder = settings.cells, project.data / FOLDER
    border = await log_of(cells.url, cells.monitor_url, folder, stack, border_of(settings))
    return Addresses(postgres_url, log_url, log_monitor, *border)


async def log_of(
    url: Secret | None, monitor_url: str, folder: Path, stack: AsyncExitStack, border: Border | None = None
) -> tuple[str, str]:
    """The address and the status page of one NATS: yours, or one started in `folder` and kept alive."""
    if url is not None:
        return url.reveal(), monitor_url
    engine = await keep(EmbeddedNats(folder, border=border), stack)
    return engine.url, engine.monitor_url


def environment_of(at: Addresses) -> dict[str, str]:
    """What tells the roles where the engines are."""
    told = {"CROSSDOCK_POSTGRES__URL": at.postgres_url, "CROSSDOCK_NATS__URL": at.nats_url}
    return told | ({"CROSSDOCK_CELLS__URL": at.border_url} if at.border_url else {})


async def keep(engine: Engine, stack: AsyncExitStack) -> EngineInfo:
    """Start an engine and start it again whenever it ends, until the stack is left."""
    info = await engine.start()

    async def watch() -> None:
        while True:
            code = await engine.wait()
            log.warning("engine.ended", engine=type(engine).__name__, code=code)
            await revive(engine)

    watcher = asyncio.create_task(watch(), name=f"watch {type(engine).__name__}")

    async def end() -> None:
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)
        await engine.stop()

    stack.push_async_callback(end)
    return info


async def revive(engine: Engine) -> None:
    """Start a dead engine, however often that fails: the roles wait for it and lose nothing meanwhile."""
    while True:
        try:
            await engine.start()
        except CrossdockError as error:
            log.warning("engine.down", engine=type(engine).__name__, detail=error.detail)
            await asyncio.sleep(ENGINE_RETRY_S)
        else:
            return


def children(project: Project, options: RunOptions, child: tuple[str, ...]) -> list[Child]:
    """One process a role; each gets the project, the data directory and what the command said of the door."""
    host = options.host or ""
    port = "" if options.port is None else str(options.port)
    return [
        Child(
            role.value,
            ("-m", *child, role.value, str(options.place.project), str(project.data), host, port),
            project.data / "log" / f"{role.value}.log",
        )
        for role in project.settings.roles
    ]


async def until_door(project: Project, stop: asyncio.Event) -> None:
    """Wait until the serving role has noted its address.

    Raises:
        Permanent: it has not within three minutes; its log says why.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + DOOR_WAIT_S
    while not door(project.data) and not stop.is_set():
        if loop.time() > end:
            raise Permanent(f"the door did not open: read {project.data / 'log' / 'serve.log'}")
        await asyncio.sleep(DOOR_POLL_S)


async def nothing() -> None:
    """Nobody is told of a child's new process id."""
