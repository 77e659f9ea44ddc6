"""Who may come, managed in a browser: people are let in and ended, keys stopped, and what then happens at the door."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import part, sign_in
from tests.browser.hub import Hub

pytestmark = pytest.mark.browser

SETTINGS, MAY = "/console/settings", "operations:read"


def test_a_person_is_let_in_by_a_link_and_is_out_at_once_when_ended(admin: Page, browser: Browser, hub: Hub) -> None:
    admin.goto(SETTINGS)
    admin.get_by_label("E-mail").fill("temp@example.com")
    admin.get_by_label("Name", exact=True).fill("Tom Temp")
    admin.get_by_label("Role").select_option("operator")
    admin.get_by_label("Why", exact=True).fill("helps over the holidays")
    admin.get_by_role("button", name="Make the sign-in link").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Tom Temp may come")
    newcomer = browser.new_context(base_url=hub.url)
    sign_in(newcomer, admin.locator("p.code").inner_text())
    page = newcomer.new_page()
    page.goto("/console")
    expect(page.get_by_role("heading", level=1)).to_have_text("Now")

    admin.goto(SETTINGS)
    admin.get_by_label("Why Tom Temp is ended").fill("the holidays are over")
    admin.get_by_role("button", name="End Tom Temp").click()
    expect(admin.get_by_role("row").filter(has_text="temp@example.com")).to_contain_text("ended")
    page.goto("/console/work")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    part(newcomer)
    admin.goto("/console/audit")
    expect(admin.get_by_role("table")).to_contain_text("the holidays are over")


def test_a_stopped_key_opens_nothing_any_more(admin: Page, hub: Hub, playwright: Playwright) -> None:
    prefix, key = hub.key("tms", MAY)
    machine = playwright.request.new_context(base_url=hub.url, extra_http_headers={"authorization": f"Bearer {key}"})
    assert machine.get("/v1/systems").status == 200
    admin.goto(SETTINGS)
    admin.get_by_label(f"Why the key {prefix} is stopped").fill("it was in a mail")
    admin.get_by_role("button", name=f"Stop {prefix}").click()
    expect(admin.get_by_role("row").filter(has_text=f"cdk_{prefix}")).to_contain_text("stopped")
    # A process may know a key for as long as `limits.key_ttl_s` says.
    while (answer := machine.get("/v1/systems")).status == 200:
        admin.reload()
    assert answer.status == 401
    machine.dispose()


def test_whoever_signs_out_is_out(browser: Browser, hub: Hub) -> None:
    context = browser.new_context(base_url=hub.url)
    sign_in(context, hub.sign_in_link("leaver@example.com", "viewer"))
    page = context.new_page()
    page.goto("/console")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/console/orders")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    part(context)
