"""Landscapes of the mission: one ERP for another, two ERPs at once (mission.md S-04, §13), by their own documents."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
import pytest

from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import CARRIER, WAREHOUSE, Order
from crossdock.bootstrap.connectors import KINDS
from crossdock.canonical.envelope import Envelope, Source, Subject
from crossdock.canonical.events.fulfilment import PickShorted
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.quantity import Quantity
from crossdock.mediation.library import Library
from crossdock.ports.connector import IntakeContext
from crossdock.ports.directory import Partner
from crossdock.testing.world import Partners, World
from tests.unit.app.portal.given import shown

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
STAMP = "2026-06-01T06:00:00Z"
LINES = (("10", "IT-10", 40), ("20", "IT-20", 100), ("30", "IT-30", 5))
AROUND = {
    "wms-nl1": Partner("wms-nl1", Role.WMS, "wms_json", sites=(WAREHOUSE,)),
    "tms1": Partner("tms1", Role.TMS, "tms_json"),
    "nvtr": Partner("nvtr", Role.CAR, "carrier_json", scacs=(CARRIER,)),
}
# What an ERP is told: of stock, money and how far its order is. Transport is no business of its.
OF_AN_ERP = {
    "update_order_status", "update_delivery_status", "post_goods_issue", "request_invoice", "post_freight_accrual",
}  # fmt: skip
_envelopes = msgspec.json.Decoder(Envelope)


def by_erp_json(number: str) -> dict[str, object]:
    """The order as an ERP with events of its own says it."""
    items = [
        {"lineNo": line, "material": item, "quantity": str(pieces), "unit": "EA", "plant": WAREHOUSE}
        for line, item, pieces in LINES
    ]
    place = {"number": "L-1", "name": "Harrow", "street": "1 Wharf Road", "city": "London", "postalCode": "N1"}
    order = {
        "number": number, "revision": 1, "type": "OR", "customer": {"number": "C-7781", "name": "Harrow"},
        "customerPo": f"PO-{number}", "shipTo": {**place, "country": "GB"}, "currency": "EUR",
        "incoterm": {"code": "DAP", "place": "London"}, "requested": {"from": STAMP, "to": "2026-06-04T23:59:59Z"},
        "priority": "normal", "shipPolicy": "PARTIAL", "backorderPolicy": "BACKORDER", "items": items,
    }  # fmt: skip
    event = {"eventId": f"e-{number}", "eventType": "SalesOrder.Approved", "occurredAt": STAMP, "client": "100"}
    return {**event, "data": {"order": order}}


def by_s4hana(number: str) -> dict[str, object]:
    """The same, as S/4HANA's A_SalesOrder."""
    micros = int(START.timestamp() * 1000)
    rows = [
        {"SalesOrder": number, "SalesOrderItem": line, "Material": item, "RequestedQuantity": str(pieces),
         "RequestedQuantityUnit": "PC", "ProductionPlant": WAREHOUSE, "SalesDocumentRjcnReason": "", "NetAmount": "0"}
        for line, item, pieces in LINES
    ]  # fmt: skip
    address = {"OrganizationName1": "Harrow", "StreetName": "Wharf Road", "HouseNumber": "1", "CityName": "London",
               "PostalCode": "N1", "Country": "GB"}  # fmt: skip
    partners = [
        {"SalesOrder": number, "PartnerFunction": part, "Customer": "C-7781", "to_Address": {"results": [address]}}
        for part in ("SP", "SH")
    ]
    return {
        "SalesOrder": number, "SalesOrderType": "OR", "SoldToParty": "C-7781", "CreationDate": f"/Date({micros})/",
        "LastChangeDateTime": f"/Date({micros}+0000)/", "PurchaseOrderByCustomer": f"PO-{number}",
        "TransactionCurrency": "EUR", "RequestedDeliveryDate": f"/Date({micros + 3 * 86_400_000})/",
        "OverallSDProcessStatus": "A", "TotalCreditCheckStatus": "A", "DeliveryBlockReason": "",
        "OverallSDDocumentRejectionSts": "A", "IncotermsClassification": "DAP", "IncotermsLocation1": "London",
        "to_Item": {"results": rows}, "to_Partner": {"results": partners},
    }  # fmt: skip


