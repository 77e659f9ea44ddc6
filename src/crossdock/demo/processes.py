"""The two processes of a run, the hub and the enterprise: start them, ask them, kill parts of one, end both."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import aiohttp
import msgspec
import psutil

from crossdock.bootstrap.presence import Running, running
from crossdock.demo.plan import HOST
from crossdock.kernel.errors import Permanent

START_WAIT_S = 240.0
END_WAIT_S = 30.0
POLL_S = 0.2

T = TypeVar("T")


class Runner:
    """One child process with its output in a file."""

    def __init__(self, name: str, command: list[str], log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = log
        self._out = log.open("ab")
        self.process = subprocess.Popen(command, stdout=self._out, stderr=self._out)  # noqa: S603  (our own commands)

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.process.poll() is not None

    def victims(self) -> list[psutil.Process]:
        """The roles and engines a kill test may strike: its descendants, in a stable order."""
        try:
            found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        return sorted((one for one in found if not _is_backend(one)), key=_command)

    async def end(self) -> None:
        """Ask it to stop; what is left after half a minute is killed."""
        if not self.ended:
            self.process.terminate()
        try:
            await asyncio.to_thread(self.process.wait, END_WAIT_S)
        except subprocess.TimeoutExpired:
            for victim in self.victims():
                victim.kill()
            self.process.kill()
            await asyncio.to_thread(self.process.wait, END_WAIT_S)
        self._out.close()


def _is_backend(process: psutil.Process) -> bool:
    """Whether it is one of the many processes of a database, which end with the one that started them."""
    try:
        parent = process.parent()
        return parent is not None and parent.name() == process.name() == "postgres"
    except psutil.Error:
        return True


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def start_hub(plant: str, project: Path, data: Path) -> Runner:
    """`crossdock up`, or the same with a planted bug."""
    if plant == "none":
        arguments = ["crossdock", "up", "--project", str(project), "--data", str(data)]
    else:
        arguments = ["crossdock.demo.hub", plant, str(project), str(data)]
    return Runner("hub", [sys.executable, "-m", *arguments], data / "log" / "up.log")


def start_enterprise(config: Path, folder: Path) -> Runner:
    """The eight systems."""
    command = [sys.executable, "-m", "crossdock.demo.enterprise", "--config", str(config)]
    return Runner("enterprise", command, folder / "enterprise.log")


async def until_up(hub: Runner, data: Path) -> Running:
    """Wait for the hub's door.

    Raises:
        Permanent: it ended, or its door did not open in time.
    """
    for _ in range(int(START_WAIT_S / POLL_S)):
        note = running(data)
        if note is not None and note.http_url:
            return note
        if hub.ended:
            break
        await asyncio.sleep(POLL_S)
    raise Permanent(f"the hub did not come up: read {hub.log}")


async def until_answered(server: Runner, answers: Callable[[], Awaitable[bool]]) -> None:
    """Wait until a server of somebody else's answers.

    Raises:
        Permanent: it ended, or does not answer in time.
    """
    for _ in range(int(START_WAIT_S / POLL_S)):
        if await answers():
            return
        if server.ended:
            break
        await asyncio.sleep(POLL_S)
    raise Permanent(f"{server.name} did not come up: read {server.log}")


class Control:
    """Asks the enterprise about itself."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._base = f"http://{HOST}:{port}"

    async def ask(self, what: str, kind: type[T]) -> T:
        """`status`, `books` or `faults`.

        Raises:
            OSError: it does not answer.
        """
        async with self._session.get(f"{self._base}/{what}") as reply:
            return msgspec.json.decode(await reply.read(), type=kind)

    async def until_open(self, enterprise: Runner) -> None:
        """Wait until it listens.

        Raises:
            Permanent: it ended, or does not answer in time.
        """
        for _ in range(int(START_WAIT_S / POLL_S)):
            try:
                async with self._session.get(f"{self._base}/status"):
                    return
            except aiohttp.ClientError:
                if enterprise.ended:
                    break
                await asyncio.sleep(POLL_S)
        raise Permanent(f"the simulated enterprise did not open its doors: read {enterprise.log}")
