"""Freight settlement and customer invoicing facts (domain.md §2.7).

A freight case is `shipment or load | carrier`; a billing item is a shipment, or a line of it.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.parts import Charge, DocumentRef, LineQuantity, Part
from crossdock.canonical.scalars import Id, Instant, Number, Ordinal, Personal, Text
from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.money import Currency, Money


class CarrierInvoiceType(StrEnum):
    """What kind of document the carrier sent."""

    INVOICE = "invoice"
    BALANCE_DUE = "balance_due"
    CREDIT = "credit"
    CORRECTED = "corrected"


class DisputeOutcome(StrEnum):
    """Who was right."""

    CARRIER = "carrier"
    SHIPPER = "shipper"
    SPLIT = "split"


class ApprovalBasis(StrEnum):
    """Why a freight invoice may be paid."""

    AUTO = "auto"
    OVERRIDE = "override"
    DISPUTE = "dispute"


class FreightEstimated(Payload, frozen=True, kw_only=True):
    """What the movement should cost."""

    charges: tuple[Charge, ...]
    total: Money
    currency: Currency
    rate_ref: str = ""
    rev: Ordinal = 1


class FreightAccrued(Payload, frozen=True, kw_only=True):
    """What we owe although no invoice has come; `period` is the open accounting period `YYYY-MM`."""

    total: Money
    charges: tuple[Charge, ...]
    trigger_event: str
    period: str
    accrual_rev: Ordinal = 1


class FreightAccrualPosted(Payload, frozen=True, kw_only=True):
    """The ERP booked the accrual."""

    doc_no: Id
    amount: Money
    period: str
    accrual_rev: Ordinal = 1


class FreightAccrualFailed(Payload, frozen=True, kw_only=True):
    """The ERP could not book it."""

    reason: Text
    accrual_rev: Ordinal = 1
    attempt: Ordinal = 1


class FreightInvoiced(Payload, frozen=True, kw_only=True):
    """The carrier's invoice. `date` is ISO 8601; `numbers` are the references it quotes."""

    carrier: Id
    invoice_no: Id
    type: CarrierInvoiceType
    date: str
    charges: tuple[Charge, ...]
    total: Money
    numbers: tuple[str, ...] = ()


class FreightMatched(Payload, frozen=True, kw_only=True):
    """Contract, execution and invoice agree within tolerance."""

    invoiced_net: Money
    accrued: Money
    variance: Money
    results: dict[str, str] = msgspec.field(default_factory=dict)
    invoices: tuple[str, ...] = ()


class FailingCharge(Part, frozen=True):
    """One charge that does not match, and the rule it breaks."""

    charge: Id
    code: str
    rule: str
    amount: Money | None = None

    @property
    def key(self) -> str:
        """Charge and rule."""
        return f"{self.charge}/{self.rule}"


class FreightMismatched(Payload, frozen=True, kw_only=True):
    """Outside tolerance: a person decides."""

    variance_abs: Money
    variance_pct: Number
    failing: tuple[FailingCharge, ...]
    invoices: tuple[str, ...] = ()


class FreightDisputed(Payload, frozen=True, kw_only=True):
    """We contest part of the invoice."""

    dispute_no: Id
    charges: tuple[Charge, ...]
    amount: Money
    evidence: tuple[DocumentRef, ...] = ()


class FreightDisputeResolved(Payload, frozen=True, kw_only=True):
    """How the dispute ended."""

    dispute_no: Id
    outcome: DisputeOutcome
    amount: Money


class FreightCredited(Payload, frozen=True, kw_only=True):
    """The carrier gives money back."""

    credit_no: Id
    invoice_no: Id
    amount: Money
    charges: tuple[Charge, ...] = ()
    carrier: str = ""


class FreightApproved(Payload, frozen=True, kw_only=True):
    """This amount may be paid."""

    approved_amount: Money
    by: Personal
    basis: ApprovalBasis
    invoices: tuple[str, ...] = ()


class FreightSettled(Payload, frozen=True, kw_only=True):
    """The ERP booked, or paid, the invoice."""

    posted_amount: Money
    doc_no: Id
    paid_at: Instant | None = None


