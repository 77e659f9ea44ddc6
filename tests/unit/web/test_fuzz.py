"""Nothing that can be sent makes the hub answer 5xx (issue 2, "bad input"); found cases get a test of their own."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crossdock.app.access import Scope
from tests.unit.web.bench import Front, envelope, order

PATHS = (
    "/v1/partners/ERP1/messages",
    "/v1/partners/ERP1/messages:batch",
    "/v1/partners/WH-X12/messages",
    "/v1/partners/CAR-SW/messages",
    "/v1/partners/LMD-HM/messages",
    "/v1/orders",
    "/v1/orders/SO-1/holds",
    "/v1/shipments/S/milestones",
    "/v1/quarantine/q/release",
    "/v1/deliveries/1/skip",
)
TYPES = st.sampled_from(
    ["application/json", "application/x-ndjson", "application/edi-x12", "text/xml", "", 'a/b; q="\x01']
) | st.text(st.characters(min_codepoint=0, max_codepoint=255, exclude_characters="\r\n\x00"), max_size=30)
HEADER_TEXT = st.text(st.characters(min_codepoint=0, max_codepoint=255, exclude_characters="\r\n\x00"), max_size=60)
HEADER_NAMES = st.sampled_from(
    [
        "authorization",
        "idempotency-key",
        "traceparent",
        "content-encoding",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "x-hub-signature-256",
        "accept",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", "\x00", "NaN"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def front() -> Front:
    """One hub for all examples: what it makes of the next must not depend on those before."""
    return Front()


async def ask(front: Front, path: str, body: bytes, headers: dict[str, str], *, with_key: bool) -> int:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    if with_key:
        partner = path.split("/")[3] if path.startswith("/v1/partners/") else "ERP1"
        sent |= {name: value.encode() for name, value in (await front.key(partner, *Scope)).items()}
    answer = await front.http.post(path, content=body, headers=sent)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"].startswith("/v1/problems/")
    return answer.status_code


@settings(max_examples=150, deadline=None)
@given(
    path=st.sampled_from(PATHS),
    body=st.binary(max_size=400) | JSON.map(msgspec.json.encode),
    content_type=TYPES,
    headers=st.dictionaries(HEADER_NAMES, HEADER_TEXT, max_size=4),
    with_key=st.booleans(),
)
@example("/v1/partners/ERP1/messages", b'{"a":' * 100_000, "application/json", {}, True)
@example("/v1/partners/ERP1/messages:batch", b"[" * 100_000, "application/json", {}, True)
@example("/v1/orders", b'{"order_no": "\\ud800", "a\\ud800": 1}', "application/json", {}, True)
@example("/v1/orders", b"[" * 100_000, "application/json", {}, True)
def test_arbitrary_bytes_types_and_headers_never_give_a_5xx(
    front: Front, path: str, body: bytes, content_type: str, headers: dict[str, str], with_key: bool
) -> None:
    status = asyncio.run(ask(front, path, body, {**headers, "content-type": content_type}, with_key=with_key))
    assert status < 500


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid envelope or order with one node replaced, removed, or doubled."""
    document = msgspec.json.decode(draw(st.sampled_from([envelope(), msgspec.json.encode(order())])))
    places: list[tuple[dict[str, object] | list[object], str | int]] = []

    def walk(node: object) -> None:
        children = (
            list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
        )
        for key, child in children:
            places.append((node, key))
            walk(child)

    walk(document)
    holder, key = draw(st.sampled_from(places))
    act = draw(st.sampled_from(["replace", "remove", "bloat"]))
    if act == "remove":
        del holder[key]
    else:
        holder[key] = draw(JSON) if act == "replace" else [holder[key]] * draw(st.integers(0, 50))
    return msgspec.json.encode(document)


@settings(max_examples=250, deadline=None)
@given(body=mutated(), path=st.sampled_from(PATHS[:2] + PATHS[5:6]))
def test_mutated_contract_is_taken_or_refused_never_a_5xx(front: Front, body: bytes, path: str) -> None:
    sent = b"[" + body + b"]" if path.endswith(":batch") else body
    assert asyncio.run(ask(front, path, sent, {"content-type": "application/json"}, with_key=True)) in (200, 409, 422)
