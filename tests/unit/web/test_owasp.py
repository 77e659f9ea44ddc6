"""OWASP API Security Top 10 (2023), a risk each: what is tried, and that it does not work."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx2
import pytest

from crossdock.app.access import Scope
from crossdock.ports.store import MessageRow, WriteSet
from crossdock.transports.webhooks import WebhookPoster
from crossdock.web.api.app import build_api
from crossdock.web.api.deps import ApiLimits
from crossdock.web.api.guards import scopes_of
from crossdock.web.api.lifecycle import VERSIONS
from crossdock.web.api.pace import Rate
from crossdock.web.api.routes import HANDLERS
from crossdock.web.api.subscriptions import listener, reader
from tests.unit.web.bench import NOW, Front, envelope, json_headers, order, problem
from tests.unit.web.test_specification import document, operations

# Whoever asks for these proves itself otherwise (AS2 by signature) or learns nothing that is not public.
PUBLIC = {
    "read_liveness",
    "read_readiness",
    "explain_problem",
    "read",
    "read_events",
    "read_page",
    "read_style",
    "receive_as2",
}


async def test_api1_object_level_authorisation_a_kept_message_is_its_partners(front: Front) -> None:
    row = MessageRow("M-1", "ERP1", "http", "text/plain", NOW, "0" * 64, b"secret", "refused", 0, b"[]", "")
    async with front.store.batch() as batch:
        await batch.write(WriteSet(messages=[row]))
    wanted = (Scope.FACTS_WRITE, Scope.PERSONAL_READ)
    own = await front.http.get("/v1/messages/M-1", headers=await front.key("ERP1", *wanted))
    other = await front.http.get("/v1/messages/M-1", headers=await front.key("TMS1", *wanted))
    assert own.status_code == 200
    # The same answer as for one that is not there: not even its being there is told.
    missing = await front.http.get("/v1/messages/M-2", headers=await front.key("TMS1", *wanted))
    assert problem(other, "not-found")["detail"] == str(problem(missing, "not-found")["detail"]).replace("M-2", "M-1")


@pytest.mark.parametrize("path", ["/v1/partners/TMS1/messages", "/v1/partners/CAR-SW/messages"])
async def test_api1_object_level_authorisation_nobody_writes_as_another_partner(front: Front, path: str) -> None:
    answer = await front.http.post(path, content=envelope(), headers=await front.key("ERP1", *Scope))
    assert answer.status_code in (401, 403)
    assert front.intake.accepted == []


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"authorization": "Bearer cdk_aaaaaaaa_" + "b" * 32},
        {"authorization": "Basic dXNlcjpwYXNz"},
        {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."},
        {"authorization": "Bearer " + "A" * 10_000},
        {"x-api-key": "cdk_x", "cookie": "session=1"},
    ],
)
async def test_api2_authentication_nothing_but_a_whole_known_key_is_one(front: Front, header: dict[str, str]) -> None:
    assert (await front.http.get("/v1/orders", headers=header)).status_code == 401


async def test_api2_authentication_guessing_is_slowed_down_for_everybody_who_guesses() -> None:
    front = Front(limits=ApiLimits(strangers=Rate(per_s=1, burst=3)))
    asked = [
        (
            await front.http.get("/v1/orders", headers={"authorization": f"Bearer cdk_aaaaaaaa_{number:032d}"})
        ).status_code
        for number in range(6)
    ]
    assert asked == [401, 401, 401, 429, 429, 429]
    known = await front.key("ERP1", Scope.ORDERS_READ)
    assert (await front.http.get("/v1/orders", headers=known)).status_code in (200, 429)


async def test_api3_property_level_authorisation_the_body_cannot_say_who_speaks_or_what_we_decide(front: Front) -> None:
    headers = await front.key("ERP1", Scope.ORDERS_WRITE)
    for forged in (
        {"source": {"system": "SYNC", "instance": "crossdock"}},
        {"disposition": "APPLY"},
        {"event_id": "1.1"},
    ):
        problem(await front.http.post("/v1/orders", json=order() | forged, headers=headers), "fact-refused")
    assert front.intake.accepted == []


async def test_api3_property_level_authorisation_secrets_and_settings_are_in_no_answer(front: Front) -> None:
    key = await front.key("", *Scope)
    told = (await front.http.get("/v1/systems", headers=key)).text
    assert not re.search("secret|settings|signature_header|pepper", told)
    spec = (await front.http.get("/v1/openapi.json")).json()["components"]["schemas"]
    # What a second person approves is named by the digest of its content, which is no secret.
    content = {"Command", "Item", "Plan"}
    told_of = {name for name, schema in spec.items() if {"digest", "pepper"} & set(schema.get("properties", {}))}
    assert told_of <= content


async def test_api4_resource_consumption_bodies_pages_batches_rates_are_bounded() -> None:
    front = Front(limits=ApiLimits(body_bytes_max=1000, batch_items_max=2, rate=Rate(per_s=1, burst=8)))
    key = await front.key("ERP1", *Scope)
    door = "/v1/partners/ERP1/messages"
    problem(await front.http.post(door, content=b"x" * 1001, headers=key), "body-too-large")
    problem(await front.http.post(f"{door}:batch", content=b"[1,2,3]", headers=json_headers(key)), "batch-too-long")
    problem(await front.http.get("/v1/orders?limit=100000", headers=key), "parameter-wrong")
    problem(await front.http.post("/v1/orders", content=b"[" * 900, headers=json_headers(key)), "fact-refused")
    answers = [(await front.http.get("/v1/orders", headers=key)).status_code for _ in range(9)]
    assert answers[-1] == 429


async def test_api4_resource_consumption_every_list_in_the_document_has_a_largest_page(front: Front) -> None:
    for path, _, operation in operations(await document(front)):
        for one in operation["parameters"]:
            if one["name"] in ("limit", "perPage"):
                assert one["schema"]["maximum"] <= 200, path
            if one["in"] == "query" and one["schema"]["type"] == "string" and "format" not in one["schema"]:
                assert "maxLength" in one["schema"] or "enum" in one["schema"] or one["name"] in ANY_LENGTH, (
                    f"{path} {one}"
                )


# Instants, which have one form; the framework refuses any other.
ANY_LENGTH = {"as_known", "as_true", "begin", "end", "mode"}


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda one: one.handler_name)
async def test_api5_function_level_authorisation_every_route_names_the_scopes_it_takes(handler: object) -> None:
    name = handler.handler_name  # type: ignore[attr-defined]
    assert bool(scopes_of(handler)) != (name in PUBLIC), name  # type: ignore[arg-type]


async def test_api5_function_level_authorisation_no_reading_key_does_anything(front: Front) -> None:
    reading = [scope for scope in Scope if scope.value.endswith(":read")]
    key = await front.key("ERP1", *reading)
    for path, method, operation in operations(await document(front)):
        if method == "get" or not operation.get("security") or {} in operation["security"]:
            continue
        concrete = re.sub(r"\{\w+\}", "x", path)
        answer = await front.http.request(method, concrete, json={}, headers=key)
        problem(answer, "scope-missing")


async def test_api6_business_flows_one_thing_happens_once_however_often_it_is_asked_for(front: Front) -> None:
    key = {**await front.key("ERP1", Scope.ORDERS_WRITE), "idempotency-key": "one"}
    answers = [await front.http.post("/v1/orders", json=order(), headers=key) for _ in range(5)]
    assert {one.content for one in answers} == {answers[0].content}
    assert len(front.intake.accepted) == 1
    problem(await front.http.post("/v1/orders", json=order("SO-2"), headers=key), "idempotency-key-reused")


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/",
        "https://127.0.0.1/",
        "https://[::ffff:192.168.1.1]/",
        "https://10.1.2.3:5432/",
        "gopher://x/",
    ],
)
def test_api7_server_side_request_forgery_subscribers_are_on_the_public_internet(url: str) -> None:
    assert WebhookPoster().refuses(url)


async def test_api8_misconfiguration_every_answer_is_guarded_and_tells_nothing_of_us(front: Front) -> None:
    key = await front.key("", Scope.ORDERS_READ)
    for path, headers in (("/v1/orders", key), ("/v1/none", {}), ("/v1/reference", {}), ("/v1/health/live", {})):
        answer = await front.http.get(path, headers={**headers, "origin": "https://evil.example"})
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert not {"server", "x-powered-by", "access-control-allow-origin"} & set(answer.headers)


async def test_api8_misconfiguration_a_failure_of_ours_shows_no_trace_of_it(front: Front) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("postgres://user:password@db/crossdock")

    views = type("Broken", (), {"dossiers": broken})()
    app = build_api(replace(front.deps(), views=views))  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://hub") as client:
        answer = await client.get("/v1/orders", headers=await front.key("", Scope.ORDERS_READ))
    assert "password" not in answer.text
    problem(answer, "bug")


async def test_api9_inventory_what_is_served_is_what_is_described_and_of_a_known_version(front: Front) -> None:
    described = {path for path, _, _ in operations(await document(front))}
    assert {path.split("/")[1] for path in described} == set(VERSIONS)
    for hidden in ("/schema", "/docs", "/openapi.json", "/v0/orders", "/v2/orders", "/admin", "/.git/config"):
        problem(await front.http.get(hidden), "route-unknown")


async def test_api10_consumption_of_other_apis_what_a_subscriber_answers_goes_no_further(front: Front) -> None:
    # Of an answer only its status is kept: see `transports.webhooks`; a redirect is an answer and is not followed.
    poster = WebhookPoster()
    answer = await poster.post("https://127.0.0.1/redirect", {}, b"{}")
    assert (answer.status, "127.0.0.1" in answer.detail) == (0, False)


async def test_api1_subscriptions_belong_to_the_partner_or_to_the_key(front: Front) -> None:
    door = front.app.gate.door("CAR-SW")
    assert (listener(door), reader(door)) == ("CAR-SW", "CAR-SW")
