"""The demo from end to end, as a stranger runs it: real hub, real systems, a verdict and an exit code."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from crossdock.bootstrap.options import DemoOptions
from crossdock.demo.planted import PLANTS
from crossdock.demo.run import run_demo
from crossdock.kernel.errors import Rejected

BUGS = sorted(set(PLANTS) - {"none"})


def run(tmp_path: Path, *, orders: int, faults: str, plant: str = "none") -> tuple[int, dict[str, object]]:
    """One run with its exit code and what it wrote."""
    file = tmp_path / "verdict.json"
    options = DemoOptions(orders=orders, seed=11, faults=faults, plant=plant, stay=False, json=file)
    code = asyncio.run(run_demo(options))
    return code, json.loads(file.read_text())


def test_a_quiet_day_ends_in_a_pass(tmp_path: Path) -> None:
    code, said = run(tmp_path, orders=6, faults="none")
    assert said["reasons"] == []
    assert (code, said["verdict"], said["converged"], said["lost"], said["doubled"]) == (0, "pass", 6, 0, 0)


def test_a_day_with_every_kind_of_fault_ends_in_a_pass(tmp_path: Path) -> None:
    code, said = run(tmp_path, orders=30, faults="default")
    assert said["reasons"] == []
    assert (code, said["verdict"]) == (0, "pass")


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_makes_the_verdict_fail(tmp_path: Path, bug: str) -> None:
    code, said = run(tmp_path, orders=30, faults="default", plant=bug)
    assert (code, said["verdict"]) == (1, "fail")
    assert said["reasons"]


@pytest.mark.parametrize("options", [DemoOptions(faults="everything"), DemoOptions(plant="gremlin")])
async def test_an_unknown_plan_or_bug_is_refused_before_anything_starts(options: DemoOptions) -> None:
    with pytest.raises(Rejected, match="take one of"):
        await run_demo(options)