def by_dynamics365(number: str) -> dict[str, object]:
    """The same, as Dynamics 365 gives header and lines."""
    header = {
        "SalesOrderNumber": number, "SalesOrderStatus": "Backorder", "SalesOrderProcessingStatus": "Confirmed",
        "IsSalesProcessingStopped": "No", "SalesOrderName": "Harrow", "OrderingCustomerAccountNumber": "C-7781",
        "CurrencyCode": "EUR", "CustomersOrderReference": f"PO-{number}", "DeliveryTermsCode": "DAP",
        "OrderCreationDateTime": STAMP, "RequestedReceiptDate": "2026-06-04T12:00:00Z",
        "DeliveryAddressName": "Harrow", "DeliveryAddressLocationId": "L-1", "DeliveryAddressStreet": "1 Wharf Road",
        "DeliveryAddressCity": "London", "DeliveryAddressZipCode": "N1", "DeliveryAddressCountryRegionISOCode": "GB",
        "ModifiedDateTime": STAMP,
    }  # fmt: skip
    lines = [
        {"SalesOrderNumber": number, "LineCreationSequenceNumber": int(line), "ItemNumber": item,
         "OrderedSalesQuantity": pieces, "SalesUnitSymbol": "ea", "ShippingWarehouseId": WAREHOUSE,
         "SalesOrderLineStatus": "Backorder"}
        for line, item, pieces in LINES
    ]  # fmt: skip
    return {"changed": STAMP, "order": header, "lines": lines}


SAYS = {"erp_json": by_erp_json, "s4hana": by_s4hana, "dynamics365": by_dynamics365}


def approval(partner: Partner, number: str) -> bytes:
    """The fact this ERP's document comes to, through its own connector."""
    context = IntakeContext(partner.id, "ERP", START, "UTC")
    document = json.dumps(SAYS[partner.connector](number)).encode()
    made = KINDS[partner.connector].decoder(Library({})).decode(document, "application/json", context)
    assert not made.findings, made.findings
    (fact,) = made.facts
    return fact.body


def all_went(order: Order, *, short: bool = False) -> list[tuple[str, bytes]]:
    """What warehouse, TMS and carrier say of the order; `short`: of one line too little is found, and a door is
    closed."""
    facts = [(one.partner, one.body) for one in order.facts()][1:]
    load = [(one.partner, one.body) for one in order.load_facts((order.shipment,))]
    if not short:
        return [*facts[:3], *load, *facts[3:]]
    lacking = PickShorted(
        order_no=order.number, warehouse=WAREHOUSE, line="30", requested=Quantity(5), picked=Quantity(2),
        reason="damaged",
    )  # type: ignore[arg-type]  # fmt: skip
    closed = TrackingMilestone(milestone=Milestone.DELIVERY_ATTEMPTED, attempt_no=1, reason="consignee.closed")
    more = [
        ("wms-nl1", said("wms-nl1", Role.WMS, "pick.shorted", Subject("fulfilment_order", order.fo), 80, lacking)),
        ("nvtr", said("nvtr", Role.CAR, "tracking.milestone", Subject("shipment", order.shipment), 1400, closed)),
    ]
    return [*facts[:3], *load, *facts[3:4], more[0], *facts[6:10], more[1]]


def said(partner: str, role: Role, kind: str, subject: Subject, minute: int, payload: object) -> bytes:
    at = Occurrence(START + timedelta(minutes=minute))
    return make_envelope(kind, subject, Source(role, partner, message_id=f"{kind}-{minute}"), at, payload)  # type: ignore[arg-type]


class Came(NamedTuple):
    """What became of it, but for who the ERP is."""

    transitions: list[tuple[str, str, str]]
    commands: Counter[tuple[str, str]]
    cases: list[tuple[str, str, str]]
    headlines: dict[str, str]


