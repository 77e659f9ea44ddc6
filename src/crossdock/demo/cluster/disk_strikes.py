"""Strikes at the disks below the servers: one is full, one is slow. Whoever gave up because of it is started again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from crossdock.bootstrap.clustered.database_pair import NAMES, DatabasePair
from crossdock.bootstrap.clustered.log_servers import LogServers
from crossdock.demo.cluster.small_disk import SmallDisk
from crossdock.demo.cluster.strikes import Act, Kind, Strike

# On top of the strike's own seconds: what was allotted beforehand is used up first.
FULL_MORE_S = 4.0


class DiskStrikes:
    """Both engines' disks, by the server's name."""

    def __init__(self, database: DatabasePair, log: LogServers, disks: Mapping[str, SmallDisk]) -> None:
        self._database = database
        self._log = log
        self._disks = disks

    def acts(self) -> Mapping[Kind, Act]:
        """What can be done; nothing without disks."""
        if not self._disks:
            return {}
        return {
            Kind.FULL_DATABASE: self._full_database,
            Kind.FULL_LOG: self._full_log,
            Kind.SLOW_DATABASE: self._slow_database,
            Kind.SLOW_LOG: self._slow_log,
        }

    async def _full_database(self, strike: Strike) -> str:
        name = lot_of(NAMES, strike)
        await self._full(name, strike)
        return f"{self._role(name)}{', started again' if await self._database.mend(name) else ''}"

    async def _full_log(self, strike: Strike) -> str:
        name = lot_of(self._log.names, strike)
        await self._full(name, strike)
        return f"{name}{', started again' if await self._log.mend(name) else ''}"

    async def _slow_database(self, strike: Strike) -> str:
        name = lot_of(NAMES, strike)
        await self._disks[name].slow(strike.seconds)
        return self._role(name)

    async def _slow_log(self, strike: Strike) -> str:
        name = lot_of(self._log.names, strike)
        await self._disks[name].slow(strike.seconds)
        return name

    async def _full(self, name: str, strike: Strike) -> None:
        try:
            await self._disks[name].fill()
            await asyncio.sleep(FULL_MORE_S + strike.seconds)
        finally:
            self._disks[name].free()

    def _role(self, name: str) -> str:
        return f"{name}, the {'primary' if name == self._database.primary else 'standby'}"


def lot_of(names: Sequence[str], strike: Strike) -> str:
    """One of them, the same for the same strike."""
    return names[strike.lot % len(names)]
