"""PostgreSQL refuses to run as root: which system user it runs as then, and what that user must be able to reach."""

from __future__ import annotations

import asyncio
import os
import pwd
import stat
from pathlib import Path

from crossdock.kernel.errors import Permanent
from crossdock.runtime.engines.engine import Account

USERS = ("postgres", "pgserver")


async def database_account() -> Account | None:
    """None when we are not root. As root an existing `postgres` or `pgserver`, else a new system user `pgserver`.

    Raises:
        Permanent: there is none and none can be made.
    """
    if os.geteuid() != 0:
        return None
    found = _existing()
    if found is None:
        await _create(USERS[-1])
        found = _existing()
    if found is None:
        raise Permanent("PostgreSQL does not run as root and no system user could be made: start as a normal user")
    return found


def _existing() -> Account | None:
    for name in USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return None


async def _create(name: str) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            "useradd", "--system", "--shell", "/usr/sbin/nologin", name,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Permanent(
            f"PostgreSQL does not run as root and useradd is missing: add a user {name}, or start as a normal user"
        ) from error
    await process.wait()


def own(path: Path, account: Account | None) -> None:
    """Give a folder to the account (when we are root) and keep everybody else out."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    if account is not None:
        os.chown(path, account.uid, account.gid)


def open_way(path: Path, account: Account | None) -> None:
    """Let the account pass through the folders above `path`: to pass, not to list them.

    Only as root, and only where the way is closed (a home folder, a private temporary folder).
    """
    if account is None:
        return
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH and folder.stat().st_uid != account.uid:
            folder.chmod(mode | stat.S_IXOTH)
