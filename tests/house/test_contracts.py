"""The import contracts and what pyproject.toml says about the rooms, compared with the rooms there are."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.house.sources import PACKAGE, ROOT

LINT = Path(sys.executable).with_name("lint-imports")


def contract(name: str) -> dict[str, list[str]]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found: dict[str, list[str]] = next(one for one in table["tool"]["importlinter"]["contracts"] if one["name"] == name)
    return found


def test_imports_keep_every_contract() -> None:
    run = subprocess.run([LINT, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:]


def test_every_process_manager_is_under_the_independence_contract() -> None:
    # What a project may set is what all of them are given, and no manager.
    folders = {path.parent.name for path in (PACKAGE / "process").glob("*/__init__.py")} - {"terms"}
    listed = contract("process managers do not know each other")["modules"]
    assert {name.rpartition(".")[2] for name in listed} == folders


def test_every_room_below_the_roof_is_kept_from_the_drivers() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    kept = {
        name.rpartition(".")[2] for name in contract("the database and the log have one home each")["source_modules"]
    }
    core = {
        name.rpartition(".")[2]
        for name in contract("the core has no clock, dice, socket, loop, driver or framework")["source_modules"]
    }
    assert rooms - kept - core == {"postgres", "jetstream"}
