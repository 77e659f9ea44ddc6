"""Makes one file system slow: `python -m crossdock.demo.cluster.stall FOLDER SECONDS`, as root.

A process of its own, so that it lets go in its time whatever becomes of the run: a file system that is left frozen
could not even be taken away.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

# linux/fs.h
FREEZE, THAW = 0xC0045877, 0xC0045878
STALL_S, BREATH_S = 0.4, 0.05


def main(arguments: Sequence[str]) -> int:
    """Hold still and let go in turns; 2 for what is no mount of its own, which may be the machine's disk."""
    folder, seconds = arguments
    if not Path(folder).is_mount() or Path(folder).stat().st_dev == Path("/").stat().st_dev:
        return 2
    descriptor = os.open(folder, os.O_RDONLY)
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        fcntl.ioctl(descriptor, FREEZE, 0)
        try:
            time.sleep(STALL_S)
        finally:
            fcntl.ioctl(descriptor, THAW, 0)
        time.sleep(BREATH_S)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
