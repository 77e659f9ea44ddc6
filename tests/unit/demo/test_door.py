"""The edge of a simulated system over real HTTP: keys, repeats, rate, outages, failures before and after the effect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal, Weather
from crossdock.demo.faults import Fault, FaultKind, Outage, Plan, Point
from crossdock.demo.ledger import FaultLedger
from crossdock.demo.plan import HOST
from crossdock.runtime.engines.loopback import free_ports


class Shop:
    """A system with one call, `POST /things`, that counts what it did."""

    def __init__(self, folder: Path, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._folder = folder
        self.made = 0

    async def open(self, weather: Weather | None = None, kind: FaultKind | None = None) -> None:
        plan = Plan("test", (Fault(kind, Point("shop", "make", "SO-1")),) if kind else ())
        self.ledger = FaultLedger(plan)
        self.books = Books("shop", self._folder / "shop.jsonl")
        self.door = Door(self.books, self.ledger, weather or Weather())
        self.door.on("POST", "/things", "make", self._make, lambda call: (call.text("order"), ""))
        port = free_ports(("shop",))["shop"]
        await self.door.open(HOST, port)
        self._url = f"http://{HOST}:{port}/things"

    async def close(self) -> None:
        await self.door.close()
        self.books.close()

    async def post(self, key: str = "k1", body: str = '{"order": "SO-1"}') -> tuple[int, str]:
        headers = {"Idempotency-Key": key} if key else {}
        async with self._session.post(self._url, data=body, headers=headers) as reply:
            return reply.status, await reply.text()

    def _make(self, call: Call) -> Json:
        if call.text("order") == "SO-0":
            raise Refusal(422, "unknown_order", "we have no order SO-0")
        self.made += 1
        return {"id": f"T-{self.made}"}


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop; the test opens it."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        opened = Shop(tmp_path, session)
        yield opened
        await opened.close()


async def test_a_call_without_key_is_refused_and_noted(shop: Shop) -> None:
    await shop.open()
    status, text = await shop.post(key="")
    assert (status, shop.made) == (400, 0)
    assert "key_missing" in text
    assert shop.books.latest("refused", "key_missing") is not None


async def test_the_same_call_again_gets_the_same_answer_and_no_second_effect(shop: Shop) -> None:
    await shop.open()
    assert await shop.post() == await shop.post() == (200, '{"id":"T-1"}')
    assert (shop.made, shop.books.replays) == (1, 1)


async def test_the_same_key_with_another_body_is_refused(shop: Shop) -> None:
    await shop.open()
    await shop.post()
    status, text = await shop.post(body='{"order": "SO-2"}')
    assert status == 422
    assert "key_reused" in text


@pytest.mark.parametrize(("body", "status"), [("{", 400), ("[]", 400), ("{}", 422), ('{"order": "SO-0"}', 422)])
async def test_what_cannot_be_done_is_refused_with_a_reason(shop: Shop, body: str, status: int) -> None:
    await shop.open()
    assert (await shop.post(body=body))[0] == status
    assert shop.books.counts() == {"refused": 1}


async def test_more_than_the_rate_is_told_to_wait(shop: Shop) -> None:
    await shop.open(Weather(rate_per_s=0.001, burst=2))
    statuses = [(await shop.post(key=key))[0] for key in "abc"]
    assert statuses == [200, 200, 429]
    assert shop.door.throttled == 1


async def test_an_outage_refuses_everything_and_is_in_the_ledger(shop: Shop) -> None:
    await shop.open(Weather(outage=Outage("shop", 2, 60.0)))
    statuses = [(await shop.post(key=key))[0] for key in "abc"]
    assert statuses == [200, 503, 503]
    assert [line.kind for line in shop.ledger.lines()] == [FaultKind.OUTAGE]


async def test_an_outage_ends_and_happens_once(shop: Shop) -> None:
    await shop.open(Weather(outage=Outage("shop", 1, 0.0)))
    assert [(await shop.post(key=key))[0] for key in "ab"] == [200, 200]


@pytest.mark.parametrize(
    ("kind", "first", "effects"),
    [(FaultKind.ERROR_BEFORE, 500, 0), (FaultKind.ERROR_AFTER, 500, 1), (FaultKind.THROTTLE, 429, 0)],
)
async def test_a_planned_failure_strikes_once_before_or_after_the_effect(
    shop: Shop, kind: FaultKind, first: int, effects: int
) -> None:
    await shop.open(kind=kind)
    assert (await shop.post())[0] == first
    assert shop.made == effects
    assert await shop.post() == (200, '{"id":"T-1"}')
    assert shop.made == 1


async def test_a_call_that_hangs_had_its_effect_and_the_repeat_finds_it(shop: Shop) -> None:
    await shop.open(Weather(hang_s=0.05), FaultKind.TIMEOUT_AFTER)
    await shop.post()
    assert (shop.made, shop.books.replays) == (1, 0)
    assert await shop.post() == (200, '{"id":"T-1"}')
    assert (shop.made, shop.books.replays) == (1, 1)
