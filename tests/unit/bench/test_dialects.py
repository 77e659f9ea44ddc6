"""The figures of formats come from a process of their own, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bench.dialects import measure_dialects
from crossdock.kernel.errors import Bug


@pytest.mark.slow
async def test_every_figure_comes_back_from_the_other_process() -> None:
    figures = await measure_dialects(None)
    assert {"x12_214_to_split", "x12_214_us", "x12_850_us", "iftsta_to_pydifact", "iftsta_us"} <= set(figures)
    assert figures["x12_214_to_badx12"] is None


async def test_a_measurement_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(Bug, match="measuring formats ended with 1"):
        await measure_dialects(tmp_path / "no-python")
