"""Webhooks customers keep themselves: by page and by machine, their own news alone, signed, tried again, replayed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx2
import msgspec
import pytest
from standardwebhooks import Webhook

from crossdock.app.webhooks.customers import CustomerWish
from crossdock.kernel.errors import Rejected
from crossdock.ports.acts import Act
from crossdock.postgres.portal_news import PostgresPortalNews
from tests.integration.portal.house import House, csrf
from tests.unit.web.bench import problem

URL = "https://hooks.example.com/in"


async def subscribed(house: House, customer: str, *types: str) -> str:
    made = await house.hooks(customer).make(CustomerWish(URL, types=types, start="beginning"))
    assert made is not None
    return made.subscription.id


def told(house: House) -> list[dict[str, object]]:
    return [msgspec.json.decode(body) for _, body in house.endpoint.calls]


@pytest.mark.proves("PF-15", "Y-34")
async def test_each_customer_is_called_with_its_own_news_signed_and_in_order(house: House) -> None:
    await subscribed(house, "C-A", "shipment.*")
    await house.order(1, "C-A", "alpha")
    await house.order(2, "C-B", "SECRET")
    await house.follow()
    await house.send()
    events = told(house)
    assert events
    assert {one["subject"] for one in events} == {"order/SO-00000001"}
    assert {str(one["type"]).split(".")[1] for one in events} == {"shipment"}
    assert "SECRET" not in str(house.endpoint.calls)
    labels = [one["data"]["milestone"]["label"] for one in events if "milestone" in one["data"]]  # type: ignore[operator,index]
    assert labels.index("Shipped") < labels.index("Delivered")
    assert len(set(house.endpoint.ids())) == len(events)


@pytest.mark.proves("PF-15")
async def test_every_attempt_has_the_id_of_the_event_and_the_owner_replays_it(house: House) -> None:
    hook = await subscribed(house, "C-A", "order.added")
    await house.order(1, "C-A", "alpha", upto=1)
    await house.follow()
    house.endpoint.answers = [500, 503]
    for _ in range(3):
        await house.send()
        house.clock.at += timedelta(minutes=1)
    mine = house.hooks("C-A")
    log = await mine.desk.events(mine.owner, hook, "", 0, 10)
    assert log is not None
    (line,) = log.items
    assert (line.attempts, line.state.value, set(house.endpoint.ids())) == (3, "delivered", {line.event})
    machine = await house.machine("C-A")
    answer = await machine.post(f"/v1/portal/subscriptions/{hook}/replays", json={"event": line.event})
    assert answer.json() == {"events": 1}
    await house.send()
    assert house.endpoint.ids() == [line.event] * 4
    await machine.aclose()


async def test_a_page_makes_tries_pauses_rotates_and_ends_it_and_says_what_is_wrong(house: House) -> None:
    a = await house.browser("C-A")
    token = await csrf(a, "/portal/webhooks")
    for url in ("http://hooks.example.com/in", "x"):
        refused = await a.post("/portal/webhooks", data={"_csrf": token, "url": url, "label": "kept"})
        assert (refused.status_code, 'value="kept"' in refused.text) == (422, True)
    with pytest.raises(Rejected, match="they are order"):
        await house.hooks("C-A").make(CustomerWish(URL, types=("tracking.*",)))
    form = {"_csrf": token, "url": URL, "label": "Our ERP", "types": ["order.added", "shipment.milestone"]}
    made = await a.post("/portal/webhooks", data=form)
    secret = re.findall(r"whsec_[^\"]+", made.text)[0]
    (hook,) = (await house.hooks("C-A").all("", 9)).items
    assert (hook.label, hook.types) == ("Our ERP", ("order.added", "shipment.milestone"))

    async def press(do: str, **more: str) -> httpx2.Response:
        return await a.post(f"/portal/webhook?id={hook.id}", data={"_csrf": token, "do": do, **more})

    assert "A test is on its way." in (await press("test")).text
    assert "A test is on its way already." in (await press("test")).text
    await house.send()
    ((headers, body),) = house.endpoint.calls
    stamp = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert headers["webhook-signature"] == Webhook(secret).sign(headers["webhook-id"], stamp, body.decode())
    page = (await a.get(f"/portal/webhook?id={hook.id}")).text
    assert "A test" in page
    assert "Delivered" in page
    number = re.findall(r"[?&;]n=(\d+)", page)[0]
    assert "HTTP 204" in (await a.get(f"/portal/webhook/delivery?id={hook.id}&n={number}")).text
    assert "Paused: by you" in (await press("pause")).text
    assert "It goes on" in (await press("resume")).text
    again = await press("replay", event=headers["webhook-id"])
    assert "under the id it had" in again.text
    assert secret not in (await press("rotate")).text
    assert (await press("fly")).status_code == 404
    assert "Ended." in (await press("end")).text
    assert (await a.get(f"/portal/webhook?id={hook.id}")).status_code == 404
    await a.aclose()


@pytest.mark.proves("Y-34")
async def test_another_customers_subscription_is_none(house: House) -> None:
    hook = await subscribed(house, "C-B")
    await house.order(2, "C-B", "SECRET", upto=1)
    await house.follow()
    await house.send()
    machine, a = await house.machine("C-A"), await house.browser("C-A")
    path = f"/v1/portal/subscriptions/{hook}"
    for answer in (
        await machine.get(path),
        await machine.delete(path),
        await machine.post(f"{path}/tests"),
        await machine.post(f"{path}/secrets"),
        await machine.post(f"{path}/resume"),
        await machine.post(f"{path}/pause", json={"reason": "not yours"}),
        await machine.post(f"{path}/replays", json={"since": "2026-01-01T00:00:00Z"}),
        await machine.get(f"{path}/deliveries"),
        await machine.get(f"{path}/notices"),
    ):
        problem(answer, "not-found")
    assert (await a.get(f"/portal/webhook?id={hook}")).status_code == 404
    assert (await machine.get("/v1/portal/subscriptions")).json()["items"] == []
    assert [one.id for one in (await house.hooks("C-B").all("", 9)).items] == [hook]
    for one in (machine, a):
        await one.aclose()
    # And the database itself shows none, had the code forgotten the owner: an empty one means all.
    store = house.hooks("C-A").desk.store
    assert await store.all("", after="", limit=9) == []
    assert await store.one("", hook) is None
    assert not await store.pause("", hook, "mine now")
    assert not await store.remove("", hook, (), Act("subscription_ended", "C-A", "C-A", "mine"), datetime.now(UTC))
    assert await house.hooks("C-B").one(hook) is not None


async def test_an_order_that_changes_hands_is_told_to_its_former_customer_no_more(house: House) -> None:
    await subscribed(house, "C-A")
    await house.order(1, "C-A", "alpha", upto=1)
    await house.follow()
    await house.putter.put_once()
    (one,) = (await house.kept.order("C-A", "SO-00000001")).orders
    moved = msgspec.structs.replace(one, customer="C-B", version=one.version + 1)
    assert await house.kept.replace(moved, lambda before, now: now, lambda before, now: ())
    await house.send()
    assert house.endpoint.calls == []
    assert await PostgresPortalNews(house.pool).after("C-A", 0, limit=9) == []
