"""The demo with a real Tryton as its ERP: installed from the package index, sold in, shipped from, billed in."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import cast

import pytest

from crossdock.bootstrap.options import DemoOptions
from crossdock.demo.run import run_demo
from crossdock.kernel.errors import Permanent
from tests.interop.servers import missing

pytestmark = pytest.mark.interop

ORDERS = 5


def test_a_day_with_every_kind_of_fault_ends_in_a_pass_with_a_real_erp(tmp_path: Path) -> None:
    """Sales confirmed in Tryton are released, shipped, delivered and done there, with stock moves and one invoice."""
    file = tmp_path / "verdict.json"
    options = DemoOptions(orders=ORDERS, seed=11, stay=False, json=file, data=tmp_path / "demo", erp="tryton")
    try:
        code = asyncio.run(run_demo(options))
    except Permanent as error:
        if "could not be made ready" not in error.detail:
            raise
        missing("tryton", error.detail)
        return
    said = json.loads(file.read_text())
    assert said["reasons"] == []
    assert (code, said["converged"], said["lost"], said["doubled"]) == (0, ORDERS, 0, 0)
    # The faults struck at the real system's door too.
    assert cast("dict[str, dict[str, int]]", said["faults"])["error_500_after_effect"]["struck"] >= 1
