"""Error budgets against figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from crossdock.app.slos.budget import begins, budget_of, burn, calm
from crossdock.app.slos.objective import CLASSES, Objective, objectives
from crossdock.ports.slos import Tally

NOW = datetime(2026, 6, 8, 10, tzinfo=UTC)
PROMISE = Objective(within_s=30, target_pct=Decimal(99))
GOOD = Tally(1000, 1000)


@pytest.mark.proves("INT-10")
def test_a_budget_is_what_may_fail_and_what_is_left_of_it() -> None:
    budget = budget_of("p1", PROMISE, [Tally(9_960, 10_000), GOOD, GOOD, GOOD, GOOD])
    assert (budget.attained_pct, budget.left_pct, budget.burn, budget.alert) == (
        Decimal("99.60"),
        Decimal("60.00"),
        Decimal("0.00"),
        "",
    )
    overdrawn = budget_of("p1", PROMISE, [Tally(9_800, 10_000), GOOD, GOOD, GOOD, GOOD])
    assert overdrawn.left_pct == Decimal("-100.00")
    empty = budget_of("p1", PROMISE, [Tally(0, 0)] * 5)
    assert (empty.attained_pct, empty.left_pct, empty.alert) == (None, None, "")


@pytest.mark.proves("INT-10")
@pytest.mark.parametrize(
    ("windows", "alerts"),
    [
        ([Tally(80, 100), Tally(8, 10), GOOD, GOOD], True),  # 20 times too fast in both
        ([Tally(80, 100), Tally(10, 10), GOOD, GOOD], False),  # it is over already
        ([Tally(100, 100), Tally(8, 10), GOOD, GOOD], False),  # too short to matter
        ([Tally(8, 10), Tally(8, 10), GOOD, GOOD], False),  # too few to say
        ([GOOD, GOOD, Tally(93, 100), Tally(93, 100)], True),  # slowly, for six hours
        ([GOOD, GOOD, Tally(95, 100), Tally(95, 100)], False),
    ],
)
def test_an_alert_needs_a_long_and_a_short_window_to_agree(windows: list[Tally], alerts: bool) -> None:
    assert bool(budget_of("p1", PROMISE, [GOOD, *windows]).alert) is alerts


def test_it_is_calm_when_both_short_windows_are() -> None:
    assert calm(PROMISE, [GOOD, Tally(0, 100), GOOD, Tally(0, 100), GOOD])
    assert not calm(PROMISE, [GOOD, GOOD, Tally(90, 100), GOOD, GOOD])
    assert burn(PROMISE, Tally(99, 100)) == 1


def test_windows_begin_where_they_say() -> None:
    assert begins(PROMISE, NOW)[:2] == [NOW - timedelta(days=30), NOW - timedelta(hours=1)]


def test_the_classes_hold_unless_one_is_given_in_their_place() -> None:
    mine = {"p0-p95": Objective(priority="P0", within_s=2), "p3-p99": Objective(within_s=1, enabled=False)}
    held = objectives(mine)
    assert (len(held), held["p0-p95"].within_s, held["p0-p99"]) == (7, 2, CLASSES["p0-p99"])
    one, other = held["p0-p95"].counting("x").key, CLASSES["p0-p95"].counting("x").key
    assert one != other


@pytest.mark.parametrize(
    "table",
    [
        {"measure": "latency"},
        {"measure": "freshness", "within_s": 0},
        {"within_s": 5, "target_pct": "100"},
        {"within_s": 5, "target_pct": "0"},
        {"measure": "mood", "within_s": 5},
    ],
)
def test_a_promise_without_budget_or_time_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(table, Objective)
