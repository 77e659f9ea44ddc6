"""Slots at docks in the simulated enterprise: who needs one, what becomes of it, and when the verdict says no."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from crossdock.demo import world
from crossdock.demo.books import Entry
from crossdock.demo.fates import fate
from crossdock.demo.gatehouse import AppointmentView, judge_slots
from crossdock.demo.world import Mode
from crossdock.kernel.instant import micros

BEGUN, ENDED = datetime(2026, 6, 2, 10, tzinfo=UTC), datetime(2026, 6, 2, 11, tzinfo=UTC)
DOCK = [
    Entry("slot", "APT-1", "SO-1", {"state": "CANCELLED"}),
    Entry("slot", "APT-2", "SO-1", {"state": "CONFIRMED"}),
    Entry("slot", "APT-2", "SO-1", {"state": "COMPLETED", "begun": BEGUN.isoformat(), "ended": ENDED.isoformat()}),
]
OURS = {
    "APT-1": AppointmentView("APT-1", "CANCELLED", 0, 0),
    "APT-2": AppointmentView("APT-2", "COMPLETED", micros(BEGUN), micros(ENDED)),
}


def judged(ours: dict[str, AppointmentView]) -> list[str]:
    found: list[str] = []
    judge_slots(DOCK, ours, found.append)
    return found


def test_slots_both_have_alike_are_right() -> None:
    assert judged(OURS) == []


def test_a_slot_only_one_of_them_knows_fails() -> None:
    assert judged({"APT-2": OURS["APT-2"]}) == ["slots: the docks have ['APT-1'], the hub []"]
    doubled = AppointmentView("APT-3", "CONFIRMED", 0, 0)
    assert judged({**OURS, "APT-3": doubled}) == ["slots: the docks have [], the hub ['APT-3']"]


@pytest.mark.parametrize("change", [{"state": "CHECKED_IN"}, {"begun_us": 0}, {"ended_us": micros(BEGUN)}])
def test_a_slot_the_hub_has_otherwise_fails(change: dict[str, object]) -> None:
    (reason,) = judged({**OURS, "APT-2": msgspec.structs.replace(OURS["APT-2"], **change)})
    assert reason.startswith("slot APT-2: the dock has ('COMPLETED'")


def test_some_loads_need_a_slot_and_slots_go_every_way() -> None:
    book = world.orders(1, 200)
    docked = [(order, site) for order in book for site in order.sites if fate(1, order).parts[site].is_docked]
    assert 20 < len(docked) < 100
    assert all(world.lane(order, site) is Mode.LTL for order, site in docked)
    assert {fate(1, order).parts[site].slot for order, site in docked} == {"kept", "moved", "given back"}
