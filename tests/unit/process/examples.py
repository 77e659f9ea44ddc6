"""One order, its shipment and its load, in every fact and command the process managers are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from crossdock.canonical.commands.fleet import CancelDeliveryTask, CreateDeliveryTask
from crossdock.canonical.commands.tms import PlanShipment
from crossdock.canonical.commands.wms import (
    CancelFulfilmentOrder,
    CreateFulfilmentOrder,
    FulfilmentLine,
    UpdateFulfilmentOrder,
)
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import money
from crossdock.canonical.events import order as erp
from crossdock.canonical.events import planning as tms
from crossdock.canonical.events import returns as ret
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.events.customs import CustomsCancelDenied
from crossdock.canonical.events.platform import MasterUpdated
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import (
    Address,
    DeliveredLine,
    ErrorItem,
    FieldChange,
    Incoterm,
    LineQuantity,
    Mode,
    OrderLine,
    PackageInfo,
    Party,
    Place,
    StockAtp,
    Stop,
    StopType,
    Windows,
)
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.testing.given import NOON, after, command, fact

ORDER = Subject("order", "SO-1")
FO = Subject("fulfilment_order", "SO-1/WH-NL1/1")
SHIPMENT = Subject("shipment", "SHP-1")
LOAD = Subject("load", "LD-1")
RUN = Subject("run", "RUN-1")
RETURN = Subject("return", "RMA-1")
GROUP = "WH-NL1/1"
KEY = "SO-1/WH-NL1/1"
SSCC = "387123450000001019"
LONDON = Place(
    location_no="LOC-HP-LON",
    address=Address(country="GB", lines=("12 Wharf Road",), city="London", postal="N1"),
    tz="Europe/London",
)


def qty(value: int | str) -> Quantity:
    """Pieces."""
    return Quantity(Decimal(value), "EA")


def lines(*amounts: tuple[str, int]) -> tuple[LineQuantity, ...]:
    """Quantities by line."""
    return tuple(LineQuantity(line=line, qty=qty(amount)) for line, amount in amounts)


def order_line(number: str, amount: int, **stock: int) -> OrderLine:
    """An order line; stock by warehouse with `_` for `-`."""
    promised = tuple(StockAtp(warehouse=name.replace("_", "-"), atp=Decimal(atp)) for name, atp in stock.items())
    return OrderLine(no=number, item=f"IT-{number}", qty=qty(amount), stock=promised)


def approved(**changes: object) -> erp.OrderApproved:
    """SO-1: 40 of line 10 and 100 of line 20, all in WH-NL1."""
    base: dict[str, object] = {
        "order_no": "SO-1",
        "rev": 1,
        "customer": Party(no="C-7781", name="Harrow & Pike Ltd"),
        "ship_to": LONDON,
        "lines": (order_line("10", 40, WH_NL1=500), order_line("20", 100, WH_NL1=500)),
        "requested": Window(latest=after(hours=76)),
        "incoterm": Incoterm(code="DAP", place="London"),
        "currency": "EUR",
    }
    return erp.OrderApproved(**{**base, **changes})  # type: ignore[arg-type]  # a test names the fields it changes


def released(
    number: int = 1, warehouse: str = "WH-NL1", amounts: tuple[tuple[str, int], ...] = (("10", 40), ("20", 100))
) -> erp.OrderReleased:
    """One group."""
    return erp.OrderReleased(release_no=number, groups=(erp.ReleaseGroup(warehouse=warehouse, lines=lines(*amounts)),))


def package(sscc: str = SSCC, *amounts: tuple[str, int]) -> PackageInfo:
    """A pallet with these contents."""
    return PackageInfo(sscc=sscc, kgm=Decimal("612.4"), contents=lines(*(amounts or (("10", 40), ("20", 100)))))


def packed(*packages: PackageInfo, complete: bool = True) -> wms.PackCompleted:
    """Closed packages."""
    return wms.PackCompleted(order_no="SO-1", warehouse="WH-NL1", packages=packages or (package(),), complete=complete)


def handed_over(
    number: str = "HO-1", *amounts: tuple[str, int], sscc: str = SSCC, at: datetime = NOON
) -> wms.ShipmentHandedOver:
    """Custody left the dock."""
    return wms.ShipmentHandedOver(
        order_no="SO-1",
        warehouse="WH-NL1",
        handover_no=number,
        at=at,
        packages=(sscc,),
        lines=lines(*(amounts or (("10", 40), ("20", 100)))),
    )


def at_door(*amounts: tuple[str, int, int]) -> tuple[DeliveredLine, ...]:
    """Delivered and refused by line."""
    return tuple(DeliveredLine(line=line, delivered=qty(got), refused=qty(refused)) for line, got, refused in amounts)


def delivered(attempt: int = 1, *, partial: bool = False) -> trk.ShipmentDelivered:
    """Concluded delivery."""
    return trk.ShipmentDelivered(at=NOON, attempt_no=attempt, partial=partial)


def proof(*kinds: lmd.ProofKind, attempt: int = 1) -> lmd.PodCaptured:
    """A proof with quantities for both lines."""
    return lmd.PodCaptured(
        pod_ref="POD-1",
        attempt_no=attempt,
        captured_at=NOON,
        receiver="J. Pike",
        proofs=kinds,
        lines=at_door(("10", 40, 0), ("20", 100, 0)),
    )


def seen(milestone: Milestone, **more: object) -> trk.TrackingMilestone:
    """A sighting."""
    return trk.TrackingMilestone(milestone=milestone, **more)  # type: ignore[arg-type]  # a test names the fields it sets


def planned(mode: Mode = Mode.LTL, load: str = "LD-1", carrier: str = "") -> tms.ShipmentPlanned:
    """The TMS's answer."""
    return tms.ShipmentPlanned(
        tms_id="SHP-1",
        request_id=KEY,
        mode=mode,
        origin=Place(location_no="WH-NL1"),
        destination=LONDON,
        load=load,
        carrier=carrier,
        windows=Windows(pickup=Window(latest=after(hours=26)), delivery=Window(latest=after(hours=76))),
    )


