"""ERP business events in: `{eventId, eventType, occurredAt, data}`.

Source: Crossdock generic ERP dialect 1; meanings per domain.md §1.2 and §2.1.
"""

from __future__ import annotations

from datetime import datetime

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
from crossdock.connectors.erp_json import after_sales, codes, money, wire
from crossdock.connectors.erp_json.reading import DATA, Event, Said, meaning, number, reader
from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import Decoded, IntakeContext
from crossdock.ports.fields import Unmapped
from crossdock.ports.statements import Statement, reference, refused, write_down

_events = msgspec.json.Decoder(wire.BusinessEvent)


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
            return refused("INT-02", error, DATA)
        statement = Statement(
            event.fact, said.subject, business.occurred_at, said.payload, business.event_id,
            (*reference("order", said.order_no), *said.refs), revision=said.revision,
        )  # fmt: skip
        return Decoded(facts=[write_down(statement, context, business.event_type)])


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
        priority=meaning(codes.PRIORITIES, order.priority, "order.priority"),
        policies=say.Policies(
            ship_policy=meaning(codes.SHIP_POLICIES, order.ship_policy, "order.shipPolicy"),
            backorder_policy=meaning(codes.BACKORDER_POLICIES, order.backorder_policy, "order.backorderPolicy"),
            invoice_policy=_invoice_policy(order.invoice_policy),
        ),
        order_type=meaning(codes.ORDER_TYPES, order.type, "order.type"),
        customer_po=order.customer_po,
        credit_cleared_at=order.credit_released_at,
        ordered_at=at,
        cross_border=order.export,
    )
    return _about_order(order.number, payload, order.revision)


def _invoice_policy(word: str) -> say.InvoicePolicy | None:
    return meaning(codes.INVOICE_POLICIES, word, "order.invoicePolicy") if word else None


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
        stock = (StockAtp(warehouse=item.plant, atp=number(item.available)),)
    return OrderLine(
        no=item.line_no,
        item=item.material,
        qty=Quantity(number(item.quantity), item.unit),
        unit_price=Money(number(item.unit_price), currency) if item.unit_price is not None else None,
        warehouse=item.plant,
        description=item.text,
        stock=stock,
        trade=_trade(item),
    )


def _trade(item: wire.Item) -> TradeData | None:
    trade = TradeData(
        hs_code=item.tariff_code,
        origin_country=item.origin,
        net_kgm=number(item.net_kg) if item.net_kg is not None else None,
        gross_kgm=number(item.gross_kg) if item.gross_kg is not None else None,
        licence=item.license,
        licence_needed=item.licensed,
    )
    return trade if trade != TradeData() else None


def _held(data: wire.Held, _: datetime) -> Said:
    kind = meaning(codes.HOLDS, data.kind, "kind")
    return _about_order(data.order_no, say.OrderHeld(hold_id=data.hold_id, type=kind, reason=data.reason))


def _hold_released(data: wire.HoldReleased, _: datetime) -> Said:
    return _about_order(data.order_no, say.OrderHoldReleased(hold_id=data.hold_id, by=data.by))


def _cancel_requested(data: wire.CancelRequested, _: datetime) -> Said:
    scope = tuple(LineQuantity(line=one.line_no, qty=Quantity(number(one.quantity), one.unit)) for one in data.items)
    payload = say.OrderCancelRequested(
        request_id=data.request_id, reason=data.reason, requested_by=data.requested_by, scope=scope
    )
    return _about_order(data.order_no, payload)


def _item_cancelled(data: wire.ItemCancelled, _: datetime) -> Said:
    payload = say.OrderLineCancelled(
        line_no=data.item.line_no,
        qty=Quantity(number(data.item.quantity), data.item.unit),
        cancel_id=data.cancel_id,
        reason=data.reason,
    )
    return _about_order(data.order_no, payload)


def _claimed(data: wire.StatusChanged, _: datetime) -> Said:
    delivery = data.delivery
    milestone = meaning(codes.DELIVERY_CLAIMS, delivery.status, "delivery.status")
    payload = TrackingMilestone(milestone=milestone, raw=RawCode(code=delivery.status))
    return Said(delivery.order_no, Subject("shipment", delivery.number or delivery.order_no), payload)


EVENTS = {
    "SalesOrder.Approved": Event("order.approved", reader(wire.Approved, _approved)),
    "SalesOrder.Held": Event("order.held", reader(wire.Held, _held)),
    "SalesOrder.HoldReleased": Event("order.hold_released", reader(wire.HoldReleased, _hold_released)),
    "SalesOrder.CancelRequested": Event("order.cancel_requested", reader(wire.CancelRequested, _cancel_requested)),
    "SalesOrder.ItemCancelled": Event("order.line_cancelled", reader(wire.ItemCancelled, _item_cancelled)),
    "Delivery.StatusChanged": Event("tracking.milestone", reader(wire.StatusChanged, _claimed)),
    **after_sales.EVENTS,
    **money.EVENTS,
}
