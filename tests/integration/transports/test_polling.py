"""A partner's API on loopback, asked page by page with each way of paging (mission I-13)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.http import AiohttpTransport, HttpConfig
from crossdock.transports.polling.settings import Paging, PollSettings
from crossdock.transports.polling.source import HttpPollSource, base_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class FixedClock:
    """Stands still."""

    def now(self) -> datetime:
        return NOW


class Peer:
    """The partner's API: what it answers is up to the test; what it was asked is remembered."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.tokens: list[str] = []
        self.answer: Callable[[web.Request], web.Response] = lambda _request: web.json_response([])
        self.http: AiohttpTransport | None = None
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        self.tokens.append(request.headers.get("Authorization", ""))
        return self.answer(request)

    def source(self, **settings: object) -> HttpPollSource:
        table = {"kind": "poll", "url": f"{self.url}/api/events", "bytes_max": 1000, **settings}
        read = msgspec.convert(table, PollSettings)
        self.http = AiohttpTransport(HttpConfig(base_of(read.url), body_max_bytes=1000, private_network=True))
        return HttpPollSource(read, self.http, Secret("t"), FixedClock())


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[Peer]:
    """A running API."""
    peer = Peer()
    app = web.Application()
    app.router.add_get("/api/events", peer.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    peer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield peer
    if peer.http is not None:
        await peer.http.close()
    await runner.cleanup()


UPDATED = {
    "paging": "updated", "parameter": "since", "items": "data.events", "changed": "at",
    "since": "2026-11-01T00:00:00+01:00", "overlap_s": 60, "query": {"size": "2"},
}  # fmt: skip


def events(*at: str) -> dict[str, object]:
    return {"data": {"events": [{"at": one} for one in at]}}


async def test_changes_are_asked_for_from_the_newest_seen_with_an_overlap(peer: Peer) -> None:
    source = peer.source(**UPDATED)
    peer.answer = lambda _: web.json_response(events("2026-11-20T10:00:00Z", "2026-11-20T12:00:00+01:00"))
    first = await source.page("")
    second = await source.page(first.cursor)
    assert (first.cursor, first.more) == ("2026-11-20T11:00:00Z", True)
    assert (second.cursor, second.more) == (first.cursor, False)
    assert peer.asked == [
        "/api/events?size=2&since=2026-10-31T23:00:00Z",
        "/api/events?size=2&since=2026-11-20T10:59:00Z",
    ]
    assert peer.tokens == ["Bearer t"] * 2


async def test_a_clock_that_runs_ahead_skips_nothing(peer: Peer) -> None:
    source = peer.source(**UPDATED)
    peer.answer = lambda _: web.json_response(events("2027-01-01T00:00:00Z", "2026-11-20T10:00:00Z"))
    assert (await source.page("")).cursor == "2026-11-20T10:00:00Z"


async def test_an_item_without_an_instant_moves_nothing(peer: Peer) -> None:
    source = peer.source(**UPDATED)
    peer.answer = lambda _: web.json_response(events("yesterday", "2026-11-20T10:00:00", "2026-11-19T10:00:00Z"))
    page = await source.page("")
    assert (page.cursor, page.more, len(page.bodies)) == ("2026-11-19T10:00:00Z", True, 1)


@pytest.mark.parametrize("answer", [events("yesterday", "2026-11-20T10:00:00"), {"data": {"events": {"at": "x"}}}])
async def test_items_of_which_none_says_when_it_changed_are_for_a_person(peer: Peer, answer: dict[str, object]) -> None:
    """A cursor that never moves would read the first page for ever, and nobody would know."""
    source = peer.source(**UPDATED)
    peer.answer = lambda _: web.json_response(answer)
    with pytest.raises(Permanent, match="correct items and changed"):
        await source.page("")


async def test_a_token_leads_on_until_there_is_none(peer: Peer) -> None:
    source = peer.source(paging="token", parameter="after", next="meta.next")
    tokens = {"": "t1", "t1": "t2"}
    peer.answer = lambda request: web.json_response({"meta": {"next": tokens.get(request.query.get("after", ""))}})
    cursor, walked = "", []
    for _ in range(4):
        page = await source.page(cursor)
        walked.append((page.cursor, page.more))
        cursor = page.cursor
    assert walked == [("t1", True), ("t2", True), ("t2", False), ("t2", False)]


async def test_a_link_header_leads_on_relative_or_whole(peer: Peer) -> None:
    source = peer.source(paging="link")
    links = {
        "": '</api/events?page=2>; rel="next"',
        "2": f"<{peer.url}/x>; rel=prev, <{peer.url}/api/events?page=3>; rel=next",
    }
    peer.answer = lambda request: web.json_response([1], headers={"Link": links.get(request.query.get("page", ""), "")})
    first = await source.page("")
    second = await source.page(first.cursor)
    last = await source.page(second.cursor)
    assert [first.cursor, second.cursor, last.cursor] == [
        "/api/events?page=2",
        "/api/events?page=3",
        "/api/events?page=3",
    ]
    assert [first.more, second.more, last.more] == [True, True, False]


@pytest.mark.parametrize("link", ["http://169.254.169.254/latest", "//elsewhere.example/x", "https://127.0.0.1/x"])
async def test_a_link_leads_to_no_other_host(peer: Peer, link: str) -> None:
    source = peer.source(paging="link")
    peer.answer = lambda _: web.json_response([1], headers={"Link": f'<{link}>; rel="next"'})
    with pytest.raises(Permanent, match="we do not go there"):
        await source.page("")


async def test_a_page_too_large_is_not_taken_in_pieces(peer: Peer) -> None:
    source = peer.source(paging="link")
    peer.answer = lambda _: web.Response(body=b"x" * 2000)
    with pytest.raises(Permanent, match="larger than 1000 bytes"):
        await source.page("")


@pytest.mark.parametrize("wish", ["7", "Sat, 21 Nov 2026 12:00:07 GMT"])
async def test_a_partner_that_is_busy_is_asked_when_it_wishes(peer: Peer, wish: str) -> None:
    source = peer.source(paging="link")
    peer.answer = lambda _: web.Response(status=429, headers={"Retry-After": wish})
    with pytest.raises(Transient) as trouble:
        await source.page("")
    assert trouble.value.retry_after_s == 7.0


@pytest.mark.parametrize(
    ("answer", "told"),
    [(web.Response(status=401), "answered 401: check"), (web.Response(text="<html>"), "what is no JSON")],
    ids=["refusal", "page"],
)
async def test_an_answer_that_cannot_be_used_is_for_a_person(peer: Peer, answer: web.Response, told: str) -> None:
    source = peer.source(paging="token", parameter="after", next="next")
    peer.answer = lambda _: answer
    with pytest.raises(Permanent, match=told):
        await source.page("")


async def test_nothing_new_is_an_empty_page(peer: Peer) -> None:
    source = peer.source(paging="link")
    peer.answer = lambda _: web.Response(status=204)
    page = await source.page("/api/events?page=9")
    assert (page.bodies, page.cursor, page.more) == ((), "/api/events?page=9", False)


@pytest.mark.parametrize("paging", list(Paging))
def test_each_way_says_which_settings_it_needs(paging: Paging) -> None:
    table = {"kind": "poll", "url": "https://p.example/x", "paging": paging.value}
    if paging is Paging.LINK:
        assert msgspec.convert(table, PollSettings).paging is paging
    else:
        with pytest.raises(msgspec.ValidationError, match="needs parameter"):
            msgspec.convert(table, PollSettings)


def test_a_beginning_without_an_offset_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="no instant with an offset"):
        msgspec.convert({"kind": "poll", "url": "https://p.example/x", **UPDATED, "since": "2026-11-01"}, PollSettings)
