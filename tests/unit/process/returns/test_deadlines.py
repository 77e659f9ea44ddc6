"""Whatever arrives in whatever order, and whatever time decided in between: a return ends the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.testing.world import World
from tests.unit.process.returns import kit
from tests.unit.process.returns.test_returns import HISTORY

HOURS = st.sampled_from((0.0, 0.0, 0.3, 1.0, 3.0, 9.0))
TOLD = [*kit.delivered(), *HISTORY]
OURS = ("WHS-13", "CSR-02", "FIN-08", "FIN-09", "INT-05")
ASKED = ("post_return_receipt", "request_credit_note", "expect_return", "request_return", "book_return_transport")
Outcome = tuple[dict[str, str], set[tuple[str, str, str]], set[str]]


async def outcome(arrived: Sequence[int], pauses: Sequence[float]) -> Outcome:
    """States, cases and commands of the returns, long after everything has come."""
    hub = World(kit.PARTNERS, now=kit.at(24 * 20))
    for place, hours in zip(arrived, pauses, strict=True):
        await hub.take([(TOLD[place].partner, TOLD[place].body)])
        await hub.pass_time(hub.clock.now() + timedelta(hours=hours))
    await hub.pass_time(kit.at(24 * 90))
    parts = [part.rsplit(" ", 1) for row in hub.store.dossiers.values() for part in row.label.split("; ")]
    labels = {name: state for name, state in parts if name.startswith(("RET", "ORD"))}
    cases = {case for case in hub.store.cases if case[0] in OURS}
    return labels, cases, {row.idempotency_key for row in hub.store.deliveries if row.type in ASKED}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_deadlines_in_between_change_nothing_in_the_end(data: st.DataObject) -> None:
    arrived = data.draw(st.permutations(range(len(TOLD))))
    pauses = data.draw(st.lists(HOURS, min_size=len(TOLD), max_size=len(TOLD)))
    assert await outcome(arrived, pauses) == await outcome(range(len(TOLD)), [0.0] * len(TOLD))
