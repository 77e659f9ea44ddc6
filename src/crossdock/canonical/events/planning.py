"""Planning, load and tender facts (domain.md §2.3)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.parts import (
    Equipment,
    ErrorItem,
    FieldChange,
    Leg,
    LineQuantity,
    Mode,
    Place,
    Rate,
    Stop,
    Totals,
    Windows,
)
from crossdock.canonical.scalars import HOME, Count, Id, Instant, Ordinal, Personal, Text
from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.money import Money


class HoldKind(StrEnum):
    """Why a shipment must not move."""

    CUSTOMS = "customs"
    SECURITY = "security"
    CUSTOMER = "customer"
    QUALITY = "quality"
    CREDIT = "credit"


class ShipmentPlanned(Payload, frozen=True, kw_only=True):
    """The TMS planned what `request_id` (`order_no/warehouse/seq`, sent by us) asked for; `tms_id` is its shipment id.

    `mode=own_fleet` means there is no tender. `firm` is false while only a draft. `carrier` is a SCAC.
    """

    tms_id: Id
    request_id: Id
    mode: Mode
    origin: Place
    destination: Annotated[Place, HOME]
    windows: Windows = Windows()
    load: str = ""
    totals: Totals = Totals()
    firm: bool = False
    carrier: str = ""
    service: str = ""
    order_no: str = ""
    warehouse: str = ""
    release_no: Ordinal = 1
    lines: tuple[LineQuantity, ...] = ()
    legs: tuple[Leg, ...] = ()
    bol_no: str = ""
    pro_no: str = ""
    transit_min: Count | None = None
    customs_required: bool = False
    depot: str = ""


class ShipmentPlanFailed(Payload, frozen=True, kw_only=True):
    """The TMS cannot plan the request. `attempt` counts its own tries."""

    request_id: Id
    reasons: tuple[ErrorItem, ...]
    attempt: Ordinal = 1


class ShipmentReplanned(Payload, frozen=True, kw_only=True):
    """The plan changed; absent fields stay as planned."""

    changes: tuple[FieldChange, ...]
    windows: Windows = Windows()
    rev: Ordinal = 1
    request_id: str = ""
    mode: Mode | None = None
    carrier: str = ""
    service: str = ""
    load: str = ""
    totals: Totals | None = None
    firm: bool = False


class ShipmentCancelled(Payload, frozen=True, kw_only=True):
    """The TMS dropped the shipment."""

    cancel_id: Id
    reason: Text = ""
    fees: tuple[Money, ...] = ()


class ShipmentHeld(Payload, frozen=True, kw_only=True):
    """Stop: the shipment must not leave, or must not go on. `source_event` is what made us say so."""

    hold_id: Id
    kind: HoldKind
    source_event: str = ""
    scope: str = ""
    reason: Text = ""


class ShipmentHoldReleased(Payload, frozen=True, kw_only=True):
    """The named hold is over."""

    hold_id: Id
    source_event: str = ""


class LoadBuilt(Payload, frozen=True, kw_only=True):
    """A vehicle movement with its shipments and stops."""

    load_id: Id
    shipments: tuple[str, ...]
    stops: tuple[Stop, ...]
    equipment: Equipment = Equipment()
    rev: Ordinal = 1
    mode: Mode | None = None
    bol_no: str = ""


class LoadChanged(Payload, frozen=True, kw_only=True):
    """Shipments joined or left, or stops moved; `stops` is the full new list, empty when unchanged."""

    rev: Ordinal
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    stops: tuple[Stop, ...] = ()
    equipment: Equipment | None = None


class LoadCancelled(Payload, frozen=True, kw_only=True):
    """The movement will not happen."""

    load_id: Id
    reason: Text = ""


class CarrierTendered(Payload, frozen=True, kw_only=True):
    """The load is offered to a carrier (SCAC) until `expires_at`. `seq` counts carriers in the routing guide."""

    tender_no: Id
    seq: Ordinal
    carrier: Id
    expires_at: Instant
    rate: Rate | None = None


class CarrierAccepted(Payload, frozen=True, kw_only=True):
    """The carrier takes the load."""

    tender_no: Id
    carrier: Id
    pro_no: str = ""
    driver: Personal = ""
    equipment: Equipment | None = None


class CarrierRejected(Payload, frozen=True, kw_only=True):
    """The carrier declines, or withdraws after acceptance."""

    tender_no: Id
    carrier: Id
    reason: Text = ""


class TenderExpired(Payload, frozen=True, kw_only=True):
    """Nobody answered in time."""

    tender_no: Id
    carrier: Id


class TenderCancelled(Payload, frozen=True, kw_only=True):
    """The offer was withdrawn; `fee` is truck-ordered-not-used."""

    tender_no: Id
    reason: Text = ""
    fee: Money | None = None


_P = Lane.PLANNING
_T = Lane.TRACKING

# What a load tells each of its shipments keeps its type, so its subject may be either (domain.md §1.8).
# fmt: off
EVENTS = (
    event("shipment.planned", ShipmentPlanned, "TMS", "shipment", "rev",
          "P1 30m", "O W C L P F A", "M est. delivery", lane=_P, rank=60),
    event("shipment.plan_failed", ShipmentPlanFailed, "TMS", "shipment request", "request_id attempt",
          "P1 30m", "O X A", "", lane=_P, rank=58),
    event("shipment.replanned", ShipmentReplanned, "TMS", "shipment", "rev",
          "P2 30m", "O W C L P A", "M", lane=_P, rank=62),
    event("shipment.cancelled", ShipmentCancelled, "TMS", "shipment", "cancel_id",
          "P0 15m", "O W C L D F P X", "M", lane=_P, rank=782),
    event("shipment.held", ShipmentHeld, "SYNC", "shipment", "hold_id",
          "P0", "W T L D P X N", 'M "Delayed – formalities"', lane=_T, rank=450),
    event("shipment.hold_released", ShipmentHoldReleased, "SYNC", "shipment", "hold_id",
          "P1", "W T L D P N", "M", lane=_T, rank=451),
    event("load.built", LoadBuilt, "TMS", "load", "rev", "P2 30m", "W D A", "", lane=_P, rank=64, opens="load"),
    event("load.changed", LoadChanged, "TMS", "load shipment", "rev", "P2 30m", "W D O A", "", lane=_P, rank=66),
    event("load.cancelled", LoadCancelled, "TMS", "load shipment", "rev load_id",
          "P0 15m", "W D O F X", "", lane=_P, rank=784),
    event("carrier.tendered", CarrierTendered, "TMS", "load shipment", "tender_no seq",
          "P2 30m", "O A", "", lane=_P, rank=70),
    # OW-05: answering a tender is delegated to the carrier outright, so its answer counts and is no mere observation.
    event("carrier.accepted", CarrierAccepted, "TMS CAR", "load shipment", "tender_no carrier",
          "P1 30m", "O W C D P A", "", lane=_P, rank=74),
    event("carrier.rejected", CarrierRejected, "TMS CAR", "load shipment", "tender_no carrier",
          "P1 30m", "O X A", "", lane=_P, rank=75),
    event("tender.expired", TenderExpired, "TMS", "load shipment", "tender_no carrier",
          "P1 15m", "O X A", "", lane=_P, rank=76),
    event("tender.cancelled", TenderCancelled, "TMS", "load shipment", "tender_no =cancel",
          "P0 15m", "O F A", "", lane=_P, rank=77),
)
# fmt: on
