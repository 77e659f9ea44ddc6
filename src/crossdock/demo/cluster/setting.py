"""Sets the cluster up: engines, proxies before them, the project that names them, and two processes a role."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import aiohttp
import psutil

from crossdock.bootstrap.clustered.database_pair import DISK_BYTES as DATABASE_BYTES
from crossdock.bootstrap.clustered.database_pair import NAMES, DatabasePair
from crossdock.bootstrap.clustered.log_servers import DISK_BYTES as LOG_BYTES
from crossdock.bootstrap.clustered.log_servers import SERVERS, USER, LogServers
from crossdock.bootstrap.log import prepare_log
from crossdock.bootstrap.settings import RoleName
from crossdock.bootstrap.up import CHILD_MODULE, nothing
from crossdock.demo.cluster.proxy import Proxy
from crossdock.demo.cluster.small_disk import SmallDisk, small_disks
from crossdock.demo.cluster.striker import Cluster
from crossdock.demo.cluster.strikes import DISK_KINDS, Kind
from crossdock.demo.plan import HOST
from crossdock.demo.processes import END_WAIT_S, POLL_S, START_WAIT_S
from crossdock.kernel.errors import Permanent
from crossdock.postgres.migrate import migrate
from crossdock.runtime.engines.embedded_postgres import DATABASE
from crossdock.runtime.engines.embedded_postgres import USER as OWNER
from crossdock.runtime.engines.loopback import free_ports
from crossdock.runtime.supervisor import Child, Supervisor

# Two of each that a message passes; timers, pickup and the relay are one process, which is killed like the others.
ROLES = {RoleName.SERVE: 2, RoleName.WORK: 2, RoleName.DELIVER: 2, RoleName.SCHEDULE: 1}

ENGINES = """
[postgres]
url = "{postgres}"

[nats]
url = "file:secrets/nats"
replicas = {replicas}
"""


class Hub:
    """The roles as a run sees them: their logs, and what of them may be killed."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def victims(self) -> list[psutil.Process]:
        """None: the striker has its own list."""
        return []


class Setting:
    """What is there before any role is: two clusters of engines, and the proxies everything goes through."""

    def __init__(self, folder: Path) -> None:
        self.database = DatabasePair(folder / "database")
        self.log = LogServers(folder / "log-servers")
        self.ways_database = {name: Proxy(self.database.port(name)) for name in NAMES}
        self.ways_log = {name: Proxy(self.log.port(name)) for name in self.log.names}
        self.doors = free_ports(tuple(f"serve {number}" for number in range(ROLES[RoleName.SERVE])))
        self.door = Proxy(*self.doors.values())
        self._disks: dict[str, SmallDisk] = {}
        self._left_out: dict[Kind, str] = {}

    @property
    def postgres_url(self) -> str:
        """Both servers: whoever connects finds the one that takes writes."""
        hosts = ",".join(f"{HOST}:{self.ways_database[name].port}" for name in NAMES)
        return f"postgresql://{OWNER}@{hosts}/{DATABASE}?target_session_attrs=read-write"

    @property
    def nats_url(self) -> str:
        """All three servers."""
        return ",".join(f"nats://{USER}:{self.log.password}@{HOST}:{way.port}" for way in self.ways_log.values())

    async def open(self, stack: AsyncExitStack, door: int) -> None:
        """Put a small disk below every server, start both clusters, make schema and streams, and open every proxy."""
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
        file.write_text(file.read_text() + ENGINES.format(postgres=self.postgres_url, replicas=SERVERS))
        (project / "secrets" / "nats").write_text(self.nats_url)

    async def start(self, stack: AsyncExitStack, project: Path, data: Path) -> Cluster:
        """Start the roles; both doors answer when this returns."""
        roles = Supervisor({}, on_change=nothing)
        stack.push_async_callback(roles.stop, END_WAIT_S)
        roles.start(self._children(project, data))
        await self._until_open(data)
        ways = (self.door, self.ways_database, self.ways_log)
        guest = partial(child, RoleName.WORK, ROLES[RoleName.WORK] + 1, project, data)
        return Cluster(self.database, self.log, roles, guest, *ways, self._disks, self._left_out)

    @property
    def _ways(self) -> list[Proxy]:
        return [*self.ways_database.values(), *self.ways_log.values()]

    def _children(self, project: Path, data: Path) -> list[Child]:
        ports = list(self.doors.values())
        return [
            child(role, number + 1, project, data, ports[number] if role is RoleName.SERVE else None)
            for role, count in ROLES.items()
            for number in range(count)
        ]

    async def _until_open(self, data: Path) -> None:
        async with aiohttp.ClientSession() as session:
            for port in self.doors.values():
                for _ in range(int(START_WAIT_S / POLL_S)):
                    try:
                        async with session.get(f"http://{HOST}:{port}/v1/orders"):
                            break
                    except aiohttp.ClientError:
                        await asyncio.sleep(POLL_S)
                else:
                    raise Permanent(f"a door did not open: read {data / 'log'}")


def child(role: RoleName, number: int, project: Path, data: Path, port: int | None = None) -> Child:
    """One process of a role."""
    name = f"{role.value}-{number}"
    told = (role.value, str(project), str(data), HOST, "" if port is None else str(port))
    return Child(name, ("-m", *CHILD_MODULE, *told), data / "log" / f"{name}.log")
