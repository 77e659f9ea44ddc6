"""The sides of checks by name: which dossiers each reads, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from crossdock.app.reconcile import books, orders, ways
from crossdock.app.reconcile.dossier import Dossier
from crossdock.process.reconciliation.record import Record

Read = Callable[[Dossier], Iterable[Record]]


class Side(msgspec.Struct, frozen=True):
    """One view of our dossiers. `log`: it needs their facts, not only what was made of them."""

    schemes: tuple[str, ...]
    read: Read
    log: bool = False


_ORDER, _LOAD = ("order",), ("load",)

SIDES: Mapping[str, Side] = {
    "orders": Side(_ORDER, orders.orders),
    "fulfilments": Side(_ORDER, orders.fulfilments),
    "order_lines": Side(_ORDER, orders.order_lines),
    "backorders": Side(_ORDER, orders.backorders),
    "handovers": Side(_ORDER, orders.handovers),
    "shipments": Side(_ORDER, orders.shipments),
    "billable": Side(_ORDER, orders.billable),
    "invoices_once": Side(_ORDER, orders.invoices_once),
    "invoices_posted": Side(_ORDER, orders.invoices_posted),
    "returns_authorised": Side(_ORDER, orders.returns_authorised),
    "returns_received": Side(_ORDER, orders.returns_received),
    "load_contents": Side(_LOAD, ways.load_contents),
    "loads_of_shipments": Side(_ORDER, ways.loads_of_shipments),
    "tender_carriers": Side(_LOAD, ways.tender_carriers),
    "execution_carriers": Side(_ORDER, ways.execution_carriers),
    "expected_milestones": Side(_ORDER, ways.expected_milestones),
    "seen_milestones": Side(_ORDER, ways.seen_milestones),
    "customs_released": Side(_ORDER, ways.customs_released),
    "customs_exits": Side(_ORDER, ways.customs_exits),
    "declared": Side(_ORDER, ways.declared),
    "handed_declared": Side(_ORDER, ways.handed_declared),
    "carrier_milestones": Side(_ORDER, ways.carrier_milestones, log=True),
    "tms_milestones": Side(_ORDER, ways.tms_milestones, log=True),
    "run_tasks": Side(("run",), ways.run_tasks),
    "run_outcomes": Side(("run",), ways.run_outcomes),
    "stops": Side(_LOAD, ways.stops),
    "bookings": Side(("appointment",), ways.bookings),
    "packages_shipped": Side(_ORDER, ways.packages_shipped),
    "packages_scanned": Side(_ORDER, ways.packages_scanned),
    "stock": Side(("stock",), books.stock),
    "stock_booked": Side(("stock",), books.stock_booked),
    "accruals": Side(("order", "load"), books.accruals),
    "freight_invoices": Side(("order", "load"), books.freight_invoices),
    "accruals_posted": Side(("order", "load"), books.accruals_posted),
    "recomputed": Side(_ORDER, books.recomputed, log=True),
    "served": Side(_ORDER, books.served, log=True),
}
