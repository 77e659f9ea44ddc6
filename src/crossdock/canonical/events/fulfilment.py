"""Warehouse facts: fulfilment orders, waves, packages, hand-over (domain.md §2.2).

Facts about a fulfilment order carry `order_no`, `warehouse` and `release_no`, its natural key; the subject id is the
same three joined by `/`.
"""

from __future__ import annotations

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.parts import ErrorItem, LineQuantity, PackageInfo, Part, Receiver
from crossdock.canonical.scalars import Id, Instant, Ordinal, Text
from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.quantity import Quantity


class FulfilmentFact(Payload, frozen=True, kw_only=True):
    """Base of every fact about one fulfilment order."""

    order_no: Id
    warehouse: Id
    release_no: Ordinal = 1


class FulfilmentAccepted(FulfilmentFact, frozen=True, kw_only=True):
    """The warehouse took the order into its work."""

    wms_ref: str
    lines: tuple[LineQuantity, ...]
    est_ready_at: Instant | None = None


class FulfilmentRejected(FulfilmentFact, frozen=True, kw_only=True):
    """The warehouse will not do it; `retryable` when the same request may succeed later."""

    reasons: tuple[ErrorItem, ...]
    retryable: bool = False


class AllocationConfirmed(FulfilmentFact, frozen=True, kw_only=True):
    """Stock is reserved for these quantities."""

    lines: tuple[LineQuantity, ...]


class ShortLine(Part, frozen=True):
    """A line the stock does not cover."""

    line: Id
    requested: Quantity
    allocated: Quantity
    reason: Text = ""

    @property
    def key(self) -> str:
        """The order line."""
        return self.line


class AllocationShorted(FulfilmentFact, frozen=True, kw_only=True):
    """Less stock than requested."""

    lines: tuple[ShortLine, ...]


class WaveAssigned(FulfilmentFact, frozen=True, kw_only=True):
    """The order is in a wave."""

    wave_no: Id
    planned_release: Instant | None = None
    cutoff_at: Instant | None = None


class WaveReleased(Payload, frozen=True, kw_only=True):
    """A wave went to the floor. `fo` are fulfilment order ids `order/warehouse/release`."""

    wave_no: Id
    fo: tuple[str, ...]
    released_at: Instant


class WaveCancelled(Payload, frozen=True, kw_only=True):
    """A wave was dissolved; its orders wait for another."""

    wave_no: Id
    fo: tuple[str, ...]
    reason: Text = ""


class PickStarted(FulfilmentFact, frozen=True, kw_only=True):
    """The first task of the order began."""

    task_ids: tuple[str, ...]
    started_at: Instant


class PickCompleted(FulfilmentFact, frozen=True, kw_only=True):
    """All lines are picked or closed short; `lines` are the quantities picked in total."""

    lines: tuple[LineQuantity, ...]
    task_ids: tuple[str, ...] = ()


class PickShorted(FulfilmentFact, frozen=True, kw_only=True):
    """A line could not be picked in full; `final` when nobody will try again."""

    line: Id
    requested: Quantity
    picked: Quantity
    reason: Text = ""
    final: bool = False


class PackCompleted(FulfilmentFact, frozen=True, kw_only=True):
    """Packages are closed; `complete` when they are the last of the order."""

    packages: tuple[PackageInfo, ...]
    complete: bool


class PackageLabelled(Payload, frozen=True, kw_only=True):
    """A package has its transport label. Labelled is not shipped."""

    sscc: Id
    label_id: str
    tracking_no: str
    carrier: str
    order_no: str = ""
    warehouse: str = ""
    release_no: Ordinal = 1


class PackageVoided(Payload, frozen=True, kw_only=True):
    """The package does not exist any more."""

    sscc: Id
    reason: Text = ""
    order_no: str = ""
    warehouse: str = ""
    release_no: Ordinal = 1


class DockFact(Payload, frozen=True, kw_only=True):
    """Base of facts the warehouse states about a shipment; without a shipment id it names its own order."""

    order_no: str = ""
    warehouse: str = ""
    release_no: Ordinal = 1


class ShipmentStaged(DockFact, frozen=True, kw_only=True):
    """Packages (by SSCC) stand in a lane or at a door."""

    packages: tuple[str, ...]
    lane: str = ""
    at: Instant | None = None


class ShipmentLoaded(DockFact, frozen=True, kw_only=True):
    """Packages (by SSCC) are on the conveyance; custody has not passed yet."""

    packages: tuple[str, ...]
    equipment: str = ""
    seal: str = ""
    at: Instant | None = None


