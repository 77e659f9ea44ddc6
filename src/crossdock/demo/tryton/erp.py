"""The ERP's people, with a real Tryton before them: they sell, and at the end they show their books.

A sale is entered, quoted and confirmed through Tryton's own interface, and that is all: the hub asks Tryton for new
sales by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.connectors.tryton import codes, wire
from crossdock.connectors.tryton.numbering import numbered
from crossdock.demo.books import Books, Entry, Json
from crossdock.demo.stage import Stage
from crossdock.demo.tryton.cash_desk import CashDesk
from crossdock.demo.tryton.service import Service
from crossdock.demo.world import DemoOrder, OrderLine
from crossdock.ports.notes import said_of

PROMISED = timedelta(days=6)
DELIVERY_WORDS = {"shipped": "SHIPPED", "done": "DELIVERED"}

_sales = msgspec.json.Decoder(list[wire.Books])
_notes = msgspec.json.Decoder(list[wire.Note])


class Master(msgspec.Struct, frozen=True):
    """Tryton's ids of what a sale names."""

    products: Mapping[str, int]
    units: Mapping[str, int]
    customers: Mapping[str, int]
    addresses: Mapping[str, int]
    warehouses: Mapping[str, int]


class TrytonErp:
    """Sells and shows. `books` keep what was sold; everything else is read from Tryton when asked for."""

    def __init__(self, stage: Stage, books: Books, clerk: Service, desk: CashDesk) -> None:
        self.books, self.desk = books, desk
        self._stage = stage
        self._clerk = clerk

    async def trade(self, book: list[DemoOrder], gap_s: float) -> None:
        """Enter and confirm the sales one after another, `gap_s` apart."""
        master = await self._master()
        for order in book:
            at = self._stage.calendar.begin(order.order_no, order.offset_min)
            await self._sell(order, at, master)
            self.books.write("approved", order.order_no, order.order_no, lines=len(order.lines))
            await asyncio.sleep(gap_s)

    def claim_delivered(self, order_no: str, at: datetime) -> None:
        """Tryton has no word for a delivery of its own, so it never claims one."""

    async def watch(self) -> None:
        """Take the money for what is billed, until cancelled."""
        await self.desk.watch()

    async def show(self) -> list[Entry]:
        """What was sold, and what Tryton's books say now."""
        shown = list(self.books.entries)
        raw = await self._clerk.find_raw("sale.sale", [["state", "!=", "cancelled"]], wire.BOOKS_FIELDS)
        for sale in _sales.decode(raw):
            if sale.number in self._stage.orders:
                notes = await self._clerk.find_raw("ir.note", [["resource", "=", f"sale.sale,{sale.id}"]], ("message",))
                shown += entries(sale, _notes.decode(notes))
        return shown

    async def _master(self) -> Master:
        find = self._clerk.find
        products = await find("product.product", [], "code", "default_uom")
        parties = await find("party.party", [["code", "!=", None]], "code", "addresses")
        warehouses = await find("stock.location", [["type", "=", "warehouse"]], "code")
        return Master(
            products=_ids(products, "id"),
            units=_ids(products, "default_uom"),
            customers=_ids(parties, "id"),
            addresses={str(one["code"]): _first(one["addresses"]) for one in parties if one["addresses"]},
            warehouses=_ids(warehouses, "id"),
        )

    async def _sell(self, order: DemoOrder, at: datetime, master: Master) -> None:
        customer = order.customer.customer_no
        number = await self._clerk.create(
            "sale.sale",
            {
                "party": master.customers[customer], "reference": order.customer_po,
                "invoice_address": master.addresses[customer], "shipment_address": master.addresses[customer],
                "sale_date": _day(at.date()), "shipping_date": _day(at.date() + PROMISED),
                "warehouse": master.warehouses[order.sites[0]],
                "invoice_method": "fulfillment", "shipment_method": "order",
                "lines": [["create", [_line(line, master) for line in order.lines]]],
            },
        )  # fmt: skip
        await self._clerk.press("sale.sale", number, "quote")
        await self._clerk.press("sale.sale", number, "confirm")


def entries(sale: wire.Books, notes: Sequence[wire.Note]) -> list[Entry]:
    """One sale's part of Tryton's books in the demo's words: goods issues, deliveries, invoices, the sale itself."""
    shown = [_shipment(sale, one) for one in sale.shipments]
    states = {one.reference: one.state for one in sale.shipments}
    for said in (said_of(note.message or "") for note in notes):
        if said.kind == codes.HANDED_OVER:
            status = DELIVERY_WORDS.get(states.get(said.detail, ""), "nothing")
            shown.append(Entry("delivery_status", said.shipment, sale.number, {"status": status}))
    shown += [_invoice(sale, one) for one in sale.invoices]
    facts: Json = {"state": sale.state, "shipments": sale.shipment_state, "invoices": sale.invoice_state}
    return [*shown, Entry("sale", sale.number, sale.number, facts)]


def _shipment(sale: wire.Books, one: wire.Shipment) -> Entry:
    numbers = {line.id: number for number, line in numbered(sale.lines).items()}
    pieces: dict[str, Decimal] = {}
    for move in one.outgoing_moves:
        number = numbers[_id_of(move.origin)]
        pieces[number] = pieces.get(number, Decimal(0)) + move.quantity
    facts: Json = {
        "handover": one.reference or "", "state": one.state,
        "lines": {number: str(quantity) for number, quantity in pieces.items()},
        "moves": sorted({move.state for move in (*one.inventory_moves, *one.outgoing_moves)}),
    }  # fmt: skip
    return Entry("goods_issue" if one.state in codes.GONE else "shipment", str(one.number), sale.number, facts)


def _invoice(sale: wire.Books, one: wire.Invoice) -> Entry:
    numbers = {line.id: number for number, line in numbered(sale.lines).items()}
    lines = {numbers[_id_of(line.origin)]: str(line.quantity) for line in one.lines if line.stock_moves}
    return Entry("invoice", str(one.number or one.id), sale.number, {"state": one.state, "lines": lines})


def _line(line: OrderLine, master: Master) -> Json:
    item = line.item.item_no
    price = {"__class__": "Decimal", "decimal": str(line.item.price)}
    return {
        "sequence": int(line.line_no), "product": master.products[item], "unit": master.units[item],
        "quantity": line.quantity, "unit_price": price,
    }  # fmt: skip


def _day(day: date) -> Json:
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}


def _ids(rows: Sequence[Json], field: str) -> dict[str, int]:
    return {str(row["code"]): int(str(row[field])) for row in rows}


def _first(ids: object) -> int:
    assert isinstance(ids, list)
    return int(str(ids[0]))


def _id_of(origin: str | None) -> int:
    return int((origin or "").partition(",")[2])
