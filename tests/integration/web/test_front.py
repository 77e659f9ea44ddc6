"""The real door on the real intake and the real database: what is said over HTTP is what is stored and read back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx2
import msgspec
import pytest_asyncio

from crossdock.app.access import Scope, make_key
from crossdock.app.evidence import Evidence
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.use_case import Ingest
from crossdock.app.insight import Insight
from crossdock.app.receive import SyncIntake
from crossdock.app.release import QuarantineKeeper
from crossdock.app.states import states_of
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.clock import SystemClock, SystemDice, SystemStopwatch
from crossdock.bootstrap.connectors import dialects
from crossdock.bootstrap.library import open_library
from crossdock.kernel.secret import Secret
from crossdock.postgres.connection import Pool
from crossdock.postgres.control import PostgresControlNumbers
from crossdock.postgres.desk import PostgresDesk
from crossdock.postgres.keys import PostgresKeys
from crossdock.postgres.measures import PostgresMeasures
from crossdock.postgres.messages import PostgresMessages
from crossdock.postgres.replies import PostgresReplies
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.process.policy import Policy
from crossdock.runtime.batcher import Batcher
from crossdock.testing.world import OURSELVES, REGISTRIES, Partners
from crossdock.web.api.app import build_api
from crossdock.web.api.deps import ApiDeps
from crossdock.web.serve import serve
from tests.unit.web.bench import order, problem

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
PEPPER = Secret("pepper")


async def ready() -> tuple[str, ...]:
    return ()


class Hub:
    """A door over one database, and keys to it."""

    def __init__(self, store: PostgresStore, pool: Pool) -> None:
        self.clock, self.dice, self.keys = SystemClock(), SystemDice(), PostgresKeys(pool)
        self.views = PostgresViews(pool)
        parts = Parts(
            store=store,
            directory=Partners(PARTNERS),
            registries=REGISTRIES,
            policy=Policy(),
            clock=self.clock,
            dice=self.dice,
            ourselves=OURSELVES,
        )
        ingest = Ingest(parts)
        self.batcher = Batcher(ingest.take)
        spoken = dialects(open_library(), PostgresControlNumbers(pool))
        self.app = build_api(
            ApiDeps(
                intake=SyncIntake(self.batcher.submit, spoken, PostgresMessages(pool), self.clock, self.dice),
                directory=parts.directory,
                views=self.views,
                stopwatch=SystemStopwatch(),
                insight=Insight(self.views, PostgresMeasures(pool), REGISTRIES, parts.policy),
                keys=self.keys,
                replies=PostgresReplies(pool),
                custody=QuarantineKeeper(parts, ingest),
                desk=PostgresDesk(pool),
                evidence=Evidence(store, self.dice),
                clock=self.clock,
                dice=self.dice,
                pepper=PEPPER,
                ready=ready,
                states=states_of(REGISTRIES),
            )
        )
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url="http://hub")

    async def key(self, partner: str, *scopes: Scope) -> dict[str, str]:
        """The header of a fresh key."""
        random = self.dice.bits(200).to_bytes(25, "big")
        now = self.clock.now()
        secret, row = make_key(random, PEPPER, partner=partner, scopes=scopes, label="", created=now)
        await self.keys.add(row)
        return {"authorization": f"Bearer {secret.reveal()}"}


@pytest_asyncio.fixture
async def hub(store: PostgresStore, pool: Pool) -> AsyncIterator[Hub]:
    """The door, with its batcher running."""
    opened = Hub(store, pool)
    running = asyncio.create_task(opened.batcher.run())
    yield opened
    opened.batcher.stop()
    await running


async def test_whole_history_over_http_is_read_back_with_causes(hub: Hub) -> None:
    one = Order(1, START)
    told = list(one.facts())
    for fact in [*told[:4], *one.load_facts((one.shipment,)), *told[4:]]:
        key = await hub.key(fact.partner, Scope.FACTS_WRITE)
        answer = await hub.http.post(f"/v1/partners/{fact.partner}/messages", content=fact.body, headers=key)
        assert answer.status_code == 200, answer.text
    key = await hub.key("", *Scope)
    view = (await hub.http.get("/v1/orders/SO-00000001", headers=key)).json()
    assert view["label"].startswith("ORD FULFILLED")
    assert view["open_commands"]
    trace = (await hub.http.get("/v1/orders/SO-00000001/timeline", headers=key)).json()
    facts = {fact["id"]: fact for fact in trace["facts"]}
    assert all(f"command {command['id']}" in facts[command["cause"]]["caused"] for command in trace["commands"])
    assert all(fact["received"] <= fact["recorded"] for fact in facts.values())
    shipment = (await hub.http.get("/v1/shipments/SHP-00000001", headers=key)).json()
    assert "pick.completed" in {fact["type"] for fact in shipment["facts"]}
    found = (await hub.http.get("/v1/references/shipment/SHP-00000001", headers=key)).json()
    assert "order||SO-00000001" in {owner["ident"] for owner in found}
    listed = (await hub.http.get("/v1/orders?limit=1", headers=key)).json()
    assert (listed["items"][0]["ident"], listed["next"]) == ("order||SO-00000001", str(view["dossier"]))
    deliveries = (await hub.http.get("/v1/deliveries?partner=tms1", headers=key)).json()["items"]
    assert {one["partner"] for one in deliveries} == {"tms1"}
    assert {one["state"] for one in deliveries} == {"ready"}


async def test_process_api_releases_an_order_once(hub: Hub) -> None:
    key = {**await hub.key("erp1", Scope.ORDERS_WRITE, Scope.ORDERS_READ), "idempotency-key": "call-1"}
    first = await hub.http.post("/v1/orders", json=order("SO-7"), headers=key)
    again = await hub.http.post("/v1/orders", json=order("SO-7"), headers=key)
    assert (first.status_code, first.json()["disposition"]) == (200, "APPLY")
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert (await hub.http.get("/v1/orders/SO-7", headers=key)).json()["order_no"] == "SO-7"


async def test_early_fact_waits_and_is_listed_with_what_releases_it(hub: Hub) -> None:
    early = list(Order(5, START).facts())[4]
    key = await hub.key(early.partner, Scope.FACTS_WRITE)
    answer = await hub.http.post(f"/v1/partners/{early.partner}/messages", content=early.body, headers=key)
    assert answer.json()["disposition"] == "HOLD"
    listed = (await hub.http.get("/v1/waiting", headers=await hub.key("", Scope.OPERATIONS_READ))).json()
    assert [one["id"] for one in listed["items"]] == [answer.json()["waiting_id"]]
    assert "released when" in listed["items"][0]["reason"]


async def test_refused_bytes_are_kept_and_read_back(hub: Hub) -> None:
    key = await hub.key("erp1", Scope.FACTS_WRITE, Scope.PERSONAL_READ)
    for body, headers, slug in (
        (b'{"type": "order.exploded"}', key, "fact-refused"),
        (b"\x00\xff", {"authorization": "Bearer cdk_wrong"}, "credential-unknown"),
        (b"{", {**key, "content-encoding": "gzip"}, "media-type-unknown"),
    ):
        refusal = problem(await hub.http.post("/v1/partners/erp1/messages", content=body, headers=headers), slug)
        kept = (await hub.http.get(f"/v1/messages/{refusal['message_id']}", headers=key)).json()
        assert kept["status"] == "refused"
        assert kept["findings"]
        row = await hub.views.message(str(refusal["message_id"]))
        assert row is not None
        assert row.body == body


async def test_batch_over_http_is_one_answer_an_item(hub: Hub) -> None:
    bodies = [next(iter(Order(number, START).facts())).body for number in range(1, 101)]
    key = await hub.key("erp1", Scope.FACTS_WRITE)
    joined = b"[" + b",".join(bodies) + b"]"
    answer = await hub.http.post("/v1/partners/erp1/messages:batch", content=joined, headers=key)
    assert (answer.json()["taken"], answer.json()["refused"]) == (100, 0)
    assert {one["disposition"] for one in answer.json()["receipts"]} == {"APPLY"}


async def test_operator_pauses_a_partner_in_the_database(hub: Hub) -> None:
    key = await hub.key("", Scope.OPERATIONS_WRITE)
    answer = await hub.http.post("/v1/partners/tms1/pause", json={"reason": "their release night"}, headers=key)
    assert answer.json() == {"state": "paused"}
    missing = await hub.http.post("/v1/quarantine/none/release", json={"reason": "try again"}, headers=key)
    problem(missing, "not-found")
    problem(await hub.http.post("/v1/deliveries/7/retry", json={"reason": "mended"}, headers=key), "state-conflict")


async def test_what_the_database_cannot_hold_is_the_callers_error(hub: Hub) -> None:
    key = await hub.key("", *Scope)
    for path in ("/v1/orders/%00", "/v1/shipments/a%00b", "/v1/references/%00/x", "/v1/messages/%00"):
        assert (await hub.http.get(path, headers=key)).status_code in (400, 404), path


async def test_served_by_uvicorn_until_told_to_stop(hub: Hub) -> None:
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(hub.app, "127.0.0.1", 0, stop, listening=port.set_result))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{await port}") as client:
        live = await client.get("/v1/health/live")
        assert (live.status_code, live.json()["state"]) == (200, "live")
        assert "server" not in live.headers
        key = await hub.key("erp1", Scope.FACTS_WRITE)
        body = next(iter(Order(1, START).facts())).body
        told = await client.post("/v1/partners/erp1/messages", content=body, headers=key)
        assert msgspec.json.decode(told.content)["disposition"] == "APPLY"
    stop.set()
    await serving
