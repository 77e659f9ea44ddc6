"""A slice of the simulation: seeds of one order each, and the bugs planted in the demo, found here as well."""

from __future__ import annotations

import pytest

from crossdock.bootstrap.hub import PRODUCTION
from crossdock.cli.app import run
from crossdock.demo.planted import PLANTS
from crossdock.testing.simulate.campaign import command, judge, plan_of, shrunk, summed
from crossdock.testing.simulate.plan import Fault, Ill, Plan
from crossdock.testing.simulate.run import Simulation

# Whole stories; a thousand short ones are in `test_thousand.py`.
SLICE = range(8, 26)

# Faults enough for every plant: late, twice, unheard, and a host that dies.
ROUGH = Plan(
    1,
    (0,),
    (
        Fault(Ill.DELAY, "R9#0", span_s=600),
        Fault(Ill.DELAY, "R41#0", span_s=40_000),
        Fault(Ill.DUPLICATE, "R27#0", span_s=2),
        Fault(Ill.CRASH, "one", nth=400, span_s=20),
    ),
)


@pytest.mark.parametrize("seed", SLICE)
def test_a_seed_ends_as_it_does_without_faults(seed: int) -> None:
    plan = plan_of(seed, 1)
    verdict = judge(plan)
    assert verdict.wrong == (), command(plan, 1)
    assert sum(verdict.struck.values()) > 0


def test_the_same_seed_is_the_same_run() -> None:
    first, second = (Simulation(plan_of(5, 1)).run() for _ in range(2))
    assert first.digest == second.digest
    assert first.digest != Simulation(plan_of(6, 1)).run().digest


@pytest.mark.parametrize("name", [name for name in PLANTS if name != "none"])
def test_every_plant_is_found(name: str) -> None:
    assert judge(ROUGH, PLANTS[name]).wrong


def test_nothing_is_found_where_nothing_is_planted() -> None:
    assert judge(ROUGH, PRODUCTION).wrong == ()


def test_a_failing_plan_is_made_smaller_and_told_as_a_command() -> None:
    plan = plan_of(3, 2).only((1,), (0,))
    smallest = shrunk(plan, PLANTS["double_posting"])
    assert (smallest.plan.orders, smallest.plan.faults) == ((1,), ())
    assert command(smallest.plan, 2) == "crossdock simulate --seed 3 --orders 2 --faults none --only 1"


def test_the_command_plays_a_part_of_a_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "--seed", "2", "--orders", "1", "--faults", "1,7"]) == 0
    told = capsys.readouterr().out
    assert "seed 2, orders 0: right" in told
    assert "fault  answer to a commit lost" in told
    assert run(["simulate", "--seed", "2", "--orders", "1", "--faults", "99"]) == 2


def test_a_campaign_is_summed_in_the_order_of_its_seeds() -> None:
    verdict = judge(plan_of(5, 1).calm())
    report = summed([verdict, verdict], 1)
    assert (report.seeds, report.failed, report.days) == (2, (), 2 * verdict.days)
    assert report.days_per_minute > 0
    assert report.digest != summed([verdict], 1).digest
