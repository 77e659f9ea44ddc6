"""Commands to the TMS, and the tender document to a carrier (domain.md §2.10)."""

from __future__ import annotations

from typing import Annotated

from crossdock.canonical.declarations import Payload, command
from crossdock.canonical.parts import (
    Charge,
    DocumentRef,
    Equipment,
    Incoterm,
    LineQuantity,
    Mode,
    PackageInfo,
    Part,
    Party,
    Place,
    Rate,
    Stop,
    Totals,
    Windows,
)
from crossdock.canonical.scalars import HOME, Id, Instant, Ordinal, Text
from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money


class PlanShipment(Payload, frozen=True, kw_only=True):
    """Plan transport for one release group. `request_id` is `order_no/warehouse/seq`; the TMS gives it back."""

    order_no: Id
    warehouse: Id
    seq: Ordinal
    request_id: Id
    origin: Place
    destination: Annotated[Place, HOME]
    lines: tuple[LineQuantity, ...]
    release_no: Ordinal = 1
    windows: Windows = Windows()
    totals: Totals = Totals()
    mode: Mode | None = None
    carrier_pref: str = ""
    service_pref: str = ""
    incoterm: Incoterm | None = None
    customer: Party | None = None
    customs_required: bool = False
    priority: str = "normal"
    attempt: Ordinal = 1


class UpdateShipment(Payload, frozen=True, kw_only=True):
    """What is known better now: packages, weights, firmness. `content_hash` is of everything below it."""

    shipment: Id
    content_hash: Id
    request_id: str = ""
    firm: bool = False
    packages: tuple[PackageInfo, ...] = ()
    lines: tuple[LineQuantity, ...] = ()
    totals: Totals | None = None
    destination: Annotated[Place | None, HOME] = None
    windows: Windows = Windows()
    appointment_no: str = ""
    carrier_pref: str = ""
    service_pref: str = ""


class TenderLoad(Payload, frozen=True, kw_only=True):
    """Offer the load to the next carrier of the routing guide, except `exclude`."""

    load: Id
    rev: Ordinal
    exclude: tuple[str, ...] = ()
    spot: bool = False


class CancelTender(Payload, frozen=True, kw_only=True):
    """Withdraw the offer."""

    tender_no: Id
    load: str = ""
    reason: Text = ""


class TenderShipment(Part, frozen=True):
    """A shipment as the carrier sees it."""

    shipment: Id
    totals: Totals = Totals()
    bol_no: str = ""
    customer_po: str = ""
    order_no: str = ""
    packages: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The shipment id."""
        return self.shipment


class TransmitTender(Payload, frozen=True, kw_only=True):
    """Hand the TMS's tender to a carrier that answers by document; `cancel` withdraws it. `stops` are in order."""

    load: Id
    tender_no: Id
    carrier: Id
    stops: tuple[Stop, ...]
    shipments: tuple[TenderShipment, ...] = ()
    seq: Ordinal = 1
    expires_at: Instant | None = None
    rate: Rate | None = None
    equipment: Equipment = Equipment()
    mode: Mode | None = None
    terms: str = ""
    cancel: bool = False


class CancelShipment(Payload, frozen=True, kw_only=True):
    """Drop the shipment, or the request that has no shipment id yet."""

    shipment: Id
    cancel_id: Id
    request_id: str = ""
    reason: Text = ""


class HoldShipment(Payload, frozen=True, kw_only=True):
    """Do not move it."""

    shipment: Id
    hold_id: Id
    kind: str = ""
    reason: Text = ""


class ReleaseShipmentHold(Payload, frozen=True, kw_only=True):
    """It may move."""

    shipment: Id
    hold_id: Id


class ConfirmHandover(Payload, frozen=True, kw_only=True):
    """The goods left the dock; `void` takes it back."""

    shipment: Id
    handover_no: Id
    at: Instant
    packages: tuple[str, ...] = ()
    lines: tuple[LineQuantity, ...] = ()
    bol: str = ""
    seal: str = ""
    void: bool = False


class RefreshTracking(Payload, frozen=True, kw_only=True):
    """Ask the carrier where it is. `hour` is ISO 8601 to the hour, one request an hour."""

    shipment: Id
    hour: Id
    carrier: str = ""
    pro_no: str = ""


