"""The hub of the demo as a process of its own: `python -m crossdock.demo.hub PLANT PROJECT DATA` is `crossdock up`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from crossdock.bootstrap.options import Place, RunOptions
from crossdock.bootstrap.up import run_up


def main(arguments: list[str]) -> int:
    """Run all roles until ended."""
    plant, project, data = arguments
    options = RunOptions(Place(Path(project), Path(data)))
    return asyncio.run(run_up(options, child=("crossdock.demo.planted", plant)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
