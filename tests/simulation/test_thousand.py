"""A thousand seeds of short stories, in eight slices that several workers can share."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import pytest

from crossdock.testing.simulate.campaign import command, judge, plan_of
from crossdock.testing.simulate.nature import Met
from crossdock.testing.simulate.plan import Ill

SEEDS, SLICES = 1000, 8


@pytest.mark.slow
class Slice:
    """Every eighth seed: those that tell the same stories stand in the same slice."""

    place: ClassVar[int]

    def test_every_seed_ends_as_it_does_without_faults(self) -> None:
        struck: Counter[str] = Counter()
        met: Counter[str] = Counter()
        failed: list[str] = []
        for seed in range(self.place, SEEDS, SLICES):
            plan = plan_of(seed, 1, short=True)
            verdict = judge(plan)
            struck.update(verdict.struck)
            met.update(verdict.met)
            failed += [f"{command(plan, 1)}: {wrong}" for wrong in verdict.wrong]
        assert failed == []
        assert {ill for ill in Ill if not struck[ill]} == set(), "every fault there is has to strike in every slice"
        assert {one for one in Met if not met[one]} == set(), "and to lead to everything it can lead to"


class TestSlice0(Slice):
    place = 0


class TestSlice1(Slice):
    place = 1


class TestSlice2(Slice):
    place = 2


class TestSlice3(Slice):
    place = 3


class TestSlice4(Slice):
    place = 4


class TestSlice5(Slice):
    place = 5


class TestSlice6(Slice):
    place = 6


class TestSlice7(Slice):
    place = 7
