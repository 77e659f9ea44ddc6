"""KPIs of customs, money, stock and returns: K-19 to K-22, K-24 to K-30, K-40."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from crossdock.canonical.declarations import Payload
from crossdock.canonical.events.customs import (
    CustomsDeclared,
    CustomsExitConfirmed,
    CustomsHeld,
    CustomsRejected,
    CustomsReleased,
)
from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from crossdock.canonical.events.inventory import (
    InventoryErpPosted,
    InventoryMoved,
    InventoryStatusChanged,
    InventoryVarianceDetected,
    InventoryVarianceResolved,
)
from crossdock.canonical.events.money import (
    ApprovalBasis,
    FreightAccrualPosted,
    FreightAccrued,
    FreightApproved,
    FreightInvoiced,
    FreightMismatched,
    FreightSettled,
    InvoiceEligible,
    InvoicePosted,
)
from crossdock.canonical.events.returns import ReturnCredited, ReturnReceived
from crossdock.process.kpi.chronicle import Chronicle, Entry, payload_of
from crossdock.process.kpi.measure import ZERO, Measure, span

ONE = Decimal(1)
EXIT_WITHIN = timedelta(days=30)
POST_WITHIN = timedelta(hours=24)


def measures(log: Chronicle) -> Iterator[Measure]:
    """Everything an order's log contributes about customs, money and returns."""
    for group in log.groups():
        yield from customs(log, group)
        yield from billing(log, group)
        yield from freight(log, group)
    yield from returns(log)


def customs(log: Chronicle, group: str) -> Iterator[Measure]:
    """K-19 sum of holds; K-20 rejections over declarations; K-21 released minus declared; K-22 exits within 30 days."""
    declared, released = log.said(CustomsDeclared, group), log.last(CustomsReleased, group)
    for entry in declared:
        yield Measure("K-20", f"{group}:{entry.fact.key}", entry.at, ZERO)
    for entry in log.said(CustomsRejected, group):
        yield Measure("K-20", f"{group}:{entry.fact.key}", entry.at, ONE, ZERO)
    held = log.said(CustomsHeld, group)
    if held and released is not None and released.at > held[0].at:
        yield Measure("K-19", group, released.at, _hold_hours(held, released))
    elif held:
        yield Measure("K-19", group, held[0].at, since=held[0].at)
    if released is None:
        return
    if declared:
        yield Measure("K-21", group, released.at, span(declared[0].at, released.at, "h"))
    exit_ = log.last(CustomsExitConfirmed, group)
    left = exit_ is not None and exit_.at - released.at <= EXIT_WITHIN
    yield Measure("K-22", group, released.at, ONE if left else ZERO)


def _hold_hours(held: list[Entry], released: Entry) -> Decimal:
    """One hold ends with the release, however many controls were added to it."""
    return span(min(entry.at for entry in held), released.at, "h")


def billing(log: Chronicle, group: str) -> Iterator[Measure]:
    """K-24 posted minus its trigger; K-25 first postings that equal what was to be billed."""
    posted, eligible = log.first(InvoicePosted, group), log.first(InvoiceEligible, group)
    if posted is None or eligible is None:
        return
    yield Measure("K-24", group, posted.at, span(eligible.at, posted.at, "h"))
    asked = {line.line: line.qty for line in payload_of(eligible, InvoiceEligible).lines}
    billed = {line.line: line.qty for line in payload_of(posted, InvoicePosted).lines}
    yield Measure("K-25", group, posted.at, ONE if asked == billed else ZERO)


def freight(log: Chronicle, group: str | None) -> Iterator[Measure]:
    """K-26 1 − |settled − first accrual| over settled; K-27 matched without a person; K-28 posted within 24 hours."""
    slot = group or log.number
    posted, settled = log.first(FreightAccrualPosted, group), log.last(FreightSettled, group)
    if posted is not None and settled is not None:
        paid = payload_of(settled, FreightSettled).posted_amount.amount
        accrued = payload_of(posted, FreightAccrualPosted).amount.amount
        yield Measure("K-26", slot, settled.at, paid - abs(paid - accrued), paid)
    if log.said(FreightInvoiced, group):
        approvals = log.said(FreightApproved, group)
        auto = bool(approvals) and all(
            payload_of(entry, FreightApproved).basis is ApprovalBasis.AUTO for entry in approvals
        )
        disputed = bool(log.said(FreightMismatched, group))
        yield Measure("K-27", slot, log.said(FreightInvoiced, group)[0].at, ONE if auto and not disputed else ZERO)
    handed = log.first(ShipmentHandedOver, group)
    if handed is not None and log.said(FreightAccrued, group):
        in_time = posted is not None and posted.at - handed.at <= POST_WITHIN
        yield Measure("K-28", slot, handed.at, ONE if in_time else ZERO)


def returns(log: Chronicle) -> Iterator[Measure]:
    """K-40: credited minus received, by return."""
    for entry in log.said(ReturnCredited):
        received = log.first(ReturnReceived, entry.group)
        if received is not None:
            yield Measure("K-40", entry.group, entry.at, span(received.at, entry.at, "d"))


def stock(log: Chronicle) -> Iterator[Measure]:
    """K-29 posted received minus moved, by movement; K-30 whether the position agrees with the ERP's."""
    moved: dict[str, Entry] = {}
    kinds: tuple[type[Payload], ...] = (InventoryMoved, InventoryStatusChanged)
    for kind in kinds:
        for entry in log.said(kind):
            moved[getattr(entry.fact.payload, "movement_id", "")] = entry
    for entry in log.said(InventoryErpPosted):
        movement = payload_of(entry, InventoryErpPosted).movement_id
        if movement in moved:
            yield Measure("K-29", movement, entry.received, span(moved[movement].at, entry.received, "min"))
    counted = [*log.said(InventoryVarianceDetected), *log.said(InventoryVarianceResolved)]
    if moved or counted:
        last = max(counted, key=lambda entry: entry.at, default=None)
        differs = last is not None and isinstance(last.fact.payload, InventoryVarianceDetected)
        at = last.at if last is not None else max(entry.at for entry in moved.values())
        yield Measure("K-30", log.number, at, ZERO if differs else ONE)
