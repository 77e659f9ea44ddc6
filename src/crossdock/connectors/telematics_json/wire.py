"""A unit's report as it sends it (Crossdock generic telematics dialect 1). Unknown fields are an error."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from crossdock.canonical.scalars import Id, Instant, Text


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """Base of everything in this dialect."""


class Reading(Wire, frozen=True, kw_only=True):
    """Where the vehicle was at `at`, WGS84 degrees, and what happened there. `seq` is the unit's own counter."""

    seq: int
    at: Instant
    lat: Decimal
    lon: Decimal
    event: Id = "position"
    place: Text = ""


class Report(Wire, frozen=True, kw_only=True):
    """What one unit kept since it was last heard, in any order. It carries a load, or shipments, or both."""

    unit: Id
    vehicle: str = ""
    load: str = ""
    shipments: tuple[Id, ...] = ()
    readings: tuple[Reading, ...]
