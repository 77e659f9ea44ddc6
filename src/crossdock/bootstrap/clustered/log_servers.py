"""Three NATS servers as one JetStream cluster, each started again when it ends."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

import structlog

from crossdock.kernel.errors import Transient
from crossdock.runtime.engines.embedded_nats import PAYLOAD_MAX_BYTES, binary
from crossdock.runtime.engines.engine import Child
from crossdock.runtime.engines.loopback import free_ports
from crossdock.runtime.engines.station import HERE, Station
from crossdock.runtime.status_page import is_healthy, stream_leader

log = structlog.get_logger()

SERVERS = 3
NAMES = tuple(f"log-{number}" for number in range(1, SERVERS + 1))
USER = "crossdock"
RESTART_S = 1.0
READY_S, POLL_S = 120.0, 0.2
# A server whose disk was full keeps JetStream off until it is started again: so long it may take to show.
MEND_LOOKS = 15
# Its streams may hold more than its disk, which is what an operator may get wrong as well.
STORE_BYTES, DISK_BYTES = 8 * 1024**3, 2 * 1024**3


class LogServers:
    """The cluster, each server at its station if it has one. No server tells its clients of the others, because those
    may reach them by proxies."""

    def __init__(self, folder: Path, stations: Mapping[str, Station] | None = None) -> None:
        self.names = NAMES
        self._stations = {name: (stations or {}).get(name, HERE) for name in NAMES}
        self.password = secrets.token_hex(16)
        kinds = ("client", "route", "monitor")
        self._ports = free_ports(tuple(f"{kind} {name}" for kind in kinds for name in self.names))
        self._folder = folder
        self._children: dict[str, Child] = {}
        self._keepers: list[asyncio.Task[None]] = []

    @property
    def homes(self) -> list[Path]:
        """Where the servers keep everything."""
        return [self._folder / name for name in self.names]

    @property
    def pids(self) -> dict[str, int]:
        """The process of each server."""
        return {name: child.pid for name, child in self._children.items() if child.alive}

    def port(self, name: str) -> int:
        """Where clients reach this server."""
        return self._ports[f"client {name}"]

    def url(self, name: str) -> str:
        """The address of this server alone, with its password."""
        return f"nats://{USER}:{self.password}@{self._at(name, 'client')}"

    async def start(self) -> None:
        """Start all three; they are one when this returns.

        Raises:
            Transient: they did not find each other in time.
        """
        for name in self.names:
            self._write(name)
            await self._spawn(name)
            self._keepers.append(asyncio.create_task(self._keep(name), name=f"keep {name}"))
        try:
            async with asyncio.timeout(READY_S):
                await self._until_healthy()
        except TimeoutError as error:
            raise Transient(f"the log's three servers are not one after {READY_S:.0f} s") from error

    async def leader(self, stream: str) -> str:
        """The server that leads a stream, empty while there is none."""
        for name in self.names:
            try:
                found = await stream_leader(self._monitor(name), stream)
            except Transient:
                continue
            if found:
                return found
        return ""

    async def mend(self, name: str) -> bool:
        """End a server that is not well, so that it is started anew; whether that was needed."""
        for _ in range(MEND_LOOKS):
            if await is_healthy(self._monitor(name)):
                return False
            await asyncio.sleep(POLL_S)
        self._children[name].kill()
        return True

    async def stop(self) -> None:
        """End them all."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await asyncio.gather(*(child.end(()) for child in self._children.values()))

    def _monitor(self, name: str) -> str:
        return f"http://{self._at(name, 'monitor')}"

    def _at(self, name: str, kind: str) -> str:
        return f"{self._stations[name].address}:{self._ports[f'{kind} {name}']}"

    async def _until_healthy(self) -> None:
        while True:
            if all([await is_healthy(self._monitor(name)) for name in self.names]):
                return
            await asyncio.sleep(POLL_S)

    async def _keep(self, name: str) -> None:
        while True:
            code = await self._children[name].wait()
            log.warning("engine.ended", engine=name, code=code)
            await asyncio.sleep(RESTART_S)
            await self._spawn(name)

    async def _spawn(self, name: str) -> None:
        config = str(self._folder / name / "nats.conf")
        command = [*self._stations[name].entry, str(binary()), "-c", config]
        self._children[name] = await Child.spawn(command, log=self._folder / name / "start.log")

    def _write(self, name: str) -> None:
        home = self._folder / name
        home.mkdir(parents=True, exist_ok=True)
        routes = [f"nats-route://{self._at(other, 'route')}" for other in self.names]
        config = {
            "server_name": name,
            "listen": self._at(name, "client"),
            "http": self._at(name, "monitor"),
            "max_payload": PAYLOAD_MAX_BYTES,
            "authorization": {"user": USER, "password": self.password},
            "jetstream": {"store_dir": str(home / "jetstream"), "max_file_store": STORE_BYTES},
            "cluster": {
                "name": "crossdock",
                "listen": self._at(name, "route"),
                "routes": routes,
                "no_advertise": True,
            },
            "log_file": str(home / "nats.log"),
        }
        (home / "nats.conf").write_text(json.dumps(config, indent=2))
