"""The TMS's freight desk: quotes by contract, passes on invoices of carriers with a line of ours, settles disputes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.demo import tariff
from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.faults import Point
from crossdock.demo.peers.loads import Shipment
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.tariff import FreightBill


class FreightDesk:
    """Keeps a copy of every carrier's invoice, by order and warehouse, as carriers upload them."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, door: Door) -> None:
        self.books, self.speaker = books, speaker
        self.bills: dict[tuple[str, str], FreightBill] = {}
        self._stage = stage
        self._disputes: set[str] = set()
        door.on("POST", "/v2/freight-disputes", "open_freight_dispute", self._dispute, self._whose)

    def quote(self, shipment: Shipment, scac: str, kilograms: Decimal, at: datetime, revision: int) -> None:
        """Say what this shipment should cost with this carrier, by planned or by actual weight."""
        if not self._stage.freight:
            return
        amounts = tariff.agreed(scac, kilograms)
        total = sum(amounts.values(), Decimal(0))
        number = shipment.shipment_id
        self.books.write("quoted", number, shipment.order_no, carrier=scac, total=str(total), revision=revision)
        haul: Json = {"code": "LHL", "amount": str(amounts["LHL"]), "basis": "kg", "rate": str(tariff.RATES[scac])}
        haul["quantity"] = str(kilograms)
        fuel: Json = {"code": "FUE", "amount": str(amounts["FUE"]), "basis": "pct", "rate": str(tariff.FUEL_PCT)}
        details: Json = {"total": str(total), "currency": "EUR", "costs": [haul, fuel], "revision": revision}
        self._say(
            "freight.estimated", f"{number}-quote-{revision}", shipment.order_no, shipment.site, at, number, details
        )

    def uploaded(self, bill: FreightBill) -> None:
        """A carrier uploaded a copy of its invoice."""
        self.bills[bill.order_no, bill.site] = bill

    def invoiced(self, bill: FreightBill, at: datetime) -> None:
        """Keep and pass on the invoice of a carrier that sends none itself."""
        self.uploaded(bill)
        details: Json = {
            "carrier": bill.scac,
            "invoiceNo": bill.invoice_no,
            "date": f"{at:%Y-%m-%d}",
            "total": str(bill.total),
            "currency": "EUR",
            "costs": _costs(bill.charges),
        }
        self._say("freight.invoiced", f"{bill.invoice_no}", bill.order_no, bill.site, at, bill.shipment_id, details)

    def _dispute(self, call: Call) -> Json:
        """Contest charges of an invoice we have: once a number."""
        number = call.text("disputeNo")
        order_no, site = self._whose(call)
        bill = self.bills.get((order_no, site))
        if bill is None:
            raise Refusal(422, "unknown_invoice", f"no carrier has invoiced {call.text('caseKey')}")
        if number in self._disputes:
            raise Refusal(409, "already_disputed", f"{number} was opened before")
        self._disputes.add(number)
        self.books.write("dispute", number, order_no, invoice=bill.invoice_no, amount=str(call.body.get("amount")))
        self._stage.start(self._settle(number, bill))
        return {"disputeNo": number}

    async def _settle(self, number: str, bill: FreightBill) -> None:
        """The carrier gives back what it should not have charged, and writes a credit note."""
        at = await self._stage.step(bill.order_no, f"dispute {number}", (20, 60))
        back = sum(bill.over.values(), Decimal(0))
        outcome = {"disputeNo": number, "outcome": "shipper", "amount": str(back), "currency": "EUR"}
        about = (bill.order_no, bill.site)
        self._say("freight.dispute_resolved", f"{number}-end", *about, at, bill.shipment_id, outcome)
        at = await self._stage.step(bill.order_no, f"credit {number}", (20, 60))
        credit = f"{bill.invoice_no}C"
        self.books.write("freight_credit", credit, bill.order_no, invoice=bill.invoice_no, amount=str(back))
        note: Json = {"creditNo": credit, "invoiceNo": bill.invoice_no, "amount": str(back), "currency": "EUR"}
        note |= {"costs": _costs(bill.over), "carrier": bill.scac}
        self._say("freight.credited", credit, *about, at, bill.shipment_id, note)

    def _say(
        self,
        kind: str,
        name: str,
        order_no: str,
        site: str,
        at: datetime,
        shipment_id: str,
        details: Mapping[str, object],
    ) -> None:
        body: Json = {"notificationId": f"tms-{name}", "type": kind, "time": at.isoformat()}
        body["shipment"] = {"id": shipment_id, "orderNo": order_no, **details}
        point = Point(self.books.system, kind, order_no, site)
        self.speaker.say(Message(str(body["notificationId"]), msgspec.json.encode(body), order_no, point))

    def _whose(self, call: Call) -> tuple[str, str]:
        return call.whose("caseKey")


def _costs(charges: Mapping[str, Decimal]) -> list[Json]:
    return [{"code": code, "amount": str(amount)} for code, amount in charges.items()]