def short(picked: int = 90, *, final: bool = False, line: str = "20", requested: int = 100) -> wms.PickShorted:
    """A short pick."""
    return wms.PickShorted(
        order_no="SO-1",
        warehouse="WH-NL1",
        line=line,
        requested=qty(requested),
        picked=qty(picked),
        reason="DAMAGED",
        final=final,
    )


FO_LINES = (FulfilmentLine(line="10", item="IT-10", qty=qty(40)), FulfilmentLine(line="20", item="IT-20", qty=qty(100)))
WAREHOUSE = {"order_no": "SO-1", "warehouse": "WH-NL1"}
TASK = lmd.RunTask(task="DT-1", shipment="SHP-1")
STOPS = (
    Stop(seq=1, type=StopType.PICKUP, location=Place(location_no="WH-NL1"), shipments_on=("SHP-1", "SHP-2")),
    Stop(seq=2, type=StopType.DELIVERY, location=LONDON, shipments_off=("SHP-1",)),
    Stop(seq=3, type=StopType.DELIVERY, location=LONDON, shipments_off=("SHP-2",)),
)

# What a machine is told under each trigger, unless a row needs something of its own.
PAYLOADS: dict[str, tuple[Subject, Callable[[], Payload]]] = {
    "order.approved": (ORDER, lambda: approved(rev=2)),
    "order.released": (ORDER, released),
    "order.release_blocked": (
        ORDER,
        lambda: erp.OrderReleaseBlocked(rev=1, failed_rules=(erp.FailedRule(rule="RR-02", code="CSR-02"),)),
    ),
    "order.held": (ORDER, lambda: erp.OrderHeld(hold_id="H-1", type=erp.HoldType.CREDIT)),
    "order.hold_released": (ORDER, lambda: erp.OrderHoldReleased(hold_id="H-1")),
    "order.changed": (
        ORDER,
        lambda: erp.OrderChanged(rev=2, changes=(FieldChange(path="lines[10].qty", old="40", new="30"),)),
    ),
    "order.cancel_requested": (ORDER, lambda: erp.OrderCancelRequested(request_id="CR-1")),
    "order.line_cancelled": (ORDER, lambda: erp.OrderLineCancelled(line_no="20", qty=qty(10), cancel_id="LC-1")),
    "order.line_backordered": (
        ORDER,
        lambda: erp.OrderLineBackordered(line_no="20", qty=qty(10), cause="pick.shorted", fo=KEY),
    ),
    "order.fulfilled": (ORDER, lambda: erp.OrderFulfilled(ledger=())),
    "master.updated": (ORDER, lambda: MasterUpdated(entity="party", rev=2, changed=())),
    "fulfilment.accepted": (FO, lambda: wms.FulfilmentAccepted(wms_ref="W-1", lines=lines(("10", 40)), **WAREHOUSE)),
    "fulfilment.rejected": (FO, lambda: wms.FulfilmentRejected(reasons=(ErrorItem(code="NO-STOCK"),), **WAREHOUSE)),
    "fulfilment.cancelled": (FO, lambda: wms.FulfilmentCancelled(cancel_id="CR-1", **WAREHOUSE)),
    "fulfilment.cancel_rejected": (FO, lambda: wms.FulfilmentCancelRejected(cancel_id="CR-1", **WAREHOUSE)),
    "allocation.confirmed": (FO, lambda: wms.AllocationConfirmed(lines=lines(("10", 40), ("20", 100)), **WAREHOUSE)),
    "allocation.shorted": (
        FO,
        lambda: wms.AllocationShorted(
            lines=(wms.ShortLine(line="20", requested=qty(100), allocated=qty(90)),), **WAREHOUSE
        ),
    ),
    "wave.assigned": (FO, lambda: wms.WaveAssigned(wave_no="W-1", **WAREHOUSE)),
    "wave.cancelled": (Subject("wave", "W-1"), lambda: wms.WaveCancelled(wave_no="W-1", fo=(KEY,))),
    "pick.started": (FO, lambda: wms.PickStarted(task_ids=("T-1",), started_at=NOON, **WAREHOUSE)),
    "pick.completed": (FO, lambda: wms.PickCompleted(lines=lines(("10", 40), ("20", 100)), **WAREHOUSE)),
    "pick.shorted": (FO, short),
    "pack.completed": (FO, packed),
    "shipment.staged": (FO, lambda: wms.ShipmentStaged(packages=(SSCC,), **WAREHOUSE)),
    "shipment.loaded": (FO, lambda: wms.ShipmentLoaded(packages=(SSCC,), **WAREHOUSE)),
    "shipment.handed_over": (FO, handed_over),
    "handover.voided": (FO, lambda: wms.HandoverVoided(handover_no="HO-1", **WAREHOUSE)),
    "shipment.planned": (SHIPMENT, planned),
    "shipment.replanned": (SHIPMENT, lambda: tms.ShipmentReplanned(changes=(), rev=2)),
    "shipment.plan_failed": (FO, lambda: tms.ShipmentPlanFailed(request_id=KEY, reasons=(ErrorItem(code="NO-LANE"),))),
    "shipment.cancelled": (SHIPMENT, lambda: tms.ShipmentCancelled(cancel_id="CR-1")),
    "shipment.held": (SHIPMENT, lambda: tms.ShipmentHeld(hold_id="H-1", kind=tms.HoldKind.CREDIT)),
    "shipment.hold_released": (SHIPMENT, lambda: tms.ShipmentHoldReleased(hold_id="H-1")),
    "load.built": (LOAD, lambda: tms.LoadBuilt(load_id="LD-1", shipments=("SHP-1", "SHP-2"), stops=STOPS)),
    "load.changed": (LOAD, lambda: tms.LoadChanged(rev=2, added=("SHP-3",), removed=("SHP-2",))),
    "load.cancelled": (LOAD, lambda: tms.LoadCancelled(load_id="LD-1", reason="no truck")),
    "customs.cancel_denied": (
        Subject("declaration", "L-1"),
        lambda: CustomsCancelDenied(lrn="L-1", mrn="M-1", reason="presented"),
    ),
    "carrier.tendered": (
        LOAD,
        lambda: tms.CarrierTendered(tender_no="TND-1", seq=1, carrier="NVTR", expires_at=after(60)),
    ),
    "carrier.accepted": (LOAD, lambda: tms.CarrierAccepted(tender_no="TND-1", carrier="NVTR", pro_no="NV1")),
    "carrier.rejected": (LOAD, lambda: tms.CarrierRejected(tender_no="TND-1", carrier="NVTR")),
    "tender.expired": (LOAD, lambda: tms.TenderExpired(tender_no="TND-1", carrier="NVTR")),
    "tender.cancelled": (LOAD, lambda: tms.TenderCancelled(tender_no="TND-1")),
    "run.planned": (RUN, lambda: lmd.RunPlanned(run_id="RUN-1", date="2026-06-02", depot="LON", tasks=(TASK,))),
    "run.assigned": (RUN, lambda: lmd.RunAssigned(driver_ref="D-1", vehicle_ref="V-1")),
    "run.dispatched": (RUN, lambda: lmd.RunDispatched(dispatched_at=NOON, tasks=(TASK,))),
    "run.completed": (RUN, lambda: lmd.RunCompleted(completed_at=NOON, outcomes=())),
    "run.cancelled": (RUN, lambda: lmd.RunCancelled(tasks=(TASK,))),
    "shipment.departed": (SHIPMENT, lambda: trk.ShipmentDeparted(at=NOON)),
    "shipment.delivered": (SHIPMENT, delivered),
    "shipment.returned": (SHIPMENT, lambda: trk.ShipmentReturned(at=NOON, location=Place(location_no="WH-NL1"))),
    "shipment.return_started": (SHIPMENT, lambda: trk.ShipmentReturnStarted(at=NOON)),
    "shipment.lost": (SHIPMENT, lambda: trk.ShipmentLost(declared_at=NOON)),
    "shipment.exception_reported": (SHIPMENT, lambda: trk.ShipmentExceptionReported(kind=trk.ExceptionKind.DAMAGE)),
    "shipment.eta_changed": (SHIPMENT, lambda: trk.ShipmentEtaChanged(eta=after(hours=20))),
    "shipment.delayed": (
        SHIPMENT,
        lambda: trk.ShipmentDelayed(
            kind=trk.DelayKind.RISK, promised=Window(latest=NOON), expected=after(60), delay_min=60
        ),
    ),
    "shipment.delay_cleared": (SHIPMENT, lambda: trk.ShipmentDelayCleared(expected=NOON, promised=Window(latest=NOON))),
    "tracking.milestone": (SHIPMENT, lambda: seen(Milestone.ARRIVED_FACILITY)),
    "tracking.retracted": (
        SHIPMENT,
        lambda: trk.TrackingRetracted(
            target="tracking.milestone|SHP-1|DELIVERED||c1", reason=trk.RetractReason.DID_NOT_OCCUR
        ),
    ),
    "delivery.out_for_delivery": (SHIPMENT, lambda: lmd.DeliveryOutForDelivery(at=NOON, attempt_no=1)),
    "delivery.arrived": (SHIPMENT, lambda: lmd.DeliveryArrived(at=NOON, attempt_no=1)),
    "delivery.attempted": (
        SHIPMENT,
        lambda: lmd.DeliveryAttempted(attempt_no=1, at=NOON, result=lmd.AttemptResult.FAILED),
    ),
    "delivery.failed": (SHIPMENT, lambda: lmd.DeliveryFailed(attempt_no=1, at=NOON, reason="consignee.closed")),
    "delivery.refused": (SHIPMENT, lambda: lmd.DeliveryRefused(attempt_no=1, at=NOON)),
    "delivery.rescheduled": (
        SHIPMENT,
        lambda: lmd.DeliveryRescheduled(attempt_no=2, window=Window(latest=after(hours=24))),
    ),
    "delivery.completed": (SHIPMENT, lambda: lmd.DeliveryCompleted(attempt_no=1, at=NOON)),
    "pod.captured": (SHIPMENT, lambda: proof(lmd.ProofKind.SIGNATURE)),
    "pod.rejected": (SHIPMENT, lambda: lmd.PodRejected(pod_ref="POD-1", reason="wrong person", by="u.hart")),
    "pod.amended": (SHIPMENT, lambda: lmd.PodAmended(pod_ref="POD-2", supersedes="POD-1")),
    "order.completed": (ORDER, lambda: erp.OrderCompleted(invoiced_at=NOON)),
    "invoice.credited": (
        SHIPMENT,
        lambda: money.InvoiceCredited(
            credit_no="CN-1", invoice_no="INV-1", amount=Money(Decimal(5), "EUR"), reason="return"
        ),
    ),
    "return.initiated": (
        RETURN,
        lambda: ret.ReturnInitiated(rma_no="RMA-1", lines=(ret.ReturnLine(line="10", qty_authorised=qty(2)),)),
    ),
    "return.received": (
        RETURN,
        lambda: ret.ReturnReceived(
            receipt_no="RC-1", lines=(ret.ReturnLine(line="10", qty=qty(2)),), at=NOON, rma_no="RMA-1"
        ),
    ),
    "cmd:create_fulfilment_order": (ORDER, lambda: CreateFulfilmentOrder(lines=FO_LINES, ship_to=LONDON, **WAREHOUSE)),
    "cmd:update_fulfilment_order": (ORDER, lambda: UpdateFulfilmentOrder(rev=2, lines=FO_LINES, **WAREHOUSE)),
    "cmd:cancel_fulfilment_order": (ORDER, lambda: CancelFulfilmentOrder(cancel_id="CR-1", **WAREHOUSE)),
    "cmd:plan_shipment": (
        ORDER,
        lambda: PlanShipment(
            seq=1,
            request_id=KEY,
            origin=Place(location_no="WH-NL1"),
            destination=LONDON,
            lines=lines(("10", 40), ("20", 100)),
            **WAREHOUSE,
        ),
    ),
    "cmd:create_delivery_task": (SHIPMENT, lambda: CreateDeliveryTask(shipment="SHP-1", leg=1, destination=LONDON)),
    "cmd:cancel_delivery_task": (SHIPMENT, lambda: CancelDeliveryTask(task="SHP-1", cancel_id="CR-1")),
}


def told(trigger: str, payload: Payload | None = None, *, at: datetime = NOON) -> Fact:
    """The example under this trigger, or another payload of it."""
    subject, example = PAYLOADS[trigger]
    make = command if trigger.startswith("cmd:") else fact
    return make(payload or example(), subject, at=at)
