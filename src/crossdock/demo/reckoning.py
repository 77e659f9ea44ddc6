"""Money against money: what the ERP posted of an order, what was delivered, what the hub has in its ledgers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal

from crossdock.demo.books import Entry
from crossdock.demo.ledgers import Ledgers
from crossdock.demo.world import DemoOrder

Say = Callable[[str], None]
CARRIERS = ("flsh", "nvtr", "kestrel")


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


def judge_freight(order: DemoOrder, books: Mapping[str, list[Entry]], ledgers: Ledgers, say: Say) -> None:
    """Every truck is invoiced once; what was not agreed is credited, the rest paid, and accrued as paid in the end."""
    claimed: Counter[str] = Counter()
    for peer in CARRIERS:
        for entry in books.get(peer, []):
            if entry.kind == "freight_invoice":
                claimed[entry.key] += 1
    for number, count in claimed.items():
        if count != 1:
            say(f"{order.order_no} freight invoice {number}: {count} times instead of once")
    over = _sums(books, "over", "freight_invoice", CARRIERS)
    claims = _sums(books, "total", "freight_invoice", CARRIERS)
    accrued, paid = _sums(books, "amount", "accrual", ("erp",)), _sums(books, "amount", "freight_paid", ("erp",))
    cases = {view.case.partition("/")[0]: view for view in ledgers.freight}
    if set(cases) != set(claims):
        say(f"{order.order_no} freight: invoices for {sorted(claims)}, cases of the hub for {sorted(cases)}")
    for site in claims.keys() & cases.keys():
        view, right = cases[site], claims[site] - over[site]
        told = {"to pay": right, "paid by the ERP": paid.get(site), "accrued by the ERP": accrued.get(site)}
        told |= {"claimed as the hub has it": view.claimed, "paid as the hub has it": view.paid}
        told |= {"accrued as the hub has it": view.accrued, "booked as the hub has it": view.booked}
        if view.state != "SETTLED" or len(set(told.values())) > 1:
            words = ", ".join(f"{name} {amount}" for name, amount in told.items())
            say(f"{order.order_no} freight from {site} is {view.state}: {words}")


def _sums(books: Mapping[str, list[Entry]], field: str, kind: str, peers: tuple[str, ...]) -> dict[str, Decimal]:
    """Amounts by warehouse."""
    found: dict[str, Decimal] = {}
    for peer in peers:
        for entry in books.get(peer, []):
            if entry.kind == kind:
                site = str(entry.facts["site"])
                found[site] = found.get(site, Decimal(0)) + Decimal(str(entry.facts[field]))
    return found


def judge_ledgers(order_no: str, ledgers: Ledgers, say: Say) -> None:
    """The two-leg ledgers come to nothing, and no document is left without its answer."""
    for wrong in ledgers.wrong:
        say(f"{order_no} ledger: {wrong}")


def _pieces(lines: object) -> dict[str, int]:
    assert isinstance(lines, dict)
    return {str(line): int(Decimal(str(pieces))) for line, pieces in lines.items()}


def _told(amounts: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{name}: {amount.normalize():f}" for name, amount in sorted(amounts.items())) or "none"
