"""The ERP's accounts: customer invoices at its own prices, posted once, sometimes after a refusal, and paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.demo import world
from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.faults import Point
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage

# One invoice in twelve is refused once, because a tax code is missing; one in three is paid while we watch.
FAILS_ONE_IN, PAID_ONE_IN = 12, 3
CENT = Decimal("0.01")


class Demand(msgspec.Struct, frozen=True):
    """An invoice as it was asked for."""

    item_key: str
    request_key: str
    order_no: str
    site: str
    lines: dict[str, Decimal]


class Accounts:
    """Posts invoices. `attempts` counts the requests for one billing item, `_billed` what was billed of a line."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, door: Door) -> None:
        self.books, self.speaker = books, speaker
        self._stage = stage
        self._billed: dict[tuple[str, str], Decimal] = {}
        self._attempts: dict[str, int] = {}
        self._invoices = 0
        door.on("POST", "/api/v1/invoice-requests", "request_invoice", self._ask, _whose)

    def _ask(self, call: Call) -> Json:
        """Take a request: of ordered lines, never more than ordered, at most one at a time for an item."""
        demand = Demand(
            call.text("itemKey"), call.text("requestKey"), call.text("orderNo"), _whose(call)[1],
            lines_of(call.body.get("items")),
        )  # fmt: skip
        if self.books.latest("invoice_asked", f"{demand.item_key}|{demand.request_key}") is not None:
            raise Refusal(409, "already_asked", f"{demand.item_key} was asked for under another key")
        if demand.order_no not in self._stage.orders:
            raise Refusal(422, "unknown_order", f"we have no order {demand.order_no}")
        ordered = {line.line_no: Decimal(line.quantity) for line in self._stage.orders[demand.order_no].lines}
        for line, quantity in demand.lines.items():
            total = self._billed.get((demand.order_no, line), Decimal(0)) + quantity
            if line not in ordered or quantity <= 0 or total > ordered[line]:
                raise Refusal(
                    422, "over_billed", f"line {line} of {demand.order_no}: {total} of {ordered.get(line, 0)}"
                )
        self.books.write("invoice_asked", f"{demand.item_key}|{demand.request_key}", demand.order_no)
        attempt = self._attempts[demand.item_key] = self._attempts.get(demand.item_key, 0) + 1
        self._stage.start(self._post(demand, attempt))
        return {"documentNo": f"IR-{demand.request_key}"}

    async def _post(self, demand: Demand, attempt: int) -> None:
        """Post it, or say why not; and let the customer pay."""
        at = await self._stage.step(demand.order_no, f"invoice {demand.item_key} {attempt}", (10, 60))
        if attempt == 1 and world.pick(self._stage.seed, FAILS_ONE_IN, "tax code", demand.item_key) == 0:
            self.books.write("invoice_failed", demand.item_key, demand.order_no, request=demand.request_key)
            reason = "no tax code for this customer"
            details: Json = {"requestKey": demand.request_key, "reason": reason, "attempt": attempt}
            self._say(demand, "CustomerInvoice.Failed", "invoice.failed", at, f"failed-{attempt}", details)
            return
        number, total = self._book(demand)
        lines = [{"lineNo": line, "quantity": str(quantity), "unit": "EA"} for line, quantity in demand.lines.items()]
        posted: Json = {"invoiceNo": number, "total": str(total), "currency": "EUR", "date": f"{at:%Y-%m-%d}"}
        self._say(demand, "CustomerInvoice.Posted", "invoice.posted", at, number, {**posted, "items": lines})
        if world.pick(self._stage.seed, PAID_ONE_IN, "pays", demand.item_key) == 0:
            at = await self._stage.step(demand.order_no, f"pay {demand.item_key}", (30, 90))
            self.books.write("paid", number, demand.order_no, amount=str(total))
            paid: Json = {"invoiceNo": number, "amount": str(total), "currency": "EUR", "date": f"{at:%Y-%m-%d}"}
            self._say(demand, "CustomerInvoice.Paid", "invoice.paid", at, f"{number}-paid", paid)

    def _book(self, demand: Demand) -> tuple[str, Decimal]:
        """Number and total, at the prices of the order as we have it."""
        for line, quantity in demand.lines.items():
            place = (demand.order_no, line)
            self._billed[place] = self._billed.get(place, Decimal(0)) + quantity
        total = worth(self._stage, demand.order_no, demand.lines)
        self._invoices += 1
        number = f"90{self._invoices:08d}"
        texts = {line: str(quantity) for line, quantity in demand.lines.items()}
        self.books.write(
            "invoice", number, demand.order_no, item=demand.item_key, site=demand.site, total=str(total), lines=texts
        )
        return number, total

    def _say(
        self, demand: Demand, kind: str, name: str, at: datetime, suffix: str, details: Mapping[str, object]
    ) -> None:
        ident = f"erp-{demand.order_no}-{demand.site}-{suffix}"
        data: Json = {"itemKey": demand.item_key, "orderNo": demand.order_no, **details}
        body = {"eventId": ident, "eventType": kind, "occurredAt": at.isoformat(), "client": "100", "data": data}
        point = Point(self.books.system, name, demand.order_no, demand.site)
        self.speaker.say(Message(ident, msgspec.json.encode(body), demand.order_no, point))


def worth(stage: Stage, order_no: str, lines: Mapping[str, Decimal]) -> Decimal:
    """What these pieces cost, to the cent."""
    prices = {line.line_no: line.item.price for line in stage.orders[order_no].lines}
    return sum((prices[line] * quantity for line, quantity in lines.items()), Decimal(0)).quantize(CENT)


def lines_of(items: object) -> dict[str, Decimal]:
    """Quantities by line of a call's `items`.

    Raises:
        Refusal: there are none.
    """
    if not isinstance(items, list) or not items:
        raise Refusal(422, "field_missing", "items is required")
    lines: dict[str, Decimal] = {}
    for item in items:
        number = str(item["lineNo"])
        lines[number] = lines.get(number, Decimal(0)) + Decimal(str(item["quantity"]))
    return lines


def _whose(call: Call) -> tuple[str, str]:
    return call.whose("itemKey")
