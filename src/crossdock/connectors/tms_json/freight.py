"""The TMS on freight: quotes, carrier invoices, credits and disputes (domain.md §2.7). Source: generic TMS dialect 2.

A quote or invoice is about a shipment or, for a load with a case of its own, about the load. Amounts are decimal.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from crossdock.canonical.commands import tms as ask
from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events import money as say
from crossdock.canonical.parts import Charge, ChargeCode
from crossdock.canonical.scalars import Id, Ordinal
from crossdock.connectors.tms_json.codes import CHARGES
from crossdock.connectors.tms_json.wire import Wire
from crossdock.kernel.codec import check_decimal
from crossdock.kernel.money import Money
from crossdock.ports.json_calls import CallFor, JsonCall, call_for, json_call


class Cost(Wire, frozen=True, kw_only=True):
    """One charge. `basis` is `kg`, `package`, `pct` (of the line haul), `tax` or nothing.

    A `code` that is not in `codes.CHARGES` is another charge, and kept as its basis where that says nothing.
    """

    code: Id
    amount: Decimal
    basis: str = ""
    rate: Decimal | None = None
    quantity: Decimal | None = None
    authorised_by: str = ""


class About(Wire, frozen=True, kw_only=True):
    """What every freight notification names: a shipment or a load by its id."""

    id: Id
    order_no: str = ""


class Quote(About, frozen=True, kw_only=True):
    """`freight.estimated`."""

    total: Decimal
    currency: Id
    costs: tuple[Cost, ...]
    revision: Ordinal = 1
    rate_ref: str = ""


class Claim(About, frozen=True, kw_only=True):
    """`freight.invoiced`; `date` is ISO 8601."""

    carrier: Id
    invoice_no: Id
    date: Id
    total: Decimal
    currency: Id
    costs: tuple[Cost, ...]
    type: say.CarrierInvoiceType = say.CarrierInvoiceType.INVOICE
    numbers: tuple[str, ...] = ()


class Credit(About, frozen=True, kw_only=True):
    """`freight.credited`."""

    credit_no: Id
    invoice_no: Id
    amount: Decimal
    currency: Id
    costs: tuple[Cost, ...] = ()
    carrier: str = ""


class Resolution(About, frozen=True, kw_only=True):
    """`freight.dispute_resolved`; `amount` is what the carrier gives back."""

    dispute_no: Id
    outcome: say.DisputeOutcome
    amount: Decimal
    currency: Id


def _money(amount: Decimal, currency: str) -> Money:
    check_decimal(amount)
    return Money(amount, currency)


def _charges(costs: tuple[Cost, ...], currency: str) -> tuple[Charge, ...]:
    return tuple(
        Charge(
            code=CHARGES.get(cost.code, ChargeCode.OTH),
            amount=_money(cost.amount, currency),
            basis=cost.basis or ("" if cost.code in CHARGES else cost.code),
            rate=cost.rate,
            qty=cost.quantity,
            authorised_by=cost.authorised_by,
        )
        for cost in costs
    )


def quote(data: Quote) -> msgspec.Struct:
    """What it should cost."""
    return say.FreightEstimated(
        charges=_charges(data.costs, data.currency),
        total=_money(data.total, data.currency),
        currency=data.currency,
        rate_ref=data.rate_ref,
        rev=data.revision,
    )


def claim(data: Claim) -> msgspec.Struct:
    """What the carrier wants."""
    return say.FreightInvoiced(
        carrier=data.carrier,
        invoice_no=data.invoice_no,
        type=data.type,
        date=data.date,
        charges=_charges(data.costs, data.currency),
        total=_money(data.total, data.currency),
        numbers=data.numbers,
    )


def credit(data: Credit) -> msgspec.Struct:
    """What the carrier gives back."""
    return say.FreightCredited(
        credit_no=data.credit_no,
        invoice_no=data.invoice_no,
        amount=_money(data.amount, data.currency),
        charges=_charges(data.costs, data.currency),
        carrier=data.carrier,
    )


def resolution(data: Resolution) -> msgspec.Struct:
    """How a dispute ended."""
    return say.FreightDisputeResolved(
        dispute_no=data.dispute_no, outcome=data.outcome, amount=_money(data.amount, data.currency)
    )


def subject_of(part: str, data: About) -> tuple[Subject, tuple[Reference, ...]]:
    """Whom it is about, and how that is found."""
    if part == "load":
        return Subject("load", data.id), (Reference("load", data.id),)
    order = (Reference("order", data.order_no),) if data.order_no else ()
    return Subject("shipment", data.id), (Reference("shipment", data.id), *order)


# -- out --------------------------------------------------------------------------------------------------------------


def _dispute(command: ask.OpenFreightDispute) -> JsonCall:
    body = {
        "disputeNo": command.dispute_no,
        "caseKey": command.case,
        "amount": command.amount.amount,
        "currency": command.amount.currency,
        "costs": [{"code": one.code.value, "amount": one.amount.amount} for one in command.charges],
        "reason": command.reason,
        "evidence": [one.key for one in command.evidence],
    }
    return json_call("POST", "/v2/freight-disputes", body)


def _approval(command: ask.ApproveFreightInvoice) -> JsonCall:
    body = {
        "caseKey": command.case,
        "invoices": command.invoice_set,
        "amount": command.amount.amount,
        "currency": command.amount.currency,
        "approvedBy": command.by,
    }
    return json_call("POST", "/v2/freight-approvals", body)


CALLS: dict[str, CallFor] = {
    "open_freight_dispute": call_for(ask.OpenFreightDispute, _dispute),
    "approve_freight_invoice": call_for(ask.ApproveFreightInvoice, _approval),
}
