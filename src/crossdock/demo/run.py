"""`crossdock demo`: start the hub and the enterprise, watch, wait until all is quiet, then judge."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import aiohttp
import msgspec
import psutil
from rich.console import Console
from rich.markup import escape

from crossdock.app.audit import Refold, audit
from crossdock.bootstrap.calling import called
from crossdock.bootstrap.commands import create_key
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.log import connected
from crossdock.bootstrap.options import DemoOptions, KeyOptions, Place
from crossdock.bootstrap.project import read_project
from crossdock.demo import faults, world
from crossdock.demo.books import Entry
from crossdock.demo.enterprise import Status
from crossdock.demo.ledger import Injected
from crossdock.demo.plan import HANG_S, SFTP_PEER, EnterpriseConfig, PeerConfig, TrytonConfig
from crossdock.demo.planted import PLANTS
from crossdock.demo.processes import Control, Runner, start_enterprise, start_hub, until_answered, until_up
from crossdock.demo.progress import Progress
from crossdock.demo.project import DOORS, HOST_KEY, webhook_secret, write_project
from crossdock.demo.reader import HubView, Pulse, read_hub, read_pulse
from crossdock.demo.storeroom import stock_plans
from crossdock.demo.tryton.cellar import Founded, found
from crossdock.demo.tryton.service import Service
from crossdock.demo.verdict import Verdict, judge
from crossdock.kernel.errors import Permanent, Rejected, Transient
from crossdock.ports.audit import AuditView, Extent
from crossdock.ports.backbone import Backbone
from crossdock.ports.views import Views
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import open_pool
from crossdock.postgres.views import PostgresViews
from crossdock.runtime.engines.loopback import free_ports

SIMULATED, TRYTON = ERPS = ("simulated", "tryton")
SPEAKERS = ("erp", "tms", "flsh", "lmd", "ops", "portal", "dock")
# A person reads what is open before he says anything.
READERS = ("ops",)
WATCH_S = 1.0
BASE_S, PER_ORDER_S = 90.0, 1.2
# After a kill engines come back, leases end and backoffs run out: seconds each, but one after another.
SETTLE_S, SETTLE_KILLED_S = 25.0, 90.0
KILLED_S = 150.0
# A real ERP takes a second or two for an order's postings, one after the other; this is for a busy machine.
REAL_PER_ORDER_S = 20.0
REAL_HANG_S = 10.0
KILL_FIRST_S, KILL_EVERY_S = 6.0, 2.5
READ_WAIT_S, READS_MAX = 20.0, 15
REASONS_SHOWN = 20
# Nothing is under way any more when the verdict is asked for: what is due since this long is stuck.
AUDIT_GRACE = timedelta(seconds=5)

# Some three seconds of folding; larger runs are judged by as many of their dossiers.
REFOLDED_MAX = 2_000


class Hub(Protocol):
    """The hub as a run sees it: where it says what went wrong, and what of it may be killed."""

    @property
    def log(self) -> Path: ...

    def victims(self) -> list[psutil.Process]: ...


class Stand:
    """What a run works with, once both processes are up."""

    def __init__(
        self,
        options: DemoOptions,
        folder: Path,
        hub: Hub,
        control: Control,
        views: Views,
        records: AuditView,
        log: Backbone,
    ) -> None:
        self.options = options
        self.folder = folder
        self.hub = hub
        self.control = control
        self.views = views
        self.records = records
        self.log = log
        self.book = world.orders(options.seed, options.orders, split=options.erp == SIMULATED)
        self.kills = 0


async def run_demo(options: DemoOptions) -> int:
    """Run it; 0 when the verdict is a pass, 1 when it is not.

    Raises:
        Rejected: no such fault plan or plant.
        Permanent: a process did not start; the text names its log.
    """
    if options.erp not in ERPS:
        raise Rejected(f"no ERP is called {options.erp!r}: take one of {', '.join(ERPS)}")
    if options.plant not in PLANTS:
        raise Rejected(f"no bug is called {options.plant!r}: take one of {', '.join(PLANTS)}")
    if options.faults not in faults.PLAN_NAMES:
        raise Rejected(f"no fault plan is called {options.faults!r}: take one of {', '.join(faults.PLAN_NAMES)}")
    console = Console(stderr=True, highlight=False)
    async with AsyncExitStack() as stack:
        folder = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crossdock-demo-")))
        stand = await _open(options, folder, stack, console)
        verdict = await _watch(stand, console)
        tell(verdict, console)
        if options.json is not None:
            options.json.write_bytes(msgspec.json.format(msgspec.json.encode(verdict), indent=2))
        if options.stay:
            await _stay(stand, console)
    return 0 if verdict.verdict == "pass" else 1


async def _open(options: DemoOptions, folder: Path, stack: AsyncExitStack, console: Console) -> Stand:
    """Start the hub, give each system its key, start the enterprise."""
    ports = free_ports((*DOORS, "http"))
    project, data = folder / "project", folder / "data"
    secret = webhook_secret(options.seed)
    session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)))
    real = await _open_tryton(options, folder, stack, session, console) if options.erp == TRYTON else None
    write_project(project, ports, ports["http"], secret, real.keys.hub if real else "")
    console.print(f"starting the hub in {folder}")
    hub = start_hub(options.plant, project, data)
    stack.push_async_callback(hub.end)
    note = await until_up(hub, data)
    peers = {peer: PeerConfig(peer, ports.get(peer, 0), await key_of(Place(project, data), peer)) for peer in SPEAKERS}
    peers |= {peer: PeerConfig(peer, ports[peer], secret=secret) for peer in ("wms-a", SFTP_PEER)}
    config = EnterpriseConfig(
        hub_url=note.http_url,
        folder=str(folder / "books"),
        exchange=str(data / "exchange"),
        control_port=ports["control"],
        peers=peers,
        orders=options.orders,
        seed=options.seed,
        plan=options.faults,
        hang_s=REAL_HANG_S if real else HANG_S,
        host_key=str(folder / HOST_KEY),
        tryton=TrytonConfig(real.url, real.rpc_url, real.keys.clerk, real.clerk_password) if real else None,
    )
    file = folder / "enterprise.json"
    file.write_bytes(msgspec.json.encode(config))
    enterprise = start_enterprise(file, folder)
    stack.push_async_callback(enterprise.end)
    control = Control(session, ports["control"])
    await control.until_open(enterprise)
    pool = await open_pool(note.postgres_url, size_min=1, size_max=2, name="demo")
    stack.push_async_callback(pool.close)
    log = await stack.enter_async_context(connected(note.nats_url))
    console.print(f"hub at {note.http_url}; {options.orders} orders, seed {options.seed}, faults {options.faults}")
    return Stand(options, folder, hub, control, PostgresViews(pool), PostgresAudit(pool), log)


async def _open_tryton(
    options: DemoOptions, folder: Path, stack: AsyncExitStack, session: aiohttp.ClientSession, console: Console
) -> Founded:
    """Found a company in a real Tryton and start it."""
    console.print("founding a company in Tryton; the first run on a machine installs it, which takes about a minute")
    founded = await found(folder / "tryton", free_ports(("tryton",))["tryton"], options.seed)
    server = Runner("tryton", founded.command, folder / "tryton.log")
    stack.push_async_callback(server.end)
    await until_answered(server, Service(session, founded.url, founded.keys.clerk).is_up)
    console.print(f"Tryton answers at {founded.url}")
    return founded


async def key_of(place: Place, peer: str) -> str:
    scopes = ("facts:write", "operations:read") if peer in READERS else ("facts:write",)
    text, _ = await create_key(place, KeyOptions(scopes=scopes, partner=peer, label="demo"))
    return text.reveal()


async def _watch(stand: Stand, console: Console) -> Verdict:
    """Show progress until all is quiet or the time is over; then the verdict, asked again until it settles."""
    started = time.monotonic()
    bound = BASE_S + PER_ORDER_S * stand.options.orders
    plan = faults.plan(stand.options.faults, stand.options.seed, stand.book, erp_speaks=stand.options.erp == SIMULATED)
    killer = asyncio.create_task(_kill(stand, plan.kills))
    settle_s = SETTLE_KILLED_S if plan.kills else SETTLE_S
    bound += KILLED_S if plan.kills else 0.0
    real = stand.options.erp != SIMULATED
    bound += REAL_PER_ORDER_S * stand.options.orders if real else 0.0
    patience = Patience(settle_s)
    try:
        with Progress(console, stand.options.orders) as progress:
            while True:
                passed = time.monotonic() - started
                status = await stand.control.ask("status", Status)
                pulse = await pulse_of(stand)
                progress.show(passed, status, pulse, stand.kills)
                # A real ERP is slow, not stuck, as long as there are commands for it.
                quiet = status.idle and killer.done() and not (real and pulse.open_commands)
                if quiet or passed > bound:
                    verdict = await judged(stand, status, passed)
                    if passed > bound or patience.is_over(verdict, time.monotonic() - started):
                        return verdict
                await asyncio.sleep(WATCH_S)
    finally:
        killer.cancel()
        await asyncio.gather(killer, return_exceptions=True)


class Patience:
    """A verdict is the last when it is good, or has not changed for `settle_s`.

    The books of the systems are read before the hub's, so that a verdict given while work went on sees what one side
    has done and the other has not: it is asked for again. What was done twice stays done twice.
    """

    def __init__(self, settle_s: float) -> None:
        self._settle_s = settle_s
        self._told: list[str] = []
        self._since = 0.0

    def is_over(self, verdict: Verdict, passed: float) -> bool:
        """Whether nobody asks again; `passed` are the seconds of the run when this one was given."""
        if verdict.reasons != self._told:
            self._told, self._since = list(verdict.reasons), passed
        return verdict.verdict == "pass" or bool(verdict.doubled) or passed - self._since > self._settle_s


async def judged(stand: Stand, status: Status, seconds: float) -> Verdict:
    books = await stand.control.ask("books", dict[str, list[Entry]])
    injected = await stand.control.ask("faults", list[Injected])
    hub = await _read(stand)
    stock = stock_plans(stand.options.seed) if stand.options.erp == SIMULATED else ()
    verdict = judge(stand.book, books, hub, injected, status.unexpected, stock)
    verdict.seconds = round(seconds, 1)
    return verdict


async def pulse_of(stand: Stand) -> Pulse:
    """Counts of the hub; all zero while its database is away, which a kill makes it."""
    try:
        async with asyncio.timeout(READ_WAIT_S):
            return await read_pulse(stand.views)
    except (Transient, OSError):
        return Pulse(0, 0, 0)


async def _read(stand: Stand) -> HubView:
    """The hub's account of all orders; tried again while the database is coming back."""
    policy = read_project(stand.folder / "project", MANIFESTS).policy
    refold = Refold(REGISTRIES, policy, Extent(REFOLDED_MAX))
    for _ in range(READS_MAX):
        try:
            async with asyncio.timeout(READ_WAIT_S):
                now = datetime.now(UTC)
                report = await audit(stand.records, now, grace=AUDIT_GRACE, log=stand.log, refold=refold)
                return await read_hub(stand.views, [order.order_no for order in stand.book], report, policy)
        except (Transient, OSError):
            await asyncio.sleep(WATCH_S)
    raise Permanent(f"the hub's database does not answer: read {stand.hub.log}")


