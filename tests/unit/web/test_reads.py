"""Reading orders, shipments, references and kept messages (I-19, I-20, I-35), and the timeline with its causes."""

from __future__ import annotations

import base64
from datetime import timedelta

import msgspec
import pytest

from crossdock.app.access import Scope
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.store import CaseRow, DeliveryRow, DossierRow, EventRow, LinkRow, WriteSet
from tests.unit.web.bench import NOW, Front, envelope, problem

SHIPMENT_FACT = envelope(type="shipment.planned", subject={"type": "shipment", "id": "SHP-1"}, payload={"tms_id": "1"})


def event(seq: int, body: bytes, minutes: int, *, cause: str = "", dossier: int = 1) -> EventRow:
    head = msgspec.json.decode(body)
    return EventRow(
        dossier=dossier,
        seq=seq,
        type=head["type"],
        disposition=Disposition.APPLY,
        partner=head["source"]["instance"],
        occurred=NOW + timedelta(minutes=minutes),
        received=NOW + timedelta(minutes=minutes + 1),
        body=body,
        key=f"k{seq}",
        cause=cause,
        transitions="ORD-01 –>NEW; FO-01 –>SENT",
    )


@pytest.fixture
async def told(front: Front) -> Front:
    """A front that knows one order with two facts, a command and a case, and a load that caused the second fact."""
    rows = WriteSet(
        dossiers=[
            DossierRow(1, "order||SO-1", 1, "NEW", b""),
            DossierRow(2, "load||LD-1", 1, "BUILT", b""),
            DossierRow(3, "order||SO-2", 1, "NEW", b""),
        ],
        events=[
            event(2, SHIPMENT_FACT, 30, cause="2.1"),
            event(1, envelope(), 0),
            event(1, envelope(type="load.built"), 20, dossier=2),
        ],
        links=[LinkRow("shipment||SHP-1", 1), LinkRow("shipment||SHP-1", 2), LinkRow("pro|NVTR|NV1", 1)],
        deliveries=[
            DeliveryRow(9, 1, "WH1", "create_fulfilment_order", "cfo:1", "SO-1", 1, "1.1", "", b"{}", NOW),
        ],
        cases=[CaseRow("TRN-03", "order SO-1", "a", 1, 2, "transport", "no carrier", True, "1.2", NOW)],
    )
    async with front.store.batch() as batch:
        await batch.write(rows)
    return front


async def test_order_shows_its_state_and_what_is_open(told: Front) -> None:
    answer = await told.http.get("/v1/orders/SO-1", headers=await told.key("", Scope.ORDERS_READ))
    order = answer.json()
    assert (order["order_no"], order["label"], order["states"]["ORD"]) == ("SO-1", "NEW", {"phase": "NEW"})
    assert order["identifiers"] == ["order||SO-1", "pro|NVTR|NV1", "shipment||SHP-1"]
    assert [one["id"] for one in order["open_commands"]] == [9]
    assert [one["code"] for one in order["open_cases"]] == ["TRN-03"]
    assert (order["business"]["order"]["grade"], order["business"]["order"]["flow"]["id"]) == ("act", "BS-18")


async def test_timeline_is_in_the_order_of_the_world_with_causes_both_ways(told: Front) -> None:
    answer = await told.http.get("/v1/orders/SO-1/timeline", headers=await told.key("", Scope.ORDERS_READ))
    trace = answer.json()
    approved, planned = trace["facts"]
    assert (approved["id"], approved["type"], approved["said_by"]) == ("1.1", "order.approved", "ERP1")
    assert approved["caused"] == ["command 9"]
    assert approved["transitions"] == ["ORD-01 –>NEW", "FO-01 –>SENT"]
    assert approved["payload"]["order_no"] == "SO-1"
    assert approved["occurred"] < approved["received"] <= approved["recorded"]
    assert (planned["cause"], planned["subject"]) == ("2.1", "shipment SHP-1")
    assert [one["type"] for one in trace["elsewhere"]] == ["load.built"]
    assert [one["idempotency_key"] for one in trace["commands"]] == ["cfo:1"]


async def test_orders_come_in_pages_newest_first(told: Front) -> None:
    key = await told.key("", Scope.ORDERS_READ)
    first = (await told.http.get("/v1/orders?limit=1", headers=key)).json()
    assert [one["ident"] for one in first["items"]] == ["order||SO-2"]
    second = (await told.http.get(f"/v1/orders?limit=1&cursor={first['next']}", headers=key)).json()
    assert [one["ident"] for one in second["items"]] == ["order||SO-1"]
    last = (await told.http.get(f"/v1/orders?limit=1&cursor={second['next']}", headers=key)).json()
    assert last == {"items": [], "next": ""}


async def test_shipment_shows_its_own_part_of_the_orders_dossier(told: Front) -> None:
    answer = await told.http.get("/v1/shipments/SHP-1", headers=await told.key("", Scope.SHIPMENTS_READ))
    shipment = answer.json()
    assert (shipment["shipment"], shipment["order"]) == ("SHP-1", "SO-1")
    assert list(shipment["states"]) == ["SHP:WH1/1"]
    assert shipment["business"]["flow"]["queues"] == ["TRN"]
    assert [one["type"] for one in shipment["facts"]] == ["shipment.planned"]


async def test_any_identifier_leads_to_its_owners(told: Front) -> None:
    key = await told.key("", Scope.ORDERS_READ)
    both = (await told.http.get("/v1/references/shipment/SHP-1", headers=key)).json()
    assert [one["ident"] for one in both] == ["order||SO-1", "load||LD-1"]
    scoped = (await told.http.get("/v1/references/pro/NV1?scope=NVTR", headers=key)).json()
    assert "shipment||SHP-1" in scoped[0]["identifiers"]
    problem(await told.http.get("/v1/references/pro/NV1", headers=key), "not-found")


@pytest.mark.parametrize("path", ["/v1/orders/SO-9", "/v1/orders/SO-9/timeline", "/v1/shipments/SHP-9"])
async def test_what_is_not_known_is_not_found(told: Front, path: str) -> None:
    key = await told.key("", Scope.ORDERS_READ, Scope.SHIPMENTS_READ)
    assert "known here" in str(problem(await told.http.get(path, headers=key), "not-found")["detail"])


async def test_kept_message_shows_bytes_and_findings_to_its_partner(front: Front) -> None:
    own = await front.key("ERP1", Scope.FACTS_WRITE, Scope.PERSONAL_READ)
    refusal = problem(
        await front.http.post("/v1/partners/ERP1/messages", content=b"\xff{", headers=own), "message-refused"
    )
    path = f"/v1/messages/{refusal['message_id']}"
    kept = (await front.http.get(path, headers=own)).json()
    assert base64.b64decode(kept["body"]) == b"\xff{"
    assert (kept["status"], kept["findings"][0]["code"]) == ("refused", "X12-ENV")
    other = await front.key("TMS1", Scope.FACTS_WRITE, Scope.PERSONAL_READ)
    problem(await front.http.get(path, headers=other), "not-found")
    operator = await front.key("", Scope.OPERATIONS_READ, Scope.PERSONAL_READ)
    assert (await front.http.get(path, headers=operator)).status_code == 200
