"""Programs of the system as child processes: found or told as missing, started in a folder, waited for, stopped."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from crossdock.runtime.engines.loopback import HOST, free_ports

READY_S = 90
STOP_S = 20
POLL_S = 0.1
LOG_SHOWN_CHARS = 3000
# Where Debian puts servers, which is not on everybody's path.
PLACES = ("/usr/sbin", "/usr/lib/rabbitmq/bin", "/sbin", "/usr/local/sbin")
# Set by `make test-interop`, which has installed everything: what is missing then is a failure.
REQUIRED = "INTEROP_REQUIRED"


def missing(what: str, remedy: str) -> None:
    """Skip the test where nobody promised the program to be there; fail it where somebody did."""
    text = f"{what} is not on this machine: {remedy}"
    if os.environ.get(REQUIRED):
        pytest.fail(text, pytrace=False)
    pytest.skip(text)


def program(name: str, package: str) -> str:
    """The path of a program of the system."""
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), *PLACES)))
    if found is None:
        missing(name, f"run `make test-interop` as root, or install the package {package}")
    assert found is not None
    return found


def free_port() -> int:
    """A port of the loopback that nobody else is given while these tests run."""
    return free_ports(("",))[""]


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


class Server:
    """One running program. It can be stopped and started again, to see what outlives that."""

    def __init__(
        self, command: Sequence[str], log: Path, ready: Callable[[], bool], env: Mapping[str, str] | None = None
    ) -> None:
        self._command = list(command)
        self._log = log
        self._ready = ready
        self._env = {**os.environ, **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self._env, start_new_session=True
            )
        for _ in range(int(READY_S / POLL_S)):
            try:
                code = self._process.wait(POLL_S)
            except subprocess.TimeoutExpired:
                if self._ready():
                    return
            else:
                raise AssertionError(f"{self._command[0]} ended with {code}: {self.log_tail()}")
        self.stop()
        raise AssertionError(f"{self._command[0]} was not ready within {READY_S} s: {self.log_tail()}")

    def stop(self) -> None:
        """End it, politely first."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)

    def kill(self) -> None:
        """End it as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(STOP_S)

    def rests(self) -> None:
        """Let it work for a moment; a program that has ended is told at once."""
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(POLL_S)
            raise AssertionError(f"{self._command[0]} ended with {code}: {self.log_tail()}")

    def log_tail(self) -> str:
        """The end of what it has said."""
        return self._log.read_text(errors="replace")[-LOG_SHOWN_CHARS:]


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Run it for the length of a block."""
    server.start()
    try:
        yield server
    finally:
        server.stop()
