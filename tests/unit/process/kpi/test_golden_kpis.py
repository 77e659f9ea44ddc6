"""KPIs of the worked example, to the second and the cent (domain.md §10.3), and as the log grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from crossdock.app.measuring import chronicle
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.process.kpi.catalogue import KPIS
from crossdock.process.kpi.every import measures
from crossdock.process.kpi.measure import Figure, Measure, figure
from crossdock.process.policy import Policy
from crossdock.testing.golden.play import Player, upto
from crossdock.testing.views import MemoryViews

NOW = datetime(2026, 7, 1, tzinfo=UTC)


async def contributed(last: str = "R60") -> list[Measure]:
    """Everything the trace contributes, up to a row."""
    world = (await Player().play(upto(last))).world
    views = MemoryViews(world.store)
    found: list[Measure] = []
    for row in world.store.dossiers.values():
        found += measures(chronicle(row, await views.events(row.id), REGISTRIES, Policy()))
    return found


def asked(contributions: list[Measure], kpi: str, now: datetime = NOW) -> Figure:
    row = KPIS[kpi]
    return figure(kpi, row.unit, row.aggregate, [one for one in contributions if one.kpi == kpi], now)


def hours(hours: int, minutes: int = 0, seconds: int = 0) -> Decimal:
    return Decimal(timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds()) / 3600


@pytest.mark.proves("K-01", "K-02", "K-03", "K-04", "K-05", "K-06", "K-07", "K-09", "K-10", "K-11", "K-12", "K-13",
                    "K-23", "K-24", "K-25", "K-26", "K-27", "K-28", "K-34", "K-38")  # fmt: skip
async def test_the_worked_example_comes_to_the_figures_of_the_specification() -> None:
    found = await contributed()
    assert asked(found, "K-03").value == hours(31, 55, 50)
    assert asked(found, "K-12").value == 50
    assert asked(found, "K-09").value == asked(found, "K-10").value == 100
    samples = sorted(one.value for one in found if one.kpi == "K-23")
    assert samples == [hours(0, 0, 45), hours(21, 25, 30)]
    assert sorted(one.value for one in found if one.kpi == "K-24") == [hours(0, 4, 30), hours(21, 30)]
    accuracy = asked(found, "K-26").value
    assert accuracy is not None
    assert round(accuracy, 2) == Decimal("98.96")
    assert (asked(found, "K-27").value, asked(found, "K-27").count) == (0, 1)
    assert asked(found, "K-28").value == asked(found, "K-25").value == asked(found, "K-05").value == 100
    assert asked(found, "K-06").value == Decimal(135) / 145 * 100
    assert asked(found, "K-07").value == Decimal(1) / 3 * 100
    assert (asked(found, "K-13").value, asked(found, "K-02").value, asked(found, "K-38").value) == (100, 0, 100)
    assert asked(found, "K-11").value == 0
    suppressed = [one for one in found if one.kpi == "K-34" and one.by == "nvtr"]
    assert sum(one.value for one in suppressed) == 1


@pytest.mark.proves("K-01", "K-19", "K-42", "§10")
async def test_release_customs_and_dock_take_as_long_as_the_example_says() -> None:
    """It is released in the transaction that took it: K-01 is 0 s, where the example has 1 s (decision record 0024)."""
    found = await contributed()
    assert [one.value for one in found if one.kpi == "K-01"] == [0]
    assert [one.value for one in found if one.kpi == "K-19"] == [hours(20, 49)]
    assert [one.value for one in found if one.kpi == "K-42"] == [52]


@pytest.mark.proves("K-08", "K-14")
async def test_what_is_still_open_is_as_old_as_it_is_now() -> None:
    found = await contributed("R51")
    later = datetime(2026, 6, 3, 23, 55, tzinfo=UTC)
    assert asked(found, "K-14", later).value == 12
    backordered = next(one for one in found if one.kpi == "K-08")
    assert (backordered.slot, backordered.since) == ("20", datetime(2026, 6, 1, 12, 40, tzinfo=UTC))
    assert not [one for one in await contributed() if one.kpi in ("K-08", "K-14")]


@pytest.mark.proves("K-09")
async def test_what_is_overdue_and_not_delivered_counts_as_missed_from_the_promise_on() -> None:
    found = await contributed("R51")
    before, past = datetime(2026, 6, 4, 15, tzinfo=UTC), datetime(2026, 6, 4, 17, tzinfo=UTC)
    assert asked(found, "K-09", before).value == 100
    assert asked(found, "K-09", past).value == 50
