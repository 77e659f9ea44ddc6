"""Two ERPs that give one number to two orders: never one dossier; the second is refused, told why, and a case."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from crossdock.app.intake import Receipt
from crossdock.bench.trace import CARRIER, Order
from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Partner
from crossdock.testing.store import MemoryStore
from crossdock.testing.world import World
from tests.unit.app.test_landscapes import AROUND, START, all_went, approval, replaced

UNITS = {"sap": Partner("sap", Role.ERP, "s4hana"), "d365": Partner("d365", Role.ERP, "dynamics365")}
ORDER = Order(4, START)


def landscape() -> World:
    return World({**UNITS, **AROUND})


def their_order(erp: str, number: str = ORDER.number, customer: str = "C-7781") -> bytes:
    """An order of that ERP under this number, of this customer."""
    return approval(UNITS[erp], number).replace(b"C-7781", customer.encode())


def refusals(store: MemoryStore) -> set[tuple[str, str]]:
    return {(code, subject) for code, subject, _ in store.cases}


@pytest.mark.proves("Y-11")
@pytest.mark.parametrize("later", ["another batch", "the same batch", "in the same words"])
async def test_the_second_order_of_a_number_is_refused_whatever_it_says(later: str) -> None:
    hub = landscape()
    mine = ("sap", their_order("sap"))
    other = ("d365", their_order("d365", customer="C-7781" if later == "in the same words" else "C-9"))
    told: Sequence[Receipt] = []
    for batch in [[mine, other]] if later == "the same batch" else [[mine], [other]]:
        told = await hub.take(batch)
    assert "sap gave to an order of its own before" in told[-1].reason
    assert "d365" in told[-1].reason
    assert refusals(hub.store) == {("INT-04", ORDER.number)}
    for one in all_went(ORDER):
        await hub.take([one])
    assert not [row for row in hub.store.deliveries if row.partner == "d365"]
    assert not [row for row in hub.store.deliveries if b"C-9" in row.payload]
    assert "ORD FULFILLED" in hub.store.dossiers[1].label


@pytest.mark.proves("Y-11")
async def test_whoever_came_first_has_the_order_though_the_other_one_is_older() -> None:
    """What was begun at the warehouse is not taken from its order by a statement that arrives late."""
    plain = landscape()
    await plain.tell("d365", their_order("d365", customer="C-9"))
    hub = landscape()
    await hub.tell("d365", their_order("d365", customer="C-9"))
    before = {row.idempotency_key for row in hub.store.deliveries}
    await hub.tell("sap", their_order("sap").replace(b"2026-06-01T06", b"2026-06-01T05"))
    assert {row.idempotency_key for row in hub.store.deliveries} == before
    assert hub.ending().machines == plain.ending().machines
    assert refusals(hub.store) == {("INT-04", ORDER.number)}


@pytest.mark.proves("Y-11")
async def test_nothing_else_of_the_other_erp_reaches_the_order_and_a_new_number_does() -> None:
    hub = landscape()
    await hub.tell("sap", their_order("sap"))
    for one in all_went(ORDER):
        await hub.take([one])
    whole = hub.ending().machines
    invoice = {
        "type": "invoice.posted", "subject": {"type": "billing_item", "id": f"{ORDER.number}/WH-NL1/1"},
        "source": {"system": "ERP", "instance": "d365", "message_id": "inv-1"},
        "occurred": {"instant": "2026-06-05T08:00:00Z"},
        "payload": {"invoice_no": "INV-9", "total": {"amount": "1.00", "currency": "EUR"}, "lines": [],
                    "date": "2026-06-05"},
    }  # fmt: skip
    (receipt,) = await hub.tell("d365", json.dumps(invoice).encode())
    assert receipt.disposition.value == "REJECT"
    assert hub.ending().machines == whole
    (taken,) = await hub.tell("d365", their_order("d365", "SO-D-4"))
    assert taken.disposition.value == "APPLY"
    assert {row.partner for row in hub.store.deliveries if b"SO-D-4" in row.payload} >= {"d365"}


async def test_an_erp_that_took_the_place_of_a_former_one_goes_on_with_its_orders() -> None:
    hub = landscape()
    await hub.tell("sap", their_order("sap"))
    hub = replaced(hub, {"d365": UNITS["d365"], "third": Partner("third", Role.ERP, "s4hana")})
    (receipt,) = await hub.tell("d365", their_order("d365", customer="C-9"))
    assert receipt.disposition.value != "REJECT"


@pytest.mark.proves("Y-11")
async def test_of_a_load_of_two_erps_each_hears_of_its_own_orders_and_nobody_of_the_whole() -> None:
    """Goods issues and statuses go by order; what belongs to the load alone (its freight) is a person's to divide."""
    hub = landscape()
    orders = {"sap": Order(4, START), "d365": Order(5, START)}
    for name, order in orders.items():
        await hub.tell(name, their_order(name, order.number))
    streams = [[(one.partner, one.body) for one in order.facts()][1:] for order in orders.values()]
    shared = [(one.partner, one.body) for one in orders["sap"].load_facts(tuple(o.shipment for o in orders.values()))]
    for part in ([row[:3] for row in streams], [shared], [row[3:] for row in streams]):
        for stream in part:
            await hub.take(stream)
    assert CARRIER in {partner.scacs[0] for partner in AROUND.values() if partner.scacs}
    for name, order in orders.items():
        told = [row for row in hub.store.deliveries if row.partner == name]
        others = [one.number for one in orders.values() if one is not order]
        assert {row.type for row in told} >= {"post_goods_issue", "update_delivery_status"}
        for row in told:
            assert not any(number in row.payload.decode() or number in row.idempotency_key for number in others)
