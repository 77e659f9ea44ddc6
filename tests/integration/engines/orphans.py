"""Engines whose starter was killed: they run on without a parent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

RUN_UNTIL_KILLED = """
import asyncio, importlib, pathlib, sys

async def main():
    module, name, folder = sys.argv[1:]
    info = await getattr(importlib.import_module(module), name)(pathlib.Path(folder)).start()
    print(info.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def leave_one_behind(engine: type, folder: Path) -> psutil.Process:
    """A server whose starter was killed."""
    starter = subprocess.Popen(
        [sys.executable, "-c", RUN_UNTIL_KILLED, engine.__module__, engine.__name__, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout is not None
    orphan = psutil.Process(int(starter.stdout.readline()))
    starter.kill()
    starter.communicate()
    return orphan
