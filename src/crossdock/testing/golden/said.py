"""What is said in the worked example of domain.md §10: one payload a row, by the row's number where it has a name."""

from __future__ import annotations

from decimal import Decimal

from crossdock.canonical.events import customs as cus
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import inventory as inv
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import money as fin
from crossdock.canonical.events import order as erp
from crossdock.canonical.events import planning as tms
from crossdock.canonical.events import returns as dock
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Incoterm, Mode, PackageInfo, Party, Place, Stop, StopType, Windows
from crossdock.kernel.instant import Window
from crossdock.process.declaring import lrn_of
from crossdock.testing.golden.cast import (
    DAV,
    DAVENTRY,
    LONDON,
    LRN_KEY,
    MRN,
    NO,
    RA,
    RB,
    SSCC_GB,
    SSCC_NL,
    VEN,
    VENLO,
    charge,
    door,
    eur,
    lines,
    order_line,
    qty,
    when,
)

LRN = lrn_of(LRN_KEY)

APPROVED = erp.OrderApproved(
    order_no="SO-100234", rev=1, customer=Party(no="C-7781", name="Harrow & Pike Ltd", eori="GB123456789000"),
    customer_po="HP-PO-55120", ship_to=LONDON,
    lines=(order_line("10", 40, "120.00", "WH-NL1"), order_line("20", 100, "18.50", "WH-NL1"),
           order_line("30", 5, "640.00", "WH-GB1")),
    requested=Window(latest=when("04 16:00")), incoterm=Incoterm(code="DAP", place="London"), currency="EUR",
    cross_border=True,
)  # fmt: skip
LINE_CANCELLED = erp.OrderLineCancelled(line_no="20", qty=qty(10), cancel_id="LC-1")


def planned(tms_id: str, warehouse: str, mode: Mode, load: str = "", latest: str = "02 16:00") -> tms.ShipmentPlanned:
    """R4, R5."""
    return tms.ShipmentPlanned(
        tms_id=tms_id, request_id=f"SO-100234/{warehouse}/1", mode=mode,
        origin=VENLO if warehouse == "WH-NL1" else DAVENTRY, destination=LONDON, load=load,
        windows=Windows(pickup=Window(latest=when(latest))), customs_required=warehouse == "WH-NL1",
    )  # fmt: skip


PLANNED_NL = planned("SHP-88001", "WH-NL1", Mode.LTL, "LD-4501")
PLANNED_GB = planned("SHP-88002", "WH-GB1", Mode.OWN_FLEET, latest="02 06:00")
BUILT = tms.LoadBuilt(
    load_id="LD-4501", shipments=("SHP-88001",),
    stops=(Stop(seq=1, type=StopType.PICKUP, location=VENLO, shipments_on=("SHP-88001",),
                planned=Window(earliest=when("02 12:00"), latest=when("02 16:00"))),
           Stop(seq=2, type=StopType.DELIVERY, location=LONDON, shipments_off=("SHP-88001",))),
)  # fmt: skip
TENDERED = tms.CarrierTendered(tender_no="TND-4501-1", seq=1, carrier="NVTR", expires_at=when("01 07:31:20"))
ACCEPTED = tms.CarrierAccepted(tender_no="TND-4501-1", carrier="NVTR", pro_no="NV7745120")

TASKS = {attempt: (lmd.RunTask(task="DT-88002", shipment="SHP-88002", attempt_no=attempt),) for attempt in (1, 2)}
RA_PLANNED = lmd.RunPlanned(run_id=RA.id, date="2026-06-02", depot="LON", tasks=TASKS[1])
RB_PLANNED = lmd.RunPlanned(run_id=RB.id, date="2026-06-03", depot="LON", tasks=TASKS[2])
RA_OUT = lmd.RunDispatched(dispatched_at=when("02 06:00"), tasks=TASKS[1])
RB_OUT = lmd.RunDispatched(dispatched_at=when("03 06:05"), tasks=TASKS[2])
_FAILED = lmd.TaskOutcome(task="DT-88002", result=lmd.AttemptResult.FAILED)
_DONE = lmd.TaskOutcome(task="DT-88002", result=lmd.AttemptResult.SUCCESS)
RA_BACK = lmd.RunCompleted(completed_at=when("02 12:00"), outcomes=(_FAILED,))
RB_BACK = lmd.RunCompleted(completed_at=when("03 09:30"), outcomes=(_DONE,))

SLOT_BOOKED = dock.AppointmentConfirmed(
    appt_no="APT-310", request_id="LD-4501.1.1", slot=Window(earliest=when("02 13:00"), latest=when("02 14:00"))
)
CHECKED_IN = dock.AppointmentCheckedIn(appt_no="APT-310", at=when("02 13:10"))
SERVED = dock.AppointmentCompleted(appt_no="APT-310", start=when("02 13:10"), end=when("02 14:02"))

