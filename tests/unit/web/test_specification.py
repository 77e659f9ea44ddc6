"""The OpenAPI document is valid, and says of the routes what the routes do."""

from __future__ import annotations

import json
from collections.abc import Iterator

import jsonschema_rs
from litestar.routes import HTTPRoute
from openapi_spec_validator import validate

from crossdock.app.access import Scope
from crossdock.app.capabilities import CAPABILITIES, ENVELOPE_FIELDS
from crossdock.canonical.catalogue import EVENT_TYPES
from tests.unit.web.bench import Front, order, problem

Json = dict[str, object]


async def document(front: Front) -> Json:
    answer = await front.http.get("/v1/openapi.json")
    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json")
    found: Json = answer.json()
    return found


def operations(spec: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


async def test_document_is_valid_openapi_3_1(front: Front) -> None:
    spec = await document(front)
    assert spec["openapi"] == "3.1.0"
    validate(spec)


async def test_every_route_is_in_it_and_nothing_else(front: Front) -> None:
    spec = await document(front)
    routed = {
        (route.path_format, method.lower())
        for route in front.app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods - {"OPTIONS", "HEAD"}
    }
    hot = {("/v1/partners/{partner}/messages", "post"), ("/v1/partners/{partner}/messages:batch", "post")}
    assert {(path, method) for path, method, _ in operations(spec)} == routed | hot


async def test_operation_ids_are_unique_and_every_operation_is_described(front: Front) -> None:
    found = [operation for _, _, operation in operations(await document(front))]
    names = [operation["operationId"] for operation in found]
    assert len(names) == len(set(names))
    assert all(operation["summary"] for operation in found)
    assert all(operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"} for operation in found)


async def test_route_without_a_key_is_public_only_where_the_document_says_so(front: Front) -> None:
    for path, method, operation in operations(await document(front)):
        concrete = path.replace("{", "").replace("}", "")
        answer = await front.http.request(method, concrete)
        if operation.get("security") and {} not in operation["security"]:
            problem(answer, "credential-missing")
        else:
            assert answer.status_code in (200, 401, 404), path


async def test_request_bodies_are_the_contract_with_the_fields_of_the_envelope(front: Front) -> None:
    spec = await document(front)
    schema = {**spec["components"]["schemas"]["OrderApprovedStatement"], "components": spec["components"]}
    validator = jsonschema_rs.Draft202012Validator(schema)
    good = order(occurred={"instant": "2026-06-01T06:02:10Z"})
    assert validator.is_valid(good), [error.message for error in validator.iter_errors(good)]
    assert not validator.is_valid(order(surprise=1))
    assert not validator.is_valid(order(rev="one"))


async def test_every_schema_is_named_somewhere(front: Front) -> None:
    spec = await document(front)
    told = json.dumps(spec)
    unused = [name for name in spec["components"]["schemas"] if f'"#/components/schemas/{name}"' not in told]
    assert unused == []


def test_no_payload_has_a_field_the_envelope_claims() -> None:
    for capability in CAPABILITIES:
        fields = set(EVENT_TYPES[capability.fact].payload.__struct_encode_fields__)
        assert fields.isdisjoint(ENVELOPE_FIELDS), capability.fact


async def test_document_is_the_same_at_every_start(front: Front) -> None:
    assert json.dumps(await document(front)) == json.dumps(await document(Front()))


async def test_every_scope_is_asked_for_somewhere(front: Front) -> None:
    text = json.dumps(await document(front))
    assert [scope for scope in Scope if f"`{scope}`" not in text] == []
