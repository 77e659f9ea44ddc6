"""Business capabilities over the same intake (mission.md §6.3): I-10, I-12, I-13, I-17, I-18, and loads."""

from __future__ import annotations

import pytest

from crossdock.app.access import Scope
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.kernel.errors import Overloaded
from crossdock.ports.directory import Partner
from tests.unit.web.bench import NOW, PARTNERS, Front, json_headers, order, problem

PLACE = {"location_no": "WH-NL1"}


async def test_i_10_released_order_is_the_erps_fact(front: Front) -> None:
    headers = {**json_headers(await front.key("ERP1", Scope.ORDERS_WRITE)), "idempotency-key": "call-7"}
    answer = await front.http.post("/v1/orders", json=order("SO-7"), headers=headers)
    assert answer.status_code == 200
    (fact,) = front.intake.accepted
    assert (fact.type, fact.subject.type, fact.subject.id) == ("order.approved", "order", "SO-7")
    assert (fact.source.system, fact.source.instance, fact.source.message_id) == (Role.ERP, "ERP1", "call-7")
    assert (fact.at, fact.cls) == (NOW, FactClass.ACT)


@pytest.mark.parametrize(
    ("partner", "path", "body", "fact_type", "subject"),
    [
        ("ERP1", "/v1/orders/SO-7/cancellation", {"request_id": "C-1"}, "order.cancel_requested", "order SO-7"),
        ("ERP1", "/v1/orders/SO-7/holds", {"hold_id": "H-1", "type": "credit"}, "order.held", "order SO-7"),
        ("ERP1", "/v1/orders/SO-7/hold-releases", {"hold_id": "H-1"}, "order.hold_released", "order SO-7"),
        (
            "TMS1",
            "/v1/shipments",
            {"tms_id": "SHP-1", "request_id": "SO-7/WH-NL1/1", "mode": "ltl", "origin": PLACE, "destination": PLACE},
            "shipment.planned",
            "shipment SHP-1",
        ),
        (
            "TMS1",
            "/v1/shipments/SHP-1/milestones",
            {"milestone": "DEPARTED_ORIGIN"},
            "tracking.milestone",
            "shipment SHP-1",
        ),
        (
            "LMD1",
            "/v1/shipments/SHP-1/delivery-confirmation",
            {"attempt_no": 1, "at": "2026-06-04T11:20:00Z"},
            "delivery.completed",
            "shipment SHP-1",
        ),
        ("TMS1", "/v1/loads", {"load_id": "LD-1", "shipments": ["SHP-1"], "stops": []}, "load.built", "load LD-1"),
    ],
)
async def test_each_capability_states_its_fact(
    partner: str, path: str, body: dict[str, object], fact_type: str, subject: str
) -> None:
    front = Front(partners=(*PARTNERS, Partner("LMD1", Role.LMD, "last_mile_json")))
    key = await front.key(partner, Scope.ORDERS_WRITE, Scope.SHIPMENTS_WRITE)
    answer = await front.http.post(path, json=body, headers=key)
    assert answer.status_code == 200, answer.text
    (fact,) = front.intake.accepted
    assert (fact.type, f"{fact.subject.type} {fact.subject.id}") == (fact_type, subject)


async def test_envelope_fields_beside_the_payload_are_taken_over(front: Front) -> None:
    body = {
        "milestone": "ETA",
        "occurred": {"instant": "2026-06-01T08:00:00+02:00", "offset_min": 120},
        "class": "EST",
        "revision": 3,
        "refs": [{"scheme": "pro", "id": "NV1", "scope": "NVTR"}],
    }
    key = await front.key("TMS1", Scope.SHIPMENTS_WRITE)
    answer = await front.http.post("/v1/shipments/SHP-1/milestones", json=body, headers=key)
    assert answer.status_code == 200, answer.text
    (fact,) = front.intake.accepted
    assert (fact.at.isoformat(), fact.cls, fact.revision) == ("2026-06-01T06:00:00+00:00", FactClass.EST, 3)
    assert fact.refs[0].ident == "pro|NVTR|NV1"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (order(rev="one"), "$.rev"),
        (order(lines=[{"no": "10"}]), "$.lines[0]"),
        (order(occurred={"instant": "yesterday"}), "$.occurred.instant"),
        (order(source={"system": "TMS", "instance": "TMS1"}), "$"),
        ({key: value for key, value in order().items() if key != "order_no"}, "$.subject.id"),
    ],
)
async def test_refused_body_is_kept_and_the_place_named_as_the_caller_sees_it(
    front: Front, body: dict[str, object], where: str
) -> None:
    key = await front.key("ERP1", Scope.ORDERS_WRITE)
    refusal = problem(await front.http.post("/v1/orders", json=body, headers=key), "fact-refused")
    assert refusal["findings"][0].get("where", "$") == where
    assert front.store.messages[str(refusal["message_id"])].status == "refused"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff", b'{"a":' * 50_000])
async def test_body_that_is_no_json_object_is_refused_and_kept_as_it_came(front: Front, body: bytes) -> None:
    headers = json_headers(await front.key("ERP1", Scope.ORDERS_WRITE))
    refusal = problem(await front.http.post("/v1/orders", content=body, headers=headers), "fact-refused")
    assert front.store.messages[str(refusal["message_id"])].body == body


async def test_fact_of_another_owner_is_a_conflict(front: Front) -> None:
    key = await front.key("TMS1", Scope.ORDERS_WRITE)
    refusal = problem(await front.http.post("/v1/orders", json=order(), headers=key), "fact-rejected")
    assert "order.approved belongs to ERP; TMS TMS1 may not state it (INT-04)" in str(refusal["detail"])


async def test_body_must_be_json(front: Front) -> None:
    key = await front.key("ERP1", Scope.ORDERS_WRITE)
    answer = await front.http.post("/v1/orders", content=b"<order/>", headers={**key, "content-type": "text/xml"})
    assert problem(answer, "media-type-unknown")["detail"] == "send the body as application/json"


async def test_key_without_a_partner_states_nothing(front: Front) -> None:
    key = await front.key("", Scope.ORDERS_WRITE)
    refusal = problem(await front.http.post("/v1/orders", json=order(), headers=key), "partner-not-yours")
    assert "belongs to no connected partner" in str(refusal["detail"])


async def test_scopes_are_asked_for_one_by_one(front: Front) -> None:
    key = await front.key("ERP1", Scope.ORDERS_READ, Scope.FACTS_WRITE)
    refusal = problem(await front.http.post("/v1/orders", json=order(), headers=key), "scope-missing")
    assert "orders:write" in str(refusal["detail"])
    problem(await front.http.post("/v1/orders", json=order()), "credential-missing")


async def test_full_hub_is_told_the_same_way(front: Front) -> None:
    key = await front.key("ERP1", Scope.ORDERS_WRITE)
    front.intake.trouble = Overloaded("the batcher is full", retry_after_s=4)
    answer = await front.http.post("/v1/orders", json=order(), headers=key)
    problem(answer, "overloaded")
    assert answer.headers["retry-after"] == "4"
