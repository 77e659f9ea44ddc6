"""Our side of the checks on orders: what was ordered, released, shipped, billed and sent back (RC-01 … RC-05, 09, 20).

Quantities are plain decimals; lines of one row are `line=quantity`, blank-separated, by line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crossdock.app.reconcile.dossier import Dossier
from crossdock.process.amounts import decimal
from crossdock.process.billing.state import BillingState
from crossdock.process.fulfilment.state import FulfilmentState
from crossdock.process.order.ledger import account
from crossdock.process.order.state import OrderState
from crossdock.process.reconciliation.record import Record
from crossdock.process.shipment.state import ShipmentState

BEFORE_RELEASE = ("NEW", "BLOCKED")
ORDER_OVER = ("COMPLETED", "CANCELLED")
FULFILMENT_OVER = ("HANDED_OVER", "CANCELLED", "REJECTED", "SHORT_CLOSED")
GRAMS = 1000


def text(amounts: Mapping[str, int]) -> str:
    """Lines with their quantities; lines with none are left out."""
    return " ".join(f"{line}={plain(amount)}" for line, amount in sorted(amounts.items()) if amount)


def plain(amount: int) -> str:
    """Millionths as a plain number."""
    return f"{decimal(amount):f}"


def orders(dossier: Dossier) -> Iterator[Record]:
    """RC-01: what is approved; ended orders need not be listed any more."""
    order = dossier.one("ORD", OrderState)
    if order is None or not order.rev:
        return
    lines = text({number: line.open for number, line in order.lines.items()})
    values = {"rev": str(order.rev), "lines": lines}
    over = order.state in ORDER_OVER
    yield Record(dossier.number, values, dossier.since, optional=over, dossier=dossier.id)


def fulfilments(dossier: Dossier) -> Iterator[Record]:
    """RC-02: what each warehouse has to do, under `order|warehouse|release`."""
    for _, one in dossier.groups("FO", FulfilmentState):
        key = f"{one.order_no}|{one.warehouse}|{one.release_no}"
        values = {"lines": text(one.lines), "stage": one.state}
        yield Record(
            key,
            values,
            dossier.since,
            optional=one.state in FULFILMENT_OVER or one.state == "CANCEL_PENDING",
            dossier=dossier.id,
            partner=one.wms or dossier.policy.wms_instances.get(one.warehouse, ""),
        )


def order_lines(dossier: Dossier) -> Iterator[Record]:
    """RC-03: shipped and cancelled of each line of a released order."""
    order = dossier.one("ORD", OrderState)
    if order is None or order.state in BEFORE_RELEASE:
        return
    for number in sorted(order.lines):
        sums = account(order, number)
        values = {"shipped": plain(sums.shipped), "cancelled": plain(sums.cancelled)}
        over = order.state in ORDER_OVER
        yield Record(f"{dossier.number}|{number}", values, dossier.since, optional=over, dossier=dossier.id)


def backorders(dossier: Dossier) -> Iterator[Record]:
    """RC-21: what waits of each line; the ERP lists what is open of it and not on any delivery."""
    order = dossier.one("ORD", OrderState)
    if order is None or order.state in BEFORE_RELEASE:
        return
    for number, line in sorted(order.lines.items()):
        waits = sum(line.backorders.values())
        yield Record(
            f"{dossier.number}|{number}", {"open": plain(waits)}, dossier.since, optional=not waits, dossier=dossier.id
        )


def handovers(dossier: Dossier) -> Iterator[Record]:
    """RC-04: what left, under `hand-over|line`: each of it is a goods issue in the ERP."""
    order = dossier.one("ORD", OrderState)
    for group in order.groups.values() if order is not None else ():
        for number, lines in sorted(group.handovers.items()):
            for line, amount in sorted(lines.items()):
                if amount:
                    yield Record(f"{number}|{line}", {"quantity": plain(amount)}, dossier.since, dossier=dossier.id)


def shipments(dossier: Dossier) -> Iterator[Record]:
    """RC-05: shipments that were asked for, under the TMS's id, ours until it has given one."""
    for group, one in dossier.groups("SHP", ShipmentState):
        values = {"lines": text(one.lines)} if one.lines else {}
        if one.packed:
            values |= {"packages": str(one.packed), "weight_kg": f"{decimal(one.gross_g * GRAMS):f}"}
        over = one.state in ("CANCELLED", "CLOSED", "RETURNED", "LOST") or one.own_fleet
        key = one.tms_id or f"{one.order_no}/{group}"
        yield Record(key, values, dossier.since, optional=over, dossier=dossier.id)


def billable(dossier: Dossier) -> Iterator[Record]:
    """RC-09: what may be invoiced, under `shipment|line`; more than that is too much."""
    order = dossier.one("ORD", OrderState)
    items = dict(dossier.groups("BIL", BillingState))
    for name, group in sorted(order.groups.items()) if order is not None else ():
        if group.books is None or name not in items:
            continue
        shipment = items[name].shipment or group.shipment or f"{dossier.number}/{name}"
        for line in sorted(group.books.due.keys() | group.books.invoiced.keys()):
            due = group.books.due.get(line, 0)
            yield Record(
                f"{shipment}|{line}",
                {"quantity": plain(due)},
                dossier.since,
                optional=not due or not group.books.open,
                dossier=dossier.id,
            )


def invoices_once(dossier: Dossier) -> Iterator[Record]:
    """RC-26: every posted invoice once."""
    for _, item in dossier.groups("BIL", BillingState):
        for invoice in sorted({*(bill.invoice for bill in item.bills.values() if bill.invoice), *item.doubles}):
            yield Record(invoice, {"count": "1"}, dossier.since, dossier=dossier.id)


def invoices_posted(dossier: Dossier) -> Iterator[Record]:
    """RC-26: how often what it bills was posted; an invoice nothing was owed for doubles another."""
    for _, item in dossier.groups("BIL", BillingState):
        for invoice in sorted({*(bill.invoice for bill in item.bills.values() if bill.invoice), *item.doubles}):
            yield Record(invoice, {"count": "2" if invoice in item.doubles else "1"}, dossier=dossier.id)


def returns_authorised(dossier: Dossier) -> Iterator[Record]:
    """RC-20: the most that may come back, and the most that may be credited, under `return|line`."""
    order = dossier.one("ORD", OrderState)
    for number, back in sorted(order.returns.items()) if order is not None else ():
        if not back.rma:
            continue
        for line in sorted(back.authorised.keys() | _lines(back.receipts) | _lines(back.credits)):
            values = {"received": plain(back.authorised.get(line, 0)), "credited": plain(_sum(back.receipts, line))}
            yield Record(f"{back.rma or number}|{line}", values, dossier.since, dossier=dossier.id)


def returns_received(dossier: Dossier) -> Iterator[Record]:
    """RC-20: what came, and what was credited."""
    order = dossier.one("ORD", OrderState)
    for number, back in sorted(order.returns.items()) if order is not None else ():
        if not back.rma:
            continue
        for line in sorted(back.authorised.keys() | _lines(back.receipts) | _lines(back.credits)):
            values = {"received": plain(_sum(back.receipts, line)), "credited": plain(_sum(back.credits, line))}
            yield Record(f"{back.rma or number}|{line}", values, dossier.since, dossier=dossier.id)


def _lines(parts: Mapping[str, Mapping[str, int]]) -> set[str]:
    return {line for part in parts.values() for line in part}


def _sum(parts: Mapping[str, Mapping[str, int]], line: str) -> int:
    return sum([part.get(line, 0) for part in parts.values()])
