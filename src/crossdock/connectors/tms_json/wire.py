"""The TMS's notifications as it writes them (Crossdock generic TMS dialect 2). Unknown fields are an error."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from crossdock.canonical.scalars import Id, Instant, Ordinal, Text


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """Base of everything in this dialect."""


class Notice(Wire, frozen=True, kw_only=True):
    """One notification about a shipment or a load. `notificationId` is equal over its retries."""

    notification_id: Id
    type: Id
    time: Instant
    shipment: msgspec.Raw = msgspec.Raw(b"null")
    load: msgspec.Raw = msgspec.Raw(b"null")
    return_: msgspec.Raw = msgspec.field(name="return", default=msgspec.Raw(b"null"))


class About(Wire, frozen=True, kw_only=True):
    """What every shipment notification names."""

    id: Id
    order_no: str = ""


class Windows(Wire, frozen=True, kw_only=True):
    """Planned pick-up and delivery."""

    pickup_from: Instant | None = None
    pickup_to: Instant | None = None
    delivery_from: Instant | None = None
    delivery_to: Instant | None = None


class Planned(About, frozen=True, kw_only=True):
    """`requestRef` is ours; `origin` our site, `destination` a city."""

    request_ref: Id
    mode: Id
    revision: Ordinal
    origin: Id
    destination: str = ""
    windows: Windows = Windows()
    load_id: str = ""
    firm: bool = False
    carrier: str = ""
    service: str = ""
    bol_no: str = ""


class PlanFailed(About, frozen=True, kw_only=True):
    """It cannot be planned."""

    request_ref: Id
    reasons: tuple[str, ...]
    attempt: Ordinal = 1


class Replanned(About, frozen=True, kw_only=True):
    """The plan changed."""

    revision: Ordinal
    changes: tuple[str, ...] = ()
    windows: Windows = Windows()
    carrier: str = ""
    load_id: str = ""


class Dropped(About, frozen=True, kw_only=True):
    """The shipment is cancelled."""

    cancel_id: Id
    reason: Text = ""


class Milestone(About, frozen=True, kw_only=True):
    """Something seen on the way."""

    status: Id
    city: str = ""
    country: str = ""
    attempt: int = 0


class Estimate(About, frozen=True, kw_only=True):
    """A new estimate of delivery."""

    eta: Instant
    confidence: Decimal | None = None


class ProofLine(Wire, frozen=True, kw_only=True):
    """What the consignee signed for."""

    line_no: Id
    quantity: Decimal
    unit: str = "EA"


class Proof(About, frozen=True, kw_only=True):
    """A proof of delivery the carrier uploaded."""

    reference: Id
    receiver: str
    kinds: tuple[str, ...]
    lines: tuple[ProofLine, ...]
    attempt: Ordinal = 1


class Stop(Wire, frozen=True, kw_only=True):
    """One stop of a load."""

    seq: Ordinal
    type: Id
    location: str
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


class AboutLoad(Wire, frozen=True, kw_only=True):
    """What every load notification names."""

    id: Id


class Built(AboutLoad, frozen=True, kw_only=True):
    """A vehicle movement."""

    shipments: tuple[str, ...]
    stops: tuple[Stop, ...]
    revision: Ordinal = 1
    equipment: str = ""


class LoadDropped(AboutLoad, frozen=True, kw_only=True):
    """The movement will not happen."""

    revision: Ordinal = 1
    reason: Text = ""


class Tendered(AboutLoad, frozen=True, kw_only=True):
    """Offered to a carrier (SCAC)."""

    tender_no: Id
    seq: Ordinal
    carrier: Id
    expires: Instant


class Answered(AboutLoad, frozen=True, kw_only=True):
    """A carrier answered, or did not in time, or the offer was withdrawn."""

    tender_no: Id
    carrier: str = ""
    pro_no: str = ""
    reason: Text = ""


class Labelled(Wire, frozen=True, kw_only=True):
    """The way back of a return: its label, and that it is under way."""

    rma: Id
    tracking_no: str = ""
    carrier: str = ""
    order_no: str = ""
