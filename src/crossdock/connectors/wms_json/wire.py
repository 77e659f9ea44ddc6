"""The warehouse's webhooks as it writes them (Crossdock generic WMS dialect 1). Unknown fields are an error."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

import msgspec

from crossdock.canonical.scalars import Id, Instant, Text
from crossdock.kernel.codec import decode_part


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """Base of everything in this dialect."""


class Hook(Wire, frozen=True, kw_only=True):
    """One webhook. `id` is equal over its retries, `at` when it happened."""

    id: Id
    event: Id
    at: Instant
    data: msgspec.Raw


class Order(Wire, frozen=True, kw_only=True):
    """What every webhook names: our reference, the order, the site."""

    reference: Id
    order_no: Id
    site: Id

    @property
    def fo(self) -> str:
        """Our id of the fulfilment order."""
        return self.reference


class Line(Wire, frozen=True, kw_only=True):
    """A quantity of an order line."""

    line_no: Id
    quantity: Decimal
    sku: str = ""
    uom: str = "EA"
    lot: str = ""
    serials: tuple[str, ...] = ()


class Lines(Order, frozen=True, kw_only=True):
    """Quantities reserved."""

    lines: tuple[Line, ...]


class Accepted(Lines, frozen=True, kw_only=True):
    """The order is in the warehouse's books as `orderId`."""

    order_id: Id
    ready_at: Instant | None = None


class Reason(Wire, frozen=True, kw_only=True):
    """Why a line, or all, cannot be done."""

    code: Id
    line_no: str = ""
    text: Text = ""


class Rejection(Order, frozen=True, kw_only=True):
    """The warehouse will not do it."""

    reasons: tuple[Reason, ...]
    retryable: bool = False


class ShortLine(Wire, frozen=True, kw_only=True):
    """A line the stock does not cover."""

    line_no: Id
    requested: Decimal
    allocated: Decimal
    uom: str = "EA"
    reason: Text = ""


class AllocationShort(Order, frozen=True, kw_only=True):
    """Less stock than asked for."""

    lines: tuple[ShortLine, ...]


class Wave(Order, frozen=True, kw_only=True):
    """The order is in a wave."""

    wave_no: Id
    planned_release: Instant | None = None
    cutoff_at: Instant | None = None


class PickStart(Order, frozen=True, kw_only=True):
    """The first task began."""

    task_ids: tuple[str, ...]


class Picked(Lines, frozen=True, kw_only=True):
    """Quantities picked in total."""

    task_ids: tuple[str, ...] = ()


class PickShort(Order, frozen=True, kw_only=True):
    """A line that could not be picked in full; `final` when nobody will try again."""

    line_no: Id
    requested: Decimal
    picked: Decimal
    uom: str = "EA"
    reason: Text = ""
    final: bool = False


class Package(Wire, frozen=True, kw_only=True):
    """One closed package; weight in kilograms gross."""

    sscc: Id
    type: str
    gross_kg: Decimal
    contents: tuple[Line, ...]
    tracking: str = ""


class Packed(Order, frozen=True, kw_only=True):
    """Packages are closed; `complete` when they are the last."""

    packages: tuple[Package, ...]
    complete: bool


class Dock(Order, frozen=True, kw_only=True):
    """Packages, by SSCC, at a door or on a vehicle."""

    packages: tuple[str, ...]
    lane: str = ""
    equipment: str = ""
    seal: str = ""


class Dispatch(Dock, frozen=True, kw_only=True):
    """Custody left the dock."""

    dispatch_no: Id
    lines: tuple[Line, ...]
    receiver: str = ""
    driver: str = ""
    bol: str = ""


class DispatchVoid(Order, frozen=True, kw_only=True):
    """A dispatch that did not happen."""

    dispatch_no: Id
    reason: Text = ""
    packages: tuple[str, ...] = ()


class Cancelled(Order, frozen=True, kw_only=True):
    """Stopped; `putback` when goods were picked already."""

    cancel_id: Id
    lines: tuple[Line, ...] = ()
    putback: bool = False


class CancelRefused(Order, frozen=True, kw_only=True):
    """Too late to stop."""

    cancel_id: Id
    stage: str = ""
    reason: Text = ""


T = TypeVar("T", bound=Wire)
_decoders: dict[type[Wire], msgspec.json.Decoder[Wire]] = {
    kind: msgspec.json.Decoder(kind)
    for kind in (
        Lines, Accepted, Rejection, AllocationShort, Wave, PickStart, Picked, PickShort, Packed, Dock, Dispatch,
        DispatchVoid, Cancelled, CancelRefused,
    )
}  # fmt: skip


def read(hook: Hook, kind: type[T]) -> T:
    """The data of a webhook.

    Raises:
        Rejected: not the contract of its event; `where` starts at the message's root.
    """
    data = decode_part(hook.data, _decoders[kind], at="$.data")
    assert isinstance(data, kind)
    return data
