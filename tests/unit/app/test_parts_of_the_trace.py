"""Parts of the worked example of which one message comes half a day late end as without that (found by short seeds).

Where everything is said in the end, the last facts settle what a late one left open; here they are never said.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdock.app.fold.conclude import told_fact
from crossdock.canonical.envelope import Subject
from crossdock.process.order.billing import case_changed
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.told import CaseChanged
from crossdock.testing.golden.cast import PARTNERS, POLICY
from crossdock.testing.golden.trace import TRACE
from crossdock.testing.simulate.run import meaning
from crossdock.testing.world import Ending, World
from tests.unit.process import examples as ex

LATE = timedelta(seconds=40_000)


async def ended(rows: str, late: str = "") -> Ending:
    """The end of a hub that was told these rows, one of them late."""
    kept = [row for row in TRACE if row.name in rows.split()]
    told = sorted((row.received + LATE * (row.name == late), row.partner, row.body()) for row in kept)
    world = World(PARTNERS, policy=POLICY, now=told[0][0])
    for at, partner, body in told:
        await world.pass_time(at)
        await world.tell(partner, body)
    await world.pass_time(told[-1][0] + timedelta(days=30))
    return world.ending()


@pytest.mark.parametrize(
    ("rows", "late"),
    [
        pytest.param("R0 R1 R8 R19", "R1", id="244 picked before anybody accepted it: that is accepted"),
        pytest.param("R0 R1 R4 R15 R16", "R15", id="711 a fact that has nothing left to move waits no more"),
        pytest.param("R0 R1 R22 R23", "R22", id="527 what was picked is known though packing came first"),
        pytest.param("R0 R1 R19 R23", "R19", id="2361 what is short is known though packing came first"),
        pytest.param("R0 R1 R5 R43 R51", "R43", id="1813 what has left is not waited for"),
        pytest.param("R0 R1 R5 R42 R43 R53", "R42", id="2957 what left with proof of its exit is no breach"),
    ],
)
async def test_a_part_of_the_example_ends_the_same_with_a_late_message(rows: str, late: str) -> None:
    found, calm = await ended(rows, late), await ended(rows)
    assert {name: meaning(state) for name, state in found.machines.items()} == {
        name: meaning(state) for name, state in calm.machines.items()
    }
    assert found.cases == calm.cases


def test_an_order_does_not_remember_in_which_order_its_cases_were_opened() -> None:
    ends: set[tuple[str, ...]] = set()
    for keys in (("SO-1/A/1", "SO-1/B/1"), ("SO-1/B/1", "SO-1/A/1")):
        state = OrderState()
        for key in keys:
            changed = CaseChanged(code="WHS-01", slot="", opened=True)
            opened = told_fact("case:WHS-01", Subject("instance", key), changed, ex.told("order.approved"))
            state = case_changed(state, ex.KEY, opened, Policy())[0] or state
        ends.add(state.grave)
    assert len(ends) == 1
