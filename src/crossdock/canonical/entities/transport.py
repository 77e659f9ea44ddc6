"""Shipments, loads, stops, observations (domain.md §1.4). Authority: TMS; WMS at hand-over; LMD on the own fleet."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from crossdock.canonical.entities.base import Entity
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import (
    Equipment,
    Eta,
    Geo,
    Incoterm,
    Leg,
    Mode,
    Part,
    Place,
    Rate,
    RawCode,
    StopType,
    Totals,
    Windows,
)
from crossdock.canonical.scalars import HOME, PERSONAL, Count, Id, Instant, Number, Ordinal
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.kernel.instant import Occurrence, Window
from crossdock.kernel.quantity import Quantity


class TenderStatus(StrEnum):
    """Life of an offer."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Frontier(Part, frozen=True):
    """How far a shipment is on each chain: `(cycle, rank)` (domain.md §4.2)."""

    physical: tuple[int, int] = (1, 0)
    customs: tuple[int, int] = (1, 0)
    documents: tuple[int, int] = (1, 0)
    returns: tuple[int, int] = (1, 0)


class ShipmentLine(Entity, frozen=True, kw_only=True):
    """The traceability join between an order line and a shipment."""

    prefix: ClassVar[str] = "shl"

    shipment: Id
    order_line: Id
    fo: Id
    qty: Quantity
    package: str = ""
    lot: str = ""
    delivered_qty: Number = Number(0)
    refused_qty: Number = Number(0)
    damaged_qty: Number = Number(0)

    @property
    def key(self) -> str:
        """`shipment|order_line|package`."""
        return f"{self.shipment}|{self.order_line}|{self.package}"


class Shipment(Entity, frozen=True, kw_only=True):
    """One consignee, one origin, one main-carriage contract. Until the TMS answers its key is our request id."""

    prefix: ClassVar[str] = "shp"

    tms: str = ""
    shipment_id: str = ""
    request_id: str = ""
    mode: Mode
    origin: Place
    destination: Annotated[Place, HOME]
    lines: tuple[ShipmentLine, ...]
    packages: tuple[str, ...] = ()
    load: str = ""
    legs: tuple[Leg, ...] = ()
    carrier: str = ""
    service: str = ""
    tracking_no: tuple[str, ...] = ()
    pro_no: str = ""
    bol_no: str = ""
    planned: Windows = Windows()
    eta: Eta | None = None
    promise: Window | None = None
    totals: Totals = Totals()
    incoterm: Incoterm | None = None
    customs_required: bool = False
    declarations: tuple[str, ...] = ()
    attempts: Count = 0
    milestone_frontier: Frontier = Frontier()

    @property
    def key(self) -> str:
        """`tms|shipment_id`, before that `order_no/warehouse/seq`."""
        return f"{self.tms}|{self.shipment_id}" if self.shipment_id else self.request_id


class Tender(Part, frozen=True):
    """The offer that is out."""

    no: Id
    seq: Ordinal
    carrier: str
    sent_at: Instant | None = None
    expires_at: Instant | None = None
    status: TenderStatus = TenderStatus.SENT


class Stop(Entity, frozen=True, kw_only=True):
    """A stop of a load. `dwell_min` is departed minus arrived."""

    prefix: ClassVar[str] = "stp"

    load: Id
    seq: Ordinal
    type: StopType
    location: Place
    planned: Window | None = None
    appointment: str = ""
    arrived: Instant | None = None
    departed: Instant | None = None
    shipments_on: tuple[str, ...] = ()
    shipments_off: tuple[str, ...] = ()
    dwell_min: Count | None = None

    @property
    def key(self) -> str:
        """`load|stop_seq`."""
        return f"{self.load}|{self.seq}"


class Load(Entity, frozen=True, kw_only=True):
    """A vehicle movement of one shipment or more."""

    prefix: ClassVar[str] = "lod"

    tms: Id
    load_id: Id
    shipments: tuple[str, ...]
    stops: tuple[Stop, ...]
    carrier: str = ""
    equipment: Equipment = Equipment()
    tender: Tender | None = None
    rate: Rate | None = None

    @property
    def key(self) -> str:
        """`tms|load_id`."""
        return f"{self.tms}|{self.load_id}"


class Relevance(Part, frozen=True):
    """Who sees it."""

    portal: bool = False
    erp: bool = False
    ops: bool = True


class TrackingEvent(Entity, frozen=True, kw_only=True):
    """An immutable normalised observation. `cls` is the fact's class, `cycle` the delivery attempt it belongs to."""

    prefix: ClassVar[str] = "trk"

    shipment: Id
    slot_key: Id
    milestone: Milestone
    cls: FactClass
    occurred: Occurrence
    received_at: Instant
    source: Role
    load: str = ""
    stop_seq: Ordinal | None = None
    package: str = ""
    location: Place | None = None
    geo: Annotated[Geo | None, PERSONAL] = None
    reason: str = ""
    raw: RawCode = RawCode()
    cycle: Ordinal = 1
    relevance: Relevance = Relevance()
    corroborates: tuple[str, ...] = ()
    superseded_by: str = ""

    @property
    def key(self) -> str:
        """`slot_key|occurred floored to the minute|source`."""
        return f"{self.slot_key}|{self.occurred.utc:%Y-%m-%dT%H:%MZ}|{self.source}"
