"""Commands to the ERP (domain.md §2.10)."""

from __future__ import annotations

from crossdock.canonical.declarations import Payload, command
from crossdock.canonical.events.inventory import MovementType, StockPlace
from crossdock.canonical.events.returns import ReturnLine
from crossdock.canonical.parts import Charge, DeliveredLine, ErrorItem, LineQuantity, Part
from crossdock.canonical.scalars import Id, Instant, Ordinal, Text
from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity


class UpdateOrderStatus(Payload, frozen=True, kw_only=True):
    """Where the order stands. `status_hash` is of everything below it; a newer one overtakes an older."""

    order_no: Id
    status_hash: Id
    control_state: str
    fulfilment_status: str = ""
    billing_status: str = ""
    overlays: tuple[str, ...] = ()
    at: Instant | None = None


class PostGoodsIssue(Payload, frozen=True, kw_only=True):
    """The goods left: take them out of the books."""

    shipment: Id
    handover_no: Id
    order_no: Id
    warehouse: Id
    lines: tuple[LineQuantity, ...]
    at: Instant
    bol: str = ""


class ReverseGoodsIssue(Payload, frozen=True, kw_only=True):
    """They did not leave."""

    shipment: Id
    handover_no: Id
    void: Id
    order_no: str = ""
    warehouse: str = ""
    lines: tuple[LineQuantity, ...] = ()


class PostInventoryMovement(Payload, frozen=True, kw_only=True, rename={"origin": "from", "destination": "to"}):
    """Book a warehouse movement; `reverses` names the movement it takes back."""

    movement_id: Id
    warehouse: Id
    item: Id
    type: MovementType
    qty: Quantity
    at: Instant
    lot: str = ""
    reason: Text = ""
    origin: StockPlace | None = None
    destination: StockPlace | None = None
    reverses: str = ""


class AccrualCommand(Payload, frozen=True, kw_only=True):
    """Base of the accrual postings of one freight case; `period` is `YYYY-MM`."""

    case: Id
    accrual_rev: Ordinal
    amount: Money
    period: str
    charges: tuple[Charge, ...] = ()
    shipment: str = ""


class PostFreightAccrual(AccrualCommand, frozen=True, kw_only=True):
    """Book what we owe."""


class AdjustFreightAccrual(AccrualCommand, frozen=True, kw_only=True):
    """Book the difference (signed)."""


class ReverseFreightAccrual(AccrualCommand, frozen=True, kw_only=True):
    """Take it back."""


class LineAmount(Part, frozen=True):
    """What a quantity of one order line comes to."""

    line: Id
    qty: Quantity
    amount: Money


class RequestInvoice(Payload, frozen=True, kw_only=True):
    """Bill these quantities to the customer. `amounts` divide `amount` among the lines, where prices are known."""

    billing_item: Id
    ledger_hash: Id
    order_no: Id
    shipment: str
    lines: tuple[LineQuantity, ...]
    policy: str = ""
    trigger_event: str = ""
    amount: Money | None = None
    amounts: tuple[LineAmount, ...] = ()


class RequestCreditNote(Payload, frozen=True, kw_only=True):
    """Give money back for these quantities."""

    invoice_no: Id
    reason: Id
    ref: Id
    lines: tuple[LineQuantity, ...] = ()
    amount: Money | None = None


class RequestReturn(Payload, frozen=True, kw_only=True):
    """A customer wants to send goods back: authorise it or decline it. `findings` are the eligibility rules it breaks
    (domain.md §9.5), `we_pay` says whose fault the way back is."""

    request_id: Id
    order_no: Id
    lines: tuple[ReturnLine, ...]
    eligible: bool
    we_pay: bool = False
    findings: tuple[ErrorItem, ...] = ()
    requested_at: Instant | None = None


class PostReturnReceipt(Payload, frozen=True, kw_only=True):
    """Book returned goods."""

    receipt_no: Id
    warehouse: Id
    lines: tuple[ReturnLine, ...]
    rma_no: str = ""
    order_no: str = ""


class UpdateDeliveryStatus(Payload, frozen=True, kw_only=True):
    """One thing that became true of a shipment: `fact` is the event type, with its attempt where it has one."""

    shipment: Id
    fact: Id
    order_no: str = ""
    at: Instant | None = None
    status: str = ""
    lines: tuple[DeliveredLine, ...] = ()
    shipped: tuple[LineQuantity, ...] = ()
    pod_ref: str = ""
    note: Text = ""


_POSTED = "A:inventory.erp_posted / inventory.erp_post_failed"
_ACCRUAL = ("ERP", "case accrual_rev", "A:freight.accrual_posted / freight.accrual_failed", "tm_erp_post", "FIN-04")

# fmt: off
COMMANDS = (
    command("update_order_status", UpdateOrderStatus, "ERP", "order_no status_hash", "A:message ack", "tm_cmd_ack",
            "INT-07", "newer status", ordering="order=order_no", priority=Priority.P2),
    command("post_goods_issue", PostGoodsIssue, "ERP", "shipment handover_no", _POSTED, "tm_erp_post", "FIN-08",
            "reverse_goods_issue", ordering="shipment"),
    command("reverse_goods_issue", ReverseGoodsIssue, "ERP", "shipment handover_no void", "A:inventory.erp_posted",
            "tm_erp_post", "FIN-08", "", ordering="shipment", priority=Priority.P0),
    command("post_inventory_movement", PostInventoryMovement, "ERP", "movement_id", _POSTED, "tm_erp_post", "FIN-08",
            "reversal movement", ordering="stock=item", priority=Priority.P2),
    command("post_freight_accrual", PostFreightAccrual, *_ACCRUAL, "reverse_freight_accrual",
            ordering="freight_case=case", priority=Priority.P2),
    command("adjust_freight_accrual", AdjustFreightAccrual, *_ACCRUAL, "opposite posting",
            ordering="freight_case=case", priority=Priority.P2),
    command("reverse_freight_accrual", ReverseFreightAccrual, *_ACCRUAL, "post_freight_accrual",
            ordering="freight_case=case", priority=Priority.P2),
    command("request_invoice", RequestInvoice, "ERP", "billing_item ledger_hash", "A:invoice.posted / invoice.failed",
            "tm_invoice_ack", "FIN-06", "request_credit_note", ordering="billing_item"),
    command("request_credit_note", RequestCreditNote, "ERP", "invoice_no reason ref", "A:invoice.credited",
            "tm_invoice_ack", "FIN-09", "", ordering="invoice=invoice_no", priority=Priority.P2),
    command("request_return", RequestReturn, "ERP", "request_id", "A:return.initiated / return.declined", "tm_rma",
            "CSR-02", "", ordering="return=request_id", priority=Priority.P2),
    command("post_return_receipt", PostReturnReceipt, "ERP", "receipt_no", _POSTED, "tm_erp_post", "FIN-08",
            "reversal", ordering="return=receipt_no", priority=Priority.P2),
    command("update_delivery_status", UpdateDeliveryStatus, "ERP", "shipment fact", "A:message ack", "tm_cmd_ack",
            "INT-07", "correction", ordering="shipment", priority=Priority.P2),
)
# fmt: on
