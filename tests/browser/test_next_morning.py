"""The day after: a carrier's code was mapped and a rule changed overnight, and what is behind is mended in a browser.

A message nobody could read is run again; an order is folded again by a plan one person makes, another approves, and
the first applies. Both are then looked up in the hub.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import People, Shot, crowd, faults_of, leave
from tests.browser.hub import Hub, next_morning

pytestmark = pytest.mark.browser

# What the carrier's unknown code of that day means, and what a proof of delivery is to have from now on.
MAPPED = '\n[settings.status_codes]\nZZ9 = "OUT_FOR_DELIVERY"\n'
BEFORE, AFTER = 'proof_required = ["signature"]', 'proof_required = ["signature", "photo"]'


def mend(project: Path) -> None:
    """What was decided overnight."""
    carrier, policy = project / "partners" / "flsh.toml", project / "policies" / "demo.toml"
    carrier.write_text(carrier.read_text() + MAPPED)
    assert BEFORE in policy.read_text()
    policy.write_text(policy.read_text().replace(BEFORE, AFTER))


@pytest.fixture(scope="module")
def morning() -> Iterator[Hub]:
    """The hub of that day under the mended project."""
    with next_morning(mend) as hub:
        yield hub


@pytest.fixture(scope="module")
def shift(morning: Hub, browser: Browser) -> Iterator[People]:
    """Who is there that morning."""
    with crowd(morning, browser) as people:
        yield people


def page_of(people: People, role: str, address: str) -> Page:
    """A page of somebody of that role."""
    page = people(role).new_page()
    page.goto(address)
    return page


@pytest.mark.proves("MDM-03")
def test_a_message_is_run_again_once_its_code_is_mapped(morning: Hub, shift: People) -> None:
    page = page_of(shift, "integrator", "/console/messages?partner=flsh&standing=refused")
    page.locator("a[data-row]").first.click()
    expect(page.get_by_role("region", name="What was wrong")).to_contain_text("ZZ9")
    assert [one["code"] for one in cases(morning) if one["subject"] == "flsh"] == ["MDM-03"]
    page.get_by_label("Why it is run again").fill("ZZ9 means out for delivery")
    page.get_by_role("button", name="Run again").click()
    kept = page.get_by_role("region", name="As kept")
    expect(kept).to_contain_text("accepted")
    kept.get_by_role("link").click()
    expect(kept).to_contain_text("Run again from")
    expect(page.get_by_role("region", name="What we make of it today")).to_contain_text("OUT_FOR_DELIVERY")
    assert [one for one in cases(morning) if one["subject"] == "flsh"] == []
    page.goto("/console/audit")
    expect(page.get_by_role("row").filter(has_text="ZZ9 means out for delivery")).to_contain_text("message run again")
    leave(page)


@pytest.mark.proves("W-28")
def test_a_plan_is_made_approved_by_another_and_applied(morning: Hub, shift: People, shot: Shot) -> None:
    operator = page_of(shift, "operator", "/console/repair")
    operator.get_by_label("Order or any identifier").fill("SO-00100003")
    operator.get_by_label("Why").fill("a photo is asked for as well")
    operator.get_by_role("button", name="Make the plan").click()
    state = operator.get_by_role("region", name="How it stands")
    expect(state).to_contain_text("proposed")
    expect(operator.get_by_role("region", name="Approve")).to_contain_text("Somebody who may approve must look at it")
    expect(operator.get_by_role("button", name="Apply it")).to_have_count(0)
    assert "event.replayed" not in told(morning)

    approver = page_of(shift, "approver", operator.url)
    assert faults_of(approver) == []
    expect(approver.locator("main")).to_contain_text("opens FIN-07 SO-00100003/WH-B1/1: about money")
    shot(approver, "console/plan")
    approver.get_by_label("Why").fill("as decided yesterday")
    approver.get_by_role("button", name="Approve exactly this").click()
    expect(approver.get_by_role("region", name="How it stands")).to_contain_text("approved")
    leave(approver)

    operator.reload()
    operator.get_by_label("Why").fill("agreed")
    operator.get_by_role("button", name="Apply it").click()
    expect(state).to_contain_text("done")
    expect(state).to_contain_text("1 of 1")
    leave(operator)
    assert "event.replayed" in told(morning)


def test_a_plan_is_withdrawn(morning: Hub, shift: People) -> None:
    page = page_of(shift, "operator", "/console/repair")
    page.get_by_label("Order or any identifier").fill("SO-00100004")
    page.get_by_label("Why").fill("only to look")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_role("region", name="How it stands")).to_contain_text("proposed")
    page.get_by_label("Why").fill("seen enough")
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_role("region", name="How it stands")).to_contain_text("withdrawn")
    expect(page.get_by_role("button", name="Withdraw it")).to_have_count(0)
    leave(page)


def cases(hub: Hub) -> list[dict[str, object]]:
    """The open cases of the hub."""
    return list(json.loads(hub.run("cases", "list", "--json")))


def told(hub: Hub) -> str:
    """Everything that was said of the order of the plan."""
    return hub.run("trace", "SO-00100003", "--json")
