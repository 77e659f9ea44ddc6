"""Orders and their lines (domain.md §1.2). Authority: ERP; the counters are fed by the owner of each step."""

from __future__ import annotations

from typing import ClassVar

from crossdock.canonical.entities.base import Entity
from crossdock.canonical.events.order import BackorderPolicy, InvoicePolicy, OrderPriority, OrderType, ShipPolicy
from crossdock.canonical.parts import Incoterm, Part
from crossdock.canonical.scalars import Id, Number
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Currency, Money
from crossdock.kernel.quantity import Quantity

ZERO = Number(0)


class Promise(Part, frozen=True):
    """What was promised, and by whom."""

    window: Window
    source: str = ""


class RoutedQuantity(Part, frozen=True):
    """How much of a line goes through a warehouse."""

    warehouse: Id
    qty: Number


class Ledger(Part, frozen=True):
    """Counters of one line, in the line's unit. Which fact moves which counter is the process's business."""

    cancelled: Number = ZERO
    released: Number = ZERO
    allocated: Number = ZERO
    picked: Number = ZERO
    packed: Number = ZERO
    shipped: Number = ZERO
    delivered: Number = ZERO
    backordered: Number = ZERO
    substituted_out: Number = ZERO
    refused: Number = ZERO
    lost: Number = ZERO
    damaged: Number = ZERO
    invoiced: Number = ZERO
    credited: Number = ZERO
    ret_requested: Number = ZERO
    ret_received: Number = ZERO
    ret_rejected: Number = ZERO


class OrderLine(Entity, frozen=True, kw_only=True):
    """One line with its quantity ledger."""

    prefix: ClassVar[str] = "oln"

    order_no: Id
    line_no: Id
    item: Id
    ordered: Quantity
    unit_price: Money | None = None
    under_tol_pct: Number = ZERO
    over_tol_pct: Number = ZERO
    substitution_ok: bool = False
    routed: tuple[RoutedQuantity, ...] = ()
    ledger: Ledger = Ledger()

    @property
    def key(self) -> str:
        """`order_no|line_no`."""
        return f"{self.order_no}|{self.line_no}"


class Order(Entity, frozen=True, kw_only=True):
    """A customer's order; the correlation id of everything below it. Its axes are never merged into one status."""

    prefix: ClassVar[str] = "ord"

    order_no: Id
    order_type: OrderType
    customer: Id
    ship_to: Id
    bill_to: Id
    currency: Currency
    incoterm: Incoterm
    requested: Window
    lines: tuple[OrderLine, ...]
    customer_po: str = ""
    promise: Promise | None = None
    priority: OrderPriority = OrderPriority.NORMAL
    ship_policy: ShipPolicy = ShipPolicy.SHIP_PARTIAL
    backorder_policy: BackorderPolicy = BackorderPolicy.BACKORDER
    invoice_policy: InvoicePolicy | None = None
    carrier_pref: str = ""
    control_state: str = ""
    fulfilment_status: str = ""
    billing_status: str = ""

    @property
    def key(self) -> str:
        """`order_no`."""
        return self.order_no
