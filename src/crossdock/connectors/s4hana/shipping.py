"""The way of one hand-over through S/4HANA's outbound delivery: created, claimed, corrected, picked, posted.

A delivery cannot be created with our reference: it gets it in a call of its own. So one that has just our lines and no
reference yet is taken for ours, whether we created it before an interruption or the delivery due list did.
Pure: each function names the one call that comes next, or None when the delivery is where it should be.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from crossdock.connectors.s4hana import codes, queries, wire
from crossdock.connectors.s4hana.queries import Change
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Permanent
from crossdock.kernel.instant import micros

# DeliveryDocumentBySupplier.
REFERENCE_CHARS_MAX = 35


class Wanted(NamedTuple):
    """What left: quantities and units by item number, from which plant, on which day."""

    handover_no: str
    plant: str
    lines: Mapping[str, Decimal]
    units: Mapping[str, str]
    day: date
    bol: str


def ship_call(ledger: wire.Ledger, wanted: Wanted) -> Change | None:
    """The next call towards this hand-over being posted with these quantities.

    Raises:
        Permanent: S/4HANA's books stand against it.
    """
    if len(wanted.handover_no) > REFERENCE_CHARS_MAX:
        raise Permanent(
            f"{wanted.handover_no} is too long for S/4HANA: give hand-overs {REFERENCE_CHARS_MAX} characters"
        )
    delivery = claimed(ledger, wanted.handover_no)
    if delivery is None:
        items = _ordered(ledger.order, wanted)
        free = next((one for one in ledger.deliveries if _is_free(one, ledger.order, wanted)), None)
        return _claim(free, wanted) if free is not None else _create(ledger.order, items, wanted)
    change = _correct(delivery, wanted)
    if delivery.moved == codes.COMPLETE:
        if change is not None:
            raise Permanent(
                f"delivery {delivery.number} for {wanted.handover_no} is posted in S/4HANA with other quantities: "
                "correct one of them"
            )
        return None
    if change is not None:
        return change
    if delivery.picked not in ("", codes.COMPLETE):
        return Change("POST", queries.function("PickAllItems", delivery.number), etag=delivery.metadata.etag)
    return Change("POST", queries.function("PostGoodsIssue", delivery.number), etag=delivery.metadata.etag)


def back_call(ledger: wire.Ledger, handover_no: str) -> Change | None:
    """The next call towards this hand-over being taken back.

    Raises:
        Permanent: it never was posted.
    """
    delivery = claimed(ledger, handover_no)
    if delivery is None:
        raise Permanent(f"S/4HANA has no delivery for {handover_no} of {ledger.order.number}: nothing to take back")
    if delivery.moved in codes.BEGUN_NOT:
        return None
    return Change("POST", queries.function("ReverseGoodsIssue", delivery.number), etag=delivery.metadata.etag)


def claimed(ledger: wire.Ledger, handover_no: str) -> wire.Delivery | None:
    """The delivery that carries our reference."""
    return next((one for one in ledger.deliveries if one.reference == handover_no), None)


def _ordered(order: wire.Order, wanted: Wanted) -> dict[str, wire.Item]:
    """The items that left, as they were ordered: from this plant, in these units."""
    items = {wire.plain(item.sales_order_item): item for item in order.items.results}
    unknown = sorted(set(wanted.lines) - set(items))
    if unknown:
        raise Permanent(f"order {order.number} has no item {', '.join(unknown)}: correct the hand-over or the order")
    for line in wanted.lines:
        item = items[line]
        told = codes.UNITS.get(item.requested_quantity_unit, item.requested_quantity_unit)
        uom = wanted.units[line]
        if told != uom and not {told, uom} <= codes.PIECES:
            raise Permanent(
                f"item {line} of {order.number} is ordered in {told}, the hand-over counts {uom}: convert it"
            )
        if item.production_plant != wanted.plant:
            raise Permanent(
                f"item {line} of {order.number} is delivered from {item.production_plant}, it left {wanted.plant}: "
                "change the plant in S/4HANA, then send again"
            )
    return {line: items[line] for line in wanted.lines}


def _is_free(delivery: wire.Delivery, order: wire.Order, wanted: Wanted) -> bool:
    mine = {wire.plain(item.order_item) for item in delivery.items.results}
    alone = all(wire.plain(item.order) == wire.plain(order.number) for item in delivery.items.results)
    return not delivery.reference and delivery.moved in codes.BEGUN_NOT and alone and mine == set(wanted.lines)


def _create(order: wire.Order, items: Mapping[str, wire.Item], wanted: Wanted) -> Change:
    points = sorted({item.shipping_point for item in items.values()})
    if len(points) != 1:
        raise Permanent(
            f"what left with {wanted.handover_no} has the shipping points {', '.join(points) or 'none'} in "
            f"{order.number}: a delivery has one, correct the order"
        )
    lines = [
        {
            "ReferenceSDDocument": order.number,
            "ReferenceSDDocumentItem": item.sales_order_item,
            "ActualDeliveryQuantity": wanted.lines[line],
            "DeliveryQuantityUnit": item.requested_quantity_unit,
        }
        for line, item in items.items()
    ]
    body = {"ShippingPoint": points[0], "to_DeliveryDocumentItem": {"results": lines}}
    return Change("POST", f"{queries.DELIVERIES}/A_OutbDeliveryHeader", encode_json(body))


def _claim(delivery: wire.Delivery, wanted: Wanted) -> Change:
    midnight = micros(datetime.combine(wanted.day, time(), UTC)) // 1000
    body = {"DeliveryDocumentBySupplier": wanted.handover_no, "ActualGoodsMovementDate": f"/Date({midnight})/"}
    if wanted.bol:
        body["BillOfLading"] = wanted.bol
    return Change("PATCH", queries.delivery(delivery.number), encode_json(body), delivery.metadata.etag)


def _correct(delivery: wire.Delivery, wanted: Wanted) -> Change | None:
    """The next item whose quantity is not yet what left."""
    items: dict[str, wire.DeliveryItem] = {}
    for item in delivery.items.results:
        line = wire.plain(item.order_item)
        if line in items:
            raise Permanent(
                f"delivery {delivery.number} has item {line} in several batches: post it in S/4HANA by hand"
            )
        items[line] = item
    if set(items) != set(wanted.lines):
        raise Permanent(f"delivery {delivery.number} for {wanted.handover_no} has other items: correct one of them")
    for line, item in items.items():
        if item.actual_delivery_quantity != wanted.lines[line]:
            body = encode_json({"ActualDeliveryQuantity": wanted.lines[line]})
            path = queries.delivery_item(delivery.number, item.delivery_document_item)
            return Change("PATCH", path, body, item.metadata.etag or delivery.metadata.etag)
    return None
