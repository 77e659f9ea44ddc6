"""A customer's own news as it is told: by page, by stream with a place to go on, bounded; live pages of orders."""

from __future__ import annotations

import re

import msgspec
import pytest

from crossdock.web.streaming import NewsReader
from tests.integration.portal.house import House
from tests.integration.web.test_events import lines_until, served
from tests.unit.app.portal.given import CustomersOrder, tell
from tests.unit.web.bench import problem

HERS, HIS = "SO-00000001", "SO-00000002"


async def stock(house: House) -> CustomersOrder:
    """An order just placed of A, and one of B with all its days behind it."""
    order = await house.order(1, "C-A", "alpha", upto=1)
    await house.order(2, "C-B", "SECRET")
    await house.follow()
    return order


def events_of(lines: list[str]) -> list[dict[str, object]]:
    return [msgspec.json.decode(line[6:]) for line in lines if line.startswith("data: ")]


@pytest.mark.proves("I-03", "Y-34")
async def test_pages_of_news_go_on_where_they_ended_and_hold_ones_own_alone(house: House) -> None:
    order = await stock(house)
    machine = await house.machine("C-A")
    first = (await machine.get("/v1/portal/events?limit=1")).json()
    assert [one["type"] for one in first["items"]] == ["crossdock.order.added"]
    await tell(house.world, *order.all()[1:])
    await house.follow()
    rest = (await machine.get("/v1/portal/events", params={"cursor": first["next"], "limit": 200})).json()
    assert {one["subject"] for one in rest["items"]} == {f"order/{HERS}"}
    assert not rest["more"]
    only = (await machine.get("/v1/portal/events?type=document.*,order.added")).json()
    assert {one["type"].split(".")[1] for one in only["items"]} <= {"document", "order"}
    for place in ("x", "-1", "9" * 19, "1-0-0"):
        problem(await machine.get("/v1/portal/events", params={"cursor": place}), "parameter-wrong")
    assert "SECRET" not in str(first) + str(rest)
    await machine.aclose()
    # The stream of another customer's order is silent, and the owner's is not.
    reader = NewsReader(house.deps.news, "C-A", 0, subject=f"order/{HIS}")
    assert await reader.read() == (b"", False)
    own = NewsReader(house.deps.news, "C-B", 0, subject=f"order/{HIS}")
    assert (await own.read())[0].startswith(b"id: 1\nevent: crossdock.order.added\n")


@pytest.mark.proves("Y-34")
async def test_a_stream_goes_on_from_its_last_id_and_a_foreign_place_shows_nothing_of_others(house: House) -> None:
    order = await stock(house)
    machine = await house.machine("C-A")
    key = {"authorization": machine.headers["authorization"]}
    async with served(house.site) as client:  # type: ignore[arg-type]
        headers = {**key, "last-event-id": "0"}
        async with client.stream("GET", "/v1/portal/events/stream", headers=headers) as answer:
            told = await lines_until(answer, 1)
        last = next(line.removeprefix("id: ") for line in told if line.startswith("id: "))
        await tell(house.world, *order.all()[1:])
        await house.follow()
        count = await house.news.last("C-A") - int(last)
        async with client.stream("GET", "/v1/portal/events/stream", headers={**key, "last-event-id": last}) as answer:
            again = await lines_until(answer, count)
    assert [one["subject"] for one in events_of(again)] == [f"order/{HERS}"] * count
    assert "SECRET" not in str(again)
    await machine.aclose()


@pytest.mark.proves("W-24")
async def test_the_page_of_an_order_listens_from_what_it_was_made_of_and_pages_are_bounded(house: House) -> None:
    order = await stock(house)
    a = await house.browser("C-A")
    page = (await a.get("/portal/order", params={"no": HERS})).text
    stream = re.findall(r'data-stream="([^"]+)"', page)[0].replace("&amp;", "&")
    await tell(house.world, *order.all()[1:6])
    await house.follow()
    async with served(house.site) as client:  # type: ignore[arg-type]
        cookies = "; ".join(f"{one.name}={one.value}" for one in a.cookies.jar)
        async with client.stream("GET", stream, headers={"cookie": cookies}) as streamed:
            assert streamed.headers["content-type"].startswith("text/event-stream")
            told = await lines_until(streamed, 1)
    assert events_of(told)[0]["subject"] == f"order/{HERS}"
    assert (await a.get("/portal/live", params={"no": HERS, "from": "x"})).status_code == 400
    # One person has so many live pages, and no more.
    (room,) = {id(one): one for one in house.rooms.values()}.values()
    person, openings = (await house.people.all())[0], room.state.openings  # type: ignore[attr-defined]
    while openings.enter(f"{person.kind}:{person.id}"):
        pass
    answer = await a.get("/portal/live", params={"no": HERS})
    assert answer.status_code == 503
    await a.aclose()
