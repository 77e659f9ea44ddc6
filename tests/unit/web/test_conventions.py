"""What holds for every address: validators, versions and their end, the page for people, AsyncAPI, rules of OpenAPI."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import get

from crossdock.app.access import Scope
from crossdock.web.api.app import build_api
from crossdock.web.api.fresh import is_known
from crossdock.web.api.lifecycle import RETIRES, VERSIONS, Retirement, retirement_of, told_by
from crossdock.web.api.routes import HANDLERS
from tests.unit.web.bench import Front, problem
from tests.unit.web.test_specification import document, operations

RETIRED = Retirement(datetime(2026, 7, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "/v2/ping")


@get("/v1/ping", opt={RETIRES: RETIRED})
async def read_ping() -> str:
    """Answer, in the old way."""
    return "pong"


@get("/v2/ping")
async def read_ping_2() -> dict[str, str]:
    """Answer, in the new way."""
    return {"ping": "pong"}


# ---------------------------------------------------------------- validators


async def test_what_is_read_twice_is_sent_once(front: Front) -> None:
    key = await front.key("", Scope.ORDERS_READ)
    first = await front.http.get("/v1/orders", headers=key)
    again = await front.http.get("/v1/orders", headers={**key, "if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (first.status_code, first.headers["cache-control"]) == (200, "private, no-cache")
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert "content-type" not in again.headers
    assert again.headers["x-content-type-options"] == "nosniff"


async def test_a_refusal_has_no_validator_and_is_kept_nowhere(front: Front) -> None:
    answer = await front.http.get("/v1/orders", headers={"if-none-match": "*"})
    problem(answer, "credential-missing")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@given(st.binary(max_size=80))
def test_no_header_makes_a_tag_known_that_it_does_not_name(asked: bytes) -> None:
    assert is_known(asked, b'"tag"') <= (b'"tag"' in asked or b"*" in asked)


# ---------------------------------------------------------------- versions


async def test_two_versions_stand_side_by_side_and_the_old_one_says_when_it_ends(front: Front) -> None:
    app = build_api(front.deps(), [*HANDLERS, read_ping, read_ping_2])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://hub") as client:
        old, new = await client.get("/v1/ping"), await client.get("/v2/ping")
        spec = (await client.get("/v1/openapi.json")).json()
    assert old.headers["deprecation"] == "@1782864000"
    assert old.headers["sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert old.headers["link"] == '</v2/ping>; rel="successor-version"'
    assert (new.status_code, "deprecation" in new.headers) == (200, False)
    assert spec["paths"]["/v1/ping"]["get"]["deprecated"] is True
    assert "Sunset" in spec["paths"]["/v1/ping"]["get"]["responses"]["200"]["headers"]


def test_a_whole_version_is_retired_by_its_row() -> None:
    assert retirement_of(None, "/v1/orders", {"v1": RETIRED}) is RETIRED
    assert told_by(retirement_of(None, "/v1/orders")) == []


async def test_every_address_belongs_to_a_version_we_know(front: Front) -> None:
    assert {path.split("/")[1] for path, _, _ in operations(await document(front))} <= set(VERSIONS)


# ---------------------------------------------------------------- rules of our own for OpenAPI


async def test_names_of_addresses_parameters_and_operations_have_one_shape(front: Front) -> None:
    for path, method, operation in operations(await document(front)):
        words = re.sub(r"\{\w+\}", "x", path).split("/")[2:]
        assert all(re.fullmatch(r"[a-z0-9]+([-:.][a-z0-9]+)*", word) for word in words), path
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", operation["operationId"]), operation["operationId"]
        assert set(re.findall(r"\{(\w+)\}", path)) == {
            one["name"] for one in operation["parameters"] if one["in"] == "path"
        }
        assert operation["summary"][0].isupper(), f"{method} {path}"


async def test_every_list_that_grows_has_a_cursor_and_a_bound(front: Front) -> None:
    for path, method, operation in operations(await document(front)):
        schema = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if "/Page_" in str(schema):
            parameters = {one["name"]: one["schema"] for one in operation["parameters"]}
            assert "cursor" in parameters, f"{method} {path}"
            assert parameters["limit"]["maximum"] <= 200, f"{method} {path}"


async def test_every_operation_names_its_answers_and_every_write_its_idempotency_key(front: Front) -> None:
    for path, method, operation in operations(await document(front)):
        answers = set(operation["responses"])
        assert {"400", "500", "503", "default"} <= answers, path
        if operation.get("security"):
            assert {"401", "403", "429"} <= answers, path
        if method == "get":
            assert "304" in answers, path
        elif method == "post":
            assert "Idempotency-Key" in {one["name"] for one in operation["parameters"]}, path


# ---------------------------------------------------------------- for people and for tools


async def test_page_for_people_has_every_operation_and_needs_nothing_from_outside(front: Front) -> None:
    answer = await front.http.get("/v1/reference")
    assert answer.headers.get_list("content-security-policy") == [
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ]
    page = answer.text
    missing = [
        one["operationId"]
        for _, _, one in operations(await document(front))
        if f'id="{one["operationId"]}"' not in page
    ]
    assert missing == []
    assert not re.search(r"<script|style=|https?://|\son\w+=", page)
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    assert (await front.http.get("/v1/reference/style.css")).headers["content-type"].startswith("text/css")


async def test_asyncapi_is_served_and_every_reference_in_it_leads_somewhere(front: Front) -> None:
    answer = await front.http.get("/v1/asyncapi.json")
    spec = answer.json()
    assert (spec["asyncapi"], answer.headers["content-type"]) == (
        "3.0.0",
        "application/vnd.aai.asyncapi+json;version=3.0.0",
    )
    for reference in set(re.findall(r'"\$ref":"#/([^"]+)"', answer.text)):
        found = spec
        for step in reference.split("/"):
            assert step in found, reference
            found = found[step]


@pytest.mark.parametrize("path", ["/v1/reference", "/v1/openapi.json", "/v1/asyncapi.json"])
async def test_descriptions_are_public_and_validated(front: Front, path: str) -> None:
    first = await front.http.get(path)
    again = await front.http.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
