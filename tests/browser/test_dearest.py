"""A new operator at six in the morning (peers.md §3.8): the ten orders that cost most to leave waiting, why each waits,
and what to press, within three clicks of the first page."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shot
from tests.browser.erp import Erp

pytestmark = pytest.mark.browser

DEAREST = 10
# More than fit, of different worth: what one of them costs is in part a share of that.
ORDERS = {f"SO-9000003{place}": Decimal(10_000 * (place + 1)) for place in range(10)} | {
    f"SO-9000004{place}": Decimal(1_000 * (place + 1)) for place in range(2)
}


def amount_of(text: str) -> Decimal:
    """A sum of money as a page writes it."""
    return Decimal(re.sub(r"[^0-9.]", "", text))


def test_what_costs_most_is_found_explained_and_acted_on_in_two_clicks(operator: Page, erp: Erp, shot: Shot) -> None:
    for number, worth in ORDERS.items():
        erp.tell(number, total={"amount": str(worth), "currency": "EUR"})
    operator.goto("/")
    region = operator.get_by_role("region", name="Dearest to leave waiting")
    rows = region.locator("tbody tr")
    expect(rows).to_have_count(DEAREST)
    expect(region).not_to_contain_text("–")
    expect(region.get_by_role("link", name="SO-90000039", exact=True)).to_be_visible()
    shot(operator, "console/dearest")
    costs = [amount_of(cell) for cell in rows.locator("[data-th='By tomorrow']").all_inner_texts()]
    assert min(costs) > 0
    assert costs == sorted(costs, reverse=True)
    numbers = rows.locator("a[data-row]").all_inner_texts()
    mine = [number for number in numbers if number in ORDERS]
    assert mine == sorted(mine, key=lambda number: ORDERS[number], reverse=True)
    for row in rows.all():
        expect(row).to_contain_text(re.compile(r"[A-Z]{3}-\d\d\s+\S+"))

    operator.get_by_role("link", name="Act on CSR-02 of SO-90000039").click()
    expect(operator.get_by_role("region", name="The case")).to_contain_text("once")
    expect(operator.get_by_role("region", name="What closes it")).to_contain_text("decide for customer")
    operator.get_by_label("Why", exact=True).fill("I call their purchasing")
    operator.get_by_role("button", name="Take", exact=True).click()
    expect(operator.get_by_role("region", name="The case")).to_contain_text("operator@example.com has it")
    operator.goto("/console/work?mine=me")
    line = operator.get_by_role("row").filter(has_text="SO-90000039")
    expect(line.locator("[data-th='Cost so far']")).to_contain_text("once late")
