"""Processes of the peers: started, awaited, measured and ended by us; addresses are of this machine alone."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
# Below those of outgoing connections, and small enough for Temporal, which keeps them in 16 bits with a sign.
PORTS = (20_000, 32_000)
READY_S = 90.0
STOP_S = 20.0
POLL_S = 0.05
TAIL_CHARACTERS = 600


class Unavailable(Exception):
    """A peer cannot run here: what was tried, and what came of it."""

    def __init__(self, tried: str, error: str) -> None:
        super().__init__(f"{tried}: {error}")
        self.tried = tried
        self.error = error


def free_port() -> int:
    """A port nobody listens at now, and that no connection out of this machine is given."""
    while True:
        port = random.randrange(*PORTS)
        if not listens(port):
            return port


def run(command: Sequence[object], *, timeout_s: float, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run to the end; what it printed.

    Raises:
        Unavailable: it failed, took too long, or there is no such program.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(  # noqa: S603  (commands of this folder's own files)
            words, capture_output=True, text=True, timeout=timeout_s, check=False, cwd=cwd, env=environment(env)
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(" ".join(words), f"not done after {timeout_s:.0f} s") from None
    except FileNotFoundError as error:
        raise Unavailable(" ".join(words), str(error)) from None
    if done.returncode:
        raise Unavailable(" ".join(words), tail(done.stderr or done.stdout))
    return done.stdout


def environment(added: Mapping[str, str] | None) -> dict[str, str]:
    """Ours, with `added` over it."""
    return {**os.environ, **(added or {})}


def hidden(text: str) -> str:
    """Without the folders of this machine."""
    for folder, name in ((str(ROOT), "."), (str(Path.home()), "~"), (tempfile.gettempdir(), "TMP")):
        text = text.replace(folder, name)
    return text


def tail(text: str) -> str:
    """The last thing it said, shortened."""
    return text.strip()[-TAIL_CHARACTERS:]


@contextmanager
def server(
    command: Sequence[object], *, log: Path, port: int | None, cwd: Path, env: Mapping[str, str] | None = None
) -> Iterator[psutil.Process]:
    """A server while the block runs: in a session of its own, ready when it listens at `port`.

    Its standard input is a pipe that closes with us, which our own roles take for the order to stop.

    Raises:
        Unavailable: it ended, or did not listen in time; the end of its log is in the text.
    """
    words = [str(word) for word in command]
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  (as in `run`)
            words,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=environment(env),
            start_new_session=True,
        )
    try:
        if port is not None:
            wait_for(lambda: listens(port), process, log, words[0])
        yield psutil.Process(process.pid)
    except Unavailable as reason:
        said = tail(log.read_text(errors="replace"))
        raise Unavailable(reason.tried, f"{reason.error}; {Path(words[0]).name} said: {said}") from reason
    finally:
        stop(process)


def wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, name: str) -> None:
    """Poll `ready` until it holds.

    Raises:
        Unavailable: see `server`.
    """
    end = time.monotonic() + READY_S
    while not ready():
        said = tail(log.read_text(errors="replace"))
        if process.poll() is not None:
            raise Unavailable(name, f"it ended with {process.returncode}: {said}")
        if time.monotonic() > end:
            raise Unavailable(name, f"not ready after {READY_S:.0f} s: {said}")
        time.sleep(POLL_S)


def listens(port: int) -> bool:
    """Whether somebody does."""
    with socket.socket() as tried:
        tried.settimeout(1.0)
        return tried.connect_ex((HOST, port)) == 0


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it and what it started: asked first, by force after a while."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            continue
        break
    # What it left behind in its session.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def cpu_s(roots: Sequence[psutil.Process]) -> float:
    """User and system time of these processes and all below them, those that have ended included."""
    total = 0.0
    for root in roots:
        try:
            tree = [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
        for process in tree:
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
    return total
