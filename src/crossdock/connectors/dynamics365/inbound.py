"""One sales order in, with its lines, as `source.Orders` reads it from Dynamics 365.

Source: Microsoft Learn, entities Sales order headers V2 and lines V2; meanings per domain.md §1.2 and §2.1. An open
order whose processing is not stopped is approved, and each later change of it a new revision.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import msgspec

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.order import OrderApproved, OrderCancelRequested, OrderLineCancelled
from crossdock.canonical.parts import Address, Incoterm, OrderLine, Party, Place
from crossdock.connectors.dynamics365 import codes, wire
from crossdock.connectors.dynamics365.config import Config, read_config
from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext
from crossdock.ports.fields import Unmapped, amount, end_of, needed, revision, unit, zone
from crossdock.ports.statements import Statement, reference, refused, write_down

FACTS = ("order.approved", "order.cancel_requested", "order.line_cancelled")

_sales = msgspec.json.Decoder(wire.Sale)


class Inbound:
    """One order: itself, and its cancelled lines."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            config = read_config(context.settings)
            at = zone(config.zone or context.tz, context.partner)
            return _taken(decode_json(body, _sales), context, config, at)
        except Unmapped as error:
            return refused("MDM-03", error)
        except Rejected as error:
            return refused("INT-02", error)
        except Permanent as error:
            return Decoded(findings=[Finding("INT-02", error.detail, context.partner)])


def _taken(sale: wire.Sale, context: IntakeContext, config: Config, at: tzinfo) -> Decoded:
    order = sale.order
    if order.sales_order_status == codes.CANCELLED:
        payload = OrderCancelRequested(
            request_id=f"cancel-{order.sales_order_number}", reason="cancelled in Dynamics 365"
        )
        return Decoded([_fact("order.cancel_requested", sale, payload, context)])
    waiting = _waiting(order, config)
    if waiting:
        detail = f"order {order.sales_order_number} {waiting}"
        return Decoded(findings=[Finding("INT-02", detail, "$.order", severity="info")])
    facts = [_fact("order.approved", sale, _approved(sale, config, at), context)]
    for line, where in _lines(sale):
        if line.sales_order_line_status == codes.CANCELLED:
            facts.append(_fact("order.line_cancelled", sale, _cancelled(line, where), context))
    return Decoded(facts)


def _waiting(order: wire.Header, config: Config) -> str:
    if order.sales_order_status not in codes.OPEN:
        return f"is {order.sales_order_status}: it comes when it is open"
    if order.is_sales_processing_stopped == codes.YES:
        return "is stopped: it comes when its processing goes on"
    if config.confirmed and order.sales_order_processing_status not in config.confirmed:
        return f"is {order.sales_order_processing_status}: it comes when it is {' or '.join(config.confirmed)}"
    return ""


def _fact(kind: str, sale: wire.Sale, payload: msgspec.Struct, context: IntakeContext) -> DecodedFact:
    number = sale.order.sales_order_number
    statement = Statement(
        kind, Subject("order", number), sale.changed, payload, f"SalesOrderHeadersV2,{number}",
        reference("order", number), revision=revision(sale.changed, "$.changed"),
    )  # fmt: skip
    return write_down(statement, context, "SalesOrderHeadersV2")


def _approved(sale: wire.Sale, config: Config, at: tzinfo) -> OrderApproved:
    order = sale.order
    number = order.sales_order_number
    currency = needed(order.currency_code, "$.order.CurrencyCode", f"order {number} has no currency: set it")
    ordered_at = wire.day(order.order_creation_date_time) or sale.changed
    wanted = wire.day(order.requested_receipt_date)
    total = order.order_total_amount if order.are_totals_calculated == codes.YES else None
    return OrderApproved(
        order_no=number,
        rev=revision(sale.changed, "$.changed"),
        customer=_customer(order),
        ship_to=_place(order),
        lines=_ordered(sale, currency),
        requested=Window(latest=_end(wanted, at), earliest=ordered_at),
        incoterm=Incoterm(code=order.delivery_terms_code or config.incoterm, place=order.delivery_address_city or ""),
        currency=currency,
        customer_po=order.customers_order_reference or "",
        bill_to=Party(no=order.invoice_customer_account_number) if order.invoice_customer_account_number else None,
        ordered_at=ordered_at,
        total=Money(amount(total, "$.order.OrderTotalAmount"), currency) if total is not None else None,
    )


def _end(wanted: datetime | None, at: tzinfo) -> datetime | None:
    """The end of the day a customer asked for: Dynamics gives a date as noon of it, UTC."""
    return end_of(wanted.astimezone(UTC).date(), at) if wanted is not None else None


def _customer(order: wire.Header) -> Party:
    number = order.ordering_customer_account_number
    missing = f"order {order.sales_order_number} has no customer"
    return Party(no=needed(number, "$.order.OrderingCustomerAccountNumber", missing), name=order.sales_order_name or "")


def _place(order: wire.Header) -> Place:
    missing = f"the address of {order.sales_order_number} has no country with an ISO code: add it"
    country = needed(order.country, "$.order.DeliveryAddressCountryRegionISOCode", missing)
    return Place(
        location_no=order.delivery_address_location_id or order.ordering_customer_account_number or "",
        name=order.delivery_address_name or "",
        type="customer_site",
        address=Address(
            country=country,
            lines=tuple(line for line in (order.delivery_address_street or "").splitlines() if line),
            city=order.delivery_address_city or "",
            region=order.delivery_address_state_id or "",
            postal=order.delivery_address_zip_code or "",
        ),
    )


def _lines(sale: wire.Sale) -> list[tuple[wire.Line, str]]:
    return [(line, f"$.lines[{index}]") for index, line in enumerate(sale.lines)]


def _ordered(sale: wire.Sale, currency: str) -> tuple[OrderLine, ...]:
    lines = tuple(
        _line(line, where, currency)
        for line, where in _lines(sale)
        if line.sales_order_line_status != codes.CANCELLED and line.ordered_sales_quantity > 0
    )
    if not lines:
        raise Rejected(f"order {sale.order.sales_order_number} has no lines to deliver", where="$.lines")
    return lines


def _line(line: wire.Line, where: str, currency: str) -> OrderLine:
    number = line.line_creation_sequence_number
    # A price for several is not divided: what would be rounded is left out.
    single = line.sales_price_quantity in (None, 0, 1)
    price = amount(line.sales_price, f"{where}.SalesPrice") if line.sales_price is not None and single else None
    return OrderLine(
        no=str(number),
        item=needed(line.item_number, f"{where}.ItemNumber", f"line {number} has no item: it cannot be shipped"),
        qty=_quantity(line, where),
        unit_price=Money(price, currency) if price is not None else None,
        warehouse=line.shipping_warehouse_id or "",
        description=line.line_description or "",
    )


def _quantity(line: wire.Line, where: str) -> Quantity:
    value = amount(line.ordered_sales_quantity, f"{where}.OrderedSalesQuantity")
    return Quantity(value, unit((line.sales_unit_symbol or "").lower(), codes.UNITS, f"{where}.SalesUnitSymbol"))


def _cancelled(line: wire.Line, where: str) -> OrderLineCancelled:
    number = str(line.line_creation_sequence_number)
    return OrderLineCancelled(
        line_no=number, qty=_quantity(line, where), cancel_id=f"cancel-{line.sales_order_number}-{number}"
    )
