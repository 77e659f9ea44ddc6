"""Declarations, freight, invoices, returns (domain.md §1.6). Authority: CUS, TMS, ERP, each for its own."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from crossdock.canonical.commands.customs import DeclaredGoods
from crossdock.canonical.entities.base import Entity
from crossdock.canonical.events.customs import CustomsHoldKind
from crossdock.canonical.events.money import CarrierInvoiceType
from crossdock.canonical.events.returns import ReturnDisposition
from crossdock.canonical.parts import ChargeCode, LineQuantity, Part
from crossdock.canonical.scalars import Id, Instant, Number, Ordinal
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity


class Regime(StrEnum):
    """Which export system the declaration goes to."""

    EU_AES = "EU_AES"
    UK_CDS = "UK_CDS"
    US_AES = "US_AES"
    OTHER = "OTHER"


class ChargeStage(StrEnum):
    """Expected, owed, or billed."""

    ESTIMATE = "estimate"
    ACCRUAL = "accrual"
    INVOICE = "invoice"


class Control(Part, frozen=True):
    """What customs looks at."""

    type: CustomsHoldKind
    since: Instant
    reason: str = ""


class CustomsDeclaration(Entity, frozen=True, kw_only=True):
    """An export declaration; `mrn` is the ITN in the US."""

    prefix: ClassVar[str] = "dec"

    cus: Id
    lrn: Id
    regime: Regime
    shipments: tuple[str, ...]
    direction: str = "export"
    mrn: str = ""
    declarant: str = ""
    broker: str = ""
    office_export: str = ""
    office_exit: str = ""
    goods: tuple[DeclaredGoods, ...] = ()
    invoice_ref: str = ""
    control: Control | None = None
    submitted_at: Instant | None = None
    accepted_at: Instant | None = None
    released_at: Instant | None = None
    exited_at: Instant | None = None
    amendments: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """`cus|lrn`."""
        return f"{self.cus}|{self.lrn}"


class FreightCharge(Entity, frozen=True, kw_only=True):
    """One charge at one stage."""

    prefix: ClassVar[str] = "chg"

    case: Id
    stage: ChargeStage
    code: ChargeCode
    seq: Ordinal
    amount: Money
    basis: str = ""
    rate: Number | None = None
    qty: Number | None = None
    authorised_by: str = ""

    @property
    def key(self) -> str:
        """`case|stage|code|seq`."""
        return f"{self.case}|{self.stage}|{self.code}|{self.seq}"


class CarrierInvoice(Part, frozen=True):
    """A document of the carrier; `date` is ISO 8601."""

    no: Id
    date: str
    type: CarrierInvoiceType
    amount: Money


class FreightCase(Entity, frozen=True, kw_only=True):
    """One carrier contract for one shipment or load; `movement` is that shipment's or load's id."""

    prefix: ClassVar[str] = "frt"

    tms: Id
    movement: Id
    carrier: Id
    estimate: Money | None = None
    accrual: Money | None = None
    invoiced_net: Money | None = None
    approved: Money | None = None
    settled: Money | None = None
    charges: tuple[FreightCharge, ...] = ()
    trigger: str = ""
    carrier_invoices: tuple[CarrierInvoice, ...] = ()
    match_result: str = ""
    dispute_no: str = ""
    period: str = ""

    @property
    def key(self) -> str:
        """`tms|shipment or load|carrier`."""
        return f"{self.tms}|{self.movement}|{self.carrier}"


class BillingItem(Part, frozen=True):
    """What an invoice bills: a shipment, or a line of it."""

    item: Id
    lines: tuple[LineQuantity, ...]
    amount: Money


class Invoice(Entity, frozen=True, kw_only=True):
    """A customer invoice; `due` is ISO 8601."""

    prefix: ClassVar[str] = "ivc"

    erp: Id
    invoice_no: Id
    order_no: Id
    total: Money
    billing_items: tuple[BillingItem, ...] = ()
    trigger_event: str = ""
    due: str = ""
    credit_of: str = ""

    @property
    def key(self) -> str:
        """`erp|invoice_no`."""
        return f"{self.erp}|{self.invoice_no}"


class AuthorisedLine(Part, frozen=True):
    """A line of a return."""

    shipment_line: Id
    qty_authorised: Quantity
    qty_received: Quantity | None = None
    disposition: ReturnDisposition | None = None
    credit: Money | None = None


class Return(Entity, frozen=True, kw_only=True):
    """A return authorisation."""

    prefix: ClassVar[str] = "ret"

    erp: Id
    rma_no: Id
    order_no: Id
    lines: tuple[AuthorisedLine, ...]
    reason: str = ""
    window_until: Instant | None = None
    return_shipment: str = ""

    @property
    def key(self) -> str:
        """`erp|rma_no`."""
        return f"{self.erp}|{self.rma_no}"
