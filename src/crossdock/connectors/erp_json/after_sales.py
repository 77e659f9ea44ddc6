"""The ERP on its stock books and on returns. Source: Crossdock generic ERP dialect 1, domain.md §2.8, §2.9."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events import inventory as stock
from crossdock.canonical.events import returns as back
from crossdock.canonical.scalars import Id, Instant, Ordinal, Text
from crossdock.connectors.erp_json.codes import STOCK_TYPES
from crossdock.connectors.erp_json.reading import DATA, Event, Said, meaning, number, reader
from crossdock.connectors.erp_json.wire import Wire
from crossdock.kernel.errors import Rejected
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity


class Posting(Wire, frozen=True, kw_only=True):
    """What was posted: a movement of `material` in `plant`, the goods issue of a delivery, or the receipt of a return.

    `movementId` is the number we asked under: the movement, the hand-over, or the receipt.
    """

    movement_id: Id
    plant: str = ""
    material: str = ""
    delivery_no: str = ""
    rma_no: str = ""
    order_no: str = ""


class Posted(Posting, frozen=True, kw_only=True):
    """`MaterialDocument.Posted`."""

    document_no: Id


class PostFailed(Posting, frozen=True, kw_only=True):
    """`MaterialDocument.Failed`."""

    reason: Text
    attempt: Ordinal = 1


class Balance(Wire, frozen=True, kw_only=True):
    """One balance; `stockType` is one of `codes.STOCK_TYPES`."""

    material: Id
    quantity: Decimal
    unit: str = "EA"
    batch: str = ""
    stock_type: str = "UNRESTRICTED"


class Reported(Wire, frozen=True, kw_only=True):
    """`Stock.Reported`: what the ERP books of a plant."""

    report_id: Id
    plant: Id
    as_of: Instant
    items: tuple[Balance, ...]


class ReturnItem(Wire, frozen=True, kw_only=True):
    """One item that may come back."""

    line_no: Id
    quantity: Decimal
    unit: str = "EA"
    reason: str = ""


class Authorised(Wire, frozen=True, kw_only=True):
    """`Return.Authorised`; `requestId` is the request it answers, or the receipt of what came unannounced."""

    rma_no: Id
    order_no: Id
    items: tuple[ReturnItem, ...]
    request_id: str = ""
    revision: Ordinal = 1
    valid_until: Instant | None = None
    method: str = ""
    instructions: Text = ""


class Declined(Wire, frozen=True, kw_only=True):
    """`Return.Declined`."""

    request_id: Id
    reason: Text
    order_no: str = ""


class Credited(Wire, frozen=True, kw_only=True):
    """`Return.Credited`."""

    rma_no: Id
    credit_no: Id
    amount: Decimal
    currency: Id
    order_no: str = ""


class Cancelled(Wire, frozen=True, kw_only=True):
    """`Return.Cancelled`."""

    rma_no: Id
    reason: Text = ""
    order_no: str = ""


def _subject(data: Posting) -> Subject:
    if data.rma_no:
        return Subject("return", data.rma_no)
    if data.delivery_no:
        return Subject("shipment", data.delivery_no)
    if data.plant and data.material:
        return Subject("stock", f"{data.plant}|{data.material}")
    raise Rejected("nobody says what was posted: send plant and material, deliveryNo, or rmaNo", where=DATA)


def _posted(data: Posted, _: datetime) -> Said:
    payload = stock.InventoryErpPosted(
        movement_id=data.movement_id, doc_no=data.document_no, warehouse=data.plant, item=data.material
    )
    return Said(data.order_no, _subject(data), payload)


def _post_failed(data: PostFailed, _: datetime) -> Said:
    payload = stock.InventoryErpPostFailed(
        movement_id=data.movement_id,
        reason=data.reason,
        attempt=data.attempt,
        warehouse=data.plant,
        item=data.material,
    )
    return Said(data.order_no, _subject(data), payload)


def _reported(data: Reported, _: datetime) -> Said:
    rows = tuple(
        stock.SnapshotRow(
            item=one.material,
            on_hand=number(one.quantity),
            uom=one.unit,
            lot=one.batch,
            status=meaning(STOCK_TYPES, one.stock_type, "items.stockType"),
        )
        for one in data.items
    )
    payload = stock.InventorySnapshotTaken(snapshot_id=data.report_id, as_of=data.as_of, watermark_seq=0, rows=rows)
    return Said("", Subject("warehouse", data.plant), payload)


def _return(number_: str, order_no: str, payload: msgspec.Struct, more: str = "") -> Said:
    refs = (Reference("return", more),) if more else ()
    return Said(order_no, Subject("return", number_), payload, refs=refs)


def _authorised(data: Authorised, _: datetime) -> Said:
    lines = tuple(
        back.ReturnLine(line=one.line_no, qty_authorised=Quantity(number(one.quantity), one.unit), reason=one.reason)
        for one in data.items
    )
    payload = back.ReturnInitiated(
        rma_no=data.rma_no,
        lines=lines,
        window_until=data.valid_until,
        method=data.method,
        instructions=data.instructions,
        order_no=data.order_no,
        rev=data.revision,
        request_id=data.request_id,
    )
    return _return(data.rma_no, data.order_no, payload, data.request_id)


def _declined(data: Declined, _: datetime) -> Said:
    payload = back.ReturnDeclined(request_id=data.request_id, reason=data.reason)
    return _return(data.request_id, data.order_no, payload)


def _credited(data: Credited, _: datetime) -> Said:
    amount = Money(number(data.amount), data.currency)
    payload = back.ReturnCredited(credit_no=data.credit_no, amount=amount, rma_no=data.rma_no)
    return _return(data.rma_no, data.order_no, payload)


def _cancelled(data: Cancelled, _: datetime) -> Said:
    payload = back.ReturnCancelled(rma_no=data.rma_no, reason=data.reason)
    return _return(data.rma_no, data.order_no, payload)


EVENTS = {
    "MaterialDocument.Posted": Event("inventory.erp_posted", reader(Posted, _posted)),
    "MaterialDocument.Failed": Event("inventory.erp_post_failed", reader(PostFailed, _post_failed)),
    "Stock.Reported": Event("inventory.snapshot_taken", reader(Reported, _reported)),
    "Return.Authorised": Event("return.initiated", reader(Authorised, _authorised)),
    "Return.Declined": Event("return.declined", reader(Declined, _declined)),
    "Return.Credited": Event("return.credited", reader(Credited, _credited)),
    "Return.Cancelled": Event("return.cancelled", reader(Cancelled, _cancelled)),
}
