"""The ERP's returns desk: authorises or declines, books what came once, credits what was billed and never more."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.faults import Point
from crossdock.demo.peers.accounts import lines_of, worth
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage

WINDOW = timedelta(days=30)
EUROS = "EUR"


class ReturnsDesk:
    """`_authorised` is what may come back under each authorisation, `_credited` what was given back of an invoice."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, door: Door) -> None:
        self.books, self.speaker = books, speaker
        self._stage = stage
        self._authorised: dict[str, dict[str, Decimal]] = {}
        self._booked: dict[tuple[str, str], Decimal] = {}
        self._credited: dict[tuple[str, str], Decimal] = {}
        self._notes = 0
        door.on("POST", "/api/v1/return-requests", "request_return", self._ask, _whose)
        door.on("POST", "/api/v1/return-receipts", "post_return_receipt", self._book, _whose)
        door.on("POST", "/api/v1/credit-note-requests", "request_credit_note", self._credit, self._whose_invoice)

    def _ask(self, call: Call) -> Json:
        """Take a request and decide on it later: what the hub found not eligible is declined."""
        request, order_no = call.text("requestId"), self._order(call.text("orderNo"))
        if self.books.latest("return_asked", request) is not None:
            raise Refusal(409, "return_known", f"{request} was asked for under another key")
        self.books.write("return_asked", request, order_no)
        lines = lines_of(call.body.get("items")) if call.body.get("eligible") is True else {}
        self._stage.start(self._decide(request, order_no, lines))
        return {"requestId": request}

    async def _decide(self, request: str, order_no: str, lines: dict[str, Decimal]) -> None:
        """Authorise these lines; decline where there are none."""
        at = await self._stage.step(order_no, f"decide {request}", (10, 60))
        if not lines:
            self.books.write("return_declined", request, order_no)
            details: Json = {"requestId": request, "reason": "more than we delivered"}
            self._say(order_no, "Return.Declined", "return.declined", at, request, details)
            return
        number = f"RMA-{request[3:]}"
        self._authorised[number] = lines
        self.books.write("rma", number, order_no, request=request, lines=_texts(lines))
        items = [{"lineNo": line, "quantity": str(pieces), "unit": "EA"} for line, pieces in lines.items()]
        document: Json = {"rmaNo": number, "requestId": request, "items": items, "method": "carrier"}
        document["validUntil"] = (at + WINDOW).isoformat()
        self._say(order_no, "Return.Authorised", "return.authorised", at, number, document)

    def _book(self, call: Call) -> Json:
        """Book a receipt: once, under an authorisation, never more than it names."""
        receipt, number, order_no = call.text("receiptNo"), call.text("rmaNo"), self._order(call.text("orderNo"))
        lines = lines_of(call.body.get("items"))
        allowed = self._authorised.get(number)
        if allowed is None:
            raise Refusal(422, "unknown_rma", f"we authorised no return {number}")
        if self.books.latest("return_receipt", receipt) is not None:
            raise Refusal(409, "already_received", f"{receipt} is booked under another key")
        _within(self._booked, number, lines, allowed, "over_returned")
        self.books.write("return_receipt", receipt, order_no, rma=number, lines=_texts(lines))
        self._stage.start(self._confirm(receipt, number, order_no, call.text("plant")))
        return {"documentNo": f"51{receipt[3:]}"}

    async def _confirm(self, receipt: str, number: str, order_no: str, plant: str) -> None:
        at = await self._stage.step(order_no, f"book {receipt}", (2, 10))
        details: Json = {"movementId": receipt, "rmaNo": number, "plant": plant, "documentNo": f"51{receipt[3:]}"}
        self._say(order_no, "MaterialDocument.Posted", "return.booked", at, receipt, details)

    def _credit(self, call: Call) -> Json:
        """Give money back for pieces of one invoice: once a request, never more than it bills, at its prices."""
        invoice, request = call.text("invoiceNo"), call.text("requestKey")
        billed = self.books.latest("invoice", invoice)
        if billed is None:
            raise Refusal(422, "unknown_invoice", f"we posted no invoice {invoice}")
        if self.books.latest("credit_asked", request) is not None:
            raise Refusal(409, "already_credited", f"{request} was asked for under another key")
        lines = lines_of(call.body.get("items"))
        allowed = msgspec.convert(billed.facts["lines"], dict[str, Decimal], strict=False)
        total = worth(self._stage, billed.order_no, {line: lines[line] for line in lines if line in allowed})
        if total != Decimal(str(call.body.get("amount"))):
            raise Refusal(422, "wrong_amount", f"{call.body.get('amount')} for goods worth {total}")
        _within(self._credited, invoice, lines, allowed, "over_credited")
        self._notes += 1
        note = f"91{self._notes:08d}"
        self.books.write("credit_asked", request, billed.order_no)
        number = request.partition("/")[0]
        self.books.write(
            "credit_note", note, billed.order_no, invoice=invoice, rma=number, total=str(total), lines=_texts(lines)
        )
        self._stage.start(self._give_back(note, number, invoice, str(billed.facts["item"]), lines))
        return {"documentNo": note}

    async def _give_back(self, note: str, number: str, invoice: str, item_key: str, lines: dict[str, Decimal]) -> None:
        entry = self.books.latest("credit_note", note)
        assert entry is not None
        at = await self._stage.step(entry.order_no, f"credit {number} {invoice}", (30, 90))
        items = [{"lineNo": line, "quantity": str(pieces), "unit": "EA"} for line, pieces in lines.items()]
        money: Json = {"creditNo": note, "amount": entry.facts["total"], "currency": EUROS}
        posted: Json = {**money, "itemKey": item_key, "invoiceNo": invoice, "reason": "return", "items": items}
        self._say(entry.order_no, "CustomerInvoice.Credited", "invoice.credited", at, note, posted)
        if number in self._authorised:
            self._say(entry.order_no, "Return.Credited", "return.credited", at, f"{note}-r", {**money, "rmaNo": number})

    def _say(self, order_no: str, kind: str, name: str, at: datetime, suffix: str, details: Json) -> None:
        ident = f"erp-{order_no}-{suffix}"
        data: Json = {"orderNo": order_no, **details}
        body = {"eventId": ident, "eventType": kind, "occurredAt": at.isoformat(), "client": "100", "data": data}
        point = Point(self.books.system, name, order_no)
        self.speaker.say(Message(ident, msgspec.json.encode(body), order_no, point))

    def _order(self, order_no: str) -> str:
        if self.books.latest("approved", order_no) is None:
            raise Refusal(422, "unknown_order", f"we have no order {order_no}")
        return order_no

    def _whose_invoice(self, call: Call) -> tuple[str, str]:
        billed = self.books.latest("invoice", call.text("invoiceNo"))
        return (billed.order_no, "") if billed is not None else ("", "")


def _within(
    used: dict[tuple[str, str], Decimal],
    number: str,
    lines: dict[str, Decimal],
    allowed: dict[str, Decimal],
    code: str,
) -> None:
    """Use up what is allowed under a number, all of it or nothing.

    Raises:
        Refusal: `code`, when it would be more than is allowed.
    """
    for line, pieces in lines.items():
        total = used.get((number, line), Decimal(0)) + pieces
        if pieces <= 0 or total > allowed.get(line, Decimal(0)):
            raise Refusal(422, code, f"line {line} of {number}: {total} of {allowed.get(line, 0)}")
    for line, pieces in lines.items():
        used[number, line] = used.get((number, line), Decimal(0)) + pieces


def _texts(lines: dict[str, Decimal]) -> dict[str, str]:
    return {line: str(pieces) for line, pieces in lines.items()}


def _whose(call: Call) -> tuple[str, str]:
    return call.text("orderNo"), ""