class ShipmentHandedOver(DockFact, frozen=True, kw_only=True):
    """Custody left the dock: "shipped". `packages` are SSCCs, `lines` the quantities that left."""

    handover_no: Id
    at: Instant
    packages: tuple[str, ...]
    lines: tuple[LineQuantity, ...]
    receiver: Receiver = Receiver()
    bol: str = ""
    seal: str = ""


class HandoverVoided(DockFact, frozen=True, kw_only=True):
    """A hand-over that did not happen."""

    handover_no: Id
    reason: Text = ""
    packages: tuple[str, ...] = ()


class FulfilmentCancelled(FulfilmentFact, frozen=True, kw_only=True):
    """The warehouse stopped the order; `putback_required` when goods were already picked."""

    cancel_id: Id
    lines: tuple[LineQuantity, ...] = ()
    putback_required: bool = False


class FulfilmentCancelRejected(FulfilmentFact, frozen=True, kw_only=True):
    """Too late to stop it."""

    cancel_id: Id
    stage: str = ""
    reason: Text = ""


_W = Lane.WAREHOUSE
_FO = "fulfilment_order"
_SHIPMENT = "shipment fulfilment_order"

# fmt: off
EVENTS = (
    event("fulfilment.accepted", FulfilmentAccepted, "WMS", _FO, "rev", "P1 15m", "O T X A", "", lane=_W, rank=100),
    event("fulfilment.rejected", FulfilmentRejected, "WMS", _FO, "rev", "P1 15m", "O X A", "", lane=_W, rank=101),
    event("allocation.confirmed", AllocationConfirmed, "WMS", _FO, "rev lines[]",
          "P2 15m", "O T A", "", lane=_W, rank=110),
    event("allocation.shorted", AllocationShorted, "WMS", _FO, "rev lines[]",
          "P1 15m", "O T X N A", "M", lane=_W, rank=111),
    event("wave.assigned", WaveAssigned, "WMS", _FO, "wave_no",
          "P2 30m", "O P A", 'M "Being prepared"', lane=_W, rank=120),
    event("wave.released", WaveReleased, "WMS", "wave", "wave_no", "P2 30m", "O A", "", lane=_W, rank=121),
    event("wave.cancelled", WaveCancelled, "WMS", "wave", "wave_no t60", "P2 30m", "O X A", "", lane=_W, rank=122),
    event("pick.started", PickStarted, "WMS", _FO, "task_ids[]", "P3 30m", "O A", "", lane=_W, rank=130),
    event("pick.completed", PickCompleted, "WMS", _FO, "task_ids[] lines[]",
          "P2 30m", "O T P A", "M", lane=_W, rank=136),
    event("pick.shorted", PickShorted, "WMS", _FO, "line t60", "P1 15m", "O T X A", "", lane=_W, rank=134),
    event("pack.completed", PackCompleted, "WMS", _FO, "packages[]",
          "P1 30m", "O T C L P A", 'M "Packed"', lane=_W, rank=140),
    event("package.labelled", PackageLabelled, "WMS", "package", "sscc label_id",
          "P2 30m", "T P A", "M tracking no", lane=_W, rank=142),
    event("package.voided", PackageVoided, "WMS", "package", "sscc", "P1 30m", "T C L A", "", lane=_W, rank=143),
    event("shipment.staged", ShipmentStaged, "WMS", _SHIPMENT, "packages[]", "P3 30m", "T D A", "", lane=_W, rank=150),
    event("shipment.loaded", ShipmentLoaded, "WMS", _SHIPMENT, "packages[] equipment",
          "P2 30m", "T A", "", lane=_W, rank=154),
    event("shipment.handed_over", ShipmentHandedOver, "WMS", _SHIPMENT, "handover_no",
          "P1 60m", "E T C L O F P N A", 'Y "Shipped"', lane=_W, rank=500),
    event("handover.voided", HandoverVoided, "WMS", _SHIPMENT, "handover_no",
          "P0 60m", "E T C L O F P X A", "M", lane=_W, rank=501),
    event("fulfilment.cancelled", FulfilmentCancelled, "WMS", _FO, "cancel_id",
          "P0 15m", "O T A", "", lane=_W, rank=780),
    event("fulfilment.cancel_rejected", FulfilmentCancelRejected, "WMS", _FO, "cancel_id",
          "P0 15m", "O X A", "", lane=_W, rank=781),
)
# fmt: on
