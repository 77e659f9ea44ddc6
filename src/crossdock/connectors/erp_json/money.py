"""The ERP on customer invoices, freight accruals and freight payments: what it answers, and what it is asked.

Source: Crossdock generic ERP dialect 1, domain.md §2.7, §2.10. `itemKey` is the billing item and `caseKey` the freight
case as we named them in the request; an invoice the ERP posted by itself names the delivery instead.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.canonical.commands import erp as ask
from crossdock.canonical.commands.tms import ApproveFreightInvoice
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import money as say
from crossdock.canonical.parts import Charge, LineQuantity
from crossdock.canonical.scalars import Id, Instant, Ordinal, Text
from crossdock.connectors.erp_json.reading import DATA, Event, Said, number, reader
from crossdock.connectors.erp_json.wire import Quantity as Amount
from crossdock.connectors.erp_json.wire import Wire
from crossdock.kernel.errors import Rejected
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.json_calls import CallFor, JsonCall, call_for, json_call

# -- in ---------------------------------------------------------------------------------------------------------------


class Invoice(Wire, frozen=True, kw_only=True):
    """What every invoice event names: our billing item, or the delivery; and the order."""

    item_key: str = ""
    delivery_no: str = ""
    order_no: str = ""


class Posted(Invoice, frozen=True, kw_only=True):
    """`CustomerInvoice.Posted`; `total` as posted, `date` is ISO 8601."""

    invoice_no: Id
    total: Decimal
    currency: Id
    date: Id
    items: tuple[Amount, ...]


class Failed(Invoice, frozen=True, kw_only=True):
    """`CustomerInvoice.Failed`; `requestKey` is the key it was asked for under."""

    request_key: Id
    reason: Text
    attempt: Ordinal = 1


class Paid(Invoice, frozen=True, kw_only=True):
    """`CustomerInvoice.Paid`."""

    invoice_no: Id
    amount: Decimal
    currency: Id
    date: Id
    payment_ref: str = ""


class Credited(Invoice, frozen=True, kw_only=True):
    """`CustomerInvoice.Credited`."""

    credit_no: Id
    invoice_no: Id
    amount: Decimal
    currency: Id
    reason: Text = ""
    items: tuple[Amount, ...] = ()


class Freight(Wire, frozen=True, kw_only=True):
    """What every freight event names."""

    case_key: Id


class Accrued(Freight, frozen=True, kw_only=True):
    """`FreightAccrual.Posted`; `revision` is the one it was asked for under, `amount` signed."""

    revision: Ordinal
    document_no: Id
    amount: Decimal
    currency: Id
    period: Id


class NotAccrued(Freight, frozen=True, kw_only=True):
    """`FreightAccrual.Failed`."""

    revision: Ordinal
    reason: Text
    attempt: Ordinal = 1


class Settled(Freight, frozen=True, kw_only=True):
    """`FreightInvoice.Settled`."""

    document_no: Id
    amount: Decimal
    currency: Id
    paid_at: Instant | None = None


def _about(data: Invoice, payload: msgspec.Struct) -> Said:
    if not data.item_key and not data.delivery_no:
        raise Rejected("nobody says what was billed: send itemKey, or deliveryNo", where=DATA)
    subject = Subject("billing_item", data.item_key) if data.item_key else Subject("shipment", data.delivery_no)
    return Said(data.order_no, subject, payload)


def _lines(items: tuple[Amount, ...]) -> tuple[LineQuantity, ...]:
    return tuple(LineQuantity(line=one.line_no, qty=Quantity(number(one.quantity), one.unit)) for one in items)


def _money(amount: Decimal, currency: str) -> Money:
    return Money(number(amount), currency)


def _posted(data: Posted, _: datetime) -> Said:
    total = _money(data.total, data.currency)
    return _about(
        data, say.InvoicePosted(invoice_no=data.invoice_no, total=total, lines=_lines(data.items), date=data.date)
    )


def _failed(data: Failed, _: datetime) -> Said:
    return _about(data, say.InvoiceFailed(request_key=data.request_key, reason=data.reason, attempt=data.attempt))


def _paid(data: Paid, _: datetime) -> Said:
    amount = _money(data.amount, data.currency)
    return _about(
        data,
        say.InvoicePaid(invoice_no=data.invoice_no, amount=amount, date=data.date, payment_ref=data.payment_ref),
    )


def _credited(data: Credited, _: datetime) -> Said:
    payload = say.InvoiceCredited(
        credit_no=data.credit_no,
        invoice_no=data.invoice_no,
        amount=_money(data.amount, data.currency),
        reason=data.reason,
        lines=_lines(data.items),
    )
    return _about(data, payload)


def _case(data: Freight, payload: msgspec.Struct) -> Said:
    return Said("", Subject("freight_case", data.case_key), payload)


def _accrued(data: Accrued, _: datetime) -> Said:
    payload = say.FreightAccrualPosted(
        doc_no=data.document_no,
        amount=_money(data.amount, data.currency),
        period=data.period,
        accrual_rev=data.revision,
    )
    return _case(data, payload)


def _not_accrued(data: NotAccrued, _: datetime) -> Said:
    return _case(data, say.FreightAccrualFailed(reason=data.reason, accrual_rev=data.revision, attempt=data.attempt))


def _settled(data: Settled, _: datetime) -> Said:
    amount = _money(data.amount, data.currency)
    return _case(data, say.FreightSettled(posted_amount=amount, doc_no=data.document_no, paid_at=data.paid_at))


EVENTS = {
    "CustomerInvoice.Posted": Event("invoice.posted", reader(Posted, _posted)),
    "CustomerInvoice.Failed": Event("invoice.failed", reader(Failed, _failed)),
    "CustomerInvoice.Paid": Event("invoice.paid", reader(Paid, _paid)),
    "CustomerInvoice.Credited": Event("invoice.credited", reader(Credited, _credited)),
    "FreightAccrual.Posted": Event("freight.accrual_posted", reader(Accrued, _accrued)),
    "FreightAccrual.Failed": Event("freight.accrual_failed", reader(NotAccrued, _not_accrued)),
    "FreightInvoice.Settled": Event("freight.settled", reader(Settled, _settled)),
}


# -- out --------------------------------------------------------------------------------------------------------------


def _invoice_request(command: ask.RequestInvoice) -> JsonCall:
    body = {
        "itemKey": command.billing_item,
        "requestKey": command.ledger_hash,
        "orderNo": command.order_no,
        "deliveryNo": command.shipment,
        "items": [{"lineNo": line.line, "quantity": line.qty.value, "unit": line.qty.uom} for line in command.lines],
        "policy": command.policy,
        "triggeredBy": command.trigger_event,
        "amount": command.amount.amount if command.amount else None,
        "currency": command.amount.currency if command.amount else "",
    }
    return json_call("POST", "/api/v1/invoice-requests", body)


def _credit_request(command: ask.RequestCreditNote) -> JsonCall:
    body = {
        "invoiceNo": command.invoice_no,
        "requestKey": command.ref,
        "reason": command.reason,
        "items": [{"lineNo": line.line, "quantity": line.qty.value, "unit": line.qty.uom} for line in command.lines],
        "amount": command.amount.amount if command.amount else None,
        "currency": command.amount.currency if command.amount else "",
    }
    return json_call("POST", "/api/v1/credit-note-requests", body)


def _charges(charges: tuple[Charge, ...]) -> list[dict[str, object]]:
    return [{"code": one.code.value, "amount": one.amount.amount} for one in charges]


def _accrual(kind: str, command: ask.AccrualCommand) -> JsonCall:
    allocation = command.ext.get("allocation", {})
    body = {
        "caseKey": command.case,
        "revision": command.accrual_rev,
        "kind": kind,
        "amount": command.amount.amount,
        "currency": command.amount.currency,
        "period": command.period,
        "deliveryNo": command.shipment,
        "charges": _charges(command.charges),
        "allocation": [{"deliveryNo": name, "amount": part} for name, part in allocation.items()],
        "periodShift": True if command.ext.get("freight", {}).get("period_shift") == "true" else None,
    }
    return json_call("POST", "/api/v1/freight-accruals", body)


def _payment(command: ApproveFreightInvoice) -> JsonCall:
    body = {
        "caseKey": command.case,
        "invoices": command.invoice_set,
        "amount": command.amount.amount,
        "currency": command.amount.currency,
        "approvedBy": command.by,
    }
    return json_call("POST", "/api/v1/freight-payments", body)


CALLS: dict[str, CallFor] = {
    "request_invoice": call_for(ask.RequestInvoice, _invoice_request),
    "request_credit_note": call_for(ask.RequestCreditNote, _credit_request),
    "post_freight_accrual": call_for(ask.PostFreightAccrual, lambda command: _accrual("POST", command)),
    "adjust_freight_accrual": call_for(ask.AdjustFreightAccrual, lambda command: _accrual("ADJUST", command)),
    "reverse_freight_accrual": call_for(ask.ReverseFreightAccrual, lambda command: _accrual("REVERSE", command)),
    "approve_freight_invoice": call_for(ApproveFreightInvoice, _payment),
}
