"""EPCIS capture and query, and DCSA events, at the door and over the real log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
import pytest_asyncio

from crossdock.app.access import Scope
from crossdock.app.faces import FaceLog
from crossdock.app.intake import MessageReceipt
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.connectors.dcsa.outbound import DcsaFace
from crossdock.connectors.epcis.face import EpcisFace
from crossdock.ports.directory import Partner
from crossdock.ports.store import DossierRow, EventRow, LinkRow, MessageRow, WriteSet
from crossdock.postgres.connection import Pool
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.testing.intake import MemoryIntake
from crossdock.web.api.app import build_api
from tests.integration.web.test_events import Door
from tests.unit.web.bench import NOW, PARTNERS, envelope, problem

BASE = "https://id.example.org"
SSCC = "387123450000001019"
STEPS = ("LOADED", "DEPARTED_FACILITY", "ARRIVED_FACILITY", "DELIVERED")


def milestone(number: int, code: str, partner: str = "TMS1") -> EventRow:
    """What the TMS saw of one unit, an hour after the one before."""
    body = envelope(
        source=partner,
        type="tracking.milestone",
        subject={"type": "shipment", "id": "SHP-1"},
        occurred={"instant": (NOW + timedelta(hours=number)).isoformat()},
        refs=[{"scheme": "bol", "id": "BL-9"}, {"scheme": "container", "id": "CRXU1234563"}],
        payload={"milestone": code, "packages": [SSCC], "location": {"unlocode": "NLRTM"}},
    )
    at = NOW + timedelta(hours=number)
    return EventRow(
        dossier=1,
        seq=number,
        type="tracking.milestone",
        disposition=Disposition.APPLY,
        partner=partner,
        occurred=at,
        received=at,
        body=body,
        key=f"k{number}",
        cause="",
        transitions="",
    )


@pytest_asyncio.fixture
async def door(store: PostgresStore, pool: Pool) -> Door:
    """The door with faces, and a shipment that was seen four times."""
    made = Door(store, pool)
    views = PostgresViews(pool)
    faces = {
        "epcis": FaceLog(made.log, views, EpcisFace(BASE)),
        "dcsa 2.2": FaceLog(made.log, views, DcsaFace("2.2")),
        "dcsa 3.0": FaceLog(made.log, views, DcsaFace("3.0")),
    }
    made.front.partners = (*PARTNERS, Partner("WH-E", Role.WMS, "epcis"))
    made.app = build_api(replace(made.front.deps(), events=made.log, faces=faces))
    made.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=made.app), base_url="http://hub")
    async with store.batch() as batch:
        await batch.write(
            WriteSet(
                dossiers=[DossierRow(1, "order||SO-1", 1, "NEW", b"")],
                events=[milestone(number, code) for number, code in enumerate(STEPS, 1)],
                links=[LinkRow(f"sscc||{SSCC}", 1), LinkRow("container||CRXU1234563", 1)],
            )
        )
    return made


def steps(answer: httpx2.Response) -> list[str]:
    assert answer.headers["content-type"] == "application/ld+json", answer.text
    return [one["bizStep"] for one in answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["loading", "departing", "arriving", "receiving"]),
        ("EQ_bizStep=departing|receiving", ["departing", "receiving"]),
        ("EQ_bizStep=urn:epcglobal:cbv:bizstep:loading", ["loading"]),
        ("GE_eventTime=2026-06-01T08:02:10Z&LT_eventTime=2026-06-01T10:02:10%2B00:00", ["departing", "arriving"]),
        ("MATCH_epc=urn:epc:id:sscc:8712345.3000000101", ["loading", "departing", "arriving", "receiving"]),
        (f"MATCH_anyEPC=https://id.gs1.org/00/{SSCC}&EQ_bizStep=loading", ["loading"]),
        ("MATCH_epc=urn:epc:id:sscc:8712345.3000009999", []),
        ("eventType=AggregationEvent", []),
    ],
)
async def test_epcis_query_by_time_step_and_unit(door: Door, query: str, expected: list[str]) -> None:
    key = await door.front.key("", Scope.EVENTS_READ)
    assert steps(await door.http.get(f"/v1/epcis/events?{query}", headers=key)) == expected


@pytest.mark.parametrize("begin", ["perPage=1", f"perPage=1&MATCH_epc=https://id.gs1.org/00/{SSCC}"])
async def test_epcis_pages_follow_by_link_until_none_does(door: Door, begin: str) -> None:
    key = await door.front.key("", Scope.EVENTS_READ)
    found, path = [], f"/v1/epcis/events?{begin}"
    for _ in range(10):
        answer = await door.http.get(path, headers=key)
        found += steps(answer)
        if "link" not in answer.headers:
            break
        path = answer.headers["link"].partition(">")[0][1:]
    assert found == ["loading", "departing", "arriving", "receiving"]


@pytest.mark.parametrize(
    "query", ["perPage=0", "perPage=9999", "GE_eventTime=now", "EQ_x=1", "nextPageToken=zzz", "GE_eventTime=2026-06-01"]
)
async def test_question_that_cannot_be_asked_is_refused(door: Door, query: str) -> None:
    key = await door.front.key("", Scope.EVENTS_READ)
    problem(await door.http.get(f"/v1/epcis/events?{query}", headers=key), "parameter-wrong")


async def test_dcsa_events_in_both_versions_side_by_side(door: Door) -> None:
    key = await door.front.key("", Scope.EVENTS_READ)
    old = await door.http.get("/v1/dcsa/v2/events?eventType=TRANSPORT", headers=key)
    assert [one["transportEventTypeCode"] for one in old.json()] == ["DEPA", "ARRI"]
    assert old.headers["api-version"] == "2.2.0"
    new = await door.http.get("/v1/dcsa/v3/events?equipmentReference=CRXU1234563", headers=key)
    told = [one["eventClassification"] for one in new.json()["events"]]
    assert [one["eventType"] for one in told] == ["EQUIPMENT", "TRANSPORT", "TRANSPORT"]
    problem(await door.http.get("/v1/dcsa/v3/events?surprise=1", headers=key), "parameter-wrong")


async def test_partners_key_is_told_only_what_that_partner_said(door: Door) -> None:
    key = await door.front.key("CAR-SW", Scope.EVENTS_READ)
    assert steps(await door.http.get(f"/v1/epcis/events?MATCH_epc=https://id.gs1.org/00/{SSCC}", headers=key)) == []
    assert (await door.http.get("/v1/dcsa/v2/events", headers=key)).json() == []


class Captures(MemoryIntake):
    """Takes every message as the one of that name."""

    async def message(self, partner: Partner, body: bytes, *_: object, **__: object) -> MessageReceipt:
        findings = b'[{"code": "CAPTURE", "detail": "one event has no step", "where": "$.eventList[1]"}]'
        row = MessageRow("m-1", partner.id, "http", "", NOW, "0" * 64, body, "partial", 1, findings, "")
        async with self._store.batch() as batch:
            await batch.write(WriteSet(messages=[row]))
        return MessageReceipt("m-1", "partial")


async def test_capture_is_a_message_of_an_epcis_partner_and_its_job_tells(door: Door) -> None:
    front = door.front
    captures = Captures(front.store, front.clock)

    front.intake = captures
    front.rebuild()
    key = {**await front.key("WH-E", Scope.FACTS_WRITE), "content-type": "application/ld+json"}
    answer = await front.http.post("/v1/epcis/capture", content=b"{}", headers=key)
    assert (answer.status_code, answer.headers["location"]) == (202, "/v1/epcis/capture/m-1"), answer.text
    job = (await front.http.get("/v1/epcis/capture/m-1", headers=key)).json()
    assert (job["captureID"], job["running"], job["success"]) == ("m-1", False, False)
    assert job["errors"][0]["where"] == "$.eventList[1]"
    other = {**await front.key("TMS1", Scope.FACTS_WRITE), "content-type": "application/json"}
    problem(await front.http.post("/v1/epcis/capture", content=b"{}", headers=other), "partner-not-yours")
    problem(await front.http.get("/v1/epcis/capture/m-1", headers=other), "not-found")
    rollback = {**key, "gs1-capture-error-behaviour": "rollback"}
    problem(await front.http.post("/v1/epcis/capture", content=b"{}", headers=rollback), "parameter-wrong")
