"""Y-34: whoever is customer A never gets a byte of customer B, whatever ids, tokens, filters and cursors it sends.

B's orders bear marks in everything that is B's; every answer to A, and to nobody, is searched for them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx2
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.app.webhooks.curated import number_of
from crossdock.app.webhooks.customers import CustomerWish
from crossdock.canonical.events.platform import DocumentAttached
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import micros
from crossdock.ports.store import MessageRow, WriteSet
from crossdock.postgres.store import PostgresStore
from crossdock.web.streaming import NewsReader
from tests.integration.portal.house import House, csrf
from tests.unit.app.portal.given import START, tell

MARK = "ZQXMARK"
HERS, HIS = "SO-00000001", "SO-00000002"
BYTES_OF_B = b"%PDF-1.7 " + MARK.encode() + b" signed by B"
SHA_OF_B = "b" * 64


class Street:
    """A portal in which B has everything there is to steal, and A asks."""

    def __init__(
        self, house: House, a: httpx2.AsyncClient, machine: httpx2.AsyncClient, stranger: httpx2.AsyncClient
    ) -> None:
        self.house, self.a, self.machine, self.stranger = house, a, machine, stranger
        self.known: list[str] = []
        self.token = self.hook = ""

    async def loot(self, b: httpx2.AsyncClient) -> None:
        """Every name that means something in B's hands."""
        kept = (await self.house.kept.order("C-B", HIS)).orders[0]
        shipment, document = kept.shipments[0].ref, kept.documents[0].id
        token, link = await self.house.links.give("C-B", HIS, shipment, days=3, by=f"{MARK} Jo", label=MARK)
        cursor = base64.urlsafe_b64encode(f"{micros(kept.placed)}|{HIS}".encode()).decode().rstrip("=")
        cookie = next(iter(b.cookies.jar)).value or ""
        named = [HIS, HIS.lower(), "C-B", shipment, document, link.id, link.digest.hex(), cursor, SHA_OF_B, kept.po]
        made = await self.house.hooks("C-B").make(CustomerWish("https://b.example/in", label=MARK, start="beginning"))
        assert made is not None
        await self.house.send()
        mine = self.house.hooks("C-B")
        log = await mine.desk.events(mine.owner, made.subscription.id, "", 0, 1)
        assert log is not None
        self.hook = made.subscription.id
        named += [self.hook, str(log.items[0].number), log.items[0].event, str(await self.house.news.last("C-B"))]
        inner = ["crossdock", str(kept.dossier), f"order||{HIS}", "SHP-00000002", "LD-00000000", cookie]
        self.known = [*named, *inner]
        self.token = await csrf(self.a, "/portal/notices")
        assert token


@pytest_asyncio.fixture
async def street(house: House, store: PostgresStore) -> AsyncIterator[Street]:
    await house.order(1, "C-A", "alpha")
    order = await house.order(2, "C-B", MARK)
    paper = DocumentAttached(type="pod", sha256=SHA_OF_B, mime="application/pdf", source="tms1", name=f"{MARK}.pdf")
    await tell(house.world, order.say(paper, "document.attached", 1600))
    row = MessageRow("m-b", "tms1", "test", "application/pdf", START, SHA_OF_B, BYTES_OF_B, "accepted", 0, b"[]")
    async with store.batch() as batch:
        await batch.write(WriteSet(messages=[row]))
    await house.follow()
    street = Street(house, await house.browser("C-A"), await house.machine("C-A"), await house.browser())
    b = await house.browser("C-B")
    await street.loot(b)
    yield street
    for one in (street.a, street.machine, street.stranger, b):
        await one.aclose()


def told_of_b(answer: httpx2.Response) -> bool:
    """Whether anything of B's is in an answer; what A sent itself and gets back in a form does not count."""
    text = answer.content + b" ".join(value.encode() for _, value in answer.headers.multi_items())
    return MARK.encode() in text or b"signed by B" in text or b"Customer C-B" in text


