"""The queue of cases over HTTP: listed, read whole, acted on once, refused with what to do instead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
import pytest_asyncio

from crossdock.app.access import Scope
from crossdock.app.cases.watch import CaseWatcher
from crossdock.app.cases.work import CaseWork
from crossdock.app.slos.objective import CLASSES
from crossdock.app.slos.watch import LevelWatcher
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.ports.store import CaseRow, WriteSet
from crossdock.postgres.case_desk import PostgresCaseDesk
from crossdock.postgres.connection import Pool
from crossdock.postgres.slos import PostgresLevels
from crossdock.postgres.store import PostgresStore
from crossdock.process.policy import Policy
from crossdock.web.api.app import build_api
from tests.integration.web.test_front import Hub

NOW = datetime(2026, 6, 8, 10, tzinfo=UTC)


class Desk:
    """A hub with a desk of cases, and its watcher."""

    def __init__(self, store: PostgresStore, pool: Pool) -> None:
        self.hub = Hub(store, pool)
        desk = PostgresCaseDesk(pool)
        self.watcher = CaseWatcher(desk, REGISTRIES, Policy(), self.hub.clock)
        work = CaseWork(desk, self.hub.views, REGISTRIES, Policy(), self.hub.clock)
        levels = LevelWatcher(PostgresLevels(pool), CLASSES, {}, Policy(), self.hub.clock)
        deps = replace(self.hub.app.deps, cases=work, levels=levels)
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=build_api(deps)), base_url="http://hub")


@pytest_asyncio.fixture
async def desk(store: PostgresStore, pool: Pool) -> AsyncIterator[Desk]:
    opened = Desk(store, pool)
    now = opened.hub.clock.now() - timedelta(minutes=1)
    rows = [
        CaseRow(code, "SO-1", "", 0, severity, code[:3], "look at it", True, "1.1", now)
        for code, severity in (("TRN-07", 3), ("CUS-07", 1), ("WHS-08", 2))
    ]
    async with store.batch() as batch:
        await batch.write(WriteSet(cases=rows))
    await opened.watcher.watch_once()
    yield opened
    await opened.http.aclose()


async def listed(desk: Desk, query: str = "") -> list[str]:
    key = await desk.hub.key("", Scope.OPERATIONS_READ)
    answer = await desk.http.get(f"/v1/cases{query}", headers=key)
    assert answer.status_code == 200, answer.text
    return [one["code"] for one in answer.json()["items"]]


@pytest.mark.proves("X-01")
async def test_the_queue_is_listed_in_the_order_to_work_it_and_narrowed(desk: Desk) -> None:
    assert await listed(desk) == ["CUS-07", "WHS-08", "TRN-07"]
    assert await listed(desk, "?queue=TRN") == ["TRN-07"]
    assert await listed(desk, "?severity=2") == ["WHS-08"]
    assert await listed(desk, "?state=IN_PROGRESS") == []
    assert await listed(desk, "?due=2000-01-01T00:00:00") == []
    key = await desk.hub.key("", Scope.OPERATIONS_READ)
    first = (await desk.http.get("/v1/cases?limit=2", headers=key)).json()
    second = (await desk.http.get(f"/v1/cases?limit=2&cursor={first['next']}", headers=key)).json()
    assert [one["code"] for one in second["items"]] == ["TRN-07"]
    assert (await desk.http.get("/v1/cases?cursor=nonsense", headers=key)).status_code == 400


@pytest.mark.proves("X-23")
async def test_an_act_is_done_once_and_kept_with_name_key_and_reason(desk: Desk) -> None:
    key = await desk.hub.key("", Scope.OPERATIONS_READ, Scope.OPERATIONS_WRITE)
    case = (await desk.http.get("/v1/cases?queue=TRN", headers=key)).json()["items"][0]["id"]
    body = {"act": "take", "by": "Ana Ruiz", "reason": "I call the carrier"}
    for _ in range(2):
        done = await desk.http.post(f"/v1/cases/{case}/acts", json=body, headers=key | {"idempotency-key": "once"})
        assert (done.status_code, done.json()["state"]) == (200, "IN_PROGRESS"), done.text
    assert await listed(desk, "?mine=Ana Ruiz") == ["TRN-07"]
    whole = (await desk.http.get(f"/v1/cases/{case}", headers=key)).json()
    assert [(one["act"], one["person"], one["reason"]) for one in whole["timeline"]] == [
        ("taken", "Ana Ruiz", "I call the carrier")
    ]
    assert whole["timeline"][0]["key"] != ""
    assert "call carrier" in whole["actions"]
    assert "dismiss" in whole["acts"]
    report = (await desk.http.get("/v1/case-acts/verification", headers=key)).json()
    assert (report["acts"], report["broken_at"]) == (1, 0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"act": "take", "by": "Ana Ruiz"}, 400),
        ({"act": "take", "by": "A", "reason": "because"}, 400),
        ({"act": "explode", "by": "Ana Ruiz", "reason": "because"}, 409),
        ({"act": "resume", "by": "Ana Ruiz", "reason": "because"}, 409),
        ({"act": "wait", "by": "Ana Ruiz", "reason": "because"}, 409),
        ({"act": "snooze", "by": "Ana Ruiz", "reason": "because", "until": "2000-01-01T00:00:00Z"}, 409),
        ({"act": "snooze", "by": "Ana Ruiz", "reason": "because", "until": "2000-01-01T00:00:00"}, 400),
        ([], 400),
    ],
)
async def test_an_act_that_cannot_be_done_says_why(desk: Desk, body: object, status: int) -> None:
    key = await desk.hub.key("", Scope.OPERATIONS_READ, Scope.OPERATIONS_WRITE)
    case = (await desk.http.get("/v1/cases?queue=TRN", headers=key)).json()["items"][0]["id"]
    answer = await desk.http.post(f"/v1/cases/{case}/acts", json=body, headers=key)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


async def test_what_is_not_there_is_said_and_reading_does_not_allow_acting(desk: Desk) -> None:
    key = await desk.hub.key("", Scope.OPERATIONS_READ)
    body = {"act": "take", "by": "Ana Ruiz", "reason": "because"}
    assert (await desk.http.get("/v1/cases/999", headers=key)).status_code == 404
    assert (await desk.http.post("/v1/cases/1/acts", json=body, headers=key)).status_code == 403
    writer = await desk.hub.key("", Scope.OPERATIONS_WRITE)
    assert (await desk.http.post("/v1/cases/999/acts", json=body, headers=writer)).status_code == 404


@pytest.mark.proves("K-16")
async def test_every_promise_is_told_with_what_is_left(desk: Desk) -> None:
    key = await desk.hub.key("", Scope.OPERATIONS_READ)
    answer = await desk.http.get("/v1/slos", headers=key)
    assert [one["name"] for one in answer.json()] == list(CLASSES)
    assert answer.json()[0]["left_pct"] is None


async def test_a_process_without_a_desk_says_so(desk: Desk) -> None:
    key = await desk.hub.key("", Scope.OPERATIONS_READ)
    for path in ("/v1/cases", "/v1/slos"):
        assert (await desk.hub.http.get(path, headers=key)).status_code == 503
