"""Things that may go otherwise in the worked example: each a few facts beside the trace, to mix histories from.

None follows from another, so any choice of them is a history; what contradicts the trace becomes conflicts and cases,
which must converge like everything else.
"""

from __future__ import annotations

from decimal import Decimal

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events import customs as cus
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import inventory as inv
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import money as fin
from crossdock.canonical.events import order as erp
from crossdock.canonical.events import planning as tms
from crossdock.canonical.events import returns as ret
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import ErrorItem
from crossdock.canonical.vocabulary import FactClass
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence, Window
from crossdock.testing.golden import said
from crossdock.testing.golden.cast import (
    CASE,
    DAV,
    FON,
    LOAD,
    MRN,
    NO,
    ORDER,
    PARTNERS,
    SHG,
    SHN,
    SITE,
    SLOT,
    SSCC_NL,
    STOCK,
    VEN,
    charge,
    door,
    eur,
    lines,
    qty,
    when,
)
from crossdock.testing.golden.play import named
from crossdock.testing.golden.trace import CUSTOMS, Row, row

Told = tuple[str, bytes]
ITEM_GB = Subject("billing_item", "SO-100234/WH-GB1/1")


def tell(at: str, partner: str, subject: Subject, payload: Payload) -> Told:
    """One more fact."""
    return partner, row(f"{partner} {at}", at, at, partner, subject, payload).body()


def key_of(one: Row) -> str:
    """The business key of a row's fact."""
    return decode_fact(one.body(), one.received).key


def take_back(at: str, name: str) -> Told:
    """The source takes back what it said in a row."""
    one = named(name)
    payload = trk.TrackingRetracted(target=key_of(one), reason=trk.RetractReason.DID_NOT_OCCUR)
    source = Source(PARTNERS[one.partner].role, one.partner, message_id=f"back {name}")
    at_ = Occurrence(when(at))
    kind = "tracking.retracted"
    return one.partner, make_envelope(
        kind, one.subject, source, at_, payload, cls=FactClass.RET, retracts=payload.target
    )


def correct(name: str, occurred: str) -> Told:
    """The source says that it happened at another time."""
    one = named(name)
    source = Source(PARTNERS[one.partner].role, one.partner, message_id=f"corrected {name}")
    assert isinstance(one.payload, trk.TrackingMilestone)
    body = make_envelope(
        "tracking.milestone", one.subject, source, Occurrence(when(occurred)), one.payload, cls=FactClass.COR,
        corrects=key_of(one),
    )  # fmt: skip
    return one.partner, body


def back(*amounts: tuple[str, int], **more: object) -> tuple[ret.ReturnLine, ...]:
    """Lines of a return."""
    return tuple(ret.ReturnLine(line=line, qty=qty(amount), **more) for line, amount in amounts)  # type: ignore[arg-type]


def _return_facts() -> list[Told]:
    rma = Subject("return", "RMA-1")
    authorised = (ret.ReturnLine(line="30", qty_authorised=qty(2)),)
    took = ret.ReturnReceived(receipt_no="RC-1", lines=back(("30", 2)), at=when("10 09:00"), rma_no="RMA-1")
    kept = back(("30", 2), disposition=ret.ReturnDisposition.RESTOCK)
    return [
        tell("08 09:00", "erp1", rma, ret.ReturnInitiated(rma_no="RMA-1", lines=authorised, order_no=NO)),
        tell("10 09:00", "wms-gb1", rma, took),
        tell("10 10:00", "wms-gb1", rma,
             ret.ReturnInspected(receipt_no="RC-1", lines=back(("30", 2), grade="A"), rma_no="RMA-1")),
        tell("10 11:00", "wms-gb1", rma, ret.ReturnDispositioned(receipt_no="RC-1", lines=kept, rma_no="RMA-1")),
        tell("11 09:00", "erp1", rma, ret.ReturnCredited(credit_no="CN-1", amount=eur("1280.00"), rma_no="RMA-1")),
    ]  # fmt: skip


