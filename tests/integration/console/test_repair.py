"""Replay and repair in the console: a plan from a selection, looked at, approved by a second person, applied."""

from __future__ import annotations

import pytest

from crossdock.bootstrap.repair_desk import repair_desk
from crossdock.ports.principal import RoleName
from crossdock.ports.repair import PlanState
from tests.integration.console.conftest import Office, press

PAGE = "/console/repair"


async def plan_of(office: Office, **fields: str) -> str:
    """The page of a plan an operator has made and the schedule role has worked out."""
    operator = await office.come(RoleName.OPERATOR)
    made = await press(operator, PAGE, PAGE, reason="the map was mended", **fields)
    assert made.status_code == 303, made.text
    where = made.headers["location"]
    desk = repair_desk(office.hub)
    while await desk.step(where.rpartition("/")[2]):
        pass
    return where


async def test_a_plan_is_made_from_a_selection_and_shown(office: Office) -> None:
    where = await plan_of(office, everything="yes")
    viewer = await office.come(RoleName.VIEWER)
    listed = (await viewer.get(PAGE)).text
    assert "--all" in listed
    assert "the map was mended" in listed
    assert "New plan" not in listed
    shown = (await viewer.get(where)).text
    assert "Nothing would change" in shown
    assert "shown to those who may see money" in shown


async def test_what_may_not_be_done_is_refused_by_right(office: Office) -> None:
    where = await plan_of(office, partner="erp1")
    viewer, operator = await office.come(RoleName.VIEWER), await office.come(RoleName.APPROVER)
    assert (await press(viewer, PAGE, PAGE, reason="let me try", everything="yes")).status_code == 403
    assert (await press(viewer, where, f"{where}/approve", reason="let me try")).status_code == 403
    assert (await press(operator, where, f"{where}/act", act="apply", reason="let me try")).status_code == 403


@pytest.mark.parametrize(
    "fields",
    [{}, {"since": "tomorrow"}, {"case": "many"}, {"order": "x" * 201}],
)
async def test_a_selection_that_means_nothing_is_refused_in_words(office: Office, fields: dict[str, str]) -> None:
    operator = await office.come(RoleName.OPERATOR)
    answer = await press(operator, PAGE, PAGE, reason="let me try", **fields)
    assert answer.status_code in (400, 409, 422)


async def test_hostile_text_is_text(office: Office) -> None:
    where = await plan_of(office, order="<script>alert(1)</script>")
    viewer = await office.come(RoleName.VIEWER)
    for page in (PAGE, where):
        assert "<script>alert(1)" not in (await viewer.get(page)).text


async def test_an_unknown_plan_is_no_page(office: Office) -> None:
    viewer = await office.come(RoleName.VIEWER)
    assert (await viewer.get(f"{PAGE}/nothing")).status_code == 404


async def test_a_plan_that_changes_nothing_is_over_and_cannot_be_approved(office: Office) -> None:
    where = await plan_of(office, everything="yes")
    plan = await repair_desk(office.hub).read(where.rpartition("/")[2])
    assert plan.state is PlanState.DONE
    approver = await office.come(RoleName.APPROVER)
    answer = await press(approver, where, f"{where}/approve", reason="looks right")
    assert answer.status_code != 303
