"""A PostgreSQL server and its streaming standby: committed means on both, and the one takes the other's place.

What a fail-over manager does is done here by hand: promote, then build the lost server anew as the standby. A server
without a standby commits alone, as such managers have it; nothing is promoted that has not caught up.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

from crossdock.kernel.errors import Transient
from crossdock.postgres.standby import answers, demand_standby, is_caught_up, promote
from crossdock.runtime.engines.account import database_account, open_way, own
from crossdock.runtime.engines.embedded_postgres import DATABASE, USER, EmbeddedPostgres
from crossdock.runtime.engines.loopback import free_ports
from crossdock.runtime.engines.programs import program, run
from crossdock.runtime.engines.station import HERE, Station

NAMES = ("one", "two")
# Two of every role, each with pools of its own; a standby must allow as many as its primary.
SETTINGS = {"max_connections": "300", "shared_buffers": "64MB", "wal_keep_size": "256MB"}
# Beside the log that is kept for the standby there must be room for the data, on a small disk as well.
SETTINGS |= {"max_wal_size": "512MB"}
DISK_BYTES = 3 * 1024**3
STANDBY_S, POLL_S = 180.0, 0.2
# Who is let in on a host of its own: its network belongs to the run alone.
ADMITTED = """local all all trust
host all all samenet trust
host replication all samenet trust
"""


class DatabasePair:
    """Both servers, each at its station if it has one. `primary` names the one that takes writes."""

    def __init__(self, folder: Path, stations: Mapping[str, Station] | None = None) -> None:
        self._folder = folder
        self._stations = {name: (stations or {}).get(name, HERE) for name in NAMES}
        self._ports = free_ports(NAMES)
        self._servers = {name: self._server(name) for name in NAMES}
        self.pids: dict[str, int] = {}
        self.primary, self.standby = NAMES

    @property
    def homes(self) -> list[Path]:
        """Where the servers keep everything."""
        return [self._folder / name for name in NAMES]

    def url(self, name: str) -> str:
        """The address of this server alone."""
        return f"postgresql://{USER}@{self.address(name)}/{DATABASE}"

    def address(self, name: str) -> str:
        """Host and port of this server."""
        return f"{self._stations[name].address}:{self.port(name)}"

    def port(self, name: str) -> int:
        """Where this server listens."""
        return self._ports[name]

    async def start(self) -> None:
        """Start the primary, copy it, and wait until nothing is committed that the copy has not."""
        await self._run(self.primary)
        await self.rejoin()

    async def is_safe(self) -> bool:
        """Whether the standby has everything that is committed, so that it may be promoted."""
        try:
            return await is_caught_up(self.url(self.primary))
        except Transient:
            return False

    async def until_safe(self) -> None:
        """Wait until the standby may be promoted."""
        while True:
            if await self.is_safe():
                return
            await asyncio.sleep(POLL_S)

    async def rejoin(self) -> None:
        """Build the standby anew from the primary; from then on commits wait for it.

        Raises:
            Transient: it did not catch up in time.
        """
        await self._servers[self.standby].stop()
        home = self._folder / self.standby
        shutil.rmtree(home / "cluster", ignore_errors=True)
        account = await database_account()
        own(home, account)
        open_way(home / "cluster", account)
        at = self._stations[self.primary].address
        source = f"host={at} port={self.port(self.primary)} user={USER} application_name={self.standby}"
        await run([program("pg_basebackup"), "-d", source, "-D", str(home / "cluster"), "-R", "-c", "fast"], account)
        await self._run(self.standby)
        await demand_standby(self.url(self.primary))
        try:
            async with asyncio.timeout(STANDBY_S):
                await self.until_safe()
        except TimeoutError as error:
            raise Transient(f"the standby has not caught up after {STANDBY_S:.0f} s") from error

    async def restart(self, how: signal.Signals) -> None:
        """End the primary, in order or by force, and start it again where it stands."""
        os.kill(self.pids[self.primary], how)
        await self._servers[self.primary].wait()
        await self._run(self.primary)

    async def restart_standby(self) -> None:
        """Kill the standby and start it again; commits wait for it meanwhile."""
        os.kill(self.pids[self.standby], signal.SIGKILL)
        await self._servers[self.standby].wait()
        await self._run(self.standby)

    async def fail_over(self) -> None:
        """Kill the primary and let the standby take its place. `rejoin` makes them two again."""
        os.kill(self.pids[self.primary], signal.SIGKILL)
        await self._servers[self.primary].wait()
        self.primary, self.standby = self.standby, self.primary
        await promote(self.url(self.primary))

    async def mend(self, name: str) -> bool:
        """Wait until this server answers, and start it again if it has ended; whether it had."""
        ended = asyncio.create_task(self._servers[name].wait())
        try:
            while not ended.done():
                if await answers(self.url(name)):
                    return False
                await asyncio.sleep(POLL_S)
        finally:
            ended.cancel()
        await self._run(name)
        return True

    async def stop(self) -> None:
        """Stop both."""
        for name in (self.primary, self.standby):
            await self._servers[name].stop()

    def _server(self, name: str) -> EmbeddedPostgres:
        station = self._stations[name]
        settings = {**SETTINGS, "listen_addresses": station.address, "port": str(self.port(name))}
        if station.network:
            settings["hba_file"] = str(self._admission(name))
        return EmbeddedPostgres(self._folder / name, settings=settings, station=station)

    def _admission(self, name: str) -> Path:
        return self._folder / name / "admitted.conf"

    async def _run(self, name: str) -> None:
        admission = self._admission(name)
        if self._stations[name].network and not admission.exists():
            admission.parent.mkdir(parents=True, exist_ok=True)
            admission.write_text(ADMITTED)
        self.pids[name] = (await self._servers[name].start()).pid