PAGES = ("/portal", "/portal/order", "/portal/proof", "/portal/document", "/portal/return", "/portal/request",
         "/portal/notices", "/portal/colours.css", "/portal/logo", "/portal/link", "/portal/link/end",
         "/portal/webhooks", "/portal/webhook", "/portal/webhook/delivery")  # fmt: skip
NAMES = ("no", "id", "q", "phase", "after", "customer", "group", "limit", "cursor", "number", "n", "state", "standing",
         "before", "from", "type")  # fmt: skip
ASKED = (("/portal/order", "no"), ("/portal/proof", "no"), ("/portal/document", "no"), ("/portal/return", "no"),
         ("/portal/request", "no"), ("/portal", "q"), ("/portal", "after"), ("/portal", "customer"),
         ("/portal/webhook", "id"), ("/portal/webhook/delivery", "n"))  # fmt: skip
FIELDS = ("shipment", "link", "days", "reason", "line:10", "once", "wanted", "url", "label", "types", "do", "event")
ACTS = ("test", "pause", "resume", "rotate", "replay", "end")
HOOK = ("", "/pause", "/resume", "/tests", "/secrets", "/replays", "/deliveries", "/notices")
ODD = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["' or ''='", "%", "_", "..%2f", "\x00", "*", "C-A,C-B", "C-B' --", "null", "-1", "𝒞-B", "A" * 5000]
    ),
)


@pytest.mark.proves("Y-34")
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.data())
async def test_a_customer_never_gets_a_byte_of_another(street: Street, data: st.DataObject) -> None:
    guess = st.one_of(st.sampled_from(street.known), ODD)
    values = data.draw(st.dictionaries(st.sampled_from(NAMES), guess, max_size=5))
    path = data.draw(st.sampled_from(PAGES))
    values.pop("q", None) if MARK in values.get("q", "") else None
    answers = [await one.get(path, params=values) for one in (street.a, street.stranger)]
    form = data.draw(st.dictionaries(st.sampled_from(FIELDS), guess, max_size=4))
    answers.append(await street.a.post(path, params=values, data=form | {"_csrf": street.token}))
    order, document = quote(data.draw(guess), safe=""), quote(data.draw(guess), safe="")
    tails = ("", f"/{order}", f"/{order}/documents/{document}")
    answers += [await street.machine.get(f"/v1/portal/orders{tail}", params=values) for tail in tails]
    hook = data.draw(st.sampled_from([street.hook, order]))
    body = {"reason": "mine", "url": data.draw(guess), "event": data.draw(guess)}
    address = f"/v1/portal/subscriptions/{hook}{data.draw(st.sampled_from(HOOK))}"
    answers += [await street.machine.request(data.draw(st.sampled_from(["GET", "POST", "DELETE"])), address, json=body)]
    answers.append(await street.machine.get("/v1/portal/events", params=values))
    answers.append(await street.stranger.get(f"/track/{order}"))
    for answer in answers:
        assert answer.status_code < 500, (answer.request.url, answer.text[:300])
        echoed = any(MARK in value for value in (*values.values(), *form.values(), *body.values()))
        assert echoed or not told_of_b(answer), answer.request.url


@pytest.mark.proves("Y-34")
async def test_every_true_name_of_b_is_as_good_as_none(street: Street) -> None:
    for name in street.known:
        for path, key in ASKED:
            for other in street.known[:5]:
                answer = await street.a.get(path, params={key: name, "id": other})
                text = answer.text.replace(name, "") if MARK in name else answer.text
                assert MARK not in text, answer.request.url
                assert answer.status_code in (200, 400, 403, 404)


