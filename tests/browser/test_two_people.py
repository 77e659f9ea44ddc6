"""What takes two people, in a real browser: one asks on the order's page, another agrees under Work, and it is said."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People, Shot, faults_of, is_too_wide, leave
from tests.browser.erp import Erp

pytestmark = pytest.mark.browser

ASK = re.compile(r"^Ask \d+$")
ORDER = "SO-90000001"


@pytest.fixture
def order(erp: Erp) -> str:
    """The number of an order that has just come in; all of the simulated day are over."""
    erp.tell(ORDER)
    return ORDER


def test_an_order_is_held_by_two(operator: Page, people: People, order: str, shot: Shot) -> None:
    operator.goto(f"/console/orders/{order}")
    operator.get_by_text("Act on it", exact=True).click()
    form = operator.get_by_role("form", name="Hold the order")
    form.get_by_label("Kind").select_option("credit")
    form.get_by_label("Why").fill("unpaid bills")
    form.get_by_role("button", name="Hold the order").click()
    waiting = operator.get_by_role("region", name=ASK)
    expect(waiting).to_contain_text("A second person has to agree")
    expect(waiting.get_by_role("button", name="Agree and do it")).to_have_count(0)
    assert faults_of(operator) == []
    assert not is_too_wide(operator)
    shot(operator, "console/ask")

    second = people("approver").new_page()
    second.goto("/console/work")
    waiting = second.get_by_role("region", name=ASK)
    waiting.get_by_label("Why").fill("so it is")
    assert faults_of(second) == []
    waiting.get_by_role("button", name="Agree and do it").click()
    expect(second.get_by_role("region", name=ASK)).to_have_count(0)
    leave(second)

    operator.reload()
    expect(operator.locator("main")).to_contain_text("order.held")
    expect(operator.get_by_role("region", name="The whole order")).to_contain_text("On hold")
    operator.get_by_text("Act on it", exact=True).click()
    expect(operator.get_by_role("button", name=re.compile(r"^Release the credit hold OPS-\d+$"))).to_be_visible()
