"""The carrier's webhook as it writes it (Crossdock generic carrier dialect 1). Unknown fields are an error."""

from __future__ import annotations

import msgspec

from crossdock.canonical.scalars import Id, Instant, Text


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """Base of everything in this dialect."""


class Location(Wire, frozen=True, kw_only=True):
    """Where it was seen."""

    city: str = ""
    country: str = ""


class Event(Wire, frozen=True, kw_only=True):
    """One scan or status. `shipmentRef` is the shipper's shipment id, where the carrier was told it."""

    event_id: Id
    tracking_number: Id
    status: Id
    occurred_at: Instant
    shipment_ref: str = ""
    reason: str = ""
    text: Text = ""
    attempt: int = 0
    location: Location = Location()


class Hook(Wire, frozen=True, kw_only=True):
    """One webhook: events of one carrier (SCAC)."""

    carrier: Id
    events: tuple[Event, ...]