async def _kill(stand: Stand, kills: int) -> None:
    """`kill -9` this many processes of the hub, one after another, each picked by the seed."""
    await asyncio.sleep(KILL_FIRST_S)
    while stand.kills < kills:
        victims = stand.hub.victims()
        if victims:
            victim = victims[world.pick(stand.options.seed, len(victims), "kill", str(stand.kills))]
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.kill()
            stand.kills += 1
        await asyncio.sleep(KILL_EVERY_S)


def tell(verdict: Verdict, console: Console) -> None:
    """The verdict for people."""
    good = verdict.verdict == "pass"
    colour = "green" if good else "red"
    console.print(
        f"[bold {colour}]{verdict.verdict.upper()}[/]  {verdict.converged}/{verdict.orders} orders converged, "
        f"{verdict.lost} lost, {verdict.doubled} doubled, {verdict.seconds:.0f} s"
    )
    for kind, count in sorted(verdict.faults.items()):
        console.print(f"  {kind:<26} {count.planned:>4} planned {count.struck:>4} struck {count.ended:>4} ended right")
    for reason in verdict.reasons[:REASONS_SHOWN]:
        console.print(f"  [red]·[/] {escape(reason)}")
    if len(verdict.reasons) > REASONS_SHOWN:
        console.print(f"  … and {len(verdict.reasons) - REASONS_SHOWN} more (--json FILE has them)")


async def _stay(stand: Stand, console: Console) -> None:
    """Leave everything up for a look, until interrupted."""
    place = f"--project {stand.folder / 'project'} --data {stand.folder / 'data'}"
    # Never broken where the terminal ends: these lines are there to be copied.
    for line in (
        "still up; look with:",
        f"  {called(f'trace {stand.book[0].order_no} {place}')}",
        "or in a browser:",
        f"  {called(f'person add you@example.com --role admin {place}')}",
        f"  {called(f'signin you@example.com {place}')}",
        "Ctrl-C ends it",
    ):
        console.print(line, soft_wrap=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
