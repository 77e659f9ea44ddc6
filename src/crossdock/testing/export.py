"""One order whose goods leave the country, told by everybody who has a part in it: a history to build on.

`Export` makes single facts as their senders send them; `way_out` strings them together up to packed and booked, and
`answers` are what a customs system says afterwards. Times count in minutes from the approval.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.canonical.catalogue import EVENT_OF_PAYLOAD
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events import customs as cus
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import planning as tms
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import (
    Address,
    ErrorItem,
    Incoterm,
    LineQuantity,
    Mode,
    OrderLine,
    PackageInfo,
    Party,
    Place,
    StockAtp,
    TradeData,
    Windows,
)
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence, Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.directory import Partner
from crossdock.process.declaring import lrn_of

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
MRN = "26NL00051012AB34A6"
CARRIER = "NVTR"

PARTNERS = {
    "erp1": Partner("erp1", Role.ERP, "canonical_json"),
    "wms-nl1": Partner("wms-nl1", Role.WMS, "canonical_json", sites=("WH-NL1",)),
    "tms1": Partner("tms1", Role.TMS, "canonical_json"),
    "nvtr": Partner("nvtr", Role.CAR, "canonical_json", scacs=(CARRIER,)),
    "lmd1": Partner("lmd1", Role.LMD, "canonical_json"),
    "customs": Partner("customs", Role.CUS, "canonical_json"),
    "ops": Partner("ops", Role.OPS, "canonical_json"),
}

VENLO = Place(location_no="WH-NL1", address=Address(country="NL", city="Venlo", postal="5928 LB"))
LONDON = Place(
    location_no="LOC-HP-LON",
    address=Address(country="GB", lines=("1 Quay St",), city="London", postal="E1 6AN"),
    tz="Europe/London",
)


class Told(msgspec.Struct, frozen=True):
    """One fact on the wire: who says it and the bytes."""

    partner: str
    body: bytes


class Export:
    """SO-7: 40 pumps from Venlo to London by road, shipment SHP-7, and its declaration."""

    def __init__(
        self,
        number: str = "SO-7",
        shipment: str = "SHP-7",
        *,
        start: datetime = START,
        trade: TradeData | None = None,
        mrn: str = MRN,
    ) -> None:
        self.number, self.shipment, self.start, self.mrn = number, shipment, start, mrn
        self.trade = trade or TradeData(hs_code="84137051", origin_country="NL", net_kgm=Decimal("9.7"))
        self.group = f"{number}/WH-NL1/1"
        self.lrn = lrn_of(self.group)
        self.sscc = "387123450000001019"

    # -- who says what -------------------------------------------------------------------------------------------

    def at(self, minutes: float) -> datetime:
        """An instant, counted in minutes from the approval."""
        return self.start + timedelta(minutes=minutes)

    def tell(
        self, partner: str, minutes: float, subject: Subject, payload: Payload, *, revision: int | None = None
    ) -> Told:
        """A fact of a partner about something."""
        kind = EVENT_OF_PAYLOAD[type(payload)].name
        refs = (Reference("order", self.number),) if partner in ("erp1", "wms-nl1") else ()
        source = Source(PARTNERS[partner].role, partner, message_id=f"{kind}:{minutes:g}")
        body = make_envelope(kind, subject, source, Occurrence(self.at(minutes)), payload, refs=refs, revision=revision)
        return Told(partner, body)

    def erp(self, minutes: float, payload: Payload, *, revision: int | None = None) -> Told:
        """The ERP about the order."""
        return self.tell("erp1", minutes, Subject("order", self.number), payload, revision=revision)

    def warehouse(self, minutes: float, payload: Payload) -> Told:
        """The warehouse about its work."""
        return self.tell("wms-nl1", minutes, Subject("fulfilment_order", self.group), payload)

    def transport(self, minutes: float, payload: Payload, *, partner: str = "tms1") -> Told:
        """The TMS or the carrier about the shipment."""
        return self.tell(partner, minutes, Subject("shipment", self.shipment), payload)

    def customs(self, minutes: float, payload: Payload, *, partner: str = "customs") -> Told:
        """Customs about the declaration, by our reference."""
        return self.tell(partner, minutes, Subject("declaration", self.lrn), payload)

    # -- up to packed and booked ---------------------------------------------------------------------------------

    def approved(self, minutes: float = 0, *, rev: int = 1, trade: TradeData | None = None) -> Told:
        """40 pumps at 120.00 EUR."""
        line = OrderLine(
            no="10",
            item="IT-501",
            qty=Quantity(Decimal(40), "EA"),
            unit_price=Money(Decimal("120.00"), "EUR"),
            stock=(StockAtp(warehouse="WH-NL1", atp=Decimal(500)),),
            trade=trade or self.trade,
        )
        order = OrderApproved(
            order_no=self.number,
            rev=rev,
            customer=Party(no="C-7781", name="Harrow & Pike Ltd", eori="GB123456789000"),
            ship_to=LONDON,
            lines=(line,),
            requested=Window(latest=self.at(60 * 76)),
            incoterm=Incoterm(code="DAP", place="London"),
            currency="EUR",
            cross_border=True,
        )
        return self.erp(minutes, order, revision=rev)

    def planned(self, minutes: float = 2, *, mode: Mode = Mode.LTL, rev: int = 1) -> Told:
        """By road, or otherwise in a later revision."""
        plan = tms.ShipmentPlanned(
            tms_id=self.shipment,
            request_id=self.group,
            mode=mode,
            origin=VENLO,
            destination=LONDON,
            windows=Windows(pickup=Window(latest=self.at(60 * 34))),
            customs_required=True,
        )
        return self.tell("tms1", minutes, Subject("shipment", self.shipment), plan, revision=rev)

    def accepted_by_warehouse(self, minutes: float = 4) -> Told:
        """The warehouse takes the order."""
        took = wms.FulfilmentAccepted(
            order_no=self.number, warehouse="WH-NL1", wms_ref=f"W{self.number}", lines=self.pumps(40)
        )
        return self.warehouse(minutes, took)

    def allocated(self, minutes: float = 20) -> Told:
        """The stock is reserved."""
        return self.warehouse(
            minutes, wms.AllocationConfirmed(order_no=self.number, warehouse="WH-NL1", lines=self.pumps(40))
        )

    def tendered(self, minutes: float = 22) -> Told:
        """Offered to the carrier."""
        offer = tms.CarrierTendered(tender_no="TND-7", seq=1, carrier=CARRIER, expires_at=self.at(minutes + 60))
        return self.transport(minutes, offer)

    def booked(self, minutes: float = 50) -> Told:
        """The carrier takes it: it is known how the goods travel."""
        return self.transport(minutes, tms.CarrierAccepted(tender_no="TND-7", carrier=CARRIER), partner="nvtr")

    def wave(self, minutes: float = 60) -> Told:
        """Work begins."""
        return self.warehouse(minutes, wms.WaveAssigned(order_no=self.number, warehouse="WH-NL1", wave_no="W-1"))

    def picked(self, minutes: float = 90, amount: int = 40) -> Told:
        """Taken from stock."""
        return self.warehouse(
            minutes, wms.PickCompleted(order_no=self.number, warehouse="WH-NL1", lines=self.pumps(amount))
        )

    def packed(self, minutes: float = 120, amount: int = 40, *, kgm: str = "412.5") -> Told:
        """The last package is closed: what is declared is known."""
        package = PackageInfo(sscc=self.sscc, kgm=Decimal(kgm), contents=self.pumps(amount))
        return self.warehouse(
            minutes,
            wms.PackCompleted(order_no=self.number, warehouse="WH-NL1", packages=(package,), complete=True),
        )

    def handed_over(self, minutes: float = 600, amount: int = 40) -> Told:
        """Custody leaves the dock."""
        gone = wms.ShipmentHandedOver(
            order_no=self.number,
            warehouse="WH-NL1",
            handover_no="HO-7",
            at=self.at(minutes),
            packages=(self.sscc,),
            lines=self.pumps(amount),
        )
        return self.tell("wms-nl1", minutes, Subject("shipment", self.shipment), gone)

    def departed(self, minutes: float = 620) -> Told:
        """The carrier is under way."""
        seen = trk.TrackingMilestone(milestone=Milestone.DEPARTED_ORIGIN, stop_seq=1)
        return self.transport(minutes, seen, partner="nvtr")

    def cancelled(self, minutes: float) -> Told:
        """The TMS drops the shipment."""
        return self.transport(minutes, tms.ShipmentCancelled(cancel_id="X-1", reason="order cancelled"))

    def pumps(self, amount: int) -> tuple[LineQuantity, ...]:
        """Of line 10."""
        return (LineQuantity(line="10", qty=Quantity(Decimal(amount), "EA")),)

    def way_out(self) -> list[Told]:
        """From approval to packed and booked: the declaration has been handed in at its end."""
        return [
            self.approved(), self.planned(), self.accepted_by_warehouse(), self.allocated(), self.tendered(),
            self.booked(), self.wave(), self.picked(), self.packed(),
        ]  # fmt: skip

    # -- what customs says ---------------------------------------------------------------------------------------

    def declared(self, minutes: float = 121, *, version: int = 1) -> Told:
        """515 of EU AES: it is there."""
        return self.customs(minutes, cus.CustomsDeclared(lrn=self.lrn, submitted_at=self.at(minutes), version=version))

    def accepted(self, minutes: float = 126) -> Told:
        """528: it has a number."""
        return self.customs(minutes, cus.CustomsAccepted(lrn=self.lrn, mrn=self.mrn, accepted_at=self.at(minutes)))

    def rejected(self, minutes: float = 126, *, version: int = 1, code: str = "12") -> Told:
        """556: it cannot be taken."""
        errors = (ErrorItem(code=code, path="goods[1].hs", text="commodity code not valid"),)
        return self.customs(minutes, cus.CustomsRejected(lrn=self.lrn, errors=errors, version=version))

    def held(
        self, minutes: float = 141, *, kind: cus.CustomsHoldKind = cus.CustomsHoldKind.CONTROL, said: float = 0
    ) -> Told:
        """560: stopped since `minutes`, told at `said` where that was later."""
        stop = cus.CustomsHeld(lrn=self.lrn, mrn=self.mrn, kind=kind, since=self.at(minutes), authority_ref="C-1")
        return self.customs(said or minutes, stop)

    def documents_wanted(self, minutes: float = 150, *documents: str) -> Told:
        """Papers, by a day later."""
        ask = cus.CustomsDocsRequested(
            lrn=self.lrn,
            mrn=self.mrn,
            documents=documents or ("invoice",),
            due_at=self.at(minutes + 24 * 60),
            request_ref="RQ-1",
        )
        return self.customs(minutes, ask)

    def released(self, minutes: float = 500) -> Told:
        """529: it may leave."""
        return self.customs(minutes, cus.CustomsReleased(lrn=self.lrn, mrn=self.mrn, released_at=self.at(minutes)))

    def refused(self, minutes: float = 500) -> Told:
        """551: it may not."""
        return self.customs(
            minutes,
            cus.CustomsReleaseRefused(lrn=self.lrn, mrn=self.mrn, reason="embargo", at=self.at(minutes)),
        )

    def amended(self, minutes: float, number: str) -> Told:
        """504."""
        done = cus.CustomsAmended(lrn=self.lrn, mrn=self.mrn, amendment_no=number, accepted_at=self.at(minutes))
        return self.customs(minutes, done)

    def amendment_rejected(self, minutes: float, number: str) -> Told:
        """Not amended."""
        errors = (ErrorItem(code="26", text="too late"),)
        return self.customs(
            minutes,
            cus.CustomsAmendmentRejected(lrn=self.lrn, mrn=self.mrn, amendment_no=number, errors=errors),
        )

    def withdrawn(self, minutes: float) -> Told:
        """509."""
        void = cus.CustomsCancelled(lrn=self.lrn, mrn=self.mrn, reason="invalidated", at=self.at(minutes))
        return self.customs(minutes, void)

    def cancel_denied(self, minutes: float) -> Told:
        """It stands."""
        stands = cus.CustomsCancelDenied(lrn=self.lrn, mrn=self.mrn, reason="goods presented", request_id="X-1")
        return self.customs(minutes, stands)

    def exit_confirmed(self, minutes: float = 1800, *, result: cus.ExitResult = cus.ExitResult.SATISFACTORY) -> Told:
        """599: out of the territory."""
        gone = cus.CustomsExitConfirmed(
            lrn=self.lrn, mrn=self.mrn, exit_at=self.at(minutes), office_exit="NL000511", result=result
        )
        return self.customs(minutes, gone)

    def exit_enquiry(self, minutes: float) -> Told:
        """582: where is it?"""
        ask = cus.CustomsExitEnquiry(
            lrn=self.lrn, mrn=self.mrn, due_at=self.at(minutes + 45 * 24 * 60), enquiry_no="ENQ-1"
        )
        return self.customs(minutes, ask)

    def plain(self) -> list[Told]:
        """Accepted, released, gone."""
        return [
            *self.way_out(), self.declared(), self.accepted(), self.released(300), self.handed_over(),
            self.departed(), self.exit_confirmed(),
        ]  # fmt: skip

    def stopped(self) -> list[Told]:
        """Accepted, stopped for a control, released, gone."""
        return [
            *self.way_out(), self.declared(), self.accepted(), self.held(), self.released(), self.handed_over(),
            self.departed(), self.exit_confirmed(),
        ]  # fmt: skip

    def corrected(self) -> list[Told]:
        """Rejected, corrected in the ERP, handed in again, released, gone."""
        mended = msgspec.structs.replace(self.trade, hs_code="84137059")
        return [
            *self.way_out(), self.declared(), self.rejected(), self.approved(200, rev=2, trade=mended),
            self.declared(202, version=2), self.accepted(205), self.released(300), self.handed_over(), self.departed(),
            self.exit_confirmed(),
        ]  # fmt: skip


def by_one(told: Sequence[Told]) -> list[tuple[str, bytes]]:
    """As a world takes them."""
    return [(one.partner, one.body) for one in told]
