"""What people look up: parts of an order and how it stood then, filters of lists, books of money and goods, figures."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults_of

pytestmark = pytest.mark.browser

ORDER = "SO-00100003"


def chosen(page: Page, label: str, option: str) -> None:
    """Choose a filter and show what fits."""
    page.get_by_label(re.compile(f"^{label}")).select_option(option)
    page.get_by_role("button", name="Show").click()


def test_every_part_of_an_order_is_a_click_away(admin: Page) -> None:
    admin.goto(f"/console/orders/{ORDER}")
    admin.get_by_role("link", name=re.compile("^fact order.approved")).first.click()
    expect(admin.locator("#order-detail")).to_contain_text("order.approved")
    for part, shows in (
        ("Books", "What lies where"),
        ("Documents", "Documents"),
        ("Identifiers", "Known as"),
        ("Why", "Claims that lost"),
    ):
        admin.get_by_role("navigation", name="Parts of this page").get_by_role("link", name=part).click()
        expect(admin.locator("#order-live")).to_contain_text(shows)
        assert faults_of(admin) == [], part


def test_an_order_is_shown_as_it_was_known_after_its_first_facts(operator: Page) -> None:
    operator.goto(f"/console/orders/{ORDER}")
    expect(operator.locator("h1 + .badge")).not_to_have_text("Release blocked")
    slider = operator.get_by_role("slider")
    facts = str(slider.get_attribute("max"))
    expect(slider).to_have_value(facts)
    slider.focus()
    operator.keyboard.press("Home")
    expect(operator.get_by_text("This is the past")).to_be_visible()
    expect(slider).not_to_have_value(facts)
    expect(operator.get_by_text("Act on it", exact=True)).to_have_count(0)
    operator.get_by_role("link", name="Back to now").click()
    expect(operator.get_by_text("This is the past")).to_have_count(0)
    expect(slider).to_have_value(facts)


def test_a_document_is_taken_home_as_it_was_received(admin: Page) -> None:
    admin.goto(f"/console/orders/{ORDER}?view=documents")
    link = admin.locator("a[href*='/documents/']").first
    with admin.expect_download() as taken:
        link.click()
    assert taken.value.path().stat().st_size > 0
    admin.goto("/console/audit")
    expect(admin.get_by_role("row").nth(1)).to_contain_text(ORDER)


def test_lists_are_narrowed_and_widened(admin: Page) -> None:
    admin.goto("/console/orders")
    rows = admin.locator("#orders-live tbody tr")
    every = rows.count()
    customer = admin.locator("[data-th=Customer] a").first.inner_text()
    admin.get_by_label("Customer number").fill(customer)
    admin.get_by_role("button", name="Show").click()
    expect(admin.get_by_role("heading", name="Orders that fit")).to_be_visible()
    assert {one.inner_text() for one in admin.locator("[data-th=Customer] a").all()} == {customer}
    assert 0 < rows.count() < every
    admin.get_by_role("link", name="All", exact=True).click()
    expect(rows).to_have_count(every)

    admin.goto("/console/messages")
    chosen(admin, "Became", "refused")
    badges = admin.get_by_role("region", name="List of messages").locator("td .badge")
    assert set(badges.all_inner_texts()) == {"refused"}

    admin.goto("/console/work")
    cause = admin.get_by_role("region", name="Same cause").get_by_role("link").first
    code = cause.locator(".mono").inner_text()
    cause.click()
    expect(admin.get_by_role("region", name="Cases").get_by_role("link", name=code).first).to_be_visible()


def test_books_of_money_and_goods_lead_to_their_orders(admin: Page) -> None:
    admin.goto("/console/money")
    chosen(admin, "State", "SETTLED")
    admin.get_by_role("region", name="Freight cases").locator("a[data-row]").first.click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text(re.compile("SO-|L-|LD-|Load|Order"))

    admin.goto("/console/stock")
    first = admin.get_by_role("region", name="Positions").locator("a[data-row]").first
    item = first.inner_text()
    first.click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text(item)
    admin.get_by_role("link", name="Its whole log, as known at any time").click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text(re.compile("^Stock"))


def test_figures_are_drawn_for_every_board(admin: Page) -> None:
    admin.goto("/console/kpis")
    for board in ("Warehouse", "Transport", "Integration"):
        admin.get_by_role("navigation", name="Boards").get_by_role("link", name=board).click()
        expect(admin.locator(".head p")).to_contain_text(board)
    admin.get_by_label("Over", exact=True).select_option("1")
    admin.get_by_role("button", name="Show").click()
    expect(admin).to_have_url(re.compile("board=INT.*days=1"))
    admin.goto("/console")
    expect(admin.locator("#flow-chart canvas")).to_be_visible()


def test_a_process_is_drawn_with_its_rows(admin: Page) -> None:
    admin.goto("/console/governance")
    admin.locator("a[href='/console/governance/processes/shipment']").first.click()
    expect(admin.locator("main svg")).to_be_visible()
    expect(admin.get_by_role("cell", name=re.compile("^SHP-01$")).first).to_be_visible()
