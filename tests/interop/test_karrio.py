"""A real parcel gateway: a tender becomes a label, once; its number is told back; a withdrawn tender gives it back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crossdock.canonical.commands.tms import TenderShipment, TransmitTender
from crossdock.canonical.parts import Address, Place, Stop, StopType
from crossdock.connectors.karrio.client import Client
from crossdock.connectors.karrio.config import Config
from crossdock.connectors.karrio.inbound import Inbound
from crossdock.connectors.karrio.source import Labels
from crossdock.kernel.codec import encode_json
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import IntakeContext, Outbound, OutcomeKind
from crossdock.transports.http import AiohttpTransport, HttpConfig
from tests.interop.gateway import ACCOUNT, Gateway, karrio

pytestmark = [pytest.mark.interop, pytest.mark.slow]

CONFIG = Config(account=ACCOUNT, service="standard_service", scac="HOUS", parcel_kg=2.5)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One for all tests here: each buys labels for tenders of its own."""
    folder: Path = tmp_path_factory.mktemp("karrio")
    with karrio(folder) as opened:
        yield opened


@pytest.fixture
async def line(gateway: Gateway) -> AsyncIterator[AiohttpTransport]:
    """Our own transport, as production has it."""
    async with AiohttpTransport(HttpConfig(gateway.url, private_network=True)) as transport:
        yield transport


def place(city: str, postal: str) -> Place:
    """A door."""
    address = Address(country="NL", lines=("Havenweg 1",), city=city, postal=postal)
    return Place(location_no=city.upper(), name=f"{city} door", address=address)


def tender(number: str, *, cancel: bool = False) -> Outbound:
    """One load of two parcels from Venlo to Rotterdam."""
    stops = (
        Stop(1, StopType.PICKUP, place("Venlo", "5911 CD")),
        Stop(2, StopType.DELIVERY, place("Rotterdam", "3011 AA")),
    )
    shipments = (TenderShipment("SHP-1", packages=(f"{number}-A", f"{number}-B")),)
    payload = TransmitTender(
        load=f"LD-{number}", tender_no=number, carrier="HOUS", stops=stops, shipments=shipments, cancel=cancel
    )
    return Outbound(1, "transmit_tender", f"transmit_tender:{number}", "load:LD", encode_json(payload), "", 1, NOW)


def accepted(bodies: list[bytes]) -> dict[str, tuple[str, str]]:
    """Load and tracking number by tender, of what was polled."""
    settings: dict[str, object] = {"scac": "HOUS"}
    context = IntakeContext("karrio", "CAR", NOW, "UTC", settings)
    facts = [
        json.loads(one.body) for body in bodies for one in Inbound().decode(body, "application/json", context).facts
    ]
    return {one["payload"]["tender_no"]: (one["subject"]["id"], one["payload"]["pro_no"]) for one in facts}


async def polled(line: AiohttpTransport, key: str) -> list[bytes]:
    """All shipments from the beginning."""
    source, cursor = Labels(line, 60.0, Secret(key)), ""
    bodies: list[bytes] = []
    for _ in range(10):
        page = await source.page(cursor)
        bodies += page.bodies
        cursor = page.cursor
        if not page.more:
            return bodies
    raise AssertionError("no end of shipments")


async def test_a_tender_becomes_one_label_whose_number_is_told_back(gateway: Gateway, line: AiohttpTransport) -> None:
    """W-30: bought once however often it is asked for; the carrier's number links the load."""
    client = Client(line, 60.0, Secret(gateway.key), CONFIG)
    assert (await client.look_up(tender("T-1"))).kind is OutcomeKind.REFUSED
    assert [(await client.send([tender("T-1")]))[0].kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
    assert (await client.look_up(tender("T-1"))).kind is OutcomeKind.DELIVERED
    bodies = await polled(line, gateway.key)
    load, number = accepted(bodies)["T-1"]
    assert (load, bool(number)) == ("LD-T-1", True)
    labels = [json.loads(body) for body in bodies if json.loads(body)["reference"] == "T-1"]
    assert [(one["status"], len(one["parcels"]), bool(one["label_url"])) for one in labels] == [("created", 2, True)]


async def test_a_withdrawn_tender_gives_its_label_back(gateway: Gateway, line: AiohttpTransport) -> None:
    """Cancelled once, and told no more as a carrier's yes."""
    client = Client(line, 60.0, Secret(gateway.key), CONFIG)
    for one in (tender("T-2"), tender("T-2", cancel=True), tender("T-2", cancel=True)):
        assert (await client.send([one]))[0].kind is OutcomeKind.DELIVERED
    bodies = await polled(line, gateway.key)
    assert [json.loads(body)["status"] for body in bodies if json.loads(body)["reference"] == "T-2"] == ["cancelled"]
    assert "T-2" not in accepted(bodies)


async def test_what_the_gateway_refuses_says_why(gateway: Gateway, line: AiohttpTransport) -> None:
    """In its own words."""
    client = Client(line, 60.0, Secret(gateway.key), Config(account=ACCOUNT, service="overnight", scac="HOUS"))
    (outcome,) = await client.send([tender("T-3")])
    assert outcome.kind is OutcomeKind.REFUSED
    assert "not available for this shipment" in outcome.detail
