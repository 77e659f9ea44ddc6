"""Every row of the process API states its fact, about what its address or body names, for a key with its scope."""

from __future__ import annotations

import pytest

from crossdock.app.access import Scope
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Partner
from crossdock.web.api.process import RESOURCES, Resource
from tests.unit.web.bench import NOW, PARTNERS, Front, json_headers, problem

BODIES: dict[str, dict[str, object]] = {
    "adjust_inventory": {
        "warehouse": "WH-NL1",
        "item": "IT-501",
        "movement_id": "M-1",
        "qty": {"value": "-2", "uom": "EA"},
        "reason": "damage",
        "at": NOW.isoformat(),
    },
    "attach_document": {
        "type": "export_declaration",
        "sha256": "a" * 64,
        "mime": "application/pdf",
        "source": "broker",
    },
    "accept_declaration": {"lrn": "L-1", "mrn": "M-1", "accepted_at": NOW.isoformat()},
    "settle_freight": {"posted_amount": {"amount": "120.00", "currency": "EUR"}, "doc_no": "D-1"},
    "initiate_return": {"request_id": "R-1", "order_no": "SO-1", "lines": []},
}


def speaker(resource: Resource) -> Partner:
    """A partner whose word counts for this fact."""
    owners = EVENT_TYPES[resource.capability.fact].owners - {Role.SYNC}
    return Partner("SPEAKER", min(owners), "canonical_json")


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
async def test_each_resource_is_for_keys_with_its_scope(resource: Resource) -> None:
    front = Front(partners=(*PARTNERS, speaker(resource)))
    path = resource.path.replace(":str", "").replace("{shipment}", "SHP-1").replace("{number}", "N-1")
    problem(
        await front.http.post(path, json={}, headers=await front.key("SPEAKER", Scope.ORDERS_READ)), "scope-missing"
    )
    answer = await front.http.post(path, json={"never": 1}, headers=await front.key("SPEAKER", resource.scope))
    refused = problem(answer, "fact-refused")
    assert refused["message_id"], "what is refused is kept"


@pytest.mark.parametrize("name", BODIES)
async def test_a_right_body_becomes_a_fact_of_its_speaker(name: str) -> None:
    resource = next(one for one in RESOURCES if one.name == name)
    front = Front(partners=(*PARTNERS, speaker(resource)))
    path = resource.path.replace("{shipment:str}", "SHP-1")
    answer = await front.http.post(path, json=BODIES[name], headers=await front.key("SPEAKER", resource.scope))
    assert answer.status_code == 200, answer.text
    (fact,) = front.intake.accepted
    assert (fact.type, fact.subject.type, fact.source.instance) == (
        resource.capability.fact,
        resource.capability.subject,
        "SPEAKER",
    )


async def test_one_capability_has_one_address(front: Front) -> None:
    stated = [
        handler.opt["accepts"]
        for route in front.app.routes
        for handler in getattr(route, "route_handlers", ())
        if "accepts" in handler.opt
    ]
    assert len(stated) == len({(one.fact, one.subject) for one in stated}), "I-47: no duplicate services"


async def test_fact_can_be_checked_without_being_handed_in(front: Front) -> None:
    headers = json_headers(await front.key("ERP1", Scope.FACTS_WRITE))
    good = await front.http.post("/v1/validations", content=b'{"type": "order.exploded"}', headers=headers)
    assert (good.status_code, good.json()["valid"]) == (200, False)
    assert front.intake.accepted == []
