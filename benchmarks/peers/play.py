"""A side's program, run once: its own figures, and what the servers beside it spent between its begin and its end."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence

import msgspec
import psutil

from benchmarks.peers.machine import ROOT, Unavailable, cpu_s, environment, tail

PLAY_S = 180.0


class Played(msgspec.Struct, frozen=True):
    """What a program printed (`story.tell`)."""

    facts: int
    seconds: float
    cpu_s: float
    paid: int
    commands: dict[str, int]
    doubled: int


def play(
    command: Sequence[object], settings: Mapping[str, str], servers: Sequence[psutil.Process]
) -> tuple[Played, float]:
    """What came of it, and the CPU seconds of the servers while the clock ran.

    Raises:
        Unavailable: it failed or took too long.
    """
    words = [str(word) for word in command]
    env = environment({"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", **settings})
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(  # noqa: S603  (a program of this folder)
            words, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT, env=env
        )
        late = threading.Timer(PLAY_S, process.kill)
        late.start()
        try:
            said, spent = _listen(process, servers)
            process.wait(PLAY_S)
        finally:
            late.cancel()
            process.kill()
        errors.seek(0)
        # What has been told is told: a native library may still fall over when its interpreter ends.
        if not said.startswith("{"):
            raise Unavailable(" ".join(words), f"ended with {process.returncode}: {tail(errors.read())}")
    return msgspec.json.decode(said, type=Played), spent


def _listen(process: subprocess.Popen[str], servers: Sequence[psutil.Process]) -> tuple[str, float]:
    """The last line, and what the servers spent between `begin` and `end`."""
    marks = {"begin": 0.0, "end": 0.0}
    last = ""
    for line in process.stdout or ():
        word = line.strip()
        if word in marks:
            marks[word] = cpu_s(servers)
        elif word:
            last = word
    return last, marks["end"] - marks["begin"]
