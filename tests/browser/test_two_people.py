"""What takes two people, in a real browser: one asks on the order's page, another agrees under Work, and it is said."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hub, People, Shot, faults_of, is_too_wide, leave

pytestmark = pytest.mark.browser

ASK = re.compile(r"^Ask \d+$")
ORDER = {
    "order_no": "SO-90000001",
    "rev": 1,
    "customer": {"no": "C-1", "name": "Acme"},
    "ship_to": {
        "location_no": "L-1",
        "name": "Acme",
        "address": {"country": "NL", "lines": ["Kade 1"], "city": "Venlo", "postal": "1011 AA"},
    },
    "lines": [{"no": "10", "item": "IT-1", "qty": {"value": "2", "uom": "EA"}, "warehouse": "WH-A1"}],
    "requested": {"latest": "2030-01-01T00:00:00Z"},
    "incoterm": {"code": "DAP"},
    "currency": "EUR",
}


@pytest.fixture
def order(hub: Hub, operator: Page) -> str:
    """The number of an order that has just come in; all of the simulated day are over."""
    made = hub.run("key", "create", "--partner", "erp", "--scope", "orders:write", "--by", "tests", "--json")
    headers = {"authorization": f"Bearer {json.loads(made)['key']}"}
    answer = operator.request.post(f"{hub.url}/v1/orders", data=ORDER, headers=headers)
    assert answer.ok, answer.text()
    return str(ORDER["order_no"])


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
