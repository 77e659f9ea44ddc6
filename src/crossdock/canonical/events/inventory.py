"""Stock facts (domain.md §2.8). The subject is `warehouse|item`, or the warehouse for a snapshot."""

from __future__ import annotations

from enum import StrEnum

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.parts import Part
from crossdock.canonical.scalars import Count, Id, Instant, Number, Ordinal, Personal, Text
from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity


class StockStatus(StrEnum):
    """Only `available` counts for promise."""

    AVAILABLE = "available"
    QUALITY = "quality"
    BLOCKED = "blocked"
    DAMAGED = "damaged"
    EXPIRED = "expired"
    QUARANTINE = "quarantine"
    IN_TRANSIT = "in_transit"
    RETURNED = "returned"


class MovementType(StrEnum):
    """What moved stock."""

    RECEIPT = "receipt"
    GOODS_ISSUE = "goods_issue"
    GOODS_ISSUE_REVERSAL = "goods_issue_reversal"
    TRANSFER = "transfer"
    STATUS_CHANGE = "status_change"
    ADJUSTMENT = "adjustment"
    COUNT_GAIN = "count_gain"
    COUNT_LOSS = "count_loss"
    RETURN_RECEIPT = "return_receipt"
    SCRAP = "scrap"


class StockPlace(Part, frozen=True):
    """Where stock is, and in which status."""

    location: str = ""
    status: StockStatus = StockStatus.AVAILABLE


class StockFact(Payload, frozen=True, kw_only=True):
    """Base of facts about one item in one warehouse."""

    warehouse: Id
    item: Id
    lot: str = ""


class InventoryMoved(StockFact, frozen=True, kw_only=True, rename={"origin": "from", "destination": "to"}):
    """A signed quantity went from one place or status to another. `seq` is the warehouse's own counter, `reverses` the
    movement this one takes back.
    """

    movement_id: Id
    type: MovementType
    qty: Quantity
    at: Instant
    origin: StockPlace | None = None
    destination: StockPlace | None = None
    seq: Count | None = None
    reverses: str = ""


class InventoryAdjusted(StockFact, frozen=True, kw_only=True):
    """Stock was corrected without a movement of goods."""

    movement_id: Id
    qty: Quantity
    reason: Text
    at: Instant
    count_ref: str = ""
    status: StockStatus = StockStatus.AVAILABLE


class InventoryStatusChanged(StockFact, frozen=True, kw_only=True):
    """A quantity changed status."""

    movement_id: Id
    qty: Quantity
    from_status: StockStatus
    to_status: StockStatus
    reason: Text = ""


class InventoryCounted(StockFact, frozen=True, kw_only=True):
    """Counted against book."""

    count_id: Id
    counted: Quantity
    book: Quantity
    at: Instant
    status: StockStatus = StockStatus.AVAILABLE


class SnapshotRow(Part, frozen=True):
    """One position of a snapshot."""

    item: Id
    on_hand: Number
    allocated: Number = Number(0)
    picked: Number = Number(0)
    uom: str = "EA"
    lot: str = ""
    status: StockStatus = StockStatus.AVAILABLE

    @property
    def key(self) -> str:
        """Item, lot and status."""
        return f"{self.item}:{self.lot}:{self.status}"


class InventorySnapshotTaken(Payload, frozen=True, kw_only=True):
    """The whole stock of a warehouse as of `as_of`, including every movement up to `watermark_seq` (0: not counted).

    About a warehouse it is everything there; about `warehouse|item` the part of one item. Said by the ERP it is what
    its books hold: something to compare with, never what lies there.
    """

    snapshot_id: Id
    as_of: Instant
    watermark_seq: Count
    rows: tuple[SnapshotRow, ...]


class InventoryErpPosted(Payload, frozen=True, kw_only=True):
    """The ERP booked a movement, a goods issue (`movement_id` is the hand-over number) or a return receipt."""

    movement_id: Id
    doc_no: Id
    warehouse: str = ""
    item: str = ""


class InventoryErpPostFailed(Payload, frozen=True, kw_only=True):
    """The ERP could not book it."""

    movement_id: Id
    reason: Text
    attempt: Ordinal = 1
    warehouse: str = ""
    item: str = ""


class InventoryAvailabilityChanged(StockFact, frozen=True, kw_only=True):
    """What can be promised changed."""

    atp: Quantity
    previous: Quantity | None = None
    cause: str = ""


class InventoryVarianceDetected(StockFact, frozen=True, kw_only=True):
    """Warehouse and ERP disagree after netting what is in flight."""

    wms: Quantity
    erp: Quantity
    diff: Quantity
    as_of: Instant
    value: Money | None = None
    status: StockStatus = StockStatus.AVAILABLE


class InventoryVarianceResolved(StockFact, frozen=True, kw_only=True):
    """How the difference was settled."""

    resolution: str
    movement: str = ""
    by: Personal = ""
    case: str = ""
    status: StockStatus = StockStatus.AVAILABLE


_W = Lane.WAREHOUSE
# A goods issue is booked for a shipment; the answer is about that shipment.
_POSTED = "stock shipment return"

# fmt: off
EVENTS = (
    event("inventory.moved", InventoryMoved, "WMS", "stock", "movement_id", "P2 15m", "E A", "", lane=_W, rank=300,
          opens="stock"),
    event("inventory.adjusted", InventoryAdjusted, "WMS", "stock", "movement_id",
          "P2 15m", "E X A", "", lane=_W, rank=301, opens="stock"),
    event("inventory.status_changed", InventoryStatusChanged, "WMS", "stock", "movement_id",
          "P2 15m", "E O X A", "", lane=_W, rank=302, opens="stock"),
    event("inventory.counted", InventoryCounted, "WMS", "stock", "count_id", "P3 60m", "X A", "", lane=_W, rank=303,
          opens="stock"),
    event("inventory.snapshot_taken", InventorySnapshotTaken, "WMS; ERP", "warehouse stock", "snapshot_id",
          "P3 2h", "X A", "", lane=_W, rank=304, opens="warehouse stock"),
    event("inventory.erp_posted", InventoryErpPosted, "ERP", _POSTED, "movement_id",
          "P2 60m", "A", "", lane=_W, rank=524),
    event("inventory.erp_post_failed", InventoryErpPostFailed, "ERP", _POSTED, "movement_id attempt",
          "P2 60m", "X", "", lane=_W, rank=523),
    event("inventory.availability_changed", InventoryAvailabilityChanged, "SYNC", "stock", "causation",
          "P2", "E O T A", "M in-stock flag", lane=_W, rank=310),
    event("inventory.variance_detected", InventoryVarianceDetected, "SYNC", "stock", "lot status as_of",
          "P2", "X A", "", lane=_W, rank=312),
    event("inventory.variance_resolved", InventoryVarianceResolved, "SYNC", "stock", "case",
          "P3", "A", "", lane=_W, rank=314),
)
# fmt: on
