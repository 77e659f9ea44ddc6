"""Whether the verdict finds what is wrong in a real ERP's books: each thing that may be wrong, alone."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from crossdock.connectors.tryton import wire
from crossdock.demo.books import Entry
from crossdock.demo.tryton.cellar import company
from crossdock.demo.tryton.erp import entries
from crossdock.demo.tryton.judgement import judge_sale
from crossdock.demo.world import orders

ORDER = msgspec.structs.replace(orders(7, 1, split=False)[0], order_no="SO-1")
LINE = msgspec.structs.replace(ORDER.lines[0], line_no="10", quantity=5)
ORDER = msgspec.structs.replace(ORDER, lines=(LINE,))


def move(number: int, quantity: str, state: str = "done") -> wire.Move:
    return wire.Move(id=number, quantity=Decimal(quantity), state=state, origin="sale.line,1")


def shipment(number: int, reference: str, quantity: str, state: str = "done") -> wire.Shipment:
    moves = (move(number * 10, quantity, "done" if state == "done" else "draft"),)
    return wire.Shipment(
        id=number, number=str(number), reference=reference, state=state, warehouse=wire.Code(), outgoing_moves=moves
    )


def invoice(number: int, quantity: str, state: str = "paid") -> wire.Invoice:
    line = wire.InvoiceLine(quantity=Decimal(quantity), origin="sale.line,1", stock_moves=(10,))
    return wire.Invoice(id=number, number=f"INV{number}", state=state, lines=(line,))


def books(*shipments: wire.Shipment, bills: tuple[wire.Invoice, ...], state: str = "done") -> list[Entry]:
    line = wire.SaleLine(id=1, sequence=10, quantity=Decimal(5), product=wire.Product())
    sale = wire.Books(
        id=3, number="SO-1", state=state, company=1, lines=(line,), shipments=shipments, invoices=bills
    )  # fmt: skip
    note = wire.Note(id=1, message="SHIPPED SHP-1\nfact: shipment.handed_over:HO-1\nshipment: SHP-1")
    return entries(sale, [note, wire.Note(id=2, message="call back on Monday")])


WHOLE = books(shipment(1, "HO-1", "5"), bills=(invoice(1, "5"),))


def test_a_sale_that_is_shipped_done_billed_and_paid_once_is_right() -> None:
    assert judge_sale(ORDER, {"10": 5}, WHOLE) == []


def test_a_short_sale_is_right_when_only_what_was_short_waits() -> None:
    said = books(
        shipment(1, "HO-1", "3"), shipment(2, "", "2", "waiting"), bills=(invoice(1, "3"),), state="processing"
    )
    assert judge_sale(ORDER, {"10": 3}, said) == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ([], "no such sale"),
        (books(shipment(1, "HO-1", "5", "shipped"), bills=(invoice(1, "5"),)), "for HO-1 is shipped"),
        (books(shipment(1, "HO-1", "5", "packed"), bills=()), "for HO-1 is packed"),
        (books(shipment(1, "HO-1", "4"), bills=(invoice(1, "4"),)), "shipped {'10': 4}, left {'10': 5}"),
        (books(shipment(1, "HO-1", "5"), shipment(2, "HO-2", "5"), bills=(invoice(1, "5"),)), "shipped {'10': 10}"),
        (books(shipment(1, "HO-1", "5"), bills=()), "billed {}"),
        (books(shipment(1, "HO-1", "5"), bills=(invoice(1, "5"), invoice(2, "5"))), "billed {'10': 10}"),
        (books(shipment(1, "HO-1", "5"), bills=(invoice(1, "5", "draft"),)), "invoice INV1 is draft"),
        (books(shipment(1, "HO-1", "5"), shipment(2, "", "1", "waiting"), bills=(invoice(1, "5"),)), "still to ship"),
        (books(shipment(1, "HO-1", "5"), bills=(invoice(1, "5"),), state="processing"), "the sale is processing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(said: list[Entry], wrong: str) -> None:
    assert any(wrong in one for one in judge_sale(ORDER, {"10": 5}, said))


def test_a_delivery_is_what_the_shipments_state_says_not_what_the_notes_say() -> None:
    assert [one.facts["status"] for one in WHOLE if one.kind == "delivery_status"] == ["DELIVERED"]
    gone = books(shipment(1, "HO-1", "5", "shipped"), bills=())
    assert [one.facts["status"] for one in gone if one.kind == "delivery_status"] == ["SHIPPED"]
    unposted = books(bills=())
    assert [one.facts["status"] for one in unposted if one.kind == "delivery_status"] == ["nothing"]


def test_the_company_numbers_its_sales_as_the_world_numbers_its_orders() -> None:
    plan = company(7)
    assert orders(7, 3)[2].order_no == f"{plan['sale_prefix']}{2:0{plan['sale_digits']}d}"
