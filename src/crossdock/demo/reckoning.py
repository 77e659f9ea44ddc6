"""Money against money: what the ERP posted of an order, what was delivered, what the hub has in its ledgers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal

from crossdock.demo.books import Entry
from crossdock.demo.ledgers import Ledgers
from crossdock.demo.world import DemoOrder

Say = Callable[[str], None]


def judge_invoices(
    order: DemoOrder, delivered: Mapping[str, int], erp: list[Entry], ledgers: Ledgers, say: Say
) -> None:
    """Every piece that was signed for is billed once, at the price of the order, and the hub has the same invoices."""
    posted = [entry for entry in erp if entry.kind == "invoice"]
    billed: Counter[str] = Counter()
    for entry in posted:
        billed.update(_pieces(entry.facts["lines"]))
    for line in order.lines:
        if billed[line.line_no] != delivered.get(line.line_no, 0):
            say(
                f"{order.order_no} line {line.line_no}: the ERP billed {billed[line.line_no]}, "
                f"{delivered.get(line.line_no, 0)} were signed for"
            )
    prices = {line.line_no: line.item.price for line in order.lines}
    for entry in posted:
        right = sum((prices[line] * count for line, count in _pieces(entry.facts["lines"]).items()), Decimal(0))
        if Decimal(str(entry.facts["total"])) != right:
            say(f"{order.order_no} invoice {entry.key}: {entry.facts['total']} for goods worth {right}")
    theirs = {entry.key: Decimal(str(entry.facts["total"])) for entry in posted}
    ours = {invoice.number: invoice.total for invoice in ledgers.invoices}
    if theirs != ours:
        say(f"{order.order_no} invoices: the ERP has {_told(theirs)}, the hub {_told(ours)}")
    paid = {entry.key: Decimal(str(entry.facts["amount"])) for entry in erp if entry.kind == "paid"}
    known = {invoice.number: invoice.paid for invoice in ledgers.invoices if invoice.paid}
    if paid != known:
        say(f"{order.order_no} payments: the ERP has {_told(paid)}, the hub {_told(known)}")


def judge_ledgers(order_no: str, ledgers: Ledgers, say: Say) -> None:
    """The two-leg ledgers come to nothing, and no document is left without its answer."""
    for wrong in ledgers.wrong:
        say(f"{order_no} ledger: {wrong}")


def _pieces(lines: object) -> dict[str, int]:
    assert isinstance(lines, dict)
    return {str(line): int(Decimal(str(pieces))) for line, pieces in lines.items()}


def _told(amounts: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{name}: {amount.normalize():f}" for name, amount in sorted(amounts.items())) or "none"