@pytest.mark.proves("Y-34")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_nothing_a_customer_sends_changes_a_subscription_or_brings_news_of_another(
    street: Street, data: st.DataObject
) -> None:
    before = await street.house.hooks("C-B").all("", 9)
    act, event = data.draw(st.sampled_from(ACTS)), data.draw(st.sampled_from(street.known))
    form = {"_csrf": street.token, "do": act, "event": event}
    answer = await street.a.post("/portal/webhook", params={"id": street.hook}, data=form)
    assert answer.status_code == 404
    assert not told_of_b(answer)
    await street.machine.request(
        data.draw(st.sampled_from(["POST", "DELETE"])),
        f"/v1/portal/subscriptions/{street.hook}{data.draw(st.sampled_from(HOOK))}",
        json=data.draw(st.sampled_from([{"reason": "mine"}, {"event": event}, {"since": "2020-01-01T00:00:00Z"}])),
    )
    assert await street.house.hooks("C-B").all("", 9) == before
    place = data.draw(st.sampled_from([*street.known, "", "0", "1", "999999999999999999"]) | st.text(max_size=20))
    about = data.draw(st.sampled_from(["", f"order/{HIS}", f"order/{HERS}", "order/%"]))
    assert not await news_of_b(street, place, about)


async def news_of_b(street: Street, place: str, about: str) -> bool:
    """Whether A's stream tells of B, whatever it names as its last id and its order."""
    try:
        number = number_of(place)
    except Rejected:
        return False
    told, _ = await NewsReader(street.house.deps.news, "C-A", number, (), about).read()
    return MARK.encode() in told or HIS.encode() in told


@pytest.mark.proves("Y-34", "W-24.3")
async def test_the_owner_gets_its_document_and_another_who_names_its_digest_does_not(street: Street) -> None:
    b = await street.house.browser("C-B")
    page = (await b.get("/portal/order", params={"no": HIS})).text
    (address,) = {one.replace("&amp;", "&") for one in re.findall(r'href="(/portal/document[^"]+)"', page)}
    answer = await b.get(address)
    assert (answer.content, answer.headers["content-type"]) == (BYTES_OF_B, "application/pdf")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await street.a.get(address)).status_code == 404
    stolen = DocumentAttached(type="pod", sha256=SHA_OF_B, mime="application/pdf", source="nvtr", name="mine.pdf")
    order = await street.house.order(1, "C-A", "alpha")
    await tell(street.house.world, order.say(stolen, "document.attached", 1700, partner="nvtr"))
    await street.house.follow()
    mine = (await street.a.get("/portal/order", params={"no": HERS})).text
    (own,) = {one.replace("&amp;", "&") for one in re.findall(r'href="(/portal/document[^"]+)"', mine)}
    refused = await street.a.get(own)
    assert refused.status_code == 404
    assert b"signed by B" not in refused.content


@pytest.mark.proves("Y-34")
async def test_a_person_of_two_customers_sees_one_at_a_time_and_no_third(house: House) -> None:
    for number, customer in ((1, "C-A"), (2, "C-B"), (3, "C-C")):
        await house.order(number, customer, f"mark{number}")
    await house.follow()
    both = await house.browser("C-A", "C-B")
    one, two = (await both.get("/portal")).text, (await both.get("/portal?customer=C-B")).text
    assert ("PO-mark1" in one, "PO-mark2" in one) == (True, False)
    assert ("PO-mark1" in two, "PO-mark2" in two) == (False, True)
    assert (await both.get("/portal?customer=C-C")).status_code == 403


@pytest.mark.proves("I-03")
async def test_a_machine_reads_its_customers_orders_and_asks_for_a_return(street: Street) -> None:
    listed = (await street.machine.get("/v1/portal/orders")).json()
    assert [one["order_no"] for one in listed["items"]] == [HERS]
    order = (await street.machine.get(f"/v1/portal/orders/{HERS}")).json()
    assert (order["status"], order["freshness"]) == ("Delivered", "current")
    assert not {"dossier", "version", "edition", "customer", "sha256", "source"} & set(order)
    assert "sha256" not in str(order)
    wanted = {"request": "r-1", "reason": "damaged", "lines": {"10": "2"}}
    path = f"/v1/portal/orders/{HERS}/returns"
    numbers = {(await street.machine.post(path, json=wanted)).json()["number"] for _ in range(2)}
    assert len(numbers) == 1
    assert (await street.machine.post(f"/v1/portal/orders/{HIS}/returns", json=wanted)).status_code == 400
    assert (await street.machine.get("/v1/orders")).status_code == 403
