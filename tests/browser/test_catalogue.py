"""The catalogue site in a real browser, from its folder: no server, no script, readable by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from crossdock.app.catalogue.book import Proved, bind
from crossdock.bootstrap.catalogue import given
from crossdock.testing.proofs import specification
from crossdock.web.catalogue.site import site
from tests.browser.conftest import WIDE, Shot, faults_of, is_too_wide, leave
from tests.house.sources import PACKAGE

pytestmark = pytest.mark.browser

KINDS = (
    "index", "systems", "system-x12", "events", "event-shipment.handed_over", "command-plan_shipment", "authority",
    "processes", "process-shipment", "lineage", "codes", "coverage",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the example project, written down."""
    made = tmp_path_factory.mktemp("catalogue")
    proofs = tuple(Proved(*item, ("unit/test_one.py::test_it",)) for item in specification())
    for name, text in site(bind(given(PACKAGE / "bootstrap" / "offline" / "example", {}, proofs))).items():
        (made / name).write_text(text)
    return made


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own."""
    opened = browser.new_page(viewport=WIDE)
    yield opened
    leave(opened)


@pytest.mark.parametrize("name", KINDS)
def test_a_page_of_the_catalogue_is_readable_by_everybody(page: Page, folder: Path, shot: Shot, name: str) -> None:
    page.goto(f"file://{folder}/{name}.html")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert faults_of(page) == []
    assert not is_too_wide(page)
    if name == "process-shipment":
        shot(page, "catalogue/process")


def test_a_row_of_the_drawing_leads_to_its_line_and_on_to_the_system_that_is_told(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/processes.html")
    page.get_by_role("link", name="fulfilment", exact=True).click()
    page.get_by_role("link", name="FO-16", exact=True).first.press("Enter")
    expect(page.locator("#FO-16")).to_be_in_viewport()
    page.locator("#FO-16").get_by_role("link", name="post_goods_issue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("post_goods_issue")
    page.get_by_role("link", name="tryton").click()
    expect(page.get_by_text('connector = "tryton"')).to_be_visible()
