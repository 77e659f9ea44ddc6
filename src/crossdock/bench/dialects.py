"""The figures of formats, measured in a process of their own.

What has run before decides how dear it is to make many small objects, and would decide the ratios with it.

`python -m crossdock.bench.dialects [interpreter]` prints them as JSON.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from crossdock.bench.edifact import measure_edifact
from crossdock.bench.formats import measure_formats
from crossdock.bench.orders import measure_orders
from crossdock.kernel.errors import Bug


async def measure_dialects(peers: Path | None) -> dict[str, float | None]:
    """All figures; `peers` as in `measure_formats`."""
    given = [] if peers is None else [str(peers)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "crossdock.bench.dialects", *given, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise Bug(f"measuring formats ended with {process.returncode}: what it wrote above says why")
    return msgspec.json.decode(output, type=dict[str, float | None])


def main() -> None:
    """Measure and print."""
    peers = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    sys.stdout.write(msgspec.json.encode({**measure_formats(peers), **measure_edifact(), **measure_orders()}).decode())


if __name__ == "__main__":
    main()
