"""RUN: a vehicle's day, what it tells its tasks and when it is incomplete (domain.md §3.3.3; TRN-13, RC-14)."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events.tracking import ShipmentEtaChanged
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.effects import CloseCase, Derive
from crossdock.process.policy import Policy, Timers
from crossdock.process.run.machine import MACHINE
from crossdock.process.run.state import RunState
from crossdock.process.terms.transport import TransportTerms
from crossdock.testing.given import NOON, Given, after, cases, elapsed, fact, tells, timers
from crossdock.testing.golden.cast import PARTNERS
from crossdock.testing.golden.trace import TRACE
from crossdock.testing.world import World

RUN = Subject("run", "R-1")
FIRST = lmd.RunTask(task="T-1", shipment="SHP-1", eta=after(hours=2))
SECOND = lmd.RunTask(task="T-2", shipment="SHP-2", eta=after(hours=3))


def planned(*tasks: lmd.RunTask, rev: int = 1) -> lmd.RunPlanned:
    return lmd.RunPlanned(run_id="R-1", date="2026-06-01", depot="LON", tasks=tasks, rev=rev)


def dispatched(*tasks: lmd.RunTask) -> lmd.RunDispatched:
    return lmd.RunDispatched(dispatched_at=NOON, tasks=tasks)


def completed(**results: lmd.AttemptResult | None) -> lmd.RunCompleted:
    outcomes = tuple(lmd.TaskOutcome(task.replace("_", "-"), result) for task, result in results.items())
    return lmd.RunCompleted(completed_at=after(hours=4), outcomes=outcomes)


def run(*more: Payload, policy: Policy | None = None) -> Given[RunState]:
    """R-1 with two tasks, then told these."""
    start = Given(MACHINE, "R-1", policy=policy).given(fact(planned(FIRST, SECOND), RUN))
    return start.given(*(fact(payload, RUN, at=after(hours=number)) for number, payload in enumerate(more)))


def arrived(shipment: str, task: str = "") -> lmd.DeliveryCompleted:
    return lmd.DeliveryCompleted(attempt_no=1, at=after(hours=2), task=task)


@pytest.mark.proves("RUN-01", "DT-02")
def test_a_plan_is_told_to_each_task_as_said_of_it_alone() -> None:
    decision = Given(MACHINE, "R-1").when(fact(planned(FIRST, SECOND), RUN))
    assert (decision.row, decision.after) == ("RUN-01", "PLANNED")
    assert tells(decision.effects) == [
        ("run.planned", Reference("shipment", "SHP-1")),
        ("run.planned", Reference("shipment", "SHP-2")),
    ]
    told = [effect for effect in decision.effects if isinstance(effect, Derive)]
    assert [effect.payload.tasks for effect in told] == [(FIRST,), (SECOND,)]  # type: ignore[attr-defined]
    assert all(effect.copied for effect in told)


@pytest.mark.proves("RUN-01")
def test_a_platform_may_speak_of_one_task_at_a_time() -> None:
    state = Given(MACHINE, "R-1").given(fact(planned(FIRST), RUN), fact(planned(SECOND), RUN)).now()
    assert state.tasks == {"T-1": "SHP-1", "T-2": "SHP-2"}


@pytest.mark.proves("RUN-01")
def test_a_newer_plan_replaces_the_tasks_and_an_older_one_does_nothing() -> None:
    newer = Given(MACHINE, "R-1").given(fact(planned(FIRST), RUN), fact(planned(SECOND, rev=2), RUN))
    assert newer.now().tasks == {"T-2": "SHP-2"}
    assert newer.when(fact(planned(FIRST), RUN)).disposition is Disposition.RECORD


@pytest.mark.proves("RUN-02", "RUN-03", "tm_run")
def test_a_dispatched_run_ought_to_be_over_by_its_last_stop_and_some() -> None:
    born = run(lmd.RunAssigned(driver_ref="D", vehicle_ref="V"))
    assert born.now().state == "ASSIGNED"
    decision = born.when(fact(dispatched(FIRST, SECOND), RUN))
    assert (decision.row, [kind for kind, _ in tells(decision.effects)]) == ("RUN-03", ["run.dispatched"] * 2)
    assert timers(decision.effects)["tm_run"] == after(hours=3 + 2)


@pytest.mark.proves("tm_run")
def test_where_no_stop_has_a_time_a_usual_day_is_waited_for() -> None:
    policy = Policy(timers=Timers(run_length=3600, tm_run=60))
    decision = Given(MACHINE, "R-1", policy=policy).when(fact(dispatched(lmd.RunTask(task="T-1")), RUN))
    assert timers(decision.effects)["tm_run"] == after(minutes=1 + 60 + 1)
    assert tells(decision.effects) == [("run.dispatched", Reference("delivery_task", "T-1"))]


@pytest.mark.proves("RUN-04", "TRN-13", "tm_run")
def test_an_overdue_run_is_incomplete_until_its_tasks_have_an_outcome() -> None:
    born = run(dispatched(FIRST, SECOND))
    late = born.when(elapsed("tm_run", "R-1", at=after(hours=5)))
    assert cases(late.effects) == ["TRN-13"]
    born.given(fact(arrived("SHP-1"), Subject("shipment", "SHP-1"), by=Role.LMD))
    last = born.when(fact(arrived("SHP-2", "T-2"), Subject("delivery_task", "T-2"), by=Role.LMD))
    assert CloseCase("TRN-13", "R-1") in last.effects
    assert cases(born.when(elapsed("tm_run", "R-1", at=after(hours=5))).effects) == []


@pytest.mark.proves("RUN-04", "TRN-13")
def test_a_task_the_platform_itself_calls_open_at_the_end_is_a_case_at_once() -> None:
    decision = run(dispatched(FIRST, SECOND)).when(
        fact(completed(T_1=lmd.AttemptResult.SUCCESS, T_2=None), RUN, at=after(hours=4))
    )
    assert (decision.row, cases(decision.effects)) == ("RUN-04", ["TRN-13"])
    assert [to.id for _, to in tells(decision.effects)] == ["SHP-1", "SHP-2"]


@pytest.mark.proves("RUN-04", "TRN-13", "RC-14")
def test_tasks_nobody_speaks_of_are_asked_for_half_an_hour_after_the_end() -> None:
    born = run(dispatched(FIRST, SECOND))
    end = born.when(fact(completed(T_1=lmd.AttemptResult.SUCCESS), RUN, at=after(hours=4)))
    assert cases(end.effects) == []
    assert timers(end.effects)["tm_run_account"] == after(minutes=4 * 60 + 1 + 30)
    assert cases(born.when(elapsed("tm_run_account", "R-1", at=after(hours=5))).effects) == ["TRN-13"]


@pytest.mark.proves("RUN-05", "DT-12")
def test_a_cancelled_run_tells_the_tasks_that_are_still_open() -> None:
    born = run(dispatched(FIRST, SECOND))
    born.given(fact(arrived("SHP-1"), Subject("shipment", "SHP-1"), by=Role.LMD))
    decision = born.when(fact(lmd.RunCancelled(reason="breakdown"), RUN))
    assert (decision.row, tells(decision.effects)) == ("RUN-05", [("run.cancelled", Reference("shipment", "SHP-2"))])
    after_all = born.when(fact(dispatched(FIRST), RUN, at=after(hours=1)))
    assert (after_all.disposition, cases(after_all.effects)) == (Disposition.ESCALATE, ["TRN-13"])


OWN_FLEET = [row for row in TRACE if row.partner in ("lmd1", "wms-gb1", "erp1") or row.name == "R4"]


@pytest.mark.proves("RUN-01", "RUN-03", "RUN-04", "DT-03", "DT-07")
@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
async def test_any_order_of_arrival_ends_the_same(dice: random.Random, twice: bool) -> None:
    """Two runs, a failed attempt and a delivery, shuffled, with repetitions."""
    told = [(row.partner, row.body()) for row in OWN_FLEET]
    straight = await _ending(told)
    shuffled = told + (dice.sample(told, 5) if twice else [])
    dice.shuffle(shuffled)
    assert await _ending(shuffled) == straight
    assert straight["run||RUN-5530"] == "RUN COMPLETED"


async def _ending(told: list[tuple[str, bytes]]) -> dict[str, str]:
    world = World(PARTNERS, now=datetime(2026, 6, 8, tzinfo=UTC))
    for partner, body in told:
        await world.tell(partner, body)
    return world.ending().headlines


@pytest.mark.proves("run_silent_after", "TRN-13")
def test_a_device_that_was_live_and_falls_silent_is_asked_for_until_it_is_heard() -> None:
    born = run(dispatched(FIRST, SECOND), policy=Policy(transport=TransportTerms(run_silent_after=1_200)))
    live = fact(ShipmentEtaChanged(eta=after(hours=2)), Subject("shipment", "SHP-1"), at=after(30), by=Role.LMD)
    heard = born.when(live)
    assert timers(heard.effects) == {"run_silent_after": after(51)}
    rung = born.when(elapsed("run_silent_after", "R-1", at=after(51)))
    assert cases(rung.effects) == ["TRN-13"]
    again = born.when(fact(arrived("SHP-1", "T-1"), Subject("shipment", "SHP-1"), at=after(60)))
    assert CloseCase("TRN-13", "R-1", "run_silent_after") in again.effects
    assert not timers(again.effects), "the next door may be an hour away"


@pytest.mark.proves("run_silent_after")
def test_a_platform_that_tells_outcomes_only_is_not_silent_between_them() -> None:
    start = Given(MACHINE, "R-1").given(fact(planned(FIRST, SECOND), RUN))
    left = start.when(fact(dispatched(FIRST, SECOND), RUN))
    assert "run_silent_after" not in timers(left.effects)
