"""A rate limit holds for all serving processes together; what each admits by itself is bounded by one burst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdock.kernel.errors import Transient
from crossdock.testing.doors import MemoryPaces
from crossdock.web.api.deps import ApiDeps, ApiLimits
from crossdock.web.api.gate import Caller, Gate
from crossdock.web.api.pace import Rate
from crossdock.web.api.problems import Problem
from tests.unit.web.bench import Front, SetClock

BURST = 10
RATE = Rate(per_s=2.0, burst=BURST)
SETTLE_S = 0.5


class Away:
    """Shared meters that cannot be reached."""

    async def settle(self, spent_s: Mapping[str, float], *, window_s: float) -> Mapping[str, float]:
        raise Transient("the database is away")


class House:
    """Several gates that share their meters, and one caller that is known at each."""

    def __init__(self, gates: int, rate: Rate = RATE) -> None:
        self.clock = SetClock()
        self.paces = MemoryPaces(self.clock)
        front = Front(clock=self.clock, limits=ApiLimits(rate=rate, strangers=Rate(per_s=1.0, burst=2)))
        self.deps: ApiDeps = replace(front.deps(), paces=self.paces)
        self.gates = [Gate(self.deps) for _ in range(gates)]
        self.callers = [gate.door("CAR-SW") for gate in self.gates]

    def admitted(self, number: int, requests: int) -> int:
        """How many of so many requests one gate lets in."""
        return sum(self._let_in(self.gates[number], self.callers[number]) for _ in range(requests))

    def _let_in(self, gate: Gate, caller: Caller) -> bool:
        try:
            gate.count(caller)
        except Problem:
            return False
        return True

    async def settle(self) -> None:
        for gate in self.gates:
            await gate.settle()
        for gate in self.gates:
            await gate.settle()


async def test_what_one_process_admitted_is_spent_at_the_others() -> None:
    house = House(2)
    assert house.admitted(0, BURST + 5) == BURST
    assert house.admitted(1, 1) == 1
    await house.settle()
    assert (house.admitted(0, 5), house.admitted(1, 5)) == (0, 0)


async def test_a_caller_of_one_process_alone_keeps_its_whole_rate() -> None:
    house = House(1, Rate(per_s=100.0, burst=3))
    admitted = 0
    for _ in range(500):
        house.clock.forward(0.01)
        admitted += house.admitted(0, 1)
        await house.gates[0].settle()
    assert admitted == 500


@pytest.mark.parametrize("gates", [2, 3, 5])
async def test_many_processes_admit_one_rate_in_the_long_run(gates: int) -> None:
    house = House(gates)
    admitted, seconds = 0, 200
    for _ in range(int(seconds / SETTLE_S)):
        house.clock.forward(SETTLE_S)
        admitted += sum(house.admitted(number, 20) for number in range(gates))
        await house.settle()
    allowed = RATE.per_s * seconds
    assert allowed * 0.9 <= admitted <= allowed + gates * BURST


@settings(deadline=None, max_examples=60)
@given(
    steps=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.floats(0, 3)), max_size=40),
)
async def test_no_pattern_of_calls_gets_more_than_a_burst_each_above_the_rate(
    steps: list[tuple[int, int, float]],
) -> None:
    house = House(3)
    admitted = elapsed = 0.0
    for number, requests, pause_s in steps:
        admitted += house.admitted(number, requests)
        await house.settle()
        house.clock.forward(pause_s)
        elapsed += pause_s
    windows_s = SETTLE_S + 5.0
    assert admitted <= 3 * BURST + RATE.per_s * (elapsed + windows_s)


async def test_what_could_not_be_told_is_told_the_next_time() -> None:
    house = House(2)
    gate = house.gates[0] = Gate(replace(house.deps, paces=Away()))
    house.callers[0] = gate.door("CAR-SW")
    house.admitted(0, BURST)
    with pytest.raises(Transient):
        await gate.settle()
    gate._deps = house.deps
    await house.settle()
    house.admitted(1, 1)
    await house.settle()
    assert house.admitted(1, 5) == 0


async def test_calls_that_prove_nothing_are_measured_together_too() -> None:
    house = House(2)
    for _ in range(2):
        house.gates[0].stranger()
    house.gates[1].stranger()
    await house.settle()
    for gate in house.gates:
        with pytest.raises(Problem, match="unknown credentials"):
            gate.stranger()


async def test_without_other_processes_nothing_is_told() -> None:
    gate = Gate(Front().deps())
    gate.count(gate.door("CAR-SW"))
    assert await gate.settle() == 0


class Apart(SetClock):
    """A clock that is set back while lengths of time go on."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def seconds(self) -> float:
        return self.passed


def test_a_clock_that_is_set_neither_locks_a_caller_out_nor_gives_it_more() -> None:
    clock = Apart()
    gate = Gate(Front(clock=clock, limits=ApiLimits(rate=Rate(per_s=1.0, burst=2))).deps())
    caller = gate.door("CAR-SW")
    for hours in (-48, 0, 48):
        clock.forward(hours * 3600)
        gate.count(caller)
        gate.count(caller)
        clock.forward(3600)
        with pytest.raises(Problem) as refused:
            gate.count(caller)
        assert refused.value.headers["retry-after"] == "1"
        clock.passed += 2.0
