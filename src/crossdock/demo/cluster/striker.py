"""Does to the cluster what the pack says, one strike at a time, and puts back what no supervisor would."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import psutil

from crossdock.demo.cluster.database_pair import DatabasePair
from crossdock.demo.cluster.log_servers import LogServers
from crossdock.demo.cluster.proxy import Proxy
from crossdock.demo.cluster.strikes import Kind, Strike
from crossdock.demo.cluster.watch import Blow
from crossdock.runtime.supervisor import Supervisor

STREAM = "INBOUND"


@dataclass(frozen=True)
class Cluster:
    """Everything that may be struck."""

    database: DatabasePair
    log: LogServers
    roles: Supervisor
    door: Proxy
    ways_database: Mapping[str, Proxy]
    ways_log: Mapping[str, Proxy]


class Striker:
    """Strikes until told otherwise. `blows` tells what happened when; `under_way` what has no end yet."""

    def __init__(self, cluster: Cluster) -> None:
        self.blows: list[Blow] = []
        self._cluster = cluster
        self._acts: Mapping[Kind, Callable[[Strike], Awaitable[str]]] = {
            Kind.KILL_ROLE: self._kill_role,
            Kind.FREEZE_ROLE: self._freeze_role,
            Kind.KILL_LOG_LEADER: self._kill_leader,
            Kind.KILL_LOG_SERVER: self._kill_log_server,
            Kind.FREEZE_LOG_SERVER: self._freeze_log_server,
            Kind.RESTART_DATABASE: self._restart_database,
            Kind.KILL_DATABASE: self._kill_database,
            Kind.FREEZE_DATABASE: self._freeze_database,
            Kind.FAIL_OVER: self._fail_over,
            Kind.KILL_STANDBY: self._kill_standby,
            Kind.CUT_DOOR: self._cut_door,
            Kind.CUT_DATABASE: self._cut_database,
            Kind.CUT_LOG: self._cut_log,
        }

    async def strike(self, strike: Strike) -> Blow:
        """Do it; done when whoever was struck lives again, or a supervisor sees to it."""
        began = time.monotonic()
        victim = await self._acts[strike.kind](strike)
        blow = Blow(strike.kind.value, victim, began, time.monotonic() - began)
        self.blows.append(blow)
        return blow

    async def _kill_role(self, strike: Strike) -> str:
        name, pid = chosen(self._cluster.roles.pids, strike.lot)
        send(pid, signal.SIGKILL)
        return name

    async def _freeze_role(self, strike: Strike) -> str:
        name, pid = chosen(self._cluster.roles.pids, strike.lot)
        await frozen([pid], strike.seconds)
        return name

    async def _kill_leader(self, strike: Strike) -> str:
        name = await self._cluster.log.leader(STREAM)
        pids = self._cluster.log.pids
        name, pid = (name, pids[name]) if name in pids else chosen(pids, strike.lot)
        send(pid, signal.SIGKILL)
        return name

    async def _kill_log_server(self, strike: Strike) -> str:
        name, pid = chosen(self._cluster.log.pids, strike.lot)
        send(pid, signal.SIGKILL)
        return name

    async def _freeze_log_server(self, strike: Strike) -> str:
        name, pid = chosen(self._cluster.log.pids, strike.lot)
        await frozen([pid], strike.seconds)
        return name

    async def _restart_database(self, strike: Strike) -> str:
        await self._cluster.database.restart(signal.SIGINT)
        return self._cluster.database.primary

    async def _kill_database(self, strike: Strike) -> str:
        await self._cluster.database.restart(signal.SIGKILL)
        return self._cluster.database.primary

    async def _freeze_database(self, strike: Strike) -> str:
        database = self._cluster.database
        await frozen(family(database.pids[database.primary]), strike.seconds)
        return database.primary

    async def _fail_over(self, strike: Strike) -> str:
        database = self._cluster.database
        await database.until_safe()
        lost = database.primary
        await database.fail_over()
        await database.rejoin()
        return f"{lost} to {database.primary}"

    async def _kill_standby(self, strike: Strike) -> str:
        await self._cluster.database.restart_standby()
        return self._cluster.database.standby

    async def _cut_door(self, strike: Strike) -> str:
        return f"{self._cluster.door.cut()} connections"

    async def _cut_database(self, strike: Strike) -> str:
        return f"{sum(way.cut() for way in self._cluster.ways_database.values())} connections"

    async def _cut_log(self, strike: Strike) -> str:
        return f"{sum(way.cut() for way in self._cluster.ways_log.values())} connections"


def chosen(pids: Mapping[str, int], lot: int) -> tuple[str, int]:
    """One of those alive, the same for the same lot and the same names."""
    name = sorted(pids)[lot % len(pids)]
    return name, pids[name]


def send(pid: int, number: int) -> None:
    """Signal a process that may have ended in this very moment."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


async def frozen(pids: list[int], seconds: float) -> None:
    """Hold these processes still for a while; they go on afterwards, whatever happens to us."""
    for pid in pids:
        send(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        for pid in pids:
            send(pid, signal.SIGCONT)


def family(pid: int) -> list[int]:
    """A process and all its children."""
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []
