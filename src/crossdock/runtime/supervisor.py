"""Keeps child processes of ours alive: start, watch, start again with back-off, stop in order.

A child holds the read end of a pipe as its standard input and stops when it closes (`leash`), so that no child outlives
a supervisor that was killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import structlog

log = structlog.get_logger()

RESTART_FIRST_S = 0.2
RESTART_MAX_S = 10.0
# A child that lived this long is taken as healthy again, and its next fall starts the back-off anew.
HEALTHY_AFTER_S = 20.0


class Child(msgspec.Struct, frozen=True):
    """What to run: `arguments` follow the Python interpreter, `entry` stands before it; output goes to `log_file`."""

    name: str
    arguments: tuple[str, ...]
    log_file: Path
    entry: tuple[str, ...] = ()


class Supervisor:
    """Owns its children. `pids` tells which process plays which role now."""

    def __init__(self, environment: Mapping[str, str], *, on_change: Callable[[], Awaitable[None]]) -> None:
        self._environment = {**os.environ, **environment}
        self._on_change = on_change
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def pids(self) -> dict[str, int]:
        """Role name to process id, of those alive."""
        return {name: process.pid for name, process in self._processes.items() if process.returncode is None}

    def start(self, children: Sequence[Child]) -> None:
        """Start them all and keep them alive until `stop`."""
        self._tasks += [asyncio.create_task(self._keep(child), name=f"keep {child.name}") for child in children]

    async def stop(self, grace_s: float) -> None:
        """Ask every child to finish, wait at most `grace_s`, then end what is left."""
        for task in self._tasks:
            task.cancel()
        alive = [process for process in self._processes.values() if process.returncode is None]
        for process in alive:
            send(process, signal.SIGTERM)
        try:
            async with asyncio.timeout(grace_s):
                await asyncio.gather(*(process.wait() for process in alive))
        except TimeoutError:
            for process in alive:
                send(process, signal.SIGKILL)
            await asyncio.gather(*(process.wait() for process in alive))
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, child: Child) -> None:
        pause = RESTART_FIRST_S
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            process = await self._spawn(child)
            code = await process.wait()
            if loop.time() - started > HEALTHY_AFTER_S:
                pause = RESTART_FIRST_S
            log.warning("child.ended", role=child.name, code=code, restart_in_s=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, RESTART_MAX_S)

    async def _spawn(self, child: Child) -> asyncio.subprocess.Process:
        child.log_file.parent.mkdir(parents=True, exist_ok=True)
        with child.log_file.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *child.entry,
                sys.executable,
                *child.arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=self._environment,
            )
        self._processes[child.name] = process
        log.info("child.started", role=child.name, pid=process.pid)
        await self._on_change()
        return process


def send(process: asyncio.subprocess.Process, number: int) -> None:
    """Signal a process that may have ended in this very moment."""
    if process.returncode is None:
        process.send_signal(number)


async def leash(stop: asyncio.Event) -> None:
    """Set `stop` when standard input closes: whoever started us is gone."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while await reader.read(64):
        pass
    stop.set()
