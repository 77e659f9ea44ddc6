"""Webhooks about stock and returns, which are about no fulfilment order.

Source: Crossdock generic WMS dialect 1; meanings per domain.md §2.8 and §2.9.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec

from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events import inventory as stock
from crossdock.canonical.events import returns as back
from crossdock.canonical.parts import PackageInfo
from crossdock.canonical.scalars import Count, Id, Instant, Text
from crossdock.connectors.wms_json.wire import Hook, Wire
from crossdock.kernel.codec import decode_part
from crossdock.kernel.quantity import Quantity
from crossdock.ports.fields import checked


class Place(Wire, frozen=True, kw_only=True):
    """Where stock lies, in which status."""

    location: str = ""
    status: stock.StockStatus = stock.StockStatus.AVAILABLE


class Stocked(Wire, frozen=True, kw_only=True):
    """A quantity of one article at one site."""

    site: Id
    sku: Id
    quantity: Decimal
    uom: str = "EA"
    lot: str = ""

    @property
    def amount(self) -> Quantity:
        """The quantity."""
        return Quantity(checked(self.quantity, "$.data.quantity"), self.uom)


class Moved(Stocked, frozen=True, kw_only=True):
    """`stock.moved`; `sequence` counts the site's movements, `reverses` names the one taken back."""

    movement_id: Id
    type: stock.MovementType
    origin: Place | None = msgspec.field(name="from", default=None)
    destination: Place | None = msgspec.field(name="to", default=None)
    sequence: Count | None = None
    reverses: str = ""


class Adjusted(Stocked, frozen=True, kw_only=True):
    """`stock.adjusted`, signed; `countId` names the count it answers."""

    movement_id: Id
    reason: Text
    count_id: str = ""
    status: stock.StockStatus = stock.StockStatus.AVAILABLE


class StatusChanged(Stocked, frozen=True, kw_only=True):
    """`stock.status_changed`."""

    movement_id: Id
    from_status: stock.StockStatus
    to_status: stock.StockStatus
    reason: Text = ""


class Counted(Wire, frozen=True, kw_only=True):
    """`stock.counted`: `book` is what the site's books said at that moment."""

    site: Id
    sku: Id
    count_id: Id
    counted: Decimal
    book: Decimal
    uom: str = "EA"
    lot: str = ""
    status: stock.StockStatus = stock.StockStatus.AVAILABLE


class Row(Wire, frozen=True, kw_only=True):
    """One position."""

    sku: Id
    on_hand: Decimal
    allocated: Decimal = Decimal(0)
    picked: Decimal = Decimal(0)
    uom: str = "EA"
    lot: str = ""
    status: stock.StockStatus = stock.StockStatus.AVAILABLE


class Snapshot(Wire, frozen=True, kw_only=True):
    """`stock.snapshot`: everything there, with every movement up to `watermark` (0: movements are not counted)."""

    site: Id
    snapshot_id: Id
    as_of: Instant
    rows: tuple[Row, ...]
    watermark: Count = 0


class Returned(Wire, frozen=True, kw_only=True):
    """One line of a return."""

    line_no: Id
    quantity: Decimal
    uom: str = "EA"
    condition: str = ""
    grade: str = ""
    findings: Text = ""
    disposition: back.ReturnDisposition | None = None
    serials: tuple[str, ...] = ()


class Receipt(Wire, frozen=True, kw_only=True):
    """`return.received`, `return.inspected`, `return.dispositioned`."""

    rma: Id
    receipt_no: Id
    lines: tuple[Returned, ...]
    order_no: str = ""


class Parcel(Wire, frozen=True, kw_only=True):
    """A package as it came."""

    sscc: str = ""
    tracking: str = ""
    package_no: str = ""


class Unannounced(Wire, frozen=True, kw_only=True):
    """`return.unannounced`."""

    receipt_no: Id
    packages: tuple[Parcel, ...]
    contents: tuple[Returned, ...]
    order_no: str = ""


class Said(NamedTuple):
    """What a webhook says, about what."""

    subject: Subject
    payload: msgspec.Struct
    refs: tuple[Reference, ...] = ()


class Event(NamedTuple):
    """The canonical fact a webhook states, and how its data is read."""

    fact: str
    read: Callable[[Hook], Said]


T = TypeVar("T", bound=Wire)


def _reader(kind: type[T], say: Callable[[T, Hook], Said]) -> Callable[[Hook], Said]:
    decoder = msgspec.json.Decoder(kind)
    return lambda hook: say(decode_part(hook.data, decoder, at="$.data"), hook)


def _subject(data: Stocked | Counted) -> Subject:
    return Subject("stock", f"{data.site}|{data.sku}")


def _place(place: Place | None) -> stock.StockPlace | None:
    return None if place is None else stock.StockPlace(location=place.location, status=place.status)


