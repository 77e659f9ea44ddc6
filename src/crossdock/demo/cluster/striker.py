"""Does to the cluster what the pack says, one strike at a time, and puts back what no supervisor would."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import psutil

from crossdock.bootstrap.clustered.database_pair import DatabasePair
from crossdock.bootstrap.clustered.log_servers import LogServers
from crossdock.bootstrap.up import nothing
from crossdock.demo.cluster.disk_strikes import DiskStrikes
from crossdock.demo.cluster.host_strikes import HostStrikes
from crossdock.demo.cluster.hosts import Hosts
from crossdock.demo.cluster.proxy import Proxy
from crossdock.demo.cluster.small_disk import SmallDisk
from crossdock.demo.cluster.strikes import Act, Kind, Strike
from crossdock.demo.cluster.watch import Blow
from crossdock.runtime.supervisor import Child, Supervisor

STREAM = "INBOUND"
# On top of the strike's own seconds, of which starting takes some; and how long a guest may take to finish.
VISIT_S, LEAVE_S = 4.0, 20.0


@dataclass(frozen=True)
class Cluster:
    """Everything that may be struck. `guest` is one worker more than there are; `left_out` are the kinds of strikes
    this machine does not allow, and why."""

    hosts: Hosts
    database: DatabasePair
    log: LogServers
    roles: Supervisor
    guest: Callable[[], Child]
    door: Proxy
    ways_database: Mapping[str, Proxy]
    ways_log: Mapping[str, Proxy]
    disks: Mapping[str, SmallDisk]
    left_out: Mapping[Kind, str]


class Striker:
    """Strikes until told otherwise. `blows` tells what happened when; `under_way` what has no end yet."""

    def __init__(self, cluster: Cluster) -> None:
        self.blows: list[Blow] = []
        self._cluster = cluster
        self._acts: Mapping[Kind, Act] = {
            Kind.KILL_ROLE: killing(lambda: cluster.roles.pids),
            Kind.FREEZE_ROLE: freezing(lambda: cluster.roles.pids),
            Kind.LEAVE: killing(lambda: cluster.roles.pids, signal.SIGTERM),
            Kind.JOIN: self._join,
            Kind.KILL_LOG_LEADER: self._kill_leader,
            Kind.KILL_LOG_SERVER: killing(lambda: cluster.log.pids),
            Kind.FREEZE_LOG_SERVER: freezing(lambda: cluster.log.pids),
            Kind.RESTART_DATABASE: self._restart_database,
            Kind.KILL_DATABASE: self._kill_database,
            Kind.FREEZE_DATABASE: self._freeze_database,
            Kind.FAIL_OVER: self._fail_over,
            Kind.KILL_STANDBY: self._kill_standby,
            Kind.CUT_DOOR: self._cut_door,
            **(self._cuts() if cluster.ways_log else {}),
            **DiskStrikes(cluster.database, cluster.log, cluster.disks).acts(),
            **HostStrikes(cluster.hosts, cluster.roles, cluster.database, cluster.log).acts(),
        }

    @property
    def kinds(self) -> Collection[Kind]:
        """What it can do here."""
        return self._acts.keys()

    async def strike(self, strike: Strike) -> Blow:
        """Do it; done when whoever was struck lives again, or a supervisor sees to it."""
        began = time.monotonic()
        victim = await self._acts[strike.kind](strike)
        blow = Blow(strike.kind.value, victim, began, time.monotonic() - began)
        self.blows.append(blow)
        return blow

    async def _join(self, strike: Strike) -> str:
        """One worker more takes its share for a while, and leaves what it has not finished to the others."""
        guest, visit = self._cluster.guest(), Supervisor({}, on_change=nothing)
        visit.start([guest])
        try:
            await asyncio.sleep(VISIT_S + strike.seconds)
        finally:
            await visit.stop(LEAVE_S)
        return guest.name

    async def _kill_leader(self, strike: Strike) -> str:
        name = await self._cluster.log.leader(STREAM)
        pids = self._cluster.log.pids
        name, pid = (name, pids[name]) if name in pids else chosen(pids, strike.lot)
        send(pid, signal.SIGKILL)
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

    def _cuts(self) -> Mapping[Kind, Act]:
        return {Kind.CUT_DATABASE: self._cut_database, Kind.CUT_LOG: self._cut_log}

    async def _cut_door(self, strike: Strike) -> str:
        return f"{self._cluster.door.cut()} connections"

    async def _cut_database(self, strike: Strike) -> str:
        return f"{sum(way.cut() for way in self._cluster.ways_database.values())} connections"

    async def _cut_log(self, strike: Strike) -> str:
        return f"{sum(way.cut() for way in self._cluster.ways_log.values())} connections"


def killing(alive: Callable[[], Mapping[str, int]], how: signal.Signals = signal.SIGKILL) -> Act:
    """End one of those alive; its supervisor starts it again."""

    async def act(strike: Strike) -> str:
        name, pid = chosen(alive(), strike.lot)
        send(pid, how)
        return name

    return act


def freezing(alive: Callable[[], Mapping[str, int]]) -> Act:
    """Hold one of those alive still for the strike's seconds."""

    async def act(strike: Strike) -> str:
        name, pid = chosen(alive(), strike.lot)
        await frozen([pid], strike.seconds)
        return name

    return act


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
