"""Carrier FLSH: takes tenders over the TMS's own line, reports by webhook in status codes of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from crossdock.demo import world
from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door
from crossdock.demo.faults import Point
from crossdock.demo.peers.haulage import Consignment, Upload, counted, haul, invoice
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.tariff import FreightBill

SCAC = "FLSH"
CODES = {"departed": "PU", "facility": "AF", "out": "OD", "delivered": "DL"}
UNKNOWN_CODE = "ZZ9"

Answered = Callable[[bool, str, datetime], None]
Bill = Callable[[FreightBill, datetime], None]


class Flsh:
    """Keeps its consignments; every parcel of news is one webhook."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, door: Door, upload: Upload, bill: Bill) -> None:
        self.books, self.speaker, self.door = books, speaker, door
        self._stage = stage
        self._upload, self._bill = upload, bill
        door.look("/tracking/{pro}", self._track)

    def tender(
        self, group: str, tender_no: str, load_id: str, members: tuple[Consignment, ...], answered: Answered
    ) -> None:
        """A tender came in; the answer follows when the dispatcher has looked at it."""
        self.books.write("tender", tender_no, load=load_id)
        self._stage.start(self._answer(group, tender_no, load_id, members, answered))

    async def _answer(
        self, group: str, tender_no: str, load_id: str, members: tuple[Consignment, ...], answered: Answered
    ) -> None:
        await self._stage.rest(load_id, "dispatcher")
        at = self._stage.move(tuple(one.order_no for one in members), "answer", (5, 25))
        pro_no = f"FL{world.pick(self._stage.seed, 10**8, 'pro', load_id):08d}"
        accepted = not world.declines(self._stage.seed, group, SCAC)
        self.books.write("accepted" if accepted else "declined", tender_no, pro=pro_no)
        answered(accepted, pro_no if accepted else "", at)
        if accepted:
            mine = tuple(msgspec.structs.replace(one, pro_no=pro_no) for one in members)
            await haul(self._stage, SCAC, mine, self._report)
            for one in mine:
                self.speaker.say_late(one.order_no)

    def _report(self, one: Consignment, what: str, at: datetime) -> None:
        self.books.write(what, one.shipment_id, one.order_no, at=at.isoformat())
        if what == "pod":
            self._upload(one.shipment_id, counted(self._stage, one), at)
            if self._stage.freight:
                self._stage.start(self._invoice(one))
            return
        self.speaker.say(self._message(one, what, CODES[what], at))
        if what == "departed":
            self.speaker.claim(self._message(one, "unknown", UNKNOWN_CODE, at))

    async def _invoice(self, one: Consignment) -> None:
        """Our invoices go to the TMS, over its own line."""
        bill, at = await invoice(self._stage, SCAC, one)
        self.books.write(
            "freight_invoice",
            bill.invoice_no,
            one.order_no,
            site=one.site,
            total=str(bill.total),
            over=str(sum(bill.over.values())),
        )
        self._bill(bill, at)

    def _message(self, one: Consignment, name: str, code: str, at: datetime) -> Message:
        ident = f"fl-{one.shipment_id}-{name}"
        event: Json = {"eventId": ident, "trackingNumber": one.pro_no, "shipmentRef": one.shipment_id}
        event |= {"status": code, "occurredAt": at.isoformat(), "location": _place(one, name)}
        body = msgspec.json.encode({"carrier": SCAC, "events": [event]})
        return Message(ident, body, one.order_no, Point(self.books.system, name, one.order_no, one.site))

    def _track(self, call: Call) -> Json:
        return {"trackingNumber": call.parts["pro"]}


def _place(one: Consignment, name: str) -> Json:
    if name == "departed":
        return {"city": "Venlo", "country": "NL"}
    return {"city": "Osnabrueck", "country": "DE"} if name == "facility" else {"city": one.city}
