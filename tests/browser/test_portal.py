"""The portal in a real browser: a customer finds an order, shares it, asks for a return; on a phone, in the dark, and
without script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crossdock.app.webhooks.customers import CustomerWish
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.money import InvoicePosted
from crossdock.canonical.events.tracking import ShipmentEtaChanged
from crossdock.kernel.money import Money
from tests.browser.conftest import PHONE, PICTURES, WIDE, faults_of, part, sign_in
from tests.browser.portal_door import Door, opened
from tests.integration.portal.house import House
from tests.unit.app.portal.given import START, CustomersOrder, tell

pytestmark = pytest.mark.browser

Come = Callable[..., BrowserContext]


async def stock(house: House) -> None:
    """Four orders of one customer: delivered and billed, on the way with an estimate, being prepared, just placed."""
    first = await house.order(1, "C-A", "hex bolts")
    moving = await house.order(2, "C-A", "brackets", upto=14)
    await house.order(3, "C-A", "washers", upto=9)
    await house.order(4, "C-A", "rivets", upto=1)
    await house.order(5, "C-B", "SECRET")
    total = Money(Decimal("1240.50"), "EUR")
    posted = InvoicePosted(invoice_no="INV-20417", total=total, lines=first.quantities(), date="2026-06-03")
    eta = ShipmentEtaChanged(eta=START + timedelta(days=2, hours=3), confidence=Decimal("0.86"))
    bill = Subject("billing_item", first.fo)
    await tell(
        house.world,
        moving.say(eta, "shipment.eta_changed", 700),
        first.say(posted, "invoice.posted", 2000, partner="erp1", subject=bill),
    )
    hook = CustomerWish("https://hooks.hexmart.example/orders", "Our ERP", ("order.*", "shipment.*"), "beginning")
    await house.hooks("C-A").make(hook)
    await house.follow()
    house.endpoint.answers = [204] * 12 + [503]
    await house.send()


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """The portal with its orders."""
    with opened() as door:
        door.do(stock(door.house))
        yield door


@pytest.fixture
def come(door: Door, browser: Browser) -> Iterator[Come]:
    """Somebody of customer C-A, signed in by the link of an invitation."""
    contexts: list[BrowserContext] = []

    def come(**settings: object) -> BrowserContext:
        context = browser.new_context(base_url=door.url, **{"viewport": WIDE} | settings)  # type: ignore[arg-type]
        contexts.append(context)
        sign_in(context, door.do(door.house.sign_in_address("C-A")))
        return context

    yield come
    for context in contexts:
        part(context)


def keep(page: Page, name: str, request: pytest.FixtureRequest) -> None:
    """A picture for the docs, where pictures are asked for."""
    if request.config.getoption("--screenshots"):
        file = Path(PICTURES / "portal" / f"{name}.png")
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file)


@pytest.mark.proves("W-24", "S-23")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_page_can_be_read_by_everybody(
    come: Come, scheme: str, viewport: dict[str, int], request: pytest.FixtureRequest
) -> None:
    page = come(viewport=viewport, color_scheme=scheme).new_page()
    for path, name in (
        ("", "orders"),
        ("/order?no=SO-00000001", "delivered"),
        ("/order?no=SO-00000002", "on-the-way"),
        ("/return?no=SO-00000001", "return"),
        ("/request?no=SO-00000001", "request"),
        ("/notices", "messages"),
        ("/webhooks", "webhooks"),
        ("/webhook", "webhook"),
        ("/order?no=SO-00000005", "unknown"),
    ):
        if path == "/webhook":
            page.get_by_role("link", name="Our ERP").click()
        else:
            page.goto(f"/portal{path}")
        assert faults_of(page) == [], path
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), path
        if (scheme, viewport, name) in PICTURED:
            keep(page, f"{name}-{scheme}", request)


PICTURED = (
    ("light", WIDE, "orders"),
    ("light", WIDE, "on-the-way"),
    ("dark", PHONE, "delivered"),
    ("light", WIDE, "webhook"),
    ("dark", PHONE, "webhooks"),
)


@pytest.mark.proves("W-24")
def test_an_open_page_of_an_order_shows_what_happens_and_waits_for_who_is_writing(come: Come, door: Door) -> None:
    page = come().new_page()
    page.goto("/portal/order?no=SO-00000003")
    expect(page.locator("#live[data-on=yes]")).to_have_count(1)
    expect(page.get_by_text("Out for delivery", exact=True)).to_have_count(1)
    page.get_by_text("Share this shipment").first.click()
    page.get_by_label("Note for yourself").first.fill("for the gate")
    order = CustomersOrder(3, START + timedelta(minutes=3), "C-A", "washers")
    door.do(tell(door.house.world, *order.all()[9:]))
    door.do(door.house.follow())
    expect(page.get_by_label("Note for yourself").first).to_have_value("for the gate")
    page.get_by_text("Share this shipment").first.click()
    expect(page.locator("h1 + .badge")).to_have_text("Delivered")
    expect(page.locator("#fresh")).to_have_text("This page was updated.")
    assert faults_of(page) == []


@pytest.mark.proves("W-24", "PF-15")
def test_a_customer_adds_tries_and_ends_a_webhook(come: Come, door: Door) -> None:
    page = come().new_page()
    page.goto("/portal/webhooks")
    page.get_by_role("textbox", name="Address").fill("https://hooks.hexmart.example/second")
    page.get_by_role("textbox", name="Name").fill("Second")
    page.get_by_label("A new estimate of arrival").check()
    page.get_by_role("button", name="Add it").click()
    assert page.get_by_label("Secret").input_value().startswith("whsec_")
    page.get_by_role("link", name="Go on to try it").click()
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("A test is on its way.")).to_be_visible()
    door.do(door.house.send())
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.get_by_role("row", name="A test")).to_contain_text("Delivered")
    page.get_by_role("link", name="1 attempt").click()
    expect(page.get_by_text("HTTP 204")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="Second").click()
    assert not page.get_by_role("button", name="End it for good").is_visible()
    page.get_by_text("End it", exact=True).click()
    page.get_by_role("button", name="End it for good").click()
    expect(page.get_by_text("Nothing more is sent there.")).to_be_visible()


@pytest.mark.proves("W-24")
def test_a_customer_finds_shares_and_withdraws(
    come: Come, browser: Browser, door: Door, request: pytest.FixtureRequest
) -> None:
    page = come().new_page()
    page.goto("/portal")
    page.get_by_label("Find by order").fill("po-brackets")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="SO-00000002").click()
    expect(page.get_by_text("Confidence: high (86 %)")).to_be_visible()
    page.get_by_text("Share this shipment").click()
    page.get_by_role("button", name="Make a link").click()
    other = browser.new_context(viewport=PHONE).new_page()
    other.goto(page.get_by_label("Address").input_value())
    expect(other.get_by_role("heading", name="Your shipment")).to_be_visible()
    assert faults_of(other) == []
    assert "SO-0000" not in other.content()
    keep(other, "tracking-phone", request)
    page.goto("/portal/order?no=SO-00000002")
    page.get_by_role("button", name="Withdraw").click()
    other.reload()
    expect(other.get_by_text("This link shows nothing any more")).to_be_visible()
    part(other.context)


@pytest.mark.proves("W-07")
def test_a_return_is_asked_for_by_keyboard_alone(come: Come, door: Door) -> None:
    page = come().new_page()
    page.goto("/portal/return?no=SO-00000001")
    page.locator("input[inputmode=decimal]").first.focus()
    page.keyboard.type("3")
    page.get_by_role("radio", name="It arrived damaged").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="We have your request")).to_be_visible()
    assert faults_of(page) == []
    door.do(door.house.follow())
    page.get_by_role("link", name="Back to order").click()
    expect(page.get_by_role("heading", name="Returns")).to_be_visible()


@pytest.mark.proves("W-10")
def test_a_customer_says_in_plain_words_what_to_be_written_about(come: Come, door: Door) -> None:
    page = come().new_page()
    page.goto("/portal")
    page.get_by_role("link", name="Messages").click()
    assert page.get_by_label("A delivery could not be made").count() == 2, "by e-mail, and by text to who receives it"
    late = page.get_by_label("A shipment is late")
    expect(late).to_be_checked()
    late.uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    page.reload()
    page.goto("/portal/notices")
    expect(late).not_to_be_checked()
    assert door.do(door.house.own.unwanted("C-A")) == {"delayed"}
    late.check()
    page.get_by_role("button", name="Save").click()
    assert door.do(door.house.own.unwanted("C-A")) == frozenset()


@pytest.mark.proves("W-24")
def test_a_customer_reads_the_proof_and_the_invoice_and_asks_what_is_wrong(come: Come, door: Door) -> None:
    page = come().new_page()
    page.goto("/portal")
    page.get_by_role("link", name="SO-00000001").click()
    bill = page.get_by_role("region", name="Table of invoices").get_by_role("row", name="INV-20417")
    expect(bill).to_contain_text("3 Jun 2026")
    expect(bill).to_contain_text("EUR 1,240.50")
    page.get_by_role("link", name="Proof of delivery").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Proof of delivery")
    expect(page.get_by_role("region", name="What was delivered")).to_contain_text("Widget hex bolts")
    assert faults_of(page) == []
    page.get_by_role("link", name="Order SO-00000001").click()
    page.get_by_role("link", name="Ask us to look into it").click()
    page.get_by_label("Something is damaged or missing").check()
    page.get_by_label("Tell us more").fill("one box is torn")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Ask us to look into it")
    door.do(door.house.follow())
    page.goto("/portal/order?no=SO-00000001")
    expect(page.locator("main")).to_contain_text("Something is damaged or missing")


@pytest.mark.proves("X-04", "Y-16")
def test_without_script_and_with_an_old_store_the_page_is_honest(come: Come, door: Door) -> None:
    page = come(java_script_enabled=False).new_page()
    door.house.clock.at += timedelta(minutes=7)
    page.goto("/portal")
    expect(page.get_by_text("This may not be the latest")).to_be_visible()
    page.get_by_role("link", name="SO-00000002").click()
    expect(page.get_by_text("Looked up just now")).to_be_visible()
