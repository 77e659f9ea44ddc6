"""KPIs of orders and warehouses: K-01 to K-08, K-11, K-38."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from crossdock.canonical.events.fulfilment import PickCompleted, PickShorted, ShipmentHandedOver
from crossdock.canonical.events.order import (
    OrderApproved,
    OrderCompleted,
    OrderFulfilled,
    OrderLineBackordered,
    OrderLineCancelled,
    OrderPromiseChanged,
    OrderReleaseBlocked,
    OrderReleased,
)
from crossdock.canonical.events.planning import ShipmentPlanned
from crossdock.canonical.events.tracking import ShipmentDelivered, ShipmentExceptionReported
from crossdock.canonical.parts import LineQuantity
from crossdock.canonical.vocabulary import Role
from crossdock.process.kpi.chronicle import Chronicle, Entry, payload_of
from crossdock.process.kpi.measure import ZERO, Measure, span

ONE = Decimal(1)


def measures(log: Chronicle) -> Iterator[Measure]:
    """Everything an order's log contributes."""
    approved = log.first(OrderApproved)
    if approved is None:
        return
    yield from _release(log)
    yield from _warehouse(log)
    yield from _backorders(log)
    yield from _in_full(log)
    yield from _touched(log)


def _release(log: Chronicle) -> Iterator[Measure]:
    """K-01 release durable minus approval received: what we conclude happens when its cause did, so that tells nothing.

    K-02 blocked at least once; K-04 plan received minus release.
    """
    approved, released = log.first(OrderApproved), log.first(OrderReleased)
    assert approved is not None
    if released is not None:
        yield Measure("K-01", log.number, released.at, span(approved.received, released.recorded, "s"))
    blocked = log.first(OrderReleaseBlocked)
    yield Measure("K-02", log.number, approved.at, ONE if blocked else ZERO)
    if released is None:
        return
    for group in log.groups():
        planned = log.first(ShipmentPlanned, group)
        if planned is not None:
            yield Measure("K-04", group, planned.at, span(released.at, planned.received, "min"))


def _warehouse(log: Chronicle) -> Iterator[Measure]:
    """K-03 last hand-over minus approval, of fulfilled orders; K-05 in time; K-06 first release; K-07 short lines."""
    approved, released = log.first(OrderApproved), log.first(OrderReleased)
    assert approved is not None
    handed = [entry for entry in log.said(ShipmentHandedOver) if not entry.inferred]
    if handed and log.first(OrderFulfilled) is not None:
        yield Measure("K-03", log.number, handed[-1].at, span(approved.at, handed[-1].at, "h"))
    if released is not None:
        ship_by = {
            f"{group.warehouse}/{payload_of(entry, OrderReleased).release_no}": group.ship_by
            for entry in log.said(OrderReleased)
            for group in payload_of(entry, OrderReleased).groups
        }
        for group in log.groups():
            first = next((entry for entry in handed if entry.group == group), None)
            due = ship_by.get(group)
            if first is not None and due is not None:
                warehouse = group.partition("/")[0]
                yield Measure("K-05", group, first.at, ONE if first.at <= due else ZERO, by=warehouse)
        yield from _fill_rate(log)
    for entry in log.said(PickCompleted):
        lines = {line.line for line in payload_of(entry, PickCompleted).lines}
        short = {payload_of(one, PickShorted).line for one in log.said(PickShorted, entry.group)}
        for line in sorted(lines | short):
            slot = f"{entry.group}:{line}"
            by = entry.group.partition("/")[0]
            yield Measure("K-07", slot, entry.at, ONE if line in short else ZERO, by=by)


def _terms(log: Chronicle) -> OrderApproved:
    """The order as first approved."""
    entry = log.first(OrderApproved)
    assert entry is not None, "only an approved order is measured"
    return payload_of(entry, OrderApproved)


def _fill_rate(log: Chronicle) -> Iterator[Measure]:
    """K-06: shipped on the first release over ordered."""
    approved = _terms(log)
    ordered = sum((line.qty.value for line in approved.lines), ZERO)
    first = [entry for entry in log.said(ShipmentHandedOver) if entry.group.endswith("/1") and not entry.inferred]
    if first and ordered:
        lines = (line for entry in first for line in payload_of(entry, ShipmentHandedOver).lines)
        yield Measure("K-06", log.number, first[-1].at, _total(lines), ordered)


def _total(lines: Iterator[LineQuantity]) -> Decimal:
    return sum((line.qty.value for line in lines), ZERO)


def _backorders(log: Chronicle) -> Iterator[Measure]:
    """K-08: how long each line has waited that still waits. A later release or cancellation ends the wait."""
    for entry in log.said(OrderLineBackordered):
        line = payload_of(entry, OrderLineBackordered).line_no
        released = any(one.at > entry.at and line in _released(one) for one in log.said(OrderReleased))
        cancelled = any(
            one.at > entry.at and payload_of(one, OrderLineCancelled).line_no == line
            for one in log.said(OrderLineCancelled)
        )
        if not (released or cancelled):
            yield Measure("K-08", line, entry.at, since=entry.at)


def _released(entry: Entry) -> set[str]:
    """The order lines of a release."""
    return {part.line for group in payload_of(entry, OrderReleased).groups for part in group.lines}


def _in_full(log: Chronicle) -> Iterator[Measure]:
    """K-11: of orders that were due, those delivered complete, in one promise, undamaged."""
    approved = _terms(log)
    promise = (approved.promise or approved.requested).latest
    if promise is None:
        return
    delivered = log.last(ShipmentDelivered)
    whole = log.first(OrderCompleted) is not None or log.first(OrderFulfilled) is not None
    moved = bool(log.said(OrderPromiseChanged))
    damaged = bool(log.said(ShipmentExceptionReported))
    short = bool(log.said(OrderLineBackordered)) or bool(log.said(OrderLineCancelled))
    good = delivered is not None and whole and not (moved or damaged or short) and delivered.at <= promise
    if delivered is not None and whole:
        yield Measure("K-11", log.number, delivered.at, ONE if good else ZERO)
    else:
        yield Measure("K-11", log.number, promise, ZERO, ZERO, since=promise)


def _touched(log: Chronicle) -> Iterator[Measure]:
    """K-38: orders a person of ours had to touch."""
    completed = log.first(OrderCompleted)
    if completed is not None:
        touched = any(entry.fact.source.system is Role.OPS for entry in log.everything)
        yield Measure("K-38", log.number, completed.at, ONE if touched else ZERO)