async def played(kind: str, *, short: bool) -> Came:
    erp = Partner("erp", Role.ERP, kind)
    hub = World({"erp": erp, **AROUND})
    order = Order(1, START)
    for one in [("erp", approval(erp, order.number)), *all_went(order, short=short)]:
        await hub.take([one])
    sent = Counter((row.partner, row.idempotency_key) for row in hub.store.deliveries)
    assert {row.type for row in hub.store.deliveries if row.partner == "erp"} <= OF_AN_ERP
    rows = sorted(hub.store.events.values(), key=lambda row: (row.occurred, row.seq))
    taken = [(row.type, str(row.disposition), row.transitions) for row in rows]
    opened = sorted((case.code, case.subject, case.queue) for case in hub.store.case_log)
    return Came(taken, sent, opened, hub.ending().headlines)


@pytest.mark.proves("Y-02")
@pytest.mark.parametrize("short", [False, True], ids=["as planned", "with a short pick and a closed door"])
async def test_an_erp_that_takes_the_place_of_another_changes_nothing_beyond_its_connector(short: bool) -> None:
    """Release, shipment transitions, commands and whose case it is stay; no word of transport goes to an ERP."""
    before = await played("erp_json", short=short)
    assert bool(before.cases) is short
    assert "shipment.delivered" in {kind for kind, _, _ in before.transitions} or short
    for cloud in ("s4hana", "dynamics365"):
        assert await played(cloud, short=short) == before


@pytest.mark.proves("Y-11")
async def test_two_units_with_erps_of_two_families_share_what_lies_behind_them() -> None:
    """Each order is shipped, each ERP hears of its own alone, and everybody else reads one language."""
    units = {"sap": Partner("sap", Role.ERP, "s4hana"), "d365": Partner("d365", Role.ERP, "dynamics365")}
    hub = World({**units, **AROUND})
    orders = {name: Order(number, START) for number, name in zip((4, 5), units, strict=True)}
    for name, order in orders.items():
        await hub.tell(name, approval(units[name], order.number))
    for both in zip(*(all_went(order) for order in orders.values()), strict=True):
        await hub.take(both)
    assert not hub.store.cases
    for name, order in orders.items():
        told = [row for row in hub.store.deliveries if row.partner == name]
        assert {row.type for row in told} >= {"update_order_status", "post_goods_issue"}
        assert all(order.number in row.idempotency_key or order.number in row.payload.decode() for row in told)
    assert {row.partner for row in hub.store.deliveries if row.type == "plan_shipment"} == {"tms1"}
    sap, d365 = [await shown(hub, order.number) for order in orders.values()]
    assert (sap.order_no, d365.order_no) == tuple(order.number for order in orders.values())
    assert sap.status == d365.status == "Delivered"
    assert labels(sap.shipments) == labels(d365.shipments)
    assert sources(hub) == {"sap": "A_SalesOrder,SO-00000004", "d365": "SalesOrderHeadersV2,SO-00000005"}


def labels(shipments: Iterable[object]) -> list[list[str]]:
    return [[one.label for one in shipment.milestones] for shipment in shipments]  # type: ignore[attr-defined]


def sources(hub: World) -> dict[str, str]:
    """The id each approval has with the ERP it came from."""
    rows = [row for row in hub.store.events.values() if row.type == "order.approved"]
    return {row.partner: _envelopes.decode(row.body).source.message_id for row in rows}


@pytest.mark.proves("Y-11")
async def test_an_order_whose_erp_is_gone_goes_on_with_the_only_one_there_is_and_of_several_asks() -> None:
    order = Order(5, START)
    old, new, other = (Partner(name, Role.ERP, "s4hana") for name in ("old", "new", "other"))
    for there, ends in (((new,), "new"), ((new, other), "")):
        hub = World({"old": old, **AROUND})
        await hub.tell("old", approval(old, order.number))
        hub = replaced(hub, {one.id: one for one in there})
        for one in all_went(order):
            await hub.take([one])
        issued = {row.partner for row in hub.store.deliveries if row.type == "post_goods_issue"}
        assert issued == {ends}
        assert ("INT-07" in {code for code, _, _ in hub.store.cases}) is (not ends)


def replaced(hub: World, erps: dict[str, Partner]) -> World:
    """The same hub with these ERPs in the place of its own."""
    hub.partners = Partners({**erps, **AROUND})
    hub.ingest = Ingest(dataclasses.replace(hub.parts, directory=hub.partners))
    return hub
