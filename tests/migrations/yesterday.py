"""The release before, as git has it: its sources in a folder, and its programs run from there."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import pytest

from crossdock.bootstrap.door import door
from crossdock.bootstrap.options import Place, RunOptions
from crossdock.bootstrap.roles import project_of
from crossdock.bootstrap.up import nothing, until_door
from crossdock.runtime.supervisor import Child, Supervisor
from tests.house.sources import ROOT

MIGRATIONS = "src/crossdock/postgres/migrations"


def revision() -> str:
    """The commit named by `YESTERDAY`, else the one before the last that brought a migration.

    Skips the test where there is no history to take it from.
    """
    named = os.environ.get("YESTERDAY", "")
    if named:
        return named
    last = _git("log", "-1", "--diff-filter=A", "--format=%H", "--", MIGRATIONS).strip()
    before = _git("rev-parse", "--verify", "--quiet", f"{last}^").strip() if last else ""
    if not before:
        pytest.skip("the release before is not here: this is no clone with its history")
    return before


def unpack(rev: str, folder: Path) -> Path:
    """Its sources below `folder`; where Python finds them."""
    packed = subprocess.run(["git", "archive", "--format=tar", rev, "src"], cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "src"


def _git(*words: str) -> str:
    try:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False, text=True).stdout
    except FileNotFoundError:
        return ""


async def migrate_with(sources: Path, url: str) -> None:
    """What its own migrations make of an empty database."""
    code = (
        "import asyncio, os, sys, crossdock; from crossdock.postgres.migrate import migrate; "
        "assert crossdock.__file__.startswith(os.getcwd()), 'not its own sources'; asyncio.run(migrate(sys.argv[1]))"
    )
    environ = {**os.environ, "PYTHONPATH": str(sources)}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, url, env=environ, cwd=sources)
    assert await process.wait() == 0, "the release before could not make its database"


@asynccontextmanager
async def serving_with(sources: Path, url: str, project: Path, data: Path) -> AsyncIterator[str]:
    """Its serving role on this database; where it listens."""
    supervisor = Supervisor({"CROSSDOCK_POSTGRES__URL": url, "PYTHONPATH": str(sources)}, on_change=nothing)
    words = ("-m", "crossdock.bootstrap.child", "serve", str(project), str(data), "", "0")
    supervisor.start([Child("serve", words, data / "log" / "serve.log")])
    try:
        await until_door(project_of(RunOptions(Place(project, data))), asyncio.Event())
        yield door(data)
    finally:
        await supervisor.stop(10.0)
