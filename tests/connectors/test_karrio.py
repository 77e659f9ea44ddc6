"""The Karrio connector against a gateway of its shapes: interrupted anywhere, one label; what it says, in facts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdock.connectors.karrio.client import Client
from crossdock.connectors.karrio.config import Config, read_config
from crossdock.connectors.karrio.inbound import Inbound
from crossdock.connectors.karrio.source import PAGE, Labels
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Decoded, IntakeContext, Outbound, OutcomeKind
from tests.connectors.erp_server import BUSY, TROUBLES, line_to, outbound, send, served, until_delivered
from tests.connectors.karrio_double import KEY, Json, Karrio

CONFIG = Config(account="house", service="standard", scac="HOUS", parcel_kg=2.5)
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
METADATA = {"crossdock_load": "LD-1", "crossdock_tender": "TND-1", "crossdock_carrier": "HOUS"}


def tender(**more: object) -> Outbound:
    def stop(seq: int, kind: str, city: str) -> Json:
        address = {"country": "NL", "lines": ["Havenweg 1"], "city": city, "postal": "5911 CD"}
        return {"seq": seq, "type": kind, "location": {"name": f"{city} door", "address": address}}

    payload = {
        "load": "LD-1", "tender_no": "TND-1", "carrier": "HOUS",
        "stops": [stop(1, "pickup", "Venlo"), stop(2, "delivery", "Rotterdam")],
        "shipments": [{"shipment": "SHP-1", "totals": {"packages": 2, "gross_kgm": "5"}, "packages": ["P-1", "P-2"]},
                      {"shipment": "SHP-2"}],
        **more,
    }  # fmt: skip
    return outbound("transmit_tender", json.dumps(payload).encode())


@asynccontextmanager
async def client(gateway: Karrio, config: Config = CONFIG, key: str = KEY) -> AsyncIterator[Client]:
    async with served(gateway.handle) as address, line_to(address) as line:
        yield Client(line, 20.0, Secret(key), config)


def decoded(body: object, scac: str = "HOUS") -> Decoded:
    context = IntakeContext("karrio", "CAR", NOW, "UTC", {"scac": scac})
    return Inbound().decode(json.dumps(body).encode(), "application/json", context)


def told(body: object) -> list[Json]:
    return [json.loads(one.body) for one in decoded(body).facts]


@pytest.mark.parametrize("kind", TROUBLES)
@pytest.mark.parametrize("after", [True, False])
async def test_a_purchase_that_broke_is_looked_for_before_it_is_made_again(after: bool, kind: str) -> None:
    gateway = Karrio()
    gateway.trouble.plan(1, kind, after=after)
    async with client(gateway) as sender:
        kinds = await until_delivered(sender, tender())
    assert kinds[-1] is OutcomeKind.DELIVERED
    assert kinds[0] is (OutcomeKind.TRANSIENT if kind == BUSY else OutcomeKind.UNKNOWN)
    assert [one["status"] for one in gateway.shipments] == ["created"]


async def test_a_label_says_from_where_to_where_and_what_it_weighs() -> None:
    """Packages share their shipment's weight; one nobody weighed has the usual one."""
    gateway = Karrio()
    async with client(gateway) as sender:
        assert (await send(sender, tender())).kind is OutcomeKind.DELIVERED
    said = gateway.shipments[0]["said"]
    assert (said["reference"], said["metadata"], said["carrier_ids"]) == ("TND-1", METADATA, ["house"])
    assert [(one["reference_number"], one["weight"]) for one in said["parcels"]] == [
        ("P-1", 2.5), ("P-2", 2.5), ("SHP-2", 2.5),
    ]  # fmt: skip
    assert [said[who]["city"] for who in ("shipper", "recipient")] == ["Venlo", "Rotterdam"]


async def test_a_withdrawn_tender_gives_its_label_back_once() -> None:
    gateway = Karrio()
    async with client(gateway) as sender:
        for one in (tender(cancel=True), tender(), tender(cancel=True), tender(cancel=True), tender()):
            assert (await send(sender, one)).kind is OutcomeKind.DELIVERED
    assert [one["status"] for one in gateway.shipments] == ["cancelled"]


@pytest.mark.parametrize(
    ("one", "config", "key", "detail"),
    [
        (tender(stops=[]), CONFIG, KEY, "has no address of its pickup"),
        (tender(), Config(service="overnight"), KEY, "not available for this shipment"),
        (tender(), CONFIG, "wrong", "Invalid token"),
        (outbound("transmit_tender", b"{}"), CONFIG, KEY, "does not fit its contract"),
    ],
)
async def test_what_cannot_be_bought_is_refused_with_the_reason(
    one: Outbound, config: Config, key: str, detail: str
) -> None:
    gateway = Karrio()
    async with client(gateway, config, key) as sender:
        outcome = await send(sender, one)
    assert (outcome.kind, gateway.shipments) == (OutcomeKind.REFUSED, [])
    assert detail in outcome.detail