def _moved(name: str, amount: int, at: str, kind: inv.MovementType, seq: int) -> Told:
    payload = inv.InventoryMoved(
        warehouse=VEN, item="IT-778", movement_id=name, type=kind, qty=qty(amount), at=when(at), seq=seq
    )
    return tell(at, "wms-nl1", STOCK, payload)


def _stock_facts() -> list[Told]:
    later = inv.InventorySnapshotTaken(
        snapshot_id="INV-0603", as_of=when("03 06:00"), watermark_seq=7,
        rows=(inv.SnapshotRow(item="IT-778", on_hand=Decimal(60)),
              inv.SnapshotRow(item="IT-778", on_hand=Decimal(10), status=inv.StockStatus.DAMAGED)),
    )  # fmt: skip
    return [
        _moved("MV-8001", 60, "02 20:00", inv.MovementType.RECEIPT, 7),
        tell("03 06:00", "wms-nl1", SITE, later),
        _moved("MV-8002", -5, "03 07:00", inv.MovementType.SCRAP, 8),
    ]


def _customs(at: str, payload: cus.CustomsFact) -> Told:
    return tell(at, "customs", CUSTOMS, payload)


# By name: what happens beside the trace.
TWISTS: dict[str, list[Told]] = {
    "held and free": [
        tell("01 06:10", "erp1", ORDER, erp.OrderHeld(hold_id="H-1", type=erp.HoldType.CREDIT)),
        tell("01 06:20", "erp1", ORDER, erp.OrderHoldReleased(hold_id="H-1")),
    ],
    "held": [tell("01 11:30", "erp1", ORDER, erp.OrderHeld(hold_id="H-2", type=erp.HoldType.CREDIT))],
    "given up": [tell("01 13:30", "erp1", ORDER, erp.OrderCancelRequested(request_id="CR-1", reason="not needed"))],
    "line given up late": [
        tell("03 02:00", "erp1", ORDER, erp.OrderLineCancelled(line_no="10", qty=qty(40), cancel_id="LC-2"))
    ],
    "warehouse refuses to cancel": [
        tell("01 13:30", "erp1", ORDER, erp.OrderCancelRequested(request_id="CR-2", reason="not needed")),
        tell("01 13:40", "wms-gb1", Subject("fulfilment_order", "SO-100234/WH-GB1/1"),
             wms.FulfilmentCancelRejected(order_no=NO, warehouse=DAV, cancel_id="CR-2", reason="packed")),
    ],
    "another carrier first": [
        tell("01 06:31:16", "tms1", LOAD,
             tms.CarrierTendered(tender_no="TND-4501-0", seq=1, carrier="FLSH", expires_at=when("01 07:31"))),
        tell("01 06:31:18", "tms1", LOAD, tms.CarrierRejected(tender_no="TND-4501-0", carrier="FLSH")),
    ],
    "the first carrier accepts too late": [
        tell("01 06:31:12", "tms1", LOAD,
             tms.CarrierTendered(tender_no="TND-4501-9", seq=9, carrier="FLSH", expires_at=when("01 07:31"))),
        tell("01 06:31:14", "tms1", LOAD, tms.TenderExpired(tender_no="TND-4501-9", carrier="FLSH")),
        tell("01 06:31:25", "tms1", LOAD, tms.CarrierAccepted(tender_no="TND-4501-9", carrier="FLSH")),
    ],
    "never handed over": [
        tell("03 05:20", "wms-nl1", FON,
             wms.HandoverVoided(handover_no="HO-NL-3391", packages=SSCC_NL, order_no=NO, warehouse=VEN)),
    ],
    "handed over anew": [
        tell("03 05:20", "wms-nl1", FON,
             wms.HandoverVoided(handover_no="HO-NL-3391", packages=SSCC_NL, order_no=NO, warehouse=VEN)),
        tell("03 05:30", "wms-nl1", FON,
             wms.ShipmentHandedOver(handover_no="HO-NL-3392", at=when("02 13:59"), packages=SSCC_NL, order_no=NO,
                                    warehouse=VEN, lines=lines(l10=40, l20=90), bol="BOL-88001")),
    ],
    "departure taken back": [take_back("03 01:00", "R37")],
    "delivery taken back": [take_back("04 11:00", "R53")],
    "scan taken back": [take_back("03 02:00", "R41")],
    "delivery corrected": [correct("R53", "04 09:50")],
    "declaration rejected first": [
        _customs("01 14:20:30", cus.CustomsRejected(lrn=said.LRN, errors=(ErrorItem(code="12"),), version=1)),
    ],
    "held again": [
        _customs("02 12:00", cus.CustomsHeld(
            lrn=said.LRN, mrn=MRN, kind=cus.CustomsHoldKind.QUERY, since=when("02 12:00"), authority_ref="C-2")),
        _customs("02 13:00", cus.CustomsReleased(lrn=said.LRN, mrn=MRN, released_at=when("02 13:00"))),
    ],
    "release refused": [
        _customs("02 11:40", cus.CustomsReleaseRefused(lrn=said.LRN, mrn=MRN, reason="embargo", at=when("02 11:40"))),
    ],
    "slot moved": [
        tell("01 20:00", "dock", SLOT, ret.AppointmentRescheduled(
            appt_no="APT-310", slot=Window(earliest=when("02 13:30"), latest=when("02 14:30")), rev=2)),
    ],
    "proof amended": [
        tell("03 09:00", "lmd1", SHG, lmd.PodAmended(pod_ref="POD-2", supersedes="POD-88002-2", lines=door(l30=4))),
    ],
    "invoice not posted": [
        tell("03 08:23", "erp1", ITEM_GB, fin.InvoiceFailed(request_key="k", reason="period is closed")),
    ],
    "invoice credited and paid": [
        tell("06 09:00", "erp1", ITEM_GB,
             fin.InvoiceCredited(credit_no="C-1", invoice_no="INV-90071", amount=eur("640.00"), lines=lines(l30=1))),
        tell("20 09:00", "erp1", ITEM_GB,
             fin.InvoicePaid(invoice_no="INV-90071", amount=eur("2560.00"), date="2026-06-20", payment_ref="P")),
    ],
    "claimed twice": [tell("09 09:15", "tms1", SHN, said.claim("NV-INV-30092"))],
    "accrual not booked": [
        tell("03 05:10:20", "erp1", CASE, fin.FreightAccrualFailed(reason="period is closed", accrual_rev=1)),
    ],
    "disputed again": [
        tell("13 09:00", "ops", SHN, fin.FreightDisputed(
            dispute_no="DSP-119", charges=(charge("FUE", "12.40"),), amount=eur("12.40"))),
    ],
    "goods come back": _return_facts(),
    "stock is counted": _stock_facts(),
    "movement not booked": [
        tell("01 12:42", "erp1", STOCK, inv.InventoryErpPostFailed(movement_id="MV-7781", reason="period is closed")),
    ],
    "another attempt fails": [
        tell("03 07:30", "lmd1", SHG, lmd.DeliveryAttempted(
            attempt_no=2, at=when("03 07:30"), result=lmd.AttemptResult.FAILED, reason="consignee.closed")),
    ],
    "seen delivered by the carrier": [
        tell("03 08:10", "tms1", SHG, trk.TrackingMilestone(milestone=Milestone.DELIVERED, attempt_no=2)),
    ],
    "lost": [tell("04 08:00", "tms1", SHN, trk.ShipmentLost(declared_at=when("04 08:00")))],
    "run off": [tell("03 05:00", "lmd1", Subject("run", "RUN-5530"), lmd.RunCancelled(reason="breakdown"))],
}  # fmt: skip
