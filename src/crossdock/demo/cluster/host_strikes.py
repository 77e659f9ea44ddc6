"""Strikes at the cables of hosts: one is silent for a while, to everybody, and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from crossdock.bootstrap.clustered.database_pair import DatabasePair
from crossdock.bootstrap.clustered.log_servers import LogServers
from crossdock.demo.cluster.disk_strikes import lot_of
from crossdock.demo.cluster.hosts import Hosts
from crossdock.demo.cluster.strikes import Act, Kind, Strike
from crossdock.runtime.supervisor import Supervisor

# On top of the strike's own seconds: by then who waits for an answer has given the host up, or soon will.
SILENT_MORE_S = 5.0


class HostStrikes:
    """The hosts of roles and of both engines' servers; nothing where everything stands on one machine."""

    def __init__(self, hosts: Hosts, roles: Supervisor, database: DatabasePair, log: LogServers) -> None:
        self._hosts = hosts
        self._roles = roles
        self._database = database
        self._log = log

    def acts(self) -> Mapping[Kind, Act]:
        """What can be done."""
        if not self._hosts.names:
            return {}
        return {
            Kind.SILENCE_ROLE: self._silence_role,
            Kind.SILENCE_DATABASE: self._silence_database,
            Kind.SILENCE_LOG: self._silence_log,
        }

    async def _silence_role(self, strike: Strike) -> str:
        return await self._silence(lot_of(sorted(self._roles.pids), strike), strike)

    async def _silence_database(self, strike: Strike) -> str:
        name = lot_of((self._database.primary, self._database.standby), strike)
        role = "primary" if name == self._database.primary else "standby"
        return f"{await self._silence(name, strike)}, the {role}"

    async def _silence_log(self, strike: Strike) -> str:
        return await self._silence(lot_of(self._log.names, strike), strike)

    async def _silence(self, name: str, strike: Strike) -> str:
        await self._hosts.pull(name)
        try:
            await asyncio.sleep(SILENT_MORE_S + strike.seconds)
        finally:
            await self._hosts.plug(name)
        return name
