"""What `why` and `show` print for people."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.app.history import Folder, Moment
from crossdock.app.why import why
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.cli.answers import print_answer, print_past
from crossdock.process.policy import Policy
from crossdock.testing.views import MemoryViews
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)


@pytest.fixture
async def views() -> MemoryViews:
    world, order = World(PARTNERS), Order(1, START)
    facts = list(order.facts())
    for told in [*facts[:4], *order.load_facts((order.shipment,)), *facts[4:]]:
        await world.tell(told.partner, told.body)
    return MemoryViews(world.store)


async def test_an_answer_shows_the_value_the_rule_and_what_was_passed_over(
    views: MemoryViews, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await why(views, REGISTRIES, Policy(version="v7"), "SO-00000001")
    assert answer is not None
    assert print_answer(answer) == 0
    shown = capsys.readouterr().out
    assert "order||SO-00000001  why state, by policy v7" in shown
    assert "SHP:WH-NL1/1.state = CLOSED" in shown
    assert "shipment.delivered  SHP:WH-NL1/1 SHP-19" in shown
    assert "not SHP-33 → DELIVERED: not so: partial" in shown


async def test_a_moment_shows_headlines_processes_and_how_much_of_the_log_counts(
    views: MemoryViews, capsys: pytest.CaptureFixture[str]
) -> None:
    past = await Folder(views, REGISTRIES, Policy()).at(
        "SO-00000001", Moment(true=datetime(2026, 6, 1, 9, 30, tzinfo=UTC))
    )
    assert past is not None
    assert print_past(past) == 0
    shown = capsys.readouterr().out
    assert "as true at 2026-06-01 09:30:00Z" in shown
    assert "order: In transit · Clear" in shown
    assert "SHP:WH-NL1/1 IN_TRANSIT" in shown