NL_PACKS = (
    PackageInfo(sscc=SSCC_NL[0], kgm=Decimal(300), contents=lines(l10=40)),
    PackageInfo(sscc=SSCC_NL[1], kgm=Decimal("312.4"), contents=lines(l20=90)),
)
GB_PACKS = (PackageInfo(sscc=SSCC_GB, contents=lines(l30=5)),)
SHORT = wms.PickShorted(line="20", requested=qty(100), picked=qty(90), reason="DAMAGED", order_no=NO, warehouse=VEN)
OPENING = inv.InventorySnapshotTaken(
    snapshot_id="INV-0601", as_of=when("01 05:00"), watermark_seq=0,
    rows=(inv.SnapshotRow(item="IT-501", on_hand=Decimal(40)), inv.SnapshotRow(item="IT-778", on_hand=Decimal(100))),
)  # fmt: skip
DAMAGED = inv.InventoryStatusChanged(
    warehouse="WH-NL1", item="IT-778", movement_id="MV-7781", qty=qty(10),
    from_status=inv.StockStatus.AVAILABLE, to_status=inv.StockStatus.DAMAGED,
)  # fmt: skip
BOOKED = inv.InventoryErpPosted(movement_id="MV-7781", doc_no="4900011950", warehouse="WH-NL1", item="IT-778")

DECLARED = cus.CustomsDeclared(lrn=LRN, submitted_at=when("01 14:21"), version=1)
MRN_GIVEN = cus.CustomsAccepted(lrn=LRN, mrn=MRN, accepted_at=when("01 14:26"))
STOPPED = cus.CustomsHeld(
    lrn=LRN, mrn=MRN, kind=cus.CustomsHoldKind.CONTROL, since=when("01 14:41"), authority_ref="C-1"
)
FREED = cus.CustomsReleased(lrn=LRN, mrn=MRN, released_at=when("02 11:30"))
EXITED = cus.CustomsExitConfirmed(
    lrn=LRN, mrn=MRN, exit_at=when("03 03:20"), office_exit="NL000511", result=cus.ExitResult.SATISFACTORY
)

GB_OUT = wms.ShipmentHandedOver(
    handover_no="HO-GB-77", at=when("02 05:45"), packages=(SSCC_GB,), lines=lines(l30=5), order_no=NO, warehouse=DAV
)


def late_945(second: int = 90) -> wms.ShipmentHandedOver:
    """R43, and with another quantity of line 20 variant (d)."""
    return wms.ShipmentHandedOver(
        handover_no="HO-NL-3391", at=when("02 13:58"), packages=SSCC_NL, lines=lines(l10=40, l20=second),
        bol="BOL-88001", order_no=NO, warehouse=VEN,
    )  # fmt: skip


ATTEMPT_1 = lmd.DeliveryAttempted(
    attempt_no=1, at=when("02 08:52"), result=lmd.AttemptResult.FAILED, reason="consignee.closed"
)
AGAIN = lmd.DeliveryRescheduled(attempt_no=2, window=Window(latest=when("03 09:00"), earliest=when("03 07:00")))
AT_DOOR = lmd.DeliveryCompleted(attempt_no=2, at=when("03 08:20"))
POD_GB = lmd.PodCaptured(
    pod_ref="POD-88002-2", attempt_no=2, captured_at=when("03 08:20:30"), receiver="H. Pike", proofs=(),
    lines=door(l30=5),
)  # fmt: skip
POD_NL = lmd.PodCaptured(
    pod_ref="POD-NV7745120", attempt_no=1, captured_at=when("04 10:22"), receiver="H. Pike", proofs=(),
    lines=door(l10=40, l20=90),
)  # fmt: skip
LATER = trk.ShipmentEtaChanged(eta=when("04 10:00"))


def seen(milestone: Milestone, place: str = "", stop: int | None = None) -> trk.TrackingMilestone:
    """A 214."""
    return trk.TrackingMilestone(
        milestone=milestone, stop_seq=stop, location=Place(location_no=place) if place else None
    )


ESTIMATE = fin.FreightEstimated(
    charges=(charge("LHL", "950.00", "kg", "1.60026"), charge("FUE", "142.50", "pct", "15"),
             charge("CUS", "57.50", "package", "26.50")),
    total=eur("1150.00"), currency="EUR", rate_ref="NVTR-2026",
)  # fmt: skip


def claim(number: str = "NV-INV-30091") -> fin.FreightInvoiced:
    """R57, and under another number variant (f)."""
    return fin.FreightInvoiced(
        carrier="NVTR", invoice_no=number, type=fin.CarrierInvoiceType.INVOICE, date="2026-06-09",
        charges=(charge("LHL", "980.00"), charge("FUE", "159.40"), charge("CUS", "53.00"), charge("DET", "200.00")),
        total=eur("1392.40"),
    )  # fmt: skip


DISPUTED = fin.FreightDisputed(dispute_no="DSP-118", charges=(charge("DET", "200.00"),), amount=eur("200.00"))
CREDIT = fin.FreightCredited(
    credit_no="NV-CRN-30091-1", invoice_no="NV-INV-30091", amount=eur("200.00"), charges=(charge("DET", "200.00"),),
    carrier="NVTR",
)  # fmt: skip
SETTLED = fin.FreightSettled(posted_amount=eur("1192.40"), doc_no="PAY-1")


def booked(rev: int, amount: str) -> fin.FreightAccrualPosted:
    """The ERP's answer to an accrual."""
    return fin.FreightAccrualPosted(doc_no=f"ACC-{rev}", amount=eur(amount), period="2026-06", accrual_rev=rev)


def invoice(number: str, total: str, **amounts: int) -> fin.InvoicePosted:
    """R49, R56."""
    return fin.InvoicePosted(invoice_no=number, total=eur(total), lines=lines(**amounts), date="2026-06-05")
