"""What both engines have in common: a locked folder, one child process of ours, and no survivors of an earlier run."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
import psutil

from crossdock.kernel.errors import Permanent, Transient

POLL_S = 0.02
READY_TIMEOUT_S = 60.0
LOG_TAIL_BYTES = 2_000


class EngineInfo(msgspec.Struct, frozen=True):
    """A running engine. `url` may hold a password: never log it; `address` is what people may see.

    `monitor_url` is the engine's own status page, empty when it has none.
    """

    name: str
    url: str
    address: str
    pid: int
    version: str
    monitor_url: str = ""


class Engine(Protocol):
    """An engine we run. One instance per folder and process; not for use by two tasks at once."""

    async def start(self) -> EngineInfo:
        """Start it, whatever an earlier run left behind. Ready for clients when this returns.

        After `wait` has returned it may be called again, without `stop`.

        Raises:
            Permanent: another living process runs an engine in this folder, or it refuses its data or settings.
            Transient: it was not ready within a minute.
        """

    async def wait(self) -> int:
        """Wait until the process ends, for whatever reason; its exit code (negative: the signal that killed it)."""

    async def stop(self) -> None:
        """Stop it in order, by force after a bounded wait. Stopping what does not run does nothing."""


class FolderLock:
    """Keeps two of ours from running one folder. The kernel lets it go when the holder dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "crossdock.lock"
        self._descriptor: int | None = None

    def take(self) -> None:
        """Hold it; nothing happens when this instance holds it already (an engine that died is started again).

        Raises:
            Permanent: another living process, or another instance in this one, holds it.
        """
        if self._descriptor is not None:
            return
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise Permanent(f"{self._path.parent} is in use by process {holder}: stop it, or move away") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; nothing happens when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Account(msgspec.Struct, frozen=True):
    """The system user a child runs as."""

    name: str
    uid: int
    gid: int


class Child:
    """One child process in a session of its own, so that Ctrl-C in the terminal reaches us and not the engine."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @classmethod
    async def spawn(cls, command: Sequence[str], *, log: Path, account: Account | None = None) -> Child:
        """Start; standard output and error go to `log`, which begins anew."""
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        return cls(process, log)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    def kill(self) -> None:
        """End it at once; nothing happens when it has ended."""
        if self._process.returncode is None:
            self._process.kill()

    async def wait(self) -> int:
        """The exit code once it has ended."""
        return await self._process.wait()

    async def until(self, ready: Callable[[], bool], patience_s: float = READY_TIMEOUT_S) -> None:
        """Poll `ready` until it holds.

        Raises:
            Permanent: the child ended first; the end of its log is in the text.
            Transient: not ready within `patience_s`.
        """
        try:
            async with asyncio.timeout(patience_s):
                while not ready():
                    if self._process.returncode is not None:
                        raise Permanent(f"it ended at once with code {self._process.returncode}: {self.log_tail()}")
                    await asyncio.sleep(POLL_S)
        except TimeoutError as error:
            raise Transient(f"it was not ready after {patience_s:.0f} s: {self.log_tail()}") from error

    async def end(self, steps: Iterable[tuple[signal.Signals, float]]) -> None:
        """Send each signal in turn, waiting its seconds for the end; then kill."""
        for step, patience_s in steps:
            if self._process.returncode is not None:
                return
            self._process.send_signal(step)
            try:
                async with asyncio.timeout(patience_s):
                    await self._process.wait()
            except TimeoutError:
                continue
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def log_tail(self) -> str:
        """The last lines it wrote, for an error text."""
        data = self._log.read_bytes() if self._log.exists() else b""
        return data[-LOG_TAIL_BYTES:].decode(errors="replace").strip() or "it wrote nothing"


class Survivor(Protocol):
    """A process an earlier run of ours left behind, as psutil shows it."""

    @property
    def pid(self) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def is_running(self) -> bool: ...


def survivors(name: str, belongs: Callable[[str, list[str]], bool]) -> list[Survivor]:
    """Processes called `name` for which `belongs(working folder, command line)` holds."""
    found: list[Survivor] = []
    for process in psutil.process_iter(["name"]):
        if process.info["name"] != name:
            continue
        try:
            if process.status() != psutil.STATUS_ZOMBIE and belongs(process.cwd(), process.cmdline()):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


async def end_survivors(find: Callable[[], list[Survivor]], steps: Iterable[tuple[signal.Signals, float]]) -> None:
    """End what an earlier run left behind: each signal to all of them, then its seconds of patience, then the next.

    Raises:
        Permanent: they do not end.
    """
    for step, patience_s in steps:
        left = find()
        if not left:
            return
        for process in left:
            try:
                process.send_signal(step)
            except psutil.NoSuchProcess:
                continue
        try:
            async with asyncio.timeout(patience_s):
                await _gone(find)
        except TimeoutError:
            continue
    left = find()
    if left:
        raise Permanent(f"process {left[0].pid} of an earlier run does not end: kill it, then start again")


async def _gone(find: Callable[[], list[Survivor]]) -> None:
    while True:
        if not find():
            return
        await asyncio.sleep(POLL_S)