class InvoiceEligible(Payload, frozen=True, kw_only=True):
    """These quantities may be billed to the customer, under `policy`."""

    shipment: Id
    lines: tuple[LineQuantity, ...]
    policy: str
    trigger_event: str = ""


class InvoicePosted(Payload, frozen=True, kw_only=True):
    """The ERP posted the customer invoice. `date` is ISO 8601."""

    invoice_no: Id
    total: Money
    lines: tuple[LineQuantity, ...]
    date: str


class InvoiceFailed(Payload, frozen=True, kw_only=True):
    """The ERP could not post it."""

    request_key: Id
    reason: Text
    attempt: Ordinal = 1


class InvoicePaid(Payload, frozen=True, kw_only=True):
    """The customer paid."""

    invoice_no: Id
    amount: Money
    date: str
    payment_ref: str = ""


class InvoiceCredited(Payload, frozen=True, kw_only=True):
    """The customer gets money back."""

    credit_no: Id
    invoice_no: Id
    amount: Money
    reason: Text = ""
    lines: tuple[LineQuantity, ...] = ()


_M = Lane.MONEY
_CASE = "freight_case shipment load"
_ITEM = "billing_item shipment"

# fmt: off
EVENTS = (
    event("freight.estimated", FreightEstimated, "TMS", _CASE, "rev", "P3 24h", "F A", "", lane=_M, rank=63),
    event("freight.accrued", FreightAccrued, "SYNC", _CASE, "accrual_rev", "P2", "E A", "", lane=_M, rank=520),
    event("freight.accrual_posted", FreightAccrualPosted, "ERP", _CASE, "accrual_rev",
          "P2 4h", "F A", "", lane=_M, rank=521),
    event("freight.accrual_failed", FreightAccrualFailed, "ERP", _CASE, "accrual_rev attempt",
          "P2 4h", "F X", "", lane=_M, rank=522),
    event("freight.invoiced", FreightInvoiced, "TMS; CAR", _CASE, "carrier invoice_no type",
          "P2 24h", "F A", "", lane=_M, rank=700),
    event("freight.matched", FreightMatched, "SYNC", _CASE, "invoices[]", "P2", "T E A", "", lane=_M, rank=702),
    event("freight.mismatched", FreightMismatched, "SYNC", _CASE, "invoices[]", "P2", "X A", "", lane=_M, rank=703),
    event("freight.disputed", FreightDisputed, "OPS", _CASE, "dispute_no", "P2", "T A", "", lane=_M, rank=704),
    event("freight.dispute_resolved", FreightDisputeResolved, "TMS", _CASE, "dispute_no",
          "P2 24h", "F A", "", lane=_M, rank=705),
    event("freight.credited", FreightCredited, "TMS; CAR", _CASE, "carrier credit_no",
          "P2 24h", "F A", "", lane=_M, rank=706),
    event("freight.approved", FreightApproved, "SYNC OPS", _CASE, "invoices[]", "P2", "E T A", "", lane=_M, rank=708),
    event("freight.settled", FreightSettled, "ERP", _CASE, "doc_no", "P2 24h", "T F A", "", lane=_M, rank=709),
    event("invoice.eligible", InvoiceEligible, "SYNC", _ITEM, "lines#", "P1", "F A", "", lane=_M, rank=670),
    event("invoice.posted", InvoicePosted, "ERP", _ITEM, "invoice_no", "P1 4h", "O P N A", "Y", lane=_M, rank=672),
    event("invoice.failed", InvoiceFailed, "ERP", _ITEM, "request_key attempt", "P1 4h", "F X", "", lane=_M, rank=673),
    event("invoice.paid", InvoicePaid, "ERP", _ITEM, "invoice_no payment_ref", "P3 24h", "P A", "Y", lane=_M, rank=675),
    event("invoice.credited", InvoiceCredited, "ERP", _ITEM, "credit_no", "P2 4h", "O P N A", "Y", lane=_M, rank=676),
)
# fmt: on
