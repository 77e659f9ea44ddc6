"""PostgreSQL from its wheel as a child process of ours.

data_dir/crossdock.lock     held while we run it
data_dir/cluster/           the database cluster; appears by a rename once it is complete
data_dir/start.log          what the server said before its own log began
cluster/log/                its log, one file a weekday, overwritten after a week
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from crossdock.kernel.errors import Permanent
from crossdock.runtime.engines.account import database_account, open_way, own
from crossdock.runtime.engines.archive import Archive
from crossdock.runtime.engines.engine import (
    READY_TIMEOUT_S,
    Account,
    Child,
    EngineInfo,
    FolderLock,
    Survivor,
    end_survivors,
    survivors,
)
from crossdock.runtime.engines.programs import binaries, run
from crossdock.runtime.engines.station import HERE, Station

USER = "postgres"
DATABASE = "crossdock"
PORT = 5432
SOCKET_PATH_MAX = 100

# Durability is never left to a configuration file: what stands on the command line wins over all of them.
SETTINGS: Mapping[str, str] = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_compression": "pglz",
    "max_connections": "100",
    # A batch locks every identifier it links (postgres/write.py); the default would hold for a few large ones only.
    "max_locks_per_transaction": "512",
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
}

# Fast shutdown, then immediate (recovers at the next start).
_STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0))
# Backends of a killed server end by themselves at once, or when their statement does; SIGQUIT does not wait for it.
_CLEAR = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


class EmbeddedPostgres:
    """PostgreSQL in `data_dir` on a unix socket only the server's user and root can reach (engine.Engine).

    `settings` override `SETTINGS`; `doctor` refuses what is not durable. With an `archive` its log goes there, always:
    a start without it would leave a gap no restore gets over. `patience_s`: how long it may recover before it is ready.
    At another `station` it is reached by whatever `listen_addresses` and `hba_file` of the settings let in.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        settings: Mapping[str, str] | None = None,
        archive: Archive | None = None,
        patience_s: float = READY_TIMEOUT_S,
        station: Station = HERE,
    ) -> None:
        self._folder = data_dir.absolute()
        self._cluster = self._folder / "cluster"
        self._archive = archive
        self._settings = {**SETTINGS, **(archive.storing() if archive else {}), **(settings or {})}
        self._patience_s = patience_s
        self._station = station
        self._lock = FolderLock(self._folder)
        self._child: Child | None = None

    async def start(self) -> EngineInfo:
        """See `Engine.start`. A server left behind by an earlier run is stopped first, a torn set-up begun anew."""
        account = await database_account()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock.take()
        try:
            return await self._start(account)
        except BaseException:
            await self.stop()
            raise

    async def _start(self, account: Account | None) -> EngineInfo:
        programs = binaries()
        open_way(programs / "postgres", account)
        open_way(self._cluster, account)
        await end_survivors(self._survivors, _CLEAR)
        # With no process left in the cluster its pid file is stale, and its number may be somebody else's by now.
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        if not self._cluster.exists():
            await self._create_cluster(programs, account)
        if self._archive is not None:
            self._archive.prepare(self._cluster, account)
        sockets = self._socket_folder(account)
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        command = [str(programs / "postgres"), "-D", str(self._cluster), "-k", str(sockets), *options]
        there = self._station.command(command, account)
        self._child = await Child.spawn(there, log=self._folder / "start.log", account=self._station.account(account))
        try:
            await self._child.until(self._is_ready, self._patience_s)
        except Permanent as error:
            raise Permanent(f"PostgreSQL in {self._folder} does not start: {error.detail}") from error
        version = await run([str(programs / "postgres"), "--version"], None)
        url = f"postgresql://{USER}@/{DATABASE}?host={quote(str(sockets), safe='')}&port={PORT}"
        return EngineInfo("postgres", url, str(sockets), self._child.pid, version.split()[2])

    async def wait(self) -> int:
        """See `Engine.wait`."""
        return await self._child.wait() if self._child is not None else 0

    async def stop(self) -> None:
        """See `Engine.stop`. A fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self._child is not None:
            await self._child.end(_STOP)
            self._child = None
        self._lock.release()

    def _survivors(self) -> list[Survivor]:
        cluster = str(self._cluster)
        return survivors("postgres", lambda folder, _command: folder == cluster)

    def _is_ready(self) -> bool:
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        pid = self._child.pid if self._child is not None else 0
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    async def _create_cluster(self, programs: Path, account: Account | None) -> None:
        fresh = self._folder / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        own(fresh, account)
        # The socket's folder keeps strangers out, and there is no other way in.
        how = ["-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C"]
        await run([str(programs / "initdb"), "-D", str(fresh), *how], account)
        single = [str(programs / "postgres"), "--single", "-D", str(fresh), "-c", "logging_collector=off", "postgres"]
        await run(single, account, given=f"create database {DATABASE}\n".encode())
        fresh.rename(self._cluster)

    def _socket_folder(self, account: Account | None) -> Path:
        """In the cluster if the path is short enough for a socket, else in the temporary folder under a hashed name.

        Raises:
            Permanent: somebody else owns that folder.
        """
        if len(str(self._cluster)) <= SOCKET_PATH_MAX - len("/.s.PGSQL.5432.lock"):
            return self._cluster
        digest = hashlib.sha256(str(self._cluster).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"crossdock-{digest}"
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            owner = account.uid if account is not None else os.geteuid()
            if folder.is_symlink() or folder.stat().st_uid != owner:
                raise Permanent(f"{folder} belongs to somebody else: remove it, or shorten the data folder") from None
        own(folder, account)
        return folder
