"""ERP business events in: `{eventId, eventType, occurredAt, data}`.

Source: Crossdock generic ERP dialect 1; meanings per domain.md §1.2 and §2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import order as say
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.parts import (
    Address,
    Incoterm,
    LineQuantity,
    OrderLine,
    Party,
    Place,
    RawCode,
    Screening,
    ScreeningStatus,
    StockAtp,
    TradeData,
)
from crossdock.connectors.erp_json import codes, wire
from crossdock.kernel.codec import check_decimal, decode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import Decoded, IntakeContext
from crossdock.ports.statements import Statement, reference, refused, write_down

_events = msgspec.json.Decoder(wire.BusinessEvent)
T = TypeVar("T")
W = TypeVar("W", bound=wire.Wire)


class Unmapped(Rejected):
    """A word of the partner's that is not in our list (MDM-03)."""


class Inbound:
    """One business event, one fact."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            business = decode_json(body, _events)
            event = EVENTS.get(business.event_type)
            if event is None:
                raise Unmapped(f"event {business.event_type} is not in our list: map it", where="$.eventType")
            said = event.read(bytes(business.data), business.occurred_at)
        except Unmapped as error:
            return refused("MDM-03", error)
        except Rejected as error:
            return refused("INT-02", error)
        statement = Statement(
            event.fact, said.subject, business.occurred_at, said.payload, business.event_id,
            reference("order", said.order_no), revision=said.revision,
        )  # fmt: skip
        return Decoded(facts=[write_down(statement, context, business.event_type)])


class Said(NamedTuple):
    """What an event says, about which order."""

    order_no: str
    subject: Subject
    payload: msgspec.Struct
    revision: int | None = None


class Event(NamedTuple):
    """The canonical fact an event states, and how its data is read."""

    fact: str
    read: Callable[[bytes, datetime], Said]


def _reader(kind: type[W], say_it: Callable[[W, datetime], Said]) -> Callable[[bytes, datetime], Said]:
    decoder = msgspec.json.Decoder(kind)

    def read(data: bytes, at: datetime) -> Said:
        try:
            return say_it(decode_json(data, decoder), at)
        except Unmapped:
            raise
        except Rejected as error:
            raise Rejected(error.detail, where=f"$.data{error.where.removeprefix('$')}") from error

    return read


def _meaning(table: Mapping[str, T], word: str, where: str) -> T:
    if word not in table:
        raise Unmapped(f"{word} is not in our list: map it or use one of {', '.join(table)}", where=f"$.data.{where}")
    return table[word]


def _about_order(order_no: str, payload: msgspec.Struct, revision: int | None = None) -> Said:
    return Said(order_no, Subject("order", order_no), payload, revision)


def _approved(data: wire.Approved, at: datetime) -> Said:
    order = data.order
    payload = say.OrderApproved(
        order_no=order.number,
        rev=order.revision,
        customer=_party(order.customer),
        ship_to=_place(order.ship_to),
        lines=tuple(_line(item, order.currency) for item in order.items),
        requested=Window(latest=order.requested.to, earliest=order.requested.from_),
        incoterm=Incoterm(code=order.incoterm.code, place=order.incoterm.place),
        currency=order.currency,
        priority=_meaning(codes.PRIORITIES, order.priority, "order.priority"),
        policies=say.Policies(
            ship_policy=_meaning(codes.SHIP_POLICIES, order.ship_policy, "order.shipPolicy"),
            backorder_policy=_meaning(codes.BACKORDER_POLICIES, order.backorder_policy, "order.backorderPolicy"),
        ),
        order_type=_meaning(codes.ORDER_TYPES, order.type, "order.type"),
        customer_po=order.customer_po,
        credit_cleared_at=order.credit_released_at,
        ordered_at=at,
        cross_border=order.export,
    )
    return _about_order(order.number, payload, order.revision)


def _party(customer: wire.Customer) -> Party:
    screening = Screening(status=ScreeningStatus.CLEAR, checked_at=customer.screened) if customer.screened else None
    return Party(
        no=customer.number, name=customer.name, blocked=customer.blocked, screening=screening, eori=customer.eori
    )


def _place(ship_to: wire.ShipTo) -> Place:
    address = Address(
        country=ship_to.country,
        lines=(ship_to.street,) if ship_to.street else (),
        city=ship_to.city,
        postal=ship_to.postal_code,
    )
    return Place(
        location_no=ship_to.number, name=ship_to.name, type="customer_site", address=address, tz=ship_to.time_zone
    )


def _line(item: wire.Item, currency: str) -> OrderLine:
    stock: tuple[StockAtp, ...] = ()
    if item.available is not None and item.plant:
        stock = (StockAtp(warehouse=item.plant, atp=_number(item.available)),)
    return OrderLine(
        no=item.line_no,
        item=item.material,
        qty=Quantity(_number(item.quantity), item.unit),
        unit_price=Money(_number(item.unit_price), currency) if item.unit_price is not None else None,
        warehouse=item.plant,
        description=item.text,
        stock=stock,
        trade=_trade(item),
    )


def _trade(item: wire.Item) -> TradeData | None:
    trade = TradeData(
        hs_code=item.tariff_code,
        origin_country=item.origin,
        net_kgm=_number(item.net_kg) if item.net_kg is not None else None,
        gross_kgm=_number(item.gross_kg) if item.gross_kg is not None else None,
        licence=item.license,
        licence_needed=item.licensed,
    )
    return trade if trade != TradeData() else None


def _number(value: Decimal) -> Decimal:
    check_decimal(value)
    return value


def _held(data: wire.Held, _: datetime) -> Said:
    kind = _meaning(codes.HOLDS, data.kind, "kind")
    return _about_order(data.order_no, say.OrderHeld(hold_id=data.hold_id, type=kind, reason=data.reason))


def _hold_released(data: wire.HoldReleased, _: datetime) -> Said:
    return _about_order(data.order_no, say.OrderHoldReleased(hold_id=data.hold_id, by=data.by))


def _cancel_requested(data: wire.CancelRequested, _: datetime) -> Said:
    scope = tuple(LineQuantity(line=one.line_no, qty=Quantity(_number(one.quantity), one.unit)) for one in data.items)
    payload = say.OrderCancelRequested(
        request_id=data.request_id, reason=data.reason, requested_by=data.requested_by, scope=scope
    )
    return _about_order(data.order_no, payload)


def _item_cancelled(data: wire.ItemCancelled, _: datetime) -> Said:
    payload = say.OrderLineCancelled(
        line_no=data.item.line_no,
        qty=Quantity(_number(data.item.quantity), data.item.unit),
        cancel_id=data.cancel_id,
        reason=data.reason,
    )
    return _about_order(data.order_no, payload)


def _claimed(data: wire.StatusChanged, _: datetime) -> Said:
    delivery = data.delivery
    milestone = _meaning(codes.DELIVERY_CLAIMS, delivery.status, "delivery.status")
    payload = TrackingMilestone(milestone=milestone, raw=RawCode(code=delivery.status))
    return Said(delivery.order_no, Subject("shipment", delivery.number or delivery.order_no), payload)


EVENTS = {
    "SalesOrder.Approved": Event("order.approved", _reader(wire.Approved, _approved)),
    "SalesOrder.Held": Event("order.held", _reader(wire.Held, _held)),
    "SalesOrder.HoldReleased": Event("order.hold_released", _reader(wire.HoldReleased, _hold_released)),
    "SalesOrder.CancelRequested": Event("order.cancel_requested", _reader(wire.CancelRequested, _cancel_requested)),
    "SalesOrder.ItemCancelled": Event("order.line_cancelled", _reader(wire.ItemCancelled, _item_cancelled)),
    "Delivery.StatusChanged": Event("tracking.milestone", _reader(wire.StatusChanged, _claimed)),
}
