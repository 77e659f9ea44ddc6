"""When picking must have begun, and what a beginning settles (domain.md §9.1 tm_pick_start; WHS-03)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crossdock.process.effects import CloseCase, StopTimer
from crossdock.process.fulfilment.machine import MACHINE
from crossdock.process.fulfilment.state import FulfilmentState
from crossdock.process.policy import Policy, Site
from crossdock.testing.given import NOON, Given, after, fact, timers
from tests.unit.process import examples as ex


def accepted(ship_by_hours: float | None, policy: Policy | None = None) -> Given[FulfilmentState]:
    """An order that must leave then."""
    born = Given(MACHINE, ex.KEY, policy=policy)
    born.given(ex.told("cmd:create_fulfilment_order"), ex.told("fulfilment.accepted"))
    ship_by = 0 if ship_by_hours is None else int(after(hours=ship_by_hours).timestamp() * 1_000_000)
    state = born.now()
    born.state = FulfilmentState(
        **{name: getattr(state, name) for name in state.__struct_fields__} | {"ship_by_us": ship_by}
    )
    return born


@pytest.mark.proves("tm_pick_start", "FO-04")
@pytest.mark.parametrize(
    ("ship_by", "work_h", "due"),
    [
        (30, 4, after(hours=25.5)), (30, 10, after(hours=19.5)), (2, 4, NOON + timedelta(minutes=30)),
        (None, 4, after(hours=4)),
    ],
)  # fmt: skip
def test_picking_must_begin_while_the_work_still_fits_before_departure(
    ship_by: float | None, work_h: int, due: datetime
) -> None:
    policy = Policy(sites={"WH-NL1": Site(country="NL", work_s=work_h * 3600)})
    allocated = fact(ex.PAYLOADS["allocation.confirmed"][1](), ex.FO, at=NOON)
    decision = accepted(ship_by, policy).when(allocated)
    assert abs(timers(decision.effects)["tm_pick_start"] - due) <= timedelta(minutes=1)


@pytest.mark.proves("WHS-01", "WHS-03", "WHS-04", "FO-09", "FO-10")
@pytest.mark.parametrize("told", ["pick.started", "pick.completed", "pick.shorted"])
def test_goods_that_are_picked_wait_for_no_picking_any_more(told: str) -> None:
    waved = accepted(30).given(ex.told("allocation.confirmed"), ex.told("wave.assigned"))
    effects = waved.when(ex.told(told)).effects
    assert StopTimer("tm_pick_start", ex.KEY) in effects
    # Not accepted, not allocated, not begun: whoever picks has done all three, whether it said so or not.
    assert all(CloseCase(code, ex.KEY) in effects for code in ("WHS-01", "WHS-03", "WHS-04"))


@pytest.mark.proves("WHS-04", "FO-04")
def test_an_allocation_that_comes_late_settles_that_there_was_none() -> None:
    assert CloseCase("WHS-04", ex.KEY) in accepted(30).when(ex.told("allocation.confirmed")).effects