def test_a_label_of_ours_is_the_carriers_yes_and_others_are_passed_over() -> None:
    gateway = Karrio()
    (fact,) = told(gateway.label(metadata=METADATA))
    assert (fact["type"], fact["subject"]) == ("carrier.accepted", {"type": "load", "id": "LD-1"})
    assert fact["payload"] == {"tender_no": "TND-1", "carrier": "HOUS", "pro_no": "NV1"}
    assert fact["refs"][0] == {"scheme": "pro", "id": "NV1", "scope": "HOUS"}
    for body in (gateway.label(), gateway.label(metadata=METADATA, status="cancelled")):
        assert [one.severity for one in decoded(body).findings] == ["info"]


@pytest.mark.proves("PF-13")
def test_a_webhook_about_a_parcel_is_what_its_events_say() -> None:
    """A status that is not in our list goes to review; the other events are taken."""
    events = [
        {"timestamp": "2026-06-02T09:00:00.000Z", "status": "in_transit", "code": "AR1", "location": "Venlo"},
        {"timestamp": "2026-06-02T11:00:00.000Z", "status": "delivery_failed", "reason": "consignee_not_home"},
        {"timestamp": "2026-06-02T12:00:00.000Z", "status": "beamed_up"},
        {"date": "2026-06-02", "time": "13:00", "status": "delivered"},
    ]
    hook = {"type": "tracker_updated", "data": {"object_type": "tracker", "tracking_number": "NV1", "events": events}}
    read = decoded(hook)
    facts = [json.loads(one.body) for one in read.facts]
    assert [one["payload"]["milestone"] for one in facts] == ["DEPARTED_FACILITY", "DELIVERY_ATTEMPTED"]
    assert facts[1]["payload"]["reason"].startswith("consignee.")
    assert [(one.code, one.where) for one in read.findings] == [
        ("MDM-03", "$.data.events[2].status"), ("INT-02", "$.data.events[3]"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body", [{"object_type": "order"}, {}, [], {"object_type": "tracker"}, {"object_type": "shipment"}]
)
def test_what_we_do_not_read_is_a_finding(body: object) -> None:
    read = decoded(body)
    assert (read.facts, [one.code for one in read.findings]) == ([], ["INT-02"])


@settings(max_examples=60, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(
    st.sampled_from(["object_type", "data", "events", "status", "id", "timestamp"]), one), max_leaves=10),
    st.sampled_from(["events", "id", "status", "metadata", "tracking_number", "created_at", "data"]),
    st.sampled_from(["shipment", "tracker"]))  # fmt: skip
def test_no_content_breaks_the_reader(value: object, field: str, kind: str) -> None:
    """Hostile members end as findings, or say what they can."""
    label = {"id": "s", "status": "created", "tracking_number": "N", "created_at": "2026-06-01T09:00:00Z"}
    decoded({**label, "metadata": METADATA, "object_type": kind, field: value})
    decoded(value)


async def test_every_label_is_read_newest_first_and_those_made_later_too() -> None:
    gateway = Karrio()
    for _ in range(2 * PAGE + 3):
        gateway.label()

    async def drain(cursor: str) -> tuple[set[str], str]:
        seen: set[str] = set()
        async with served(gateway.handle) as address, line_to(address) as line:
            source = Labels(line, 5.0, Secret(KEY))
            for _ in range(9):
                page = await source.page(cursor)
                seen |= {json.loads(body)["id"] for body in page.bodies}
                cursor = page.cursor
                if not page.more:
                    return seen, cursor
        raise AssertionError(f"no end in sight at {cursor}")

    seen, cursor = await drain("")
    assert len(seen) == 2 * PAGE + 3
    late = gateway.label()
    again, after = await drain(cursor)
    assert late["id"] in again
    assert after > cursor


async def test_a_gateway_that_refuses_us_says_so() -> None:
    async with served(Karrio().handle) as address, line_to(address) as line:
        with pytest.raises(Permanent, match="Invalid token"):
            await Labels(line, 5.0, Secret("wrong")).page("")


def test_settings_that_are_not_in_the_contract_are_refused() -> None:
    with pytest.raises(Permanent, match="karrio partner"):
        read_config({"parcel_kg": 0})
