"""Every page of the console in a real browser over the assembled hub, after a day of the simulated enterprise.

A new operator finds what costs most and what to press within three clicks; everything can be done from the keyboard;
axe finds nothing; a phone never scrolls sideways.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import People, Shot, faults_of, is_too_wide, leave, part, sign_in
from tests.browser.hub import Hub

pytestmark = pytest.mark.browser

SECTIONS = {
    "now": "/console",
    "orders": "/console/orders",
    "work": "/console/work",
    "messages": "/console/messages",
    "waiting": "/console/messages/waiting",
    "quarantine": "/console/messages/quarantine",
    "deliveries": "/console/deliveries",
    "partners": "/console/partners",
    "partner": "/console/partners/nvtr",
    "readiness": "/console/partners/readiness",
    "reconciliation": "/console/reconciliation",
    "check": "/console/reconciliation/RC-01",
    "money": "/console/money",
    "stock": "/console/stock",
    "kpis": "/console/kpis",
    "governance": "/console/governance",
    "process": "/console/governance/processes/shipment",
    "repair": "/console/repair",
    "audit": "/console/audit?check=1",
    "settings": "/console/settings",
}
SAMPLE = "ISA*00*          *00*          *ZZ*NVTR           *ZZ*CROSSDOCK      *260610*1130*U*00401*000000071*0*P*>~"
# As a page looks again when the hub says that something changed; `looked` is settled when the answer is dealt with.
LOOK = """() => {
  window.looked = new Promise(done => {
    document.body.addEventListener("htmx:afterRequest", () => done(true), {once: true});
  });
  const part = "#deliveries-live";
  htmx.ajax("GET", "/console/deliveries?partner=", {source: part, target: part, swap: "morph:outerHTML"});
}"""


@pytest.mark.parametrize("name", SECTIONS)
def test_a_page_is_whole_readable_by_everybody_and_fits_a_phone(admin: Page, shot: Shot, name: str) -> None:
    admin.goto(SECTIONS[name])
    expect(admin.get_by_role("heading", level=1)).to_be_visible()
    expect(admin.locator("#live")).to_have_text("live")
    assert faults_of(admin) == []
    assert not is_too_wide(admin)
    shot(admin, f"console/{name}")


def test_one_order_shows_every_system_in_its_lane_and_why(admin: Page, shot: Shot) -> None:
    admin.goto("/console/orders")
    admin.locator("a[data-row], tbody a").first.click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("SO-")
    assert faults_of(admin) == []
    assert not is_too_wide(admin)
    shot(admin, "console/order")


def test_any_identifier_leads_to_its_order(admin: Page) -> None:
    admin.goto("/console")
    admin.get_by_role("searchbox").first.fill("SO-00100003")
    admin.get_by_role("button", name="Search").click()
    expect(admin.locator("main")).to_contain_text("SO-00100003")


def test_dark_is_as_readable(admin: Page, shot: Shot) -> None:
    admin.goto("/console")
    admin.get_by_role("button", name="Light or dark").click()
    expect(admin.locator("html")).to_have_attribute("data-theme", "dark")
    assert faults_of(admin) == []
    shot(admin, "console/now-dark")
    admin.get_by_role("button", name="Light or dark").click()


def test_the_first_page_says_what_costs_most_why_and_what_to_press(operator: Page) -> None:
    operator.goto("/")
    dear = operator.get_by_role("region", name="Dearest to leave waiting").get_by_role("row").nth(1)
    expect(dear).to_contain_text(re.compile(r"[A-Z]{3}-\d\d"))
    dear.get_by_role("link", name=re.compile("^Act")).click()
    expect(operator.get_by_role("heading", name="What closes it")).to_be_visible()
    expect(operator.get_by_role("heading", name="Do something")).to_be_visible()


def test_a_case_is_taken_from_the_page_and_kept_with_its_reason(operator: Page) -> None:
    operator.goto("/console/work")
    operator.locator("a[data-row]").first.click()
    operator.get_by_label("Why", exact=True).fill("looking at it now")
    operator.get_by_role("button", name="Take", exact=True).click()
    expect(operator.get_by_role("region", name="What was done")).to_contain_text("looking at it now")


def test_a_message_stands_raw_and_canonical_side_by_side_field_by_field(admin: Page, shot: Shot) -> None:
    admin.goto("/console/messages?partner=nvtr&standing=accepted")
    admin.locator("a[data-row]").first.click()
    expect(admin.get_by_role("heading", name="As received")).to_be_visible()
    expect(admin.locator("section", has=admin.get_by_role("heading", name="As received"))).to_contain_text("ISA*")
    expect(admin.get_by_role("heading", name="What we make of it today")).to_be_visible()
    expect(admin.get_by_role("cell", name=re.compile(r"segment \d+ .*byte \d+")).first).to_be_visible()
    assert faults_of(admin) == []
    shot(admin, "console/message")


def test_a_partner_is_paused_with_a_reason_and_resumed(operator: Page) -> None:
    operator.goto("/console/deliveries")
    row = operator.get_by_role("row", name=re.compile("^Customs"))
    row.get_by_label("Why").fill("their office is closed")
    row.get_by_role("button", name="Pause").click()
    expect(operator.get_by_role("row", name=re.compile("^Customs"))).to_contain_text("their office is closed")
    row = operator.get_by_role("row", name=re.compile("^Customs"))
    row.get_by_label("Why").fill("open again")
    row.get_by_role("button", name="Resume").click()
    expect(operator.get_by_role("row", name=re.compile("^Customs"))).to_contain_text("open way")


def test_what_somebody_writes_is_not_taken_away_by_a_look_that_was_under_way(operator: Page) -> None:
    # Nothing but this test makes the page look again: of two looks at one part the second waits for the first.
    operator.route("**/console/live", lambda route: route.abort())
    operator.goto("/console/deliveries")
    held: list[Route] = []
    operator.route("**/console/deliveries?*", lambda route: held.append(route))  # noqa: PLW0108  (Playwright asks for its source)
    with operator.expect_request("**/console/deliveries?*"):
        operator.evaluate(LOOK)
    why = operator.get_by_role("row", name=re.compile("^Customs")).get_by_label("Why")
    why.fill("their office is")
    held[0].continue_()
    operator.evaluate("() => window.looked")
    expect(why).to_have_value("their office is")


def test_a_sample_shows_what_is_wrong_with_its_place(admin: Page) -> None:
    admin.goto("/console/partners/nvtr")
    admin.get_by_label(re.compile("^A document as")).fill(SAMPLE)
    admin.get_by_role("button", name="What would we make of it?").click()
    expect(admin.get_by_role("status").filter(has_text="x12")).to_contain_text("0 facts")


def test_a_check_is_run_now(operator: Page) -> None:
    operator.goto("/console/reconciliation/RC-04")
    operator.get_by_label("Why it runs now").fill("the books are closed tonight")
    operator.get_by_role("button", name="Run now").click()
    expect(operator.get_by_role("heading", level=1)).to_contain_text("RC-04")
    operator.goto("/console/audit")
    expect(operator.get_by_role("row").nth(1)).to_contain_text("the books are closed tonight")


def test_the_keyboard_leads_everywhere(operator: Page) -> None:
    operator.goto("/console")
    operator.keyboard.press("g")
    operator.keyboard.press("w")
    expect(operator.get_by_role("heading", level=1)).to_have_text("Work")
    operator.keyboard.press("j")
    operator.keyboard.press("Enter")
    expect(operator.get_by_role("heading", name="What closes it")).to_be_visible()
    operator.keyboard.press("/")
    expect(operator.get_by_role("searchbox")).to_be_focused()


def test_whoever_only_looks_is_offered_no_button_that_acts(people: People, hub: Hub) -> None:
    page = people("viewer").new_page()
    for address in ("/console/deliveries", "/console/reconciliation", "/console/messages/quarantine"):
        page.goto(address)
        expect(page.locator("main button")).to_have_count(0)
    page.goto(hub.url + "/console/settings")
    expect(page.get_by_role("heading", name="People", exact=True)).to_have_count(0)
    leave(page)


def test_pages_work_without_script(browser: Browser, hub: Hub) -> None:
    context = browser.new_context(base_url=hub.url, java_script_enabled=False)
    sign_in(context, hub.sign_in_link("plain@example.com", "operator"))
    page = context.new_page()
    page.goto("/console")
    page.get_by_role("link", name=re.compile("^Work")).click()
    page.locator("a[data-row]").first.click()
    expect(page.get_by_role("heading", name="What closes it")).to_be_visible()
    part(context)
