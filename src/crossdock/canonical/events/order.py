"""Order facts (domain.md §2.1)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.parts import (
    FieldChange,
    Incoterm,
    LineQuantity,
    OrderLine,
    Part,
    Party,
    Place,
)
from crossdock.canonical.scalars import HOME, Id, Instant, Number, Ordinal, Personal, Text
from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Currency, Money
from crossdock.kernel.quantity import Quantity


class OrderType(StrEnum):
    """Why goods leave."""

    SALES = "sales"
    TRANSFER = "transfer"
    REPLACEMENT = "replacement"
    SAMPLE = "sample"


class OrderPriority(StrEnum):
    """How much the customer or we care."""

    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class ShipPolicy(StrEnum):
    """What may ship without the rest."""

    SHIP_PARTIAL = "ship_partial"
    SHIP_COMPLETE = "ship_complete"
    SHIP_COMPLETE_BY_WAREHOUSE = "ship_complete_by_warehouse"


class BackorderPolicy(StrEnum):
    """What becomes of a shortage."""

    BACKORDER = "backorder"
    CANCEL_REMAINDER = "cancel_remainder"
    ASK = "ask"


class InvoicePolicy(StrEnum):
    """What makes a quantity billable (domain.md §9.3). `on_ship` and `advance` are older names of `on_handover` and
    `on_release`."""

    ON_SHIP = "on_ship"
    ON_RELEASE = "on_release"
    ON_HANDOVER = "on_handover"
    ON_DEPARTURE = "on_departure"
    ON_DELIVERY = "on_delivery"
    ON_POD = "on_pod"
    ADVANCE = "advance"
    ON_ACCEPTANCE = "on_acceptance"
    PERIODIC = "periodic"


class PlanningMode(StrEnum):
    """Whether transport is planned beside the warehouse work or after packing."""

    PARALLEL = "parallel"
    AFTER_PACK = "after_pack"


class HoldType(StrEnum):
    """Why an order is on hold."""

    CREDIT = "credit"
    COMPLIANCE = "compliance"
    CUSTOMER = "customer"
    FRAUD = "fraud"
    QUALITY = "quality"


class ActiveHold(Part, frozen=True):
    """A hold the authority says is in force."""

    hold_id: Id
    type: HoldType
    reason: Text = ""


class Policies(Part, frozen=True):
    """How this order is to be handled; absent means the partner's or platform's default."""

    ship_policy: ShipPolicy = ShipPolicy.SHIP_PARTIAL
    backorder_policy: BackorderPolicy = BackorderPolicy.BACKORDER
    invoice_policy: InvoicePolicy | None = None
    planning_mode: PlanningMode | None = None
    prepayment_required: bool = False
    prepaid_at: Instant | None = None
    carrier_pref: str = ""
    service_pref: str = ""
    fewest_splits: bool = True
    exclude_warehouses: tuple[str, ...] = ()


class OrderApproved(Payload, frozen=True, kw_only=True):
    """The ERP approved this order, or a new revision of it; full state, never a delta."""

    order_no: Id
    rev: Ordinal
    customer: Party
    ship_to: Annotated[Place, HOME]
    lines: tuple[OrderLine, ...]
    requested: Window
    incoterm: Incoterm
    currency: Currency
    priority: OrderPriority = OrderPriority.NORMAL
    policies: Policies = Policies()
    promise: Window | None = None
    order_type: OrderType = OrderType.SALES
    customer_po: str = ""
    bill_to: Party | None = None
    credit_cleared_at: Instant | None = None
    holds: tuple[ActiveHold, ...] = ()
    total: Money | None = None
    ordered_at: Instant | None = None
    cross_border: bool = False


class ReleaseGroup(Part, frozen=True):
    """What one warehouse gets of an order."""

    warehouse: Id
    lines: tuple[LineQuantity, ...]
    ship_by: Instant | None = None
    seq: Ordinal = 1

    @property
    def key(self) -> str:
        """The warehouse."""
        return self.warehouse


class OrderReleased(Payload, frozen=True, kw_only=True):
    """The release rules passed and each group goes to its warehouse."""

    release_no: Ordinal
    groups: tuple[ReleaseGroup, ...]
    planning_mode: PlanningMode = PlanningMode.PARALLEL
    rules_passed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    policy: str = ""


class FailedRule(Part, frozen=True):
    """One release rule that failed, and the queue that has to act."""

    rule: Id
    detail: Text = ""
    queue: str = ""
    code: str = ""

    @property
    def key(self) -> str:
        """The rule."""
        return self.rule


class OrderReleaseBlocked(Payload, frozen=True, kw_only=True):
    """Release rules failed; all failures together."""

    rev: Ordinal
    failed_rules: tuple[FailedRule, ...]
    policy: str = ""


class OrderHeld(Payload, frozen=True, kw_only=True):
    """Stop: nothing more may be done for the scope (empty: the whole order)."""

    hold_id: Id
    type: HoldType
    reason: Text = ""
    scope: tuple[str, ...] = ()


class OrderHoldReleased(Payload, frozen=True, kw_only=True):
    """The named hold is over."""

    hold_id: Id
    by: Personal = ""


class OrderChanged(Payload, frozen=True, kw_only=True):
    """The ERP wants the order changed; `order` carries the full new state where the source can give it."""

    rev: Ordinal
    changes: tuple[FieldChange, ...]
    order: OrderApproved | None = None


class OrderChangeApplied(Payload, frozen=True, kw_only=True):
    """Which changes took effect, and where."""

    rev: Ordinal
    applied: tuple[str, ...]
    affected: tuple[str, ...] = ()


class RejectedChange(Part, frozen=True):
    """One change that came too late, and what can be done instead."""

    path: Id
    stage: str
    reason: Text = ""
    alternative: str = ""

    @property
    def key(self) -> str:
        """The path."""
        return self.path


class OrderChangeRejected(Payload, frozen=True, kw_only=True):
    """Which changes could not be made."""

    rev: Ordinal
    rejected: tuple[RejectedChange, ...]


class OrderCancelRequested(Payload, frozen=True, kw_only=True):
    """Someone wants the order, or the lines of `scope`, cancelled; an empty scope is everything."""

    request_id: Id
    reason: Text = ""
    requested_by: Personal = ""
    scope: tuple[LineQuantity, ...] = ()


class OrderCancelled(Payload, frozen=True, kw_only=True):
    """What was cancelled, at which stage, and what it cost."""

    cancel_id: Id
    qty: tuple[LineQuantity, ...] = ()
    scope: tuple[LineQuantity, ...] = ()
    stage: str = ""
    costs: tuple[Money, ...] = ()


class OrderCancelRejected(Payload, frozen=True, kw_only=True):
    """Too late to cancel; `alternatives` are `intercept` and `return`."""

    request_id: Id
    stage: str
    qty_refused: tuple[LineQuantity, ...] = ()
    alternatives: tuple[str, ...] = ()


class OrderLineBackordered(Payload, frozen=True, kw_only=True):
    """A quantity of a line has to wait. `fo` is the fulfilment order it fell out of."""

    line_no: Id
    qty: Quantity
    cause: str
    expected_at: Instant | None = None
    fo: str = ""


class OrderLineCancelled(Payload, frozen=True, kw_only=True):
    """The ERP cancelled a quantity of a line."""

    line_no: Id
    qty: Quantity
    cancel_id: Id
    reason: Text = ""


class OrderPromiseChanged(Payload, frozen=True, kw_only=True):
    """The delivery promise moved."""

    old: Window | None
    new: Window
    cause: str = ""
    confidence: Number | None = None


class LedgerLine(Part, frozen=True):
    """A line's counters at one moment, in the line's unit (domain.md §1.2)."""

    line: Id
    ordered: Number
    counters: dict[str, Number] = msgspec.field(default_factory=dict)

    @property
    def key(self) -> str:
        """The line number."""
        return self.line


class OrderFulfilled(Payload, frozen=True, kw_only=True):
    """Every line has shipped within its tolerance."""

    ledger: tuple[LedgerLine, ...]
    last_shipped_at: Instant | None = None


class OrderCompleted(Payload, frozen=True, kw_only=True):
    """Delivered and billed; `open_items` name what is left that does not block."""

    delivered_at: Instant | None = None
    invoiced_at: Instant | None = None
    open_items: tuple[str, ...] = ()
    ledger: tuple[LedgerLine, ...] = ()


class SubstitutionProposed(Payload, frozen=True, kw_only=True):
    """Another item instead of the short one: `ratio` of it for one of the ordered."""

    proposal_id: Id
    line_no: Id
    item_sub: Id
    qty: Quantity
    ratio: Number = Number(1)
    reason: Text = ""
    fo: str = ""


class SubstitutionApproved(Payload, frozen=True, kw_only=True):
    """The ERP takes the substitute; `price_treatment` says at which price."""

    proposal_id: Id
    price_treatment: str = ""


class SubstitutionRejected(Payload, frozen=True, kw_only=True):
    """The ERP refuses the substitute: the quantity is short."""

    proposal_id: Id
    reason: Text = ""


_O = Lane.ORDER

# fmt: off
EVENTS = (
    event("order.approved", OrderApproved, "ERP", "order", "rev",
          "P1 15m", "O P A", 'M "Order confirmed"', lane=_O, rank=10, opens="order"),
    event("order.released", OrderReleased, "SYNC", "order", "release_no",
          "P1", "W T E P A", 'M "Being prepared"', lane=_O, rank=40),
    event("order.release_blocked", OrderReleaseBlocked, "SYNC", "order", "rev failed_rules[]",
          "P1", "X E A N", "", lane=_O, rank=41),
    event("order.held", OrderHeld, "ERP", "order", "hold_id", "P0 5m", "W T O X P", 'M "On hold"', lane=_O, rank=20),
    event("order.hold_released", OrderHoldReleased, "ERP", "order", "hold_id",
          "P1 15m", "W T O P", "M", lane=_O, rank=21),
    event("order.changed", OrderChanged, "ERP", "order", "rev", "P1 15m", "O W T C P", "", lane=_O, rank=22),
    event("order.change_applied", OrderChangeApplied, "SYNC", "order", "rev applied[]",
          "P2", "E P A N", "Y", lane=_O, rank=30),
    event("order.change_rejected", OrderChangeRejected, "SYNC", "order", "rev rejected[]",
          "P1", "E X N A", "Y", lane=_O, rank=31),
    event("order.cancel_requested", OrderCancelRequested, "ERP", "order", "request_id",
          "P0 5m", "O", "M", lane=_O, rank=24),
    event("order.cancelled", OrderCancelled, "SYNC", "order", "cancel_id",
          "P0", "E W T C L P N A", "Y", lane=_O, rank=800),
    event("order.cancel_rejected", OrderCancelRejected, "SYNC", "order", "request_id",
          "P1", "E X N A", "M", lane=_O, rank=801),
    event("order.line_backordered", OrderLineBackordered, "SYNC", "order", "line_no fo causation",
          "P1", "E P N A", "Y", lane=_O, rank=230),
    event("order.line_cancelled", OrderLineCancelled, "ERP", "order", "line_no cancel_id",
          "P1 15m", "O W T P N", "Y", lane=_O, rank=26),
    event("order.promise_changed", OrderPromiseChanged, "SYNC", "order", "causation",
          "P2", "E T P N A", "Y", lane=_O, rank=240),
    event("order.fulfilled", OrderFulfilled, "SYNC", "order", "ledger#",
          "P2", "E P A", 'Y "All shipped"', lane=_O, rank=810),
    event("order.completed", OrderCompleted, "SYNC", "order", "ledger#", "P3", "E P A", "Y", lane=_O, rank=820),
    event("substitution.proposed", SubstitutionProposed, "WMS SYNC", "order", "line_no fo proposal_id",
          "P1 15m", "O E N X", "", lane=_O, rank=220),
    event("substitution.approved", SubstitutionApproved, "ERP SYNC", "order", "proposal_id",
          "P1 15m", "W O P", "Y", lane=_O, rank=222),
    event("substitution.rejected", SubstitutionRejected, "ERP SYNC", "order", "proposal_id",
          "P1 15m", "W O", "", lane=_O, rank=223),
)
# fmt: on