def _moved(data: Moved, hook: Hook) -> Said:
    payload = stock.InventoryMoved(
        warehouse=data.site,
        item=data.sku,
        lot=data.lot,
        movement_id=data.movement_id,
        type=data.type,
        qty=data.amount,
        at=hook.at,
        origin=_place(data.origin),
        destination=_place(data.destination),
        seq=data.sequence,
        reverses=data.reverses,
    )
    return Said(_subject(data), payload)


def _adjusted(data: Adjusted, hook: Hook) -> Said:
    payload = stock.InventoryAdjusted(
        warehouse=data.site,
        item=data.sku,
        lot=data.lot,
        movement_id=data.movement_id,
        qty=data.amount,
        reason=data.reason,
        at=hook.at,
        count_ref=data.count_id,
        status=data.status,
    )
    return Said(_subject(data), payload)


def _status_changed(data: StatusChanged, hook: Hook) -> Said:
    payload = stock.InventoryStatusChanged(
        warehouse=data.site,
        item=data.sku,
        lot=data.lot,
        movement_id=data.movement_id,
        qty=data.amount,
        from_status=data.from_status,
        to_status=data.to_status,
        reason=data.reason,
    )
    return Said(_subject(data), payload)


def _counted(data: Counted, hook: Hook) -> Said:
    payload = stock.InventoryCounted(
        warehouse=data.site,
        item=data.sku,
        lot=data.lot,
        count_id=data.count_id,
        counted=Quantity(checked(data.counted, "$.data.counted"), data.uom),
        book=Quantity(checked(data.book, "$.data.book"), data.uom),
        at=hook.at,
        status=data.status,
    )
    return Said(_subject(data), payload)


def _snapshot(data: Snapshot, hook: Hook) -> Said:
    rows = tuple(
        stock.SnapshotRow(
            item=row.sku,
            on_hand=checked(row.on_hand, f"$.data.rows[{place}].onHand"),
            allocated=checked(row.allocated, f"$.data.rows[{place}].allocated"),
            picked=checked(row.picked, f"$.data.rows[{place}].picked"),
            uom=row.uom,
            lot=row.lot,
            status=row.status,
        )
        for place, row in enumerate(data.rows)
    )
    payload = stock.InventorySnapshotTaken(
        snapshot_id=data.snapshot_id, as_of=data.as_of, watermark_seq=data.watermark, rows=rows
    )
    return Said(Subject("warehouse", data.site), payload)


def _lines(lines: tuple[Returned, ...]) -> tuple[back.ReturnLine, ...]:
    return tuple(
        back.ReturnLine(
            line=line.line_no,
            qty=Quantity(checked(line.quantity, f"$.data.lines[{place}].quantity"), line.uom),
            condition=line.condition,
            grade=line.grade,
            findings=line.findings,
            disposition=line.disposition,
            serials=line.serials,
        )
        for place, line in enumerate(lines)
    )


def _order(number: str) -> tuple[Reference, ...]:
    return (Reference("order", number),) if number else ()


def _received(data: Receipt, hook: Hook) -> Said:
    payload = back.ReturnReceived(receipt_no=data.receipt_no, lines=_lines(data.lines), at=hook.at, rma_no=data.rma)
    return Said(Subject("return", data.rma), payload, _order(data.order_no))


def _inspected(data: Receipt, hook: Hook) -> Said:
    payload = back.ReturnInspected(receipt_no=data.receipt_no, lines=_lines(data.lines), rma_no=data.rma)
    return Said(Subject("return", data.rma), payload, _order(data.order_no))


def _dispositioned(data: Receipt, hook: Hook) -> Said:
    payload = back.ReturnDispositioned(receipt_no=data.receipt_no, lines=_lines(data.lines), rma_no=data.rma)
    return Said(Subject("return", data.rma), payload, _order(data.order_no))


def _unannounced(data: Unannounced, hook: Hook) -> Said:
    packages = tuple(
        PackageInfo(sscc=one.sscc, tracking_no=one.tracking, package_no=one.package_no) for one in data.packages
    )
    payload = back.ReturnUnannouncedReceived(
        receipt_no=data.receipt_no, packages=packages, contents=_lines(data.contents)
    )
    return Said(Subject("return", data.receipt_no), payload, _order(data.order_no))


EVENTS = {
    "stock.moved": Event("inventory.moved", _reader(Moved, _moved)),
    "stock.adjusted": Event("inventory.adjusted", _reader(Adjusted, _adjusted)),
    "stock.status_changed": Event("inventory.status_changed", _reader(StatusChanged, _status_changed)),
    "stock.counted": Event("inventory.counted", _reader(Counted, _counted)),
    "stock.snapshot": Event("inventory.snapshot_taken", _reader(Snapshot, _snapshot)),
    "return.received": Event("return.received", _reader(Receipt, _received)),
    "return.inspected": Event("return.inspected", _reader(Receipt, _inspected)),
    "return.dispositioned": Event("return.dispositioned", _reader(Receipt, _dispositioned)),
    "return.unannounced": Event("return.unannounced_received", _reader(Unannounced, _unannounced)),
}
