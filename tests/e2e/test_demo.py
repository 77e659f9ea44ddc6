"""The demo from end to end, as a stranger runs it: real hub, real systems, a verdict and an exit code."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import cast

import pytest

from crossdock.bootstrap.options import DemoOptions
from crossdock.demo.run import run_demo
from crossdock.kernel.errors import Rejected


def run(data_dir: Path, *, orders: int, faults: str = "default", plant: str = "none") -> tuple[int, dict[str, object]]:
    """One run with its exit code and what it wrote."""
    file = data_dir / "verdict.json"
    options = DemoOptions(orders=orders, seed=11, faults=faults, plant=plant, stay=False, json=file, data=data_dir)
    code = asyncio.run(run_demo(options))
    return code, json.loads(file.read_text())


@pytest.mark.slow
@pytest.mark.proves("PF-16")
def test_a_day_with_every_kind_of_fault_ends_in_a_pass(data_dir: Path) -> None:
    code, said = run(data_dir, orders=12)
    assert said["reasons"] == []
    assert (code, said["verdict"], said["converged"], said["lost"], said["doubled"]) == (0, "pass", 12, 0, 0)


@pytest.mark.slow
def test_a_hub_whose_processes_are_killed_loses_and_doubles_nothing(data_dir: Path) -> None:
    """Three times `kill -9` of a role or an engine (I1, I2); `make chaos-small` does it twenty times."""
    code, said = run(data_dir, orders=15, faults="chaos")
    assert said["reasons"] == []
    assert (code, said["lost"], said["doubled"]) == (0, 0, 0)


@pytest.mark.slow
def test_a_hub_that_posts_twice_does_not_pass(data_dir: Path) -> None:
    """The verdict can fail, and for the right reason; `make plants` plants every bug."""
    code, said = run(data_dir, orders=4, faults="none", plant="double_posting")
    assert (code, said["verdict"]) == (1, "fail")
    assert any("already_posted" in reason for reason in cast(list[str], said["reasons"]))
    assert cast(int, said["doubled"]) >= 4


@pytest.mark.parametrize("options", [DemoOptions(faults="everything"), DemoOptions(plant="gremlin")])
async def test_an_unknown_plan_or_bug_is_refused_before_anything_starts(options: DemoOptions) -> None:
    with pytest.raises(Rejected, match="take one of"):
        await run_demo(options)
