"""What Karrio's API answers, as far as we read it. Unknown fields are let be."""

from __future__ import annotations

import msgspec

from crossdock.canonical.scalars import Id


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything read from Karrio."""


class Shipment(Wire, frozen=True, kw_only=True):
    """A shipment; with a tracking number its label is bought."""

    id: Id
    status: str
    created_at: str = ""
    reference: str | None = None
    tracking_number: str | None = None
    metadata: dict[str, object] = {}


class Shipments(Wire, frozen=True, kw_only=True):
    """A page of them; `next` is the address of the next page."""

    results: tuple[msgspec.Raw, ...]
    next: str | None = None


class Event(Wire, frozen=True, kw_only=True):
    """What a carrier told of a parcel."""

    date: str | None = None
    time: str | None = None
    timestamp: str | None = None
    status: str | None = None
    code: str | None = None
    reason: str | None = None
    description: str | None = None
    location: str | None = None


class Tracker(Wire, frozen=True, kw_only=True):
    """A parcel and what became of it."""

    id: str | None = None
    tracking_number: Id
    events: tuple[Event, ...] = ()


class Object(Wire, frozen=True, kw_only=True):
    """What a body is; a webhook's has its object in `data`."""

    object_type: str = ""
    type: str = ""
    data: msgspec.Raw = msgspec.Raw(b"")
