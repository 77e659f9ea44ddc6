"""A carrier that is called over SOAP: one partner file, one map and its WSDL, through the real deliverer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from msgspec.structs import replace

from crossdock.app.deliver.step import Progress, Route, deliver_once
from crossdock.bootstrap.connectors import BY_MAPS, KINDS, MANIFESTS, limited
from crossdock.bootstrap.documents import as_mapped
from crossdock.bootstrap.library import library_of
from crossdock.bootstrap.places import Wiring
from crossdock.bootstrap.project import read_project
from crossdock.ports.as2 import SentMessages
from crossdock.ports.messages import ControlNumbers
from crossdock.ports.store import DeliveryRow
from tests.integration.deliver.given import Dock, command
from tests.integration.transports.soap_server import FREIGHT, SOAP11, Freight, fault, serving_soap, wsdl

PARTNER = """role = "CAR"
connector = "xml_file"
name = "Acme Freight"
scacs = ["ACME"]
[settings]
namespaces = {{ "" = "{freight}" }}
[transport]
kind = "soap"
url = "{url}"
wsdl = "wsdl/freight.wsdl"
port = "Old"
reference_in = "BookingReference"
status_in = "Status"
status_ok = ["BOOKED"]
username = "hub"
private_network = true
{more}
[secrets]
soap_password = "env:ACME"
[limits]
timeout_s = 0.5
"""
TENDER_MAP = """[map]
syntax = "xml"
document = "Tender"
version = "1"
source = "the carrier's WSDL, written for this test"
[[document]]
command = "transmit_tender"
[[document.node]]
name = "Number"
fields = { "" = ".tender_no" }
[[document.node]]
name = "Stop"
each = "stops"
fields = { "@no" = ".seq", "" = "location.name" }
"""
PAYLOAD = {
    "load": "LD-4501",
    "tender_no": "T-77",
    "carrier": "ACME",
    "expires_at": "2026-06-02T10:00:00Z",
    "stops": [{"seq": 1, "type": "pickup", "location": {"location_no": "WH-NL1", "name": "Venlo"}}],
}
KEY = "transmit_tender/LD-4501"


def tender() -> DeliveryRow:
    row = command(KEY, order="load:LD-4501", partner="acme")
    return replace(row, type="transmit_tender", payload=json.dumps(PAYLOAD).encode())


@asynccontextmanager
async def carrier(folder: Path, freight: Freight, dock: Dock, more: str = "") -> AsyncIterator[Route]:
    """The carrier as the hub is told of it, its service running."""
    async with serving_soap(freight) as url:
        files = {
            "crossdock.toml": b"",
            "partners/acme.toml": PARTNER.format(url=url, freight=FREIGHT, more=more).encode(),
            "maps/acme/tender.toml": TENDER_MAP.encode(),
            "wsdl/freight.wsdl": wsdl(),
        }
        for name, body in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(body)
        project = read_project(folder, MANIFESTS, {"ACME": "right"})
        library = library_of(project)
        (config,) = as_mapped(project, library, BY_MAPS).partners
        nothing = object()
        numbers, sent = cast(ControlNumbers, nothing), cast(SentMessages, nothing)
        wiring = Wiring(folder / "exchange", folder, numbers, sent, dock.clock, library, [])
        make = KINDS[config.manifest.kind].sender
        assert make is not None
        yield Route(config.partner, limited(config), make(config, wiring))
        for one in wiring.opened:
            await one.close()


async def step(dock: Dock, route: Route) -> Progress:
    return await deliver_once(dock.outbox, route.partner, route.sender, route.manifest, dock.clock, dock.dice)


async def test_a_tender_is_booked_and_the_answer_is_kept(dock: Dock, tmp_path: Path) -> None:
    freight = Freight(password="right")
    async with carrier(tmp_path, freight, dock) as route:
        await dock.put(tender())
        assert (await step(dock, route)).delivered == 1
    assert "T-77" in freight.booked[KEY]
    ((outcome, detail, reference),) = await dock.rows("select outcome, detail, reference from delivery_log")
    assert (outcome, reference) == ("delivered", "BK-1")
    assert "<Status>BOOKED</Status>" in str(detail)
    ((headers, _),) = freight.calls
    assert headers["traceparent"].startswith("00-")


async def test_what_the_caller_is_at_fault_for_is_a_case_and_not_sent_again(dock: Dock, tmp_path: Path) -> None:
    freight = Freight(script=[(500, fault(SOAP11, "Client", "no such lane"))])
    async with carrier(tmp_path, freight, dock) as route:
        await dock.put(tender())
        assert (await step(dock, route)).refused == 1
        dock.clock.forward(hours=1)
        assert await step(dock, route) == Progress()
    assert [(code, is_open) for code, _, is_open in await dock.cases()] == [("INT-07", True)]
    assert len(freight.calls) == 1


async def test_what_the_service_is_at_fault_for_is_sent_again(dock: Dock, tmp_path: Path) -> None:
    freight = Freight(script=[(500, fault(SOAP11, "Server", "database away")), (503, b"")])
    async with carrier(tmp_path, freight, dock) as route:
        await dock.put(tender())
        for _ in range(2):
            assert (await step(dock, route)).requeued == 1
            dock.clock.forward(minutes=5)
        assert (await step(dock, route)).delivered == 1
    assert {headers["Idempotency-Key"] for headers, _ in freight.calls} == {KEY}


async def test_a_silence_is_resolved_by_the_same_call_again_and_books_once(dock: Dock, tmp_path: Path) -> None:
    freight = Freight(script=["hang", "cut"])
    async with carrier(tmp_path, freight, dock) as route:
        await dock.put(tender())
        for _ in range(2):
            await step(dock, route)
            assert await dock.open() == [(KEY, "unknown")]
            dock.clock.forward(minutes=5)
        assert (await step(dock, route)).delivered == 1
    assert len(freight.booked) == 1


async def test_a_service_without_a_memory_leaves_a_silence_to_a_person(dock: Dock, tmp_path: Path) -> None:
    freight = Freight(script=["cut"])
    async with carrier(tmp_path, freight, dock, 'resolution = "person"') as route:
        await dock.put(tender())
        assert (await step(dock, route)).parked == 1
        dock.clock.forward(hours=1)
        assert await step(dock, route) == Progress()
    assert len(freight.calls) == 1
    assert [code for code, _, is_open in await dock.cases() if is_open] == ["INT-06"]
