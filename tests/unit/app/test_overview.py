"""How a partner's way is judged at a glance: red where nothing passes, amber where it is late, with the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from crossdock.app.overview import edge
from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Partner
from crossdock.ports.outbox import Backlog, BreakerState
from crossdock.ports.overview import Flow

NOW = datetime(2026, 6, 8, 6, 0, tzinfo=UTC)
CARRIER = Partner("alpen", Role.CAR, "x12", name="Alpen Cargo")
CALM = Backlog("alpen", 0, 0, 0, 0, 0, None, BreakerState.CLOSED, "")
FLOW = Flow("alpen", 100, 90, 0, NOW - timedelta(seconds=30), 0.4)


@pytest.mark.parametrize(
    ("changes", "grade", "why"),
    [
        ({}, "good", ""),
        ({"paused": "their warehouse moves"}, "stop", "paused: their warehouse moves"),
        ({"breaker": BreakerState.OPEN}, "stop", "until a probe"),
        ({"parked": 2}, "stop", "2 parked"),
        ({"unknown": 1}, "watch", "unknown outcome"),
        ({"open": 3, "oldest": NOW - timedelta(minutes=11)}, "watch", "longer than ten minutes"),
        ({"open": 3, "oldest": NOW - timedelta(minutes=9)}, "good", ""),
        ({"breaker": BreakerState.HALF_OPEN}, "watch", "probed"),
    ],
)
def test_the_worst_that_is_true_decides(changes: dict[str, object], grade: str, why: str) -> None:
    seen = edge(CARRIER, FLOW, None, msgspec.structs.replace(CALM, **changes), NOW)
    assert seen.grade == grade
    assert why in seen.why


def test_a_partner_whose_facts_are_not_taken_is_amber() -> None:
    flow = msgspec.structs.replace(FLOW, refused=11)
    assert edge(CARRIER, flow, None, None, NOW).grade == "watch"


def test_a_partner_that_says_and_hears_nothing_is_neither_good_nor_bad() -> None:
    assert edge(CARRIER, None, None, None, NOW).grade == "quiet"
