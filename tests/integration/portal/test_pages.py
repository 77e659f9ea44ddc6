"""The pages customers see, over HTTP: orders, proofs, returns, links, messages; honest when behind."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.service import ServiceAnswered
from tests.integration.portal.house import House, csrf
from tests.unit.app.portal.given import tell


@pytest.mark.proves("W-24", "S-23")
async def test_a_customer_finds_an_order_and_reads_it(house: House) -> None:
    await house.order(1, "C-A", "ALPHAMARK")
    await house.order(2, "C-A", "OTHER", upto=5)
    await house.follow()
    browser = await house.browser("C-A")
    every = (await browser.get("/portal")).text
    assert "SO-00000001" in every
    assert "Alpha Parts" in every
    found = (await browser.get("/portal", params={"q": "po-alphamark"})).text
    assert "SO-00000001" in found
    assert "SO-00000002" not in found
    page = await browser.get("/portal/order", params={"no": "SO-00000001"})
    for words in ("Delivered", "PO-ALPHAMARK", "Widget ALPHAMARK", "Arrived at a transit point", "Proof of delivery"):
        assert words in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert re.findall(r"<script[^>]*>", page.text) == ['<script src="/portal/portal.js" defer>']
    assert not re.search(r"style=|https?://(?!localhost)", page.text)


@pytest.mark.proves("W-24")
async def test_the_proof_of_delivery_can_be_kept_without_any_document(house: House) -> None:
    await house.order(1, "C-A", "ALPHAMARK")
    await house.follow()
    browser = await house.browser("C-A")
    text = (await browser.get("/portal/order", params={"no": "SO-00000001"})).text
    (address,) = re.findall(r'href="(/portal/proof[^"]+)"', text)
    proof = (await browser.get(address.replace("&amp;", "&"))).text
    assert "J. Pike" in proof
    assert "signature" in proof


async def test_a_stranger_is_led_to_the_sign_in_and_our_own_people_are_not_customers(house: House) -> None:
    stranger = await house.browser()
    answer = await stranger.get("/portal/order", params={"no": "SO-1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Fportal%2Forder%3Fno%3DSO-1")


@pytest.mark.proves("W-07")
async def test_a_return_is_asked_for_once_however_often_the_page_is_sent(house: House) -> None:
    order = await house.order(1, "C-A", "ALPHAMARK")
    await house.follow()
    browser = await house.browser("C-A")
    path = f"/portal/return?no={order.number}"
    form = (await browser.get(path)).text
    given = {"_csrf": await csrf(browser, path), "reason": "damaged", "line:10": "2"}
    (once,) = re.findall(r'name="once" value="([^"]+)"', form)
    numbers = set()
    for _ in range(2):
        answer = await browser.post(path, data=given | {"once": once})
        numbers.update(re.findall(r"RQ-[0-9A-F]+", answer.text))
    assert len(numbers) == 1
    await house.follow()
    text = (await browser.get(f"/portal/order?no={order.number}")).text
    assert text.count(numbers.pop()) == 1
    assert "Requested" in text


@pytest.mark.parametrize(
    ("line", "amount", "reason"), [("10", "41", "damaged"), ("10", "-1", "damaged"), ("99", "1", "damaged"),
                                   ("10", "x", "damaged"), ("10", "1", "bored"), ("10", "", "damaged")],
)  # fmt: skip
async def test_a_return_that_cannot_be_is_told_beside_the_form(
    house: House, line: str, amount: str, reason: str
) -> None:
    await house.order(1, "C-A", "ALPHAMARK")
    await house.follow()
    browser = await house.browser("C-A")
    path = "/portal/return?no=SO-00000001"
    given = {"_csrf": await csrf(browser, path), "reason": reason, f"line:{line}": amount, "once": "page-1"}
    answer = await browser.post(path, data=given)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.proves("W-24.4")
async def test_a_customer_asks_us_to_look_into_it_and_reads_the_answer(house: House) -> None:
    order = await house.order(1, "C-A", "ALPHAMARK")
    await house.follow()
    browser = await house.browser("C-A")
    path = f"/portal/request?no={order.number}"
    (once,) = re.findall(r'name="once" value="([^"]+)"', (await browser.get(path)).text)
    given = {"_csrf": await csrf(browser, path), "topic": "not_received", "text": "<b>nothing</b> came", "once": once}
    for _ in range(2):
        assert "We have your request" in (await browser.post(path, data=given)).text
    assert (await browser.post(path, data=given | {"topic": "bored"})).status_code == 422
    await house.follow()
    page = (await browser.get(f"/portal/order?no={order.number}")).text
    assert page.count("It has not arrived") == 1
    assert "&lt;b&gt;nothing" in page
    (number,) = re.findall(r"RS-[0-9A-F]{16}", page)
    answer = ServiceAnswered(request_id=number, text="It is at your neighbour's.")
    about = Subject("order", order.number)
    await tell(house.world, order.say(answer, "service.answered", 2900, partner="erp1", subject=about))
    await house.follow()
    assert "at your neighbour" in (await browser.get(f"/portal/order?no={order.number}")).text


@pytest.mark.proves("W-24")
async def test_a_link_shows_one_shipment_and_ends_when_it_is_withdrawn_or_old(house: House) -> None:
    await house.order(1, "C-A", "ALPHAMARK")
    await house.follow()
    browser, stranger = await house.browser("C-A"), await house.browser()
    page = "/portal/order?no=SO-00000001"
    text = (await browser.get(page)).text
    (shipment,) = set(re.findall(r'name="shipment" value="([^"]+)"', text))
    given = {"_csrf": await csrf(browser, page), "shipment": shipment, "days": "3", "label": "for Jo"}
    made = (await browser.post("/portal/link?no=SO-00000001", data=given)).text
    (address,) = re.findall(r"http://localhost(/track/[\w-]{43})", made)
    shown = await stranger.get(address)
    assert "Delivered" in shown.text
    assert not re.search("ALPHAMARK|SO-0000|C-A|Pike|Widget", shown.text)
    assert "noindex" in shown.headers["x-robots-tag"]
    (link,) = re.findall(r'name="link" value="([^"]+)"', (await browser.get(page)).text)
    again = await browser.post("/portal/link/end?no=SO-00000001", data={"_csrf": given["_csrf"], "link": link})
    assert again.status_code == 303
    assert (await stranger.get(address)).status_code == 404
    (other,) = re.findall(r"(/track/[\w-]{43})", (await browser.post("/portal/link?no=SO-00000001", data=given)).text)
    assert (await stranger.get(other)).status_code == 200
    house.clock.at += timedelta(days=3)
    assert (await stranger.get(other)).status_code == 404


@pytest.mark.proves("W-10")
async def test_a_customer_says_which_messages_it_wants(house: House) -> None:
    browser = await house.browser("C-A")
    token = await csrf(browser, "/portal/notices")
    text = (await browser.post("/portal/notices", data={"_csrf": token, "wanted": ["shipped", "delivered"]})).text
    assert "Saved" in text
    assert text.count(" checked") == 2
    unwanted = await house.own.unwanted("C-A")
    assert "delayed" in unwanted
    assert "shipped" not in unwanted
    assert await house.own.unwanted("C-B") == frozenset()


@pytest.mark.proves("X-04", "Y-16")
async def test_a_list_that_is_behind_says_so_and_an_order_is_looked_up_anew(house: House) -> None:
    await house.order(1, "C-A", "ALPHAMARK", upto=10)
    await house.follow()
    browser = await house.browser("C-A")
    await house.order(1, "C-A", "ALPHAMARK")
    house.clock.at += timedelta(minutes=6)
    assert "This may not be the latest" in (await browser.get("/portal")).text
    text = (await browser.get("/portal/order?no=SO-00000001")).text
    assert "Looked up just now" in text
    assert "Delivered" in text


async def test_a_form_that_no_page_of_ours_made_changes_nothing(house: House) -> None:
    browser = await house.browser("C-A")
    for path in ("/portal/notices", "/portal/link?no=SO-1", "/portal/link/end?no=SO-1", "/portal/return?no=SO-1"):
        assert (await browser.post(path, data={"_csrf": "x" * 64})).status_code == 403
    assert await house.own.unwanted("C-A") == frozenset()
