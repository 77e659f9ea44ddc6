"""What is observed on the way, and what we conclude from it once a slot (domain.md §2.4)."""

from __future__ import annotations

from enum import StrEnum

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import DeliveredLine, Equipment, Place, RawCode
from crossdock.canonical.scalars import Count, Id, Instant, Minutes, Number, Ordinal, Text
from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.instant import Window


class RetractReason(StrEnum):
    """Why a statement is taken back (EPCIS)."""

    DID_NOT_OCCUR = "did_not_occur"
    INCORRECT_DATA = "incorrect_data"


class DelayKind(StrEnum):
    """A prediction or a certainty."""

    RISK = "risk"
    CONFIRMED = "confirmed"


class ExceptionKind(StrEnum):
    """What went wrong with the goods."""

    DAMAGE = "damage"
    SHORTAGE = "shortage"
    MISROUTE = "misroute"
    THEFT = "theft"
    ACCIDENT = "accident"
    TEMPERATURE = "temperature"


class TrackingMilestone(Payload, frozen=True, kw_only=True):
    """What a source says it saw. `reason` is a normalised `category.code` (domain.md §4.5), `raw` what was written.

    `attempt_no` is the delivery cycle, 0 when the source does not count. `estimate` is the time an ETA announces.
    """

    milestone: Milestone
    stop_seq: Ordinal | None = None
    location: Place | None = None
    reason: str = ""
    raw: RawCode = RawCode()
    attempt_no: Count = 0
    packages: tuple[str, ...] = ()
    estimate: Instant | None = None
    partial: bool = False
    equipment: Equipment | None = None


class TrackingRetracted(Payload, frozen=True, kw_only=True):
    """The fact with business key `target` is taken back."""

    target: Id
    reason: RetractReason


class ShipmentDeparted(Payload, frozen=True, kw_only=True):
    """The conveyance left the first pick-up stop; `inferred` when no hand-over was confirmed."""

    at: Instant
    stop_seq: Ordinal = 1
    source_event: str = ""
    inferred: bool = False


class ShipmentArrived(Payload, frozen=True, kw_only=True):
    """The conveyance is at the delivery stop."""

    at: Instant
    stop_seq: Ordinal
    source_event: str = ""
    cycle: Ordinal = 1


class ShipmentEtaChanged(Payload, frozen=True, kw_only=True):
    """A new estimate; `confidence` runs from 0 to 1."""

    eta: Instant
    previous: Instant | None = None
    confidence: Number | None = None
    cause: str = ""


class ShipmentDelayed(Payload, frozen=True, kw_only=True):
    """Expected later than promised."""

    kind: DelayKind
    promised: Window
    expected: Instant
    delay_min: Minutes
    reason: str = ""


class ShipmentDelayCleared(Payload, frozen=True, kw_only=True):
    """Back within the promise."""

    expected: Instant
    promised: Window


class ShipmentDelivered(Payload, frozen=True, kw_only=True):
    """Goods are with the consignee; no `lines` means all of them."""

    at: Instant
    attempt_no: Ordinal = 1
    partial: bool = False
    lines: tuple[DeliveredLine, ...] = ()
    source_event: str = ""
    inferred: bool = False


class ShipmentExceptionReported(Payload, frozen=True, kw_only=True):
    """Something happened to the goods; no `packages` means all of them."""

    kind: ExceptionKind
    packages: tuple[str, ...] = ()
    reason: Text = ""


class ShipmentLost(Payload, frozen=True, kw_only=True):
    """Declared lost; no `packages` means all of them."""

    declared_at: Instant
    packages: tuple[str, ...] = ()
    claim_ref: str = ""


class ShipmentReturnStarted(Payload, frozen=True, kw_only=True):
    """On the way back to the sender."""

    at: Instant
    reason: Text = ""


class ShipmentReturned(Payload, frozen=True, kw_only=True):
    """Back at `location`."""

    at: Instant
    location: Place


_T = Lane.TRACKING
_SEEN = "shipment load package pro bol delivery_task"
# Of whatever another dossier was told, that it did not occur.
_TOLD = f"{_SEEN} run appointment order return channel_order freight_case declaration stock warehouse"

# fmt: off
EVENTS = (
    # LMD owns the last mile, the TMS the carrier's leg; which leg a shipment is on is decided by its plan.
    event("tracking.milestone", TrackingMilestone, "TMS LMD; CAR", _SEEN, "",
          "P2 6h", "X P A", "per 4.6", lane=_T, rank=505),
    event("tracking.retracted", TrackingRetracted, "TMS LMD; CAR", _TOLD, "target",
          "P1", "X P E A", "M", lane=_T, rank=790),
    event("shipment.departed", ShipmentDeparted, "SYNC", "shipment", "stop_seq",
          "P1", "E O P N A X", 'Y "In transit"', lane=_T, rank=510),
    event("shipment.arrived", ShipmentArrived, "SYNC", "shipment", "stop_seq cycle",
          "P2", "P A X", "Y", lane=_T, rank=560),
    event("shipment.eta_changed", ShipmentEtaChanged, "TMS LMD; CAR", _SEEN, "eta t60",
          "P3 2h", "X P A E", "Y", lane=_T, rank=600),
    event("shipment.delayed", ShipmentDelayed, "SYNC", "shipment", "kind promised# hour",
          "P1", "E X P N A", "Y", lane=_T, rank=602),
    event("shipment.delay_cleared", ShipmentDelayCleared, "SYNC", "shipment", "causation",
          "P2", "P X A", "Y", lane=_T, rank=603),
    event("shipment.delivered", ShipmentDelivered, "SYNC", "shipment", "attempt_no",
          "P1", "E O F P N A X", 'Y "Delivered"', lane=_T, rank=650),
    event("shipment.exception_reported", ShipmentExceptionReported, "TMS; CAR", _SEEN, "kind packages[] t60",
          "P1 6h", "X E P A", "M", lane=_T, rank=610),
    event("shipment.lost", ShipmentLost, "TMS; CAR", _SEEN, "packages[]",
          "P1 24h", "E O F X P N", "Y", lane=_T, rank=615),
    event("shipment.return_started", ShipmentReturnStarted, "TMS; CAR", _SEEN, "t60",
          "P1 6h", "E O W P N X", "Y", lane=_T, rank=620),
    event("shipment.returned", ShipmentReturned, "TMS; CAR", _SEEN, "t60",
          "P1 6h", "E W O F P X", "Y", lane=_T, rank=625),
)
# fmt: on
