"""The platform's webhooks as it writes them (Crossdock generic last-mile dialect 1). Unknown fields are an error."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from crossdock.canonical.scalars import Id, Ordinal, Text

# Milliseconds since 1970; bounded to the years 2001 to 2286, so that seconds or microseconds are noticed (TS-02).
EpochMs = Annotated[int, msgspec.Meta(ge=1_000_000_000_000, le=9_999_999_999_999)]


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """Base of everything in this dialect."""


class Metadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What we sent along when we made the task; the platform gives it back unchanged (CG-06)."""

    shipment_id: Id
    order_no: str = ""


class Run(Wire, frozen=True, kw_only=True):
    """A vehicle's day."""

    id: Id
    depot: str
    driver: str = ""
    vehicle: str = ""


class Completion(Wire, frozen=True, kw_only=True):
    """How a task ended. `completed` is a state, `success` the outcome (D-21)."""

    success: bool
    failure_reason: str = ""
    notes: Text = ""


class Item(Wire, frozen=True, kw_only=True):
    """Pieces of an order line at the door."""

    line_no: Id
    delivered: Decimal
    refused: Decimal = Decimal(0)
    unit: str = "EA"


class Proof(Wire, frozen=True, kw_only=True):
    """A proof of delivery."""

    reference: Id
    receiver: str
    signature: bool = False
    photos: int = 0
    pin: bool = False
    scan: bool = False
    items: tuple[Item, ...] = ()


class TimeSpan(Wire, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A window at the door."""

    from_: EpochMs
    to: EpochMs


class Task(Wire, frozen=True, kw_only=True):
    """The task a webhook is about, with what the trigger adds."""

    id: Id
    attempt: Ordinal
    metadata: Metadata
    run: Run | None = None
    completion: Completion | None = None
    pod: Proof | None = None
    window: TimeSpan | None = None
    eta: EpochMs | None = None
    items: tuple[Item, ...] = ()


class Hook(Wire, frozen=True, kw_only=True):
    """One webhook. `eventId` is equal over its retries."""

    event_id: Id
    trigger_name: Id
    time: EpochMs
    task: Task
