"""Stock positions and movements (domain.md §1.5). Authority: WMS for quantity and status, ERP for value."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from crossdock.canonical.entities.base import Entity
from crossdock.canonical.events.inventory import MovementType, StockPlace, StockStatus
from crossdock.canonical.parts import Part
from crossdock.canonical.scalars import Count, Id, Instant, Number
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.quantity import Quantity


class ReasonGroup(StrEnum):
    """Why stock moved, in five groups."""

    DAMAGE = "damage"
    COUNT = "count"
    EXPIRY = "expiry"
    SYSTEM = "system"
    CUSTOMER = "customer"


class PostingStatus(StrEnum):
    """Whether the ERP has booked it."""

    PENDING = "pending"
    POSTED = "posted"
    FAILED = "failed"


class Watermark(Part, frozen=True):
    """Up to where a position counts every movement."""

    snapshot_at: Instant
    source_seq: Count


class ErpPosting(Part, frozen=True):
    """What the ERP answered."""

    status: PostingStatus
    doc_no: str = ""
    posted_at: Instant | None = None


class InventoryPosition(Entity, frozen=True, kw_only=True):
    """How much of an item lies where, in the item's base unit."""

    prefix: ClassVar[str] = "inv"

    warehouse: Id
    item: Id
    uom: Id
    on_hand: Number
    lot: str = ""
    stock_status: StockStatus = StockStatus.AVAILABLE
    owner: str = ""
    allocated: Number = Number(0)
    picked: Number = Number(0)
    watermark: Watermark | None = None
    erp_qty: Number | None = None
    erp_as_of: Instant | None = None
    variance: Number | None = None

    @property
    def key(self) -> str:
        """`warehouse|item|lot|stock_status|owner`."""
        return f"{self.warehouse}|{self.item}|{self.lot}|{self.stock_status}|{self.owner}"

    @property
    def available(self) -> Number:
        """What can be promised: on hand less allocated and picked, and nothing unless its status is `available`."""
        if self.stock_status is not StockStatus.AVAILABLE:
            return Number(0)
        return self.on_hand - self.allocated - self.picked


class InventoryMovement(Entity, frozen=True, kw_only=True, rename={"origin": "from", "destination": "to"}):
    """One immutable movement; `qty` is signed."""

    prefix: ClassVar[str] = "mov"

    wms: Id
    movement_id: Id
    type: MovementType
    item: Id
    qty: Quantity
    occurred: Occurrence
    lot: str = ""
    origin: StockPlace | None = None
    destination: StockPlace | None = None
    reason: ReasonGroup | None = None
    raw_reason: str = ""
    erp_posting: ErpPosting | None = None

    @property
    def key(self) -> str:
        """`wms|movement_id`."""
        return f"{self.wms}|{self.movement_id}"
