"""`crossdock chaos`: the cluster under load and under strikes until the time is over; then the books are compared."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Collection
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import msgspec
from rich.console import Console

from crossdock.bootstrap.log import connected
from crossdock.bootstrap.options import ChaosOptions, DemoOptions, Place
from crossdock.demo.cluster.setting import Hub, Setting
from crossdock.demo.cluster.striker import Cluster, Striker
from crossdock.demo.cluster.strikes import Kind, strikes
from crossdock.demo.cluster.watch import STREAMS, Pause, Recovery, Watch, pauses, recoveries
from crossdock.demo.enterprise import Status
from crossdock.demo.plan import HOST, SFTP_PEER, EnterpriseConfig, PeerConfig
from crossdock.demo.processes import Control, start_enterprise
from crossdock.demo.progress import Progress
from crossdock.demo.project import DOORS, HOST_KEY, webhook_secret, write_project
from crossdock.demo.run import SPEAKERS, Patience, Stand, judged, key_of, pulse_of, tell
from crossdock.demo.verdict import Verdict
from crossdock.kernel.errors import Rejected
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import open_pool
from crossdock.postgres.views import PostgresViews
from crossdock.runtime.engines.loopback import free_ports

# Orders come for as long as is struck, so that after every strike something has to go on.
ORDER_GAP_S = 3.0
BEFORE_S, WATCH_S = 5.0, 1.0
# After the last strike: leases end, backoffs run out, and what is left of a day of business is told.
SETTLE_S, END_S, PER_ORDER_S = 120.0, 900.0, 3.0


class Report(msgspec.Struct, frozen=True):
    """One run: the verdict of the books, every strike with its pauses, and the same by kind.

    `left_out` are the kinds of strikes that this machine does not allow, and why.
    """

    verdict: Verdict
    seed: int
    minutes: float
    orders: int
    strikes: list[Pause]
    recovery: list[Recovery]
    left_out: dict[str, str]


async def run_chaos(options: ChaosOptions) -> int:
    """Run it; 0 when nothing was lost, nothing was doubled and every order converged, else 1.

    Raises:
        Permanent: a process did not start; the text names its log.
    """
    console = Console(stderr=True, highlight=False)
    async with AsyncExitStack() as stack:
        folder = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crossdock-chaos-")))
        stand, cluster = await _open(options, folder, stack, console)
        report = await _run(options, stand, cluster, console)
        show(report, console)
        if options.json is not None:
            options.json.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    return 0 if report.verdict.verdict == "pass" else 1


async def _open(options: ChaosOptions, folder: Path, stack: AsyncExitStack, console: Console) -> tuple[Stand, Cluster]:
    """Start the engines, the roles and the enterprise."""
    project, data = folder / "project", folder / "data"
    ports, secret = free_ports((*DOORS, "http")), webhook_secret(options.seed)
    data.mkdir(parents=True, exist_ok=True)
    setting = Setting(folder, apart=options.hosts)
    outside = setting.hosts.outside
    write_project(project, ports, ports["http"], secret, host=outside)
    where = "each on a host of its own, " if options.hosts else ""
    console.print(f"starting three log servers, a database with its standby and seven roles, {where}in {folder}")
    await setting.open(stack, ports["http"])
    setting.write(project)
    place = Place(project, data)
    keys = {peer: await key_of(place, peer) for peer in SPEAKERS}
    cluster = await setting.start(stack, project, data)
    peers = {peer: PeerConfig(peer, ports.get(peer, 0), key) for peer, key in keys.items()}
    peers |= {peer: PeerConfig(peer, ports[peer], secret=secret) for peer in ("wms-a", SFTP_PEER)}
    orders = max(1, int(options.minutes * 60 / ORDER_GAP_S))
    config = EnterpriseConfig(
        hub_url=f"http://{HOST}:{ports['http']}",
        folder=str(folder / "books"),
        exchange=str(data / "exchange"),
        control_port=ports["control"],
        peers=peers,
        orders=orders,
        seed=options.seed,
        order_gap_s=ORDER_GAP_S,
        host=outside,
        host_key=str(folder / HOST_KEY),
    )
    file = folder / "enterprise.json"
    file.write_bytes(msgspec.json.encode(config))
    session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)))
    enterprise = start_enterprise(file, folder)
    stack.push_async_callback(enterprise.end)
    control = Control(session, ports["control"])
    await control.until_open(enterprise)
    pool = await open_pool(setting.postgres_url, size_min=1, size_max=2, name="chaos")
    stack.push_async_callback(pool.close)
    log = await stack.enter_async_context(connected(setting.nats_url))
    told = DemoOptions(orders=orders, seed=options.seed, stay=False)
    stand = Stand(told, folder, Hub(data / "log"), control, PostgresViews(pool), PostgresAudit(pool), log)
    console.print(f"{orders} orders in {options.minutes:g} minutes, seed {options.seed}; strikes begin")
    return stand, cluster


async def _run(options: ChaosOptions, stand: Stand, cluster: Cluster, console: Console) -> Report:
    """Strike for as long as asked, then wait until all is quiet, then judge."""
    watch, striker = Watch(stand.control), Striker(cluster)
    watching = asyncio.create_task(watch.run(), name="watch")
    striking = asyncio.create_task(_strike(options, striker, console), name="strike")
    started = time.monotonic()
    try:
        with Progress(console, stand.options.orders) as progress:
            verdict = await _until_quiet(options, stand, striking, progress)
    finally:
        for task in (striking, watching):
            task.cancel()
        await asyncio.gather(striking, watching, return_exceptions=True)
    verdict.seconds = round(time.monotonic() - started, 1)
    # Whatever comes after the last order is no load any more.
    found = pauses(striker.blows, watch.looks, started + options.minutes * 60)
    left_out = {kind.value: why for kind, why in cluster.left_out.items()}
    return Report(verdict, options.seed, options.minutes, stand.options.orders, found, recoveries(found), left_out)


async def _strike(options: ChaosOptions, striker: Striker, console: Console) -> None:
    """One strike after the other, each followed by a rest, until the time is over."""
    end = time.monotonic() + options.minutes * 60
    await asyncio.sleep(BEFORE_S)
    for strike in strikes(options.seed, wanted(striker.kinds, options.only)):
        if time.monotonic() + strike.rest_s > end:
            return
        blow = await striker.strike(strike)
        console.print(f"  {strike.number + 1:>3} {blow.kind}: {blow.victim} ({blow.took_s:.1f} s)")
        await asyncio.sleep(strike.rest_s)


def wanted(kinds: Collection[Kind], only: str) -> list[Kind]:
    """Those of the kinds whose name has these words in it.

    Raises:
        Rejected: none has.
    """
    found = [kind for kind in kinds if only in kind.value]
    if not found:
        raise Rejected(f"no strike here is called {only!r}: take words of one of {', '.join(sorted(kinds))}")
    return found


async def _until_quiet(
    options: ChaosOptions, stand: Stand, striking: asyncio.Task[None], progress: Progress
) -> Verdict:
    """The verdict, asked for once nothing is under way, and again until it settles or the time is over; asking for it
    takes minutes on a busy machine."""
    started = time.monotonic()
    bound = options.minutes * 60 + END_S + PER_ORDER_S * stand.options.orders
    patience = Patience(SETTLE_S)
    while True:
        passed = time.monotonic() - started
        status = await stand.control.ask("status", Status)
        progress.show(passed, status, await pulse_of(stand), stand.kills)
        if striking.done():
            striking.result()
        quiet = status.idle and striking.done()
        if quiet or passed > bound:
            verdict = await judged(stand, status, passed)
            if not quiet:
                verdict.reasons.insert(
                    0, f"work was still under way after {passed:.0f} s: the books had not come to rest"
                )
            passed = time.monotonic() - started
            if passed > bound or patience.is_over(verdict, passed):
                return verdict
        await asyncio.sleep(WATCH_S)


def show(report: Report, console: Console) -> None:
    """The report for people."""
    tell(report.verdict, console)
    console.print(f"{len(report.strikes)} strikes; longest pause after each kind in seconds, median and worst:")
    console.print(f"  {'':<32} {'times':>5} " + " ".join(f"{stream:>13}" for stream in STREAMS))
    for one in report.recovery:
        cells = " ".join(f"{one.median_s[stream]:>6.1f} {one.worst_s[stream]:>6.1f}" for stream in STREAMS)
        console.print(f"  {one.kind:<32} {one.strikes:>5} {cells}")
    for kind, why in report.left_out.items():
        console.print(f"  {kind:<32} left out: {why}")
