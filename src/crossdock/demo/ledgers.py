"""What the hub's two-leg ledgers of one order say: invoices, freight cases, every document that does not add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from crossdock.process.billing.state import Bill, BillingState
from crossdock.process.freight.state import FreightState
from crossdock.process.machine import NEW
from crossdock.process.money_ledger import POSTED, billing_postings, freight_postings, imbalances
from crossdock.process.order.double_entry import gaps, postings
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.postings import Posting, balances

# What may rightly wait: a customer takes his time to pay.
PATIENT = frozenset({POSTED})
MONEY = 10_000

_billing = msgspec.msgpack.Decoder(BillingState)
_freight = msgspec.msgpack.Decoder(FreightState)


class InvoiceView(msgspec.Struct, frozen=True):
    """A customer invoice as the hub has it; amounts in its currency."""

    number: str
    total: Decimal
    paid: Decimal
    credited: Decimal


class FreightView(msgspec.Struct, frozen=True):
    """A freight case as the hub has it. `accrued` is what the ERP was asked to hold, `booked` what it says it holds."""

    case: str
    state: str
    accrued: Decimal
    booked: Decimal
    claimed: Decimal
    paid: Decimal
    papers: tuple[str, ...]


class Ledgers(msgspec.Struct, frozen=True):
    """One order's money and quantities. `wrong` are sentences; none when every document has its answer."""

    invoices: tuple[InvoiceView, ...] = ()
    freight: tuple[FreightView, ...] = ()
    wrong: tuple[str, ...] = ()


def read_ledgers(order: OrderState, machines: Mapping[str, msgspec.Raw], policy: Policy) -> Ledgers:
    """Read the books the process managers of one dossier keep."""
    bills = [_billing.decode(raw) for name, raw in machines.items() if name.startswith("BIL")]
    cases = {name.partition(":")[2]: _freight.decode(raw) for name, raw in machines.items() if name.startswith("FRT")}
    quantities = tuple(posting for number in order.lines for posting in postings(order, number))
    money = [*(billing_postings(state, policy) for state in bills), *map(freight_postings, cases.values())]
    return Ledgers(
        tuple(_invoice(bill) for state in bills for bill in state.bills.values() if bill.invoice),
        tuple(_case(name, state) for name, state in cases.items() if state.state != NEW),
        tuple(_wrong(order, quantities, money)),
    )


def _wrong(order: OrderState, quantities: tuple[Posting, ...], money: list[tuple[Posting, ...]]) -> Iterator[str]:
    for posted in (quantities, *money):
        total = sum(balances(posted).values())
        if total:
            yield f"a two-leg ledger comes to {total}, not to nothing"
    for gap in gaps(order):
        yield f"{gap.document or 'a document'} does not add up in {gap.account} of {gap.group}: {gap.amounts}"
    for posted in money:
        for open_item in imbalances(posted):
            if open_item.account not in PATIENT:
                amount = Decimal(open_item.amount) / MONEY
                yield f"{open_item.account} {open_item.about}: {amount} is not answered by any document"


def _invoice(bill: Bill) -> InvoiceView:
    return InvoiceView(
        bill.invoice, _amount(bill.charged), _amount(sum(bill.paid.values())), _amount(sum(bill.credits.values()))
    )


def _case(name: str, state: FreightState) -> FreightView:
    return FreightView(
        name,
        state.state,
        _amount(state.posted),
        _amount(sum(amount for _, amount in state.booked.values())),
        _amount(sum(-paper.total if paper.kind == "credit" else paper.total for paper in state.papers.values())),
        _amount(sum(state.paid.values())),
        tuple(sorted(paper.no for paper in state.papers.values())),
    )


def _amount(value: int) -> Decimal:
    return Decimal(value) / MONEY
