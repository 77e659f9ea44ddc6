"""Sets the cluster up: engines, proxies before them, the project that names them, and two processes a role.

On hosts of their own no proxy stands before the engines: their cables are pulled instead.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import aiohttp
import psutil

from crossdock.bootstrap.clustered.database_pair import DISK_BYTES as DATABASE_BYTES
from crossdock.bootstrap.clustered.database_pair import NAMES, DatabasePair
from crossdock.bootstrap.clustered.log_servers import DISK_BYTES as LOG_BYTES
from crossdock.bootstrap.clustered.log_servers import NAMES as LOGS
from crossdock.bootstrap.clustered.log_servers import SERVERS, USER, LogServers
from crossdock.bootstrap.log import prepare_log
from crossdock.bootstrap.settings import RoleName
from crossdock.bootstrap.up import CHILD_MODULE, nothing
from crossdock.demo.cluster.hosts import Hosts
from crossdock.demo.cluster.proxy import Proxy
from crossdock.demo.cluster.small_disk import SmallDisk, small_disks
from crossdock.demo.cluster.striker import Cluster
from crossdock.demo.cluster.strikes import DISK_KINDS, Kind
from crossdock.demo.processes import END_WAIT_S, POLL_S, START_WAIT_S
from crossdock.kernel.errors import Permanent
from crossdock.postgres.migrate import migrate
from crossdock.runtime.engines.embedded_postgres import DATABASE
from crossdock.runtime.engines.embedded_postgres import USER as OWNER
from crossdock.runtime.engines.loopback import HOST, free_ports
from crossdock.runtime.supervisor import Child, Supervisor

# Two of each that a message passes; timers, pickup and the relay are one process, which is killed like the others.
ROLES = {RoleName.SERVE: 2, RoleName.WORK: 2, RoleName.DELIVER: 2, RoleName.SCHEDULE: 1}

PARTS = {f"{role.value}-{number + 1}": role for role, count in ROLES.items() for number in range(count)}
GUEST = f"{RoleName.WORK.value}-{ROLES[RoleName.WORK] + 1}"

# What a door or a status page answers that is not open yet.
HTTP_OUT_OF_ORDER = 500
ASK_S = 10.0

ENGINES = """
[postgres]
url = "{postgres}"

[nats]
url = "file:secrets/nats"
replicas = {replicas}
"""
# What several hosts need beside: doors and status pages that others reach, and one pepper for all.
DOOR, STATUS, EVERYWHERE = 8080, 9464, "0.0.0.0"  # noqa: S104  (on a host of its own, in a network of the run)
APART = f"""
[status]
host = "{EVERYWHERE}"
port = {STATUS}
"""
PEPPER = """[http]
pepper = "file:secrets/pepper"
"""


class Hub:
    """The roles as a run sees them: their logs, and what of them may be killed."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def victims(self) -> list[psutil.Process]:
        """None: the striker has its own list."""
        return []


