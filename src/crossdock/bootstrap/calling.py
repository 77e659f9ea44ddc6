"""How whoever reads a hint of ours has to write our command: as it was called this time."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

COMMAND = "crossdock"


def called(arguments: str) -> str:
    """`crossdock ARGUMENTS` where the shell finds it by that name, else with the path it was called by."""
    return f"{_own(sys.argv[0])} {arguments}"


def _own(name: str) -> str:
    found = shutil.which(COMMAND)
    if Path(name).name != COMMAND:
        # `python -m crossdock`, or a program that uses us.
        return COMMAND if found else f"{sys.executable} -m {COMMAND}"
    return COMMAND if found and Path(found).resolve() == Path(name).resolve() else name
