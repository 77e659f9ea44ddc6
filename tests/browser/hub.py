"""A hub with a day of the simulated enterprise behind it, in processes of its own: left up, or started again later."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

ORDERS, SEED = "24", "1"
STAYS, STARTED = "still up", "Crossdock is up"
READY_S, ENGINES_END_S = 300, 60
CROSSDOCK = (sys.executable, "-m", "crossdock")


class Hub(msgspec.Struct, frozen=True):
    """A hub that is up, with its day behind it."""

    url: str
    place: tuple[str, ...]

    def run(self, *arguments: str) -> str:
        """A command of ours on this installation; what it printed."""
        command = [*CROSSDOCK, *arguments, *self.place]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def sign_in_link(self, email: str, role: str) -> str:
        """A person of that role, and the address that signs them in once."""
        self.run("person", "add", email, "--role", role, "--by", "tests", "--reason", "browser tests")
        return str(json.loads(self.run("signin", email, "--by", "tests", "--json"))["url"])

    def key(self, partner: str, *scopes: str) -> tuple[str, str]:
        """A key of a partner's: its prefix, and itself."""
        asked = [word for scope in scopes for word in ("--scope", scope)]
        made = json.loads(self.run("key", "create", "--partner", partner, *asked, "--by", "tests", "--json"))
        return str(made["prefix"]), str(made["key"])


@contextmanager
def left_up() -> Iterator[Hub]:
    """The demo with its default faults, left up after its verdict: every system still answers."""
    with _folder() as folder:
        demo = ("demo", "--orders", ORDERS, "--seed", SEED, "--data", str(folder))
        with _running(demo, STAYS, folder / "demo.log"):
            yield _hub(folder)


@contextmanager
def next_morning(mend: Callable[[Path], None]) -> Iterator[Hub]:
    """The hub of such a day started again under a project that was mended overnight; no other system answers."""
    with _folder() as folder:
        demo = ("demo", "--orders", ORDERS, "--seed", SEED, "--exit", "--data", str(folder))
        ended = subprocess.run([*CROSSDOCK, *demo], check=False, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        mend(folder / "project")
        again = ("up", "--project", str(folder / "project"), "--data", str(folder / "data"))
        with _running(again, STARTED, folder / "up.log"):
            yield _hub(folder)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="crossdock-browser-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def _running(arguments: tuple[str, ...], ready: str, said: Path) -> Iterator[None]:
    """A command of ours for the length of a block, from where it has said that it is ready."""
    with said.open("w+") as log:
        process = subprocess.Popen([*CROSSDOCK, *arguments], stdout=log, stderr=subprocess.STDOUT)
        try:
            watch = f"tail -n +1 -f '{said}' --pid={process.pid} | grep -q -m1 '{ready}'"
            waited = subprocess.run(["timeout", str(READY_S), "sh", "-c", watch], check=False)
            assert waited.returncode == 0, said.read_text()
            assert ready in said.read_text(), said.read_text()
            yield
        finally:
            process.terminate()
            process.wait(ENGINES_END_S)


def _hub(folder: Path) -> Hub:
    place = ("--project", str(folder / "project"), "--data", str(folder / "data"))
    return Hub((folder / "data" / "door").read_text(), place)