class Setting:
    """What is there before any role is: the hosts, two clusters of engines, and the proxies everything goes through."""

    def __init__(self, folder: Path, *, apart: bool = False) -> None:
        self.hosts = Hosts((*NAMES, *LOGS, *PARTS, GUEST) if apart else ())
        self.database = DatabasePair(folder / "database", self.hosts.stations)
        self.log = LogServers(folder / "log-servers", self.hosts.stations)
        self.ways_database = {} if apart else {name: Proxy((HOST, self.database.port(name))) for name in NAMES}
        self.ways_log = {} if apart else {name: Proxy((HOST, self.log.port(name))) for name in LOGS}
        doors = [name for name, role in PARTS.items() if role is RoleName.SERVE]
        self.doors = dict.fromkeys(doors, DOOR) if apart else free_ports(tuple(doors))
        self.door = Proxy(*((self.hosts.station(name).address, port) for name, port in self.doors.items()))
        self._apart = apart
        self._home = folder / "homes"
        self._disks: dict[str, SmallDisk] = {}
        self._left_out: dict[Kind, str] = {}

    @property
    def postgres_url(self) -> str:
        """Both servers: whoever connects finds the one that takes writes."""
        ways = {name: f"{HOST}:{way.port}" for name, way in self.ways_database.items()}
        hosts = ",".join(ways.get(name) or self.database.address(name) for name in NAMES)
        return f"postgresql://{OWNER}@{hosts}/{DATABASE}?target_session_attrs=read-write"

    @property
    def nats_url(self) -> str:
        """All three servers."""
        ways = [f"nats://{USER}:{self.log.password}@{HOST}:{way.port}" for way in self.ways_log.values()]
        return ",".join(ways or map(self.log.url, LOGS))

    async def open(self, stack: AsyncExitStack, door: int) -> None:
        """Make the hosts, put a small disk below every server, start both clusters, make schema and streams, and open
        every proxy.

        Raises:
            Permanent: the machine allows no hosts, or an engine did not start; the text says why.
        """
        await self.hosts.open()
        sizes = dict.fromkeys(self.database.homes, DATABASE_BYTES) | dict.fromkeys(self.log.homes, LOG_BYTES)
        self._disks, why = await small_disks(sizes, stack)
        self._left_out = dict.fromkeys(DISK_KINDS, why) if why else {}
        for way, port in ((self.door, door), *((way, 0) for way in self._ways)):
            await way.open(port)
            stack.push_async_callback(way.close)
        stack.push_async_callback(self.database.stop)
        await self.database.start()
        stack.push_async_callback(self.log.stop)
        await self.log.start()
        await migrate(self.postgres_url)
        await prepare_log(self.nats_url, SERVERS)

    def write(self, project: Path) -> None:
        """Say in the project where the engines are."""
        file = project / "crossdock.toml"
        settings = file.read_text() + ENGINES.format(postgres=self.postgres_url, replicas=SERVERS)
        if self._apart:
            settings = settings.replace("[http]\n", PEPPER) + APART
        file.write_text(settings)
        (project / "secrets" / "nats").write_text(self.nats_url)
        (project / "secrets" / "pepper").write_text(secrets.token_urlsafe())

    async def start(self, stack: AsyncExitStack, project: Path, data: Path) -> Cluster:
        """Start the roles; both doors answer when this returns."""
        roles = Supervisor({}, on_change=nothing)
        stack.push_async_callback(roles.stop, END_WAIT_S)
        roles.start([self._child(name, role, project, data) for name, role in PARTS.items()])
        await self._until_open(data)
        ways = (self.door, self.ways_database, self.ways_log)
        guest = partial(self._child, GUEST, RoleName.WORK, project, data)
        return Cluster(self.hosts, self.database, self.log, roles, guest, *ways, self._disks, self._left_out)

    @property
    def _ways(self) -> list[Proxy]:
        return [*self.ways_database.values(), *self.ways_log.values()]

    def _child(self, name: str, role: RoleName, project: Path, data: Path) -> Child:
        """One process of a role."""
        port, host = self.doors.get(name, ""), EVERYWHERE if self._apart else HOST
        told = (role.value, str(project), str(self._data(name, data)), host, str(port))
        entry = self.hosts.station(name).entry
        return Child(name, ("-m", *CHILD_MODULE, *told), data / "log" / f"{name}.log", entry)

    def _data(self, name: str, data: Path) -> Path:
        """A host has a data folder of its own, and mounts the folder in which files are exchanged."""
        if not self._apart:
            return data
        home, exchange = self._home / name, data / "exchange"
        home.mkdir(parents=True, exist_ok=True)
        exchange.mkdir(parents=True, exist_ok=True)
        if not (home / exchange.name).exists():
            (home / exchange.name).symlink_to(exchange)
        return home

    async def _until_open(self, data: Path) -> None:
        pages = [f"{self._at(name)}:{port}/v1/orders" for name, port in self.doors.items()]
        if self._apart:
            places = list(RoleName)
            pages += [f"{self._at(name)}:{STATUS + places.index(role)}/healthz" for name, role in PARTS.items()]
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ASK_S)) as session:
            for page in pages:
                await _until_answered(session, page, data / "log")

    def _at(self, name: str) -> str:
        return f"http://{self.hosts.station(name).address}"


async def _until_answered(session: aiohttp.ClientSession, page: str, log: Path) -> None:
    for _ in range(int(START_WAIT_S / POLL_S)):
        try:
            async with session.get(page) as answer:
                if answer.status < HTTP_OUT_OF_ORDER:
                    return
        except (aiohttp.ClientError, TimeoutError):
            # Not open yet, or not yet there: it is asked again.
            pass
        await asyncio.sleep(POLL_S)
    raise Permanent(f"{page} does not answer: read {log}")
