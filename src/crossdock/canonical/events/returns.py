"""Return and appointment facts (domain.md §2.9, first half)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.parts import DocumentRef, Equipment, PackageInfo, Part, Party, Place
from crossdock.canonical.scalars import PERSONAL, Id, Instant, Ordinal, Personal, Text
from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity


class ReturnDisposition(StrEnum):
    """What becomes of returned goods."""

    RESTOCK = "restock"
    REFURBISH = "refurbish"
    QUARANTINE = "quarantine"
    SCRAP = "scrap"
    RETURN_TO_VENDOR = "return_to_vendor"
    KEEP = "keep"


class AppointmentKind(StrEnum):
    """What the dock is booked for."""

    PICKUP = "pickup"
    DELIVERY = "delivery"


class ReturnLine(Part, frozen=True):
    """One line of a return; which fields are filled depends on the fact."""

    line: Id
    qty: Quantity | None = None
    qty_authorised: Quantity | None = None
    reason: str = ""
    condition: str = ""
    grade: str = ""
    findings: Text = ""
    disposition: ReturnDisposition | None = None
    shipment: str = ""
    serials: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The order line."""
        return self.line


class ReturnRequested(Payload, frozen=True, kw_only=True):
    """The customer wants to send something back."""

    request_id: Id
    lines: tuple[ReturnLine, ...]
    photos: Annotated[tuple[DocumentRef, ...], PERSONAL] = ()
    order_no: str = ""


class ReturnInitiated(Payload, frozen=True, kw_only=True):
    """The ERP authorised it until `window_until`.

    `request_id` is what it answers: the request, or the receipt of goods that came back unannounced.
    """

    rma_no: Id
    lines: tuple[ReturnLine, ...]
    window_until: Instant | None = None
    method: str = ""
    instructions: Text = ""
    order_no: str = ""
    rev: Ordinal = 1
    request_id: str = ""


class ReturnDeclined(Payload, frozen=True, kw_only=True):
    """The ERP does not authorise it."""

    request_id: Id
    reason: Text


class ReturnLabelIssued(Payload, frozen=True, kw_only=True):
    """The customer can print the label."""

    rma_no: Id
    tracking_no: Id
    doc: DocumentRef | None = None
    carrier: str = ""


class ReturnInTransit(Payload, frozen=True, kw_only=True):
    """The return is on its way."""

    rma_no: Id
    at: Instant
    tracking_no: str = ""


class ReturnReceived(Payload, frozen=True, kw_only=True):
    """The warehouse has it."""

    receipt_no: Id
    lines: tuple[ReturnLine, ...]
    at: Instant
    rma_no: str = ""


class ReturnInspected(Payload, frozen=True, kw_only=True):
    """The warehouse looked at it."""

    receipt_no: Id
    lines: tuple[ReturnLine, ...]
    rma_no: str = ""


class ReturnDispositioned(Payload, frozen=True, kw_only=True):
    """The warehouse decided where it goes."""

    receipt_no: Id
    lines: tuple[ReturnLine, ...]
    rma_no: str = ""


class ReturnCredited(Payload, frozen=True, kw_only=True):
    """The ERP credited it."""

    credit_no: Id
    amount: Money
    rma_no: str = ""


class ReturnCancelled(Payload, frozen=True, kw_only=True):
    """The authorisation is withdrawn."""

    rma_no: Id
    reason: Text = ""


class ReturnExpired(Payload, frozen=True, kw_only=True):
    """The window closed and nothing came."""

    rma_no: Id
    window_until: Instant


class ReturnUnannouncedReceived(Payload, frozen=True, kw_only=True):
    """Goods came back without an authorisation."""

    receipt_no: Id
    packages: tuple[PackageInfo, ...]
    contents: tuple[ReturnLine, ...]
    sender: Party | None = None


class ReturnClosed(Payload, frozen=True, kw_only=True):
    """Nothing is left to do."""

    rma_no: Id
    summary: Text = ""


class AppointmentRequested(Payload, frozen=True, kw_only=True):
    """We asked for a dock slot; `about` are shipment and load ids."""

    request_id: Id
    location: Place
    kind: AppointmentKind
    window: Window
    about: tuple[str, ...] = ()


class AppointmentConfirmed(Payload, frozen=True, kw_only=True):
    """The slot is booked."""

    appt_no: Id
    slot: Window
    door: str = ""
    request_id: str = ""
    rev: Ordinal = 1


class AppointmentDeclined(Payload, frozen=True, kw_only=True):
    """No slot as asked; `alternatives` are free."""

    request_id: Id
    reason: Text = ""
    alternatives: tuple[Window, ...] = ()


