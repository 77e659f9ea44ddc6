"""One hub with the simulated enterprise, one browser, and people of every role: for all browser tests of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.erp import Erp
from tests.browser.hub import Hub, left_up
from tests.house.sources import ROOT

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PICTURES = ROOT / "docs" / "images"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

# A hub that answers late on a busy machine is not wrong.
expect.set_options(timeout=30_000)

Shot = Callable[[Page, str], None]
# A signed-in browser by the name of a role.
People = Callable[[str], BrowserContext]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Pictures of the docs are taken only when asked for: they differ by a pixel each time."""
    parser.addoption("--screenshots", action="store_true", help="take the pictures of the docs anew")


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    """The demo with its default faults, left up after its verdict."""
    with left_up() as hub:
        yield hub


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def erp(hub: Hub, playwright: Playwright) -> Iterator[Erp]:
    """The ERP of that hub."""
    erp = Erp(hub, playwright)
    yield erp
    erp.request.dispose()


@pytest.fixture(scope="session")
def people(hub: Hub, browser: Browser) -> Iterator[People]:
    """A signed-in browser for a role, the same one each time."""
    with crowd(hub, browser) as people:
        yield people


@pytest.fixture
def admin(people: People) -> Iterator[Page]:
    """A page of somebody who may do nearly everything."""
    page = people("admin").new_page()
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    leave(page)
    assert problems == []


@pytest.fixture
def operator(people: People) -> Iterator[Page]:
    """A page of somebody who works cases and deliveries."""
    page = people("operator").new_page()
    yield page
    leave(page)


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Shot:
    """Keep a picture of a page for the docs, wide and as on a phone, where pictures are asked for."""

    def keep(page: Page, name: str) -> None:
        if not request.config.getoption("--screenshots"):
            return
        file = PICTURES / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file, full_page=False)
        page.set_viewport_size(PHONE)
        page.screenshot(path=file.with_stem(f"{file.stem}-phone"), full_page=False)
        page.set_viewport_size(WIDE)

    return keep


@contextmanager
def crowd(hub: Hub, browser: Browser) -> Iterator[People]:
    """People of a hub, each of a role and in a browser of their own."""
    known: dict[str, BrowserContext] = {}

    def of(role: str) -> BrowserContext:
        if role not in known:
            known[role] = browser.new_context(viewport=WIDE, base_url=hub.url)
            sign_in(known[role], hub.sign_in_link(f"{role}@example.com", role))
        return known[role]

    yield of
    for context in known.values():
        part(context)


def sign_in(context: BrowserContext, link: str) -> None:
    """Follow a sign-in link to its end."""
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    leave(page)


def leave(page: Page) -> None:
    """Close a page once it is whole: Chromium never answers the close of one it has only begun to load."""
    page.wait_for_load_state("load")
    page.close()


def part(context: BrowserContext) -> None:
    """Close a browser of somebody, page by page."""
    for page in context.pages:
        leave(page)
    context.close()


def faults_of(page: Page) -> list[str]:
    """What axe finds wrong on this page (WCAG 2.2 AA and its best practices), one line a fault."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']} ({one['nodes'][0]['target']})" for one in found]


def is_too_wide(page: Page) -> bool:
    """Whether a phone would have to scroll sideways."""
    page.set_viewport_size(PHONE)
    wide = bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
    page.set_viewport_size(WIDE)
    return wide
