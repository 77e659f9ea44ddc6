"""Carriers that take 204 tenders by file, answer 990, report 214, acknowledge 997; each in words of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from crossdock.demo import world, x12
from crossdock.demo.books import Books
from crossdock.demo.exchange import Exchange
from crossdock.demo.faults import Point
from crossdock.demo.peers.haulage import Consignment, Upload, UploadBill, counted, haul, invoice
from crossdock.demo.speaker import Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.tariff import FreightBill


class Dialect(msgspec.Struct, frozen=True):
    """How one carrier writes: its codes of what happened, its numbers, its clock and where its terminal stands."""

    scac: str
    status: Mapping[str, str]
    pro: str
    zone: tzinfo
    time_code: str
    terminal: str
    # In whose time its interchanges are dated, as the partner's file says.
    office: tzinfo = UTC


# Eastern Standard Time, all year (time code ES).
NVTR = Dialect(
    "NVTR",
    {"departed": "AF", "facility": "X4", "out": "X6", "delivered": "D1"},
    "NV",
    timezone(timedelta(hours=-5)),
    "ES",
    "OSNABRUECK",
)
# Codes of its own but for the delivery, in the time of its dispatch office, summer and winter (time code CT).
KESTREL = Dialect(
    "KSTL",
    {"departed": "ZD", "facility": "ZT", "out": "ZV", "delivered": "D1"},
    "KH",
    ZoneInfo("America/Chicago"),
    "CT",
    "MUENSTER",
    ZoneInfo("America/Chicago"),
)


# From midnight UTC to noon in an office in America, and two hours more.
OFFICE = timedelta(hours=20)


class Manifest(msgspec.Struct, frozen=True):
    """What a TMS load is, as the shipper's dock knows it: the truck must know whose goods stand where."""

    group: str
    members: tuple[Consignment, ...]


class EdiCarrier:
    """Keeps tenders by load. `docks` tells which goods a load number means at the shipper's dock."""

    def __init__(
        self, dialect: Dialect, stage: Stage, books: Books, speaker: Speaker, upload: Upload, bill: UploadBill
    ) -> None:
        self._dialect = dialect
        self.books, self.speaker = books, speaker
        self.docks: Callable[[str], Manifest | None] = lambda _: None
        self.exchange: Exchange | None = None
        self._stage = stage
        self._upload, self._bill = upload, bill

    def take(self, entry: tuple[x12.Segment, ...]) -> bool:
        """Take one 204; False refuses it in the 997."""
        b2 = x12.find(entry, "B2")
        load_id = x12.element(b2, 4)
        manifest = self.docks(load_id)
        if entry[0][1] != "204" or x12.element(b2, 2) != self._dialect.scac or manifest is None:
            self.books.write("refused", "not_our_tender", load_id)
            return False
        if self.books.latest("tender", load_id) is not None:
            self.books.write("refused", "duplicate_tender", load_id)
            return False
        self.books.write("tender", load_id)
        tender_no = next((row[1] for row in entry if row[0] == "L11" and row[2:3] == ("TN",)), load_id)
        self._stage.start(self._answer(load_id, tender_no, manifest))
        return True

    async def _answer(self, load_id: str, tender_no: str, manifest: Manifest) -> None:
        await self._stage.rest(load_id, "dispatcher")
        orders = tuple(one.order_no for one in manifest.members)
        at = self._stage.move(orders, "answer", (5, 25))
        accepted = not world.declines(self._stage.seed, manifest.group, self._dialect.scac)
        pro_no = f"{self._dialect.pro}{world.pick(self._stage.seed, 10**8, 'pro', load_id):08d}"
        self.books.write("accepted" if accepted else "declined", load_id, pro=pro_no)
        # Without a date in B1-03 the answer is as old as its group; with one it would be as old as noon of that day.
        body: list[x12.Segment] = [
            ("B1", self._dialect.scac, load_id, "", "A" if accepted else "D"),
            ("N9", "TN", tender_no),
        ]
        if accepted:
            body.append(("N9", "CN", pro_no))
        first = manifest.members[0]
        point = Point(self.books.system, "990", first.order_no, first.site)
        self._send("990", tuple(body), at, load_id, point)
        if accepted:
            mine = tuple(msgspec.structs.replace(one, pro_no=pro_no) for one in manifest.members)
            await haul(self._stage, self._dialect.scac, mine, self._report)
            for one in mine:
                self.speaker.say_late(one.order_no)

    def _report(self, one: Consignment, what: str, at: datetime) -> None:
        self.books.write(what, one.shipment_id, one.order_no, at=at.isoformat())
        if what == "pod":
            self._upload(one.shipment_id, counted(self._stage, one), at)
            if self._stage.freight:
                self._stage.start(self._invoice(one))
            return
        says = self._dialect
        there = at.astimezone(says.zone)
        day, minute = there.strftime("%Y%m%d"), there.strftime("%H%M")
        city = one.city if what in ("out", "delivered") else says.terminal if what == "facility" else "VENLO"
        body: tuple[x12.Segment, ...] = (
            ("B10", one.pro_no, one.shipment_id, says.scac),
            ("L11", one.load_id, "LO"),
            ("LX", "1"),
            ("AT7", says.status[what], "NS", "", "", day, minute, says.time_code),
            ("MS1", city.upper(), "", "NL"),
        )
        point = Point(self.books.system, f"214.{what}", one.order_no, one.site)
        self._send("214", body, at, one.order_no, point)

    async def _invoice(self, one: Consignment) -> None:
        bill, at = await invoice(self._stage, self._dialect.scac, one)
        self._bill(bill)
        self.books.write(
            "freight_invoice",
            bill.invoice_no,
            one.order_no,
            site=one.site,
            total=str(bill.total),
            over=str(sum(bill.over.values())),
        )
        point = Point(self.books.system, "210", one.order_no, one.site)
        self._send("210", freight_invoice(one, bill, at), at, one.order_no, point)

    def _send(self, kind: str, body: tuple[x12.Segment, ...], at: datetime, lane: str, point: Point) -> None:
        assert self.exchange is not None
        self.exchange.send(kind, body, at.astimezone(self._dialect.office), lane, point)


def freight_invoice(one: Consignment, bill: FreightBill, at: datetime) -> tuple[x12.Segment, ...]:
    """The body of a 210: amounts in cents, one L1 a charge.

    Its date is a day, which stands for noon in the carrier's office: what is delivered before is of the day before.
    """
    day = (at - OFFICE).strftime("%Y%m%d")
    rows: list[x12.Segment] = [
        (
            "B3",
            "",
            bill.invoice_no,
            one.shipment_id,
            "PP",
            "",
            day,
            _cents(bill.total),
            "",
            "",
            "",
            bill.scac,
        ),
        ("C3", "EUR"),
        ("N9", "CN", one.pro_no),
    ]
    for number, (code, amount) in enumerate(bill.charges.items(), start=1):
        rows += [("LX", str(number)), ("L1", str(number), "", "", _cents(amount), "", "", "", code)]
    return tuple(rows)


def _cents(amount: Decimal) -> str:
    return str(int(amount * 100))