class AppointmentRescheduled(Payload, frozen=True, kw_only=True):
    """The slot moved."""

    appt_no: Id
    slot: Window
    by: Personal = ""
    reason: Text = ""
    rev: Ordinal = 1


class AppointmentCheckedIn(Payload, frozen=True, kw_only=True):
    """The vehicle is at the gate."""

    appt_no: Id
    at: Instant
    equipment: Equipment | None = None


class AppointmentServiceStarted(Payload, frozen=True, kw_only=True):
    """Loading or unloading began."""

    appt_no: Id
    at: Instant
    door: str = ""


class AppointmentCompleted(Payload, frozen=True, kw_only=True):
    """Loading or unloading is done."""

    appt_no: Id
    start: Instant
    end: Instant


class AppointmentNoShow(Payload, frozen=True, kw_only=True):
    """Nobody came."""

    appt_no: Id
    at: Instant


class AppointmentCancelled(Payload, frozen=True, kw_only=True):
    """The slot is free again."""

    appt_no: Id
    by: Personal = ""
    reason: Text = ""


_R = Lane.ORDER
_P = Lane.PLANNING

# fmt: off
EVENTS = (
    event("return.requested", ReturnRequested, "PRT", "return", "request_id", "P2", "E N A", "Y", lane=_R, rank=850),
    event("return.initiated", ReturnInitiated, "ERP", "return", "rma_no rev",
          "P1 60m", "W T P N A", "Y", lane=_R, rank=852),
    event("return.declined", ReturnDeclined, "ERP", "return", "request_id", "P2 60m", "P N A", "Y", lane=_R, rank=853),
    event("return.label_issued", ReturnLabelIssued, "TMS", "return", "tracking_no",
          "P2 60m", "P N", "Y", lane=_R, rank=854),
    event("return.in_transit", ReturnInTransit, "TMS", "return", "rma_no tracking_no",
          "P2 6h", "W P A", "Y", lane=_R, rank=856),
    event("return.received", ReturnReceived, "WMS", "return", "receipt_no",
          "P1 60m", "E P N X A", "Y", lane=_R, rank=858),
    event("return.inspected", ReturnInspected, "WMS", "return", "receipt_no lines[]",
          "P2 24h", "E X A", "", lane=_R, rank=860),
    event("return.dispositioned", ReturnDispositioned, "WMS", "return", "receipt_no lines[]",
          "P2 24h", "E A", "", lane=_R, rank=862),
    event("return.credited", ReturnCredited, "ERP", "return", "credit_no", "P2 24h", "P N A", "Y", lane=_R, rank=864),
    event("return.cancelled", ReturnCancelled, "ERP", "return", "rma_no", "P1 60m", "W T P N", "Y", lane=_R, rank=866),
    event("return.expired", ReturnExpired, "SYNC", "return", "rma_no", "P3", "E P N", "Y", lane=_R, rank=867),
    event("return.unannounced_received", ReturnUnannouncedReceived, "WMS", "return", "receipt_no",
          "P2 60m", "X A", "", lane=_R, rank=857),
    event("return.closed", ReturnClosed, "SYNC", "return", "rma_no", "P3", "E P A", "Y", lane=_R, rank=868),
    event("appointment.requested", AppointmentRequested, "SYNC", "appointment", "request_id",
          "P2", "D A", "", lane=_P, rank=90, opens="appointment"),
    event("appointment.confirmed", AppointmentConfirmed, "DOCK", "appointment", "appt_no rev",
          "P2 30m", "T W L P A", "M delivery slot", lane=_P, rank=92, opens="appointment"),
    event("appointment.declined", AppointmentDeclined, "DOCK", "appointment", "request_id",
          "P1 30m", "T X A", "", lane=_P, rank=93),
    event("appointment.rescheduled", AppointmentRescheduled, "DOCK", "appointment", "appt_no rev",
          "P2 30m", "T W L P X A", "M", lane=_P, rank=94),
    event("appointment.checked_in", AppointmentCheckedIn, "DOCK", "appointment", "appt_no =checkin",
          "P2 30m", "T W A", "", lane=_P, rank=145),
    event("appointment.service_started", AppointmentServiceStarted, "DOCK", "appointment", "appt_no =start",
          "P3 30m", "A", "", lane=_P, rank=146),
    event("appointment.completed", AppointmentCompleted, "DOCK", "appointment", "appt_no =end",
          "P2 30m", "T F A", "", lane=_P, rank=504),
    event("appointment.no_show", AppointmentNoShow, "DOCK", "appointment", "appt_no =noshow",
          "P1 30m", "T X A", "", lane=_P, rank=147),
    event("appointment.cancelled", AppointmentCancelled, "DOCK", "appointment", "appt_no =cancel",
          "P1 30m", "T W L X", "M", lane=_P, rank=148),
)
# fmt: on
