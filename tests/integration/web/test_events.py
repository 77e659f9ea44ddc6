"""The event log at the door: pages, streams that go on where they broke off, and subscriptions over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2
import msgspec
import pytest
import pytest_asyncio

from crossdock.app.access import Scope
from crossdock.app.webhooks.listening import EventLog
from crossdock.app.webhooks.wanted import Customers
from crossdock.ports.feed import Position
from crossdock.ports.subscriptions import Filter
from crossdock.postgres.connection import Pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.subscriptions import PostgresSubscriptions
from crossdock.postgres.views import PostgresViews
from crossdock.testing.world import REGISTRIES
from crossdock.web.api.app import Api, build_api
from crossdock.web.api.stream import LogReader
from crossdock.web.serve import serve
from crossdock.web.streaming import EventStream, StreamBounds
from tests.integration.web.test_subscriptions import World
from tests.unit.web.bench import Front, problem

URL = "https://hooks.example.com/in"


class Door:
    """The API over a real log, with the world that log is of."""

    def __init__(self, store: PostgresStore, pool: Pool) -> None:
        self.front, self.world = Front(), World(store, pool)
        subscriptions = PostgresSubscriptions(pool)
        customers = Customers(PostgresViews(pool), REGISTRIES)
        self.log = EventLog(lambda: PostgresFeed(pool), subscriptions.end, customers)
        self.app: Api = build_api(replace(self.front.deps(), subscriptions=self.world.desk, events=self.log))
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url="http://hub")


@pytest_asyncio.fixture
async def door(store: PostgresStore, pool: Pool) -> Door:
    return Door(store, pool)


@asynccontextmanager
async def served(app: Api) -> AsyncIterator[httpx2.AsyncClient]:
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, "127.0.0.1", 0, stop, listening=port.set_result))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{await port}", timeout=30) as client:
        yield client
    stop.set()
    await serving


async def lines_until(answer: httpx2.Response, events: int) -> list[str]:
    """Lines of a stream until so many events are complete."""
    found: list[str] = []
    async for line in answer.aiter_lines():
        found.append(line)
        if sum(one.startswith("data: ") for one in found) == events and not line:
            return found
    return found


async def test_pages_go_on_from_where_they_ended_now_and_later(door: Door) -> None:
    key = await door.front.key("", Scope.EVENTS_READ)
    await door.world.happen("SO-1", "SO-2", "SO-3")
    first = (await door.http.get("/v1/events?limit=2", headers=key)).json()
    assert [one["id"] for one in first["items"]] == ["1.1", "1.2"]
    second = (await door.http.get(f"/v1/events?cursor={first['next']}", headers=key)).json()
    assert ([one["id"] for one in second["items"]], second["more"]) == (["1.3"], False)
    await door.world.happen("SO-4", first=4)
    third = (await door.http.get(f"/v1/events?cursor={second['next']}", headers=key)).json()
    assert [one["subject"] for one in third["items"]] == ["order/SO-4"]


async def test_partners_key_hears_only_what_that_partner_said(door: Door) -> None:
    await door.world.happen("SO-1")
    await door.world.happen("SO-2", partner="ERP2", first=2)
    key = await door.front.key("ERP1", Scope.EVENTS_READ)
    found = (await door.http.get("/v1/events?partner=ERP2", headers=key)).json()
    assert [one["source"] for one in found["items"]] == ["/crossdock/ERP1"]


@pytest.mark.parametrize("place", ["x", "1-2", "1-2-x", "-1-0-0", f"{2**64}-0-0", "٣-1-1"])
async def test_place_that_is_not_ours_is_refused(door: Door, place: str) -> None:
    key = await door.front.key("", Scope.EVENTS_READ)
    problem(await door.http.get("/v1/events", params={"cursor": place}, headers=key), "parameter-wrong")
    wrong = {**key, "last-event-id": "x"}
    problem(await door.http.get("/v1/events/stream", headers=wrong), "parameter-wrong")


async def test_stream_tells_what_is_committed_and_goes_on_where_it_broke_off(door: Door) -> None:
    key = await door.front.key("", Scope.EVENTS_READ)
    async with served(door.app) as client:
        async with client.stream("GET", "/v1/events/stream", headers=key) as answer:
            assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert "etag" not in answer.headers
            await door.world.happen("SO-1")
            told = await lines_until(answer, 1)
        last = next(line.removeprefix("id: ") for line in told if line.startswith("id: "))
        assert msgspec.json.decode(next(line for line in told if line.startswith("data: "))[6:])["id"] == "1.1"
        await door.world.happen("SO-2", first=2)
        async with client.stream("GET", "/v1/events/stream", headers={**key, "last-event-id": last}) as answer:
            again = await lines_until(answer, 1)
    assert msgspec.json.decode(next(line for line in again if line.startswith("data: "))[6:])["id"] == "1.2"


async def test_listener_that_does_not_read_is_cut_off_and_frees_its_place(door: Door) -> None:
    await door.world.happen("SO-1")
    left: list[str] = []
    reader = LogReader(door.log, Position(), Filter(), personal=True)
    stream = EventStream(reader.read, StreamBounds(send_s=0.01), leave=lambda: left.append("left"))
    never = asyncio.Event()
    sent: list[str] = []

    async def receive() -> dict[str, str]:
        await never.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(str(message["type"]))
        if message["type"] == "http.response.body":
            await never.wait()

    await stream({"type": "http"}, receive, send)  # type: ignore[arg-type, typeddict-item]
    assert sent == ["http.response.start", "http.response.body"]
    assert left == ["left"]


async def test_streams_are_bounded_by_key(door: Door) -> None:
    streams = door.app.state.streams
    for _ in range(10):
        streams.enter("K")
    with pytest.raises(Exception, match="at most 10 streams"):
        streams.enter("K")
    streams.leave("K")
    streams.enter("K")


async def test_subscription_lives_its_life_over_http(door: Door) -> None:
    key = await door.front.key("ERP1", Scope.SUBSCRIPTIONS_WRITE)
    made = await door.http.post("/v1/subscriptions", json={"url": URL, "start": "beginning"}, headers=key)
    assert made.status_code == 201, made.text
    assert made.json()["secret"].startswith("whsec_")
    path = f"/v1/subscriptions/{made.json()['subscription']['id']}"
    await door.world.happen("SO-1")
    await door.world.rounds(2)
    listed = (await door.http.get(f"{path}/deliveries", headers=key)).json()["items"]
    assert [(one["event"], one["state"]) for one in listed] == [("1.1", "delivered")]
    attempts = (await door.http.get(f"{path}/deliveries/{listed[0]['number']}", headers=key)).json()
    assert [one["status"] for one in attempts] == [204]
    assert (await door.http.post(f"{path}/replays", json={"event": "1.1"}, headers=key)).json() == {"events": 1}
    assert (await door.http.post(f"{path}/pause", json={"reason": "not now"}, headers=key)).json() == {
        "state": "paused"
    }
    assert (await door.http.get(path, headers=key)).json()["detail"] == "not now"
    assert (await door.http.post(f"{path}/resume", headers=key)).json() == {"state": "active"}
    assert (await door.http.post(f"{path}/secrets", headers=key)).json()["secret"] != made.json()["secret"]
    assert (await door.http.get(f"{path}/notices", headers=key)).json()["items"] == []
    stranger = await door.front.key("TMS1", Scope.SUBSCRIPTIONS_WRITE)
    problem(await door.http.get(path, headers=stranger), "not-found")
    operator = await door.front.key("", Scope.OPERATIONS_READ)
    assert (await door.http.get(path, headers=operator)).status_code == 200
    assert (await door.http.delete(path, headers=key)).json() == {"state": "ended"}
    problem(await door.http.get(path, headers=key), "not-found")


@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://hooks.example.com/in"},
        {"url": URL, "types": [""]},
        {"url": URL, "surprise": 1},
        {"url": URL, "types": ["x"] * 101},
        {},
    ],
)
async def test_wish_that_cannot_be_is_refused_with_its_place(door: Door, body: dict[str, object]) -> None:
    key = await door.front.key("ERP1", Scope.SUBSCRIPTIONS_WRITE)
    told = problem(await door.http.post("/v1/subscriptions", json=body, headers=key), "malformed")
    assert told["findings"]


@pytest.mark.parametrize(
    "wish", [{}, {"event": "1.1", "since": "2026-01-01T00:00:00Z"}, {"since": "2026-01-01T00:00:00"}]
)
async def test_replay_says_either_which_event_or_since_when(door: Door, wish: dict[str, str]) -> None:
    key = await door.front.key("ERP1", Scope.SUBSCRIPTIONS_WRITE)
    made = (await door.http.post("/v1/subscriptions", json={"url": URL}, headers=key)).json()
    path = f"/v1/subscriptions/{made['subscription']['id']}/replays"
    problem(await door.http.post(path, json=wish, headers=key), "malformed")