class InterceptShipment(Payload, frozen=True, kw_only=True):
    """Turn it back, or send it elsewhere, while it is on its way."""

    shipment: Id
    request_id: Id
    action: str = "return_to_sender"
    destination: Annotated[Place | None, HOME] = None


class BookReturnTransport(Payload, frozen=True, kw_only=True):
    """Book the way back and a label."""

    rma_no: Id
    origin: Annotated[Place, HOME]
    destination: Annotated[Place, HOME]
    packages: tuple[PackageInfo, ...] = ()
    pickup: Window | None = None


class ApproveFreightInvoice(Payload, frozen=True, kw_only=True):
    """Pay this. `invoice_set` names the carrier invoices it covers."""

    case: Id
    invoice_set: Id
    amount: Money
    by: str = ""


class OpenFreightDispute(Payload, frozen=True, kw_only=True):
    """Contest these charges."""

    dispute_no: Id
    case: Id
    amount: Money
    charges: tuple[Charge, ...] = ()
    evidence: tuple[DocumentRef, ...] = ()
    reason: Text = ""


_ACK = "message ack"

# fmt: off
COMMANDS = (
    command("plan_shipment", PlanShipment, "TMS", "order_no warehouse seq",
            "S→A:shipment.planned / shipment.plan_failed", "tm_plan", "TRN-01", "cancel_shipment",
            # What cancels a request that has no shipment number yet must not overtake it.
            ordering="shipment=request_id"),
    command("update_shipment", UpdateShipment, "TMS", "shipment content_hash", "S:shipment.replanned", "tm_cmd_ack",
            "INT-07", "re-send previous", ordering="shipment", priority=Priority.P2),
    command("tender_load", TenderLoad, "TMS", "load rev", "A:carrier.tendered", "tm_cmd_ack", "TRN-03",
            "cancel_tender", ordering="load"),
    command("cancel_tender", CancelTender, "TMS", "tender_no", "A:tender.cancelled", "tm_cmd_ack", "TRN-03", "",
            ordering="tender=tender_no", priority=Priority.P0),
    command("transmit_tender", TransmitTender, "CAR", "load tender_no cancel", "A:carrier.accepted / carrier.rejected",
            "tm_tender", "TRN-02", "transmit_tender (cancel)", ordering="load"),
    command("cancel_shipment", CancelShipment, "TMS", "shipment cancel_id", "A:shipment.cancelled", "tm_cancel",
            "TRN-03", "plan_shipment", ordering="shipment", priority=Priority.P0),
    command("hold_shipment", HoldShipment, "TMS LMD DOCK", "shipment hold_id", f"A:{_ACK}", "tm_cmd_ack_p0", "INT-07",
            "release_shipment_hold", ordering="shipment", priority=Priority.P0),
    command("release_shipment_hold", ReleaseShipmentHold, "TMS LMD DOCK", "shipment hold_id", f"A:{_ACK}",
            "tm_cmd_ack_p0", "INT-07", "hold_shipment", ordering="shipment", priority=Priority.P0),
    command("confirm_handover", ConfirmHandover, "TMS", "shipment handover_no void", f"A:{_ACK}", "tm_cmd_ack",
            "INT-07", "confirm_handover (void)", ordering="shipment"),
    command("refresh_tracking", RefreshTracking, "TMS", "shipment hour", "A:tracking.milestone", "tm_cmd_ack", "", "",
            ordering="shipment", priority=Priority.P3),
    command("intercept_shipment", InterceptShipment, "TMS", "shipment request_id", "A:tracking.milestone",
            "tm_intercept", "CSR-04", "", ordering="shipment", priority=Priority.P0),
    command("book_return_transport", BookReturnTransport, "TMS", "rma_no", "S:return.label_issued", "tm_cmd_ack",
            "INT-07", "void label", ordering="return=rma_no", priority=Priority.P2),
    command("approve_freight_invoice", ApproveFreightInvoice, "TMS ERP", "case invoice_set", "A:freight.settled",
            "tm_settle", "FIN-04", "reversal", ordering="freight_case=case", priority=Priority.P2),
    command("open_freight_dispute", OpenFreightDispute, "TMS", "dispute_no",
            "A:freight.dispute_resolved, freight.credited", "tm_dispute", "FIN-01", "withdraw",
            ordering="freight_case=case", priority=Priority.P2),
)
# fmt: on
