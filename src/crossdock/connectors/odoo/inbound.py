"""One sale in, with the records it names, as `source.Sales` reads them from Odoo.

Source: Odoo 17 to 19 (module sale_stock); meanings per domain.md §1.2 and §2.1. A sale that is confirmed is an approved
order, and each later change of it a new revision; one that is cancelled asks for the cancellation.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.order import OrderApproved, OrderCancelRequested
from crossdock.canonical.parts import Address, Incoterm, OrderLine, Party, Place
from crossdock.connectors.odoo import codes, wire
from crossdock.connectors.odoo.config import Config, read_config
from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext
from crossdock.ports.fields import Unmapped, amount, needed, revision, unit
from crossdock.ports.statements import Statement, reference, refused, write_down

FACTS = ("order.approved", "order.cancel_requested")

_sales = msgspec.json.Decoder(wire.Sale)


class Inbound:
    """One sale, one fact."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            config = read_config(context.settings)
            return _taken(decode_json(body, _sales), context, config)
        except Unmapped as error:
            return refused("MDM-03", error)
        except Rejected as error:
            return refused("INT-02", error)
        except Permanent as error:
            return Decoded(findings=[Finding("INT-02", error.detail, context.partner)])


def instant(text: str, where: str) -> datetime:
    """An instant as Odoo writes it.

    Raises:
        Rejected: it is none.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise Rejected(f"{text} is no instant of Odoo's: {error}", where=where) from error


def _taken(sale: wire.Sale, context: IntakeContext, config: Config) -> Decoded:
    order = sale.order
    changed = instant(order.write_date, "$.order.write_date")
    if order.state == codes.CANCELLED:
        payload = OrderCancelRequested(request_id=f"cancel-{order.name}", reason="cancelled in Odoo")
        return Decoded([_fact("order.cancel_requested", order, changed, payload, context)])
    if order.state not in codes.CONFIRMED:
        raise Rejected(f"sale {order.name} is {order.state}: only a confirmed sale is an order", where="$.order.state")
    lines = _lines(sale)
    if not lines:
        detail = f"sale {order.name} sells no goods: nothing to ship"
        return Decoded(findings=[Finding("INT-02", detail, "$.lines", severity="info")])
    return Decoded([_fact("order.approved", order, changed, _approved(sale, lines, changed, config), context)])


def _fact(kind: str, order: wire.Order, at: datetime, payload: msgspec.Struct, context: IntakeContext) -> DecodedFact:
    statement = Statement(
        kind, Subject("order", order.name), at, payload, f"sale.order,{order.id}", reference("order", order.name),
        revision=revision(at, "$.order.write_date"), raw=order.write_date,
    )  # fmt: skip
    return write_down(statement, context, "sale.order")


def _approved(sale: wire.Sale, lines: tuple[OrderLine, ...], changed: datetime, config: Config) -> OrderApproved:
    order = sale.order
    ordered = wire.said(order.date_order)
    promised = wire.said(order.commitment_date)
    ordered_at = instant(ordered, "$.order.date_order") if ordered else changed
    ship_to = _place(sale)
    return OrderApproved(
        order_no=order.name,
        rev=revision(changed, "$.order.write_date"),
        customer=_party(sale),
        ship_to=ship_to,
        lines=lines,
        requested=Window(
            latest=instant(promised, "$.order.commitment_date") if promised else None, earliest=ordered_at
        ),
        incoterm=Incoterm(code=config.incoterm, place=ship_to.address.city if ship_to.address else ""),
        currency=_currency(order),
        customer_po=wire.said(order.client_order_ref),
        ordered_at=ordered_at,
    )


def _currency(order: wire.Order) -> str:
    return needed(wire.named(order.currency_id), "$.order.currency_id", f"sale {order.name} has no currency: set it")


def _partner(sale: wire.Sale, link: wire.Link, where: str) -> wire.Partner:
    found = next((one for one in sale.partners if one.id == wire.linked(link)), None)
    return needed(found, where, f"sale {sale.order.name} names no partner our user may read: open its contact to it")


def _number(partner: wire.Partner) -> str:
    return wire.said(partner.ref) or str(partner.id)


def _party(sale: wire.Sale) -> Party:
    partner = _partner(sale, sale.order.partner_id, "$.order.partner_id")
    return Party(no=_number(partner), name=wire.said(partner.name))


def _place(sale: wire.Sale) -> Place:
    partner = _partner(sale, sale.order.partner_shipping_id, "$.order.partner_shipping_id")
    index = sale.partners.index(partner)
    country = next((one for one in sale.countries if one.id == wire.linked(partner.country_id)), None)
    code = wire.said(country.code) if country is not None else ""
    streets = (wire.said(partner.street), wire.said(partner.street2))
    return Place(
        location_no=_number(partner),
        name=wire.said(partner.name),
        type="customer_site",
        address=Address(
            country=needed(
                code, f"$.partners[{index}].country_id", f"the address of {sale.order.name} has no country: add it"
            ),
            lines=tuple(line for line in streets if line),
            city=wire.said(partner.city),
            postal=wire.said(partner.zip),
        ),
    )


def _lines(sale: wire.Sale) -> tuple[OrderLine, ...]:
    """The goods of a sale; services, titles and notes are none.

    Raises:
        Rejected: a line or a product is not in the message: our user may not read it.
    """
    unread = sorted(set(sale.order.order_line) - {line.id for line in sale.lines})
    if unread:
        raise Rejected(f"line {unread[0]} of {sale.order.name} may not be read by our user: let it", where="$.lines")
    products = {product.id: product for product in sale.products}
    lines = []
    for index, line in enumerate(sale.lines):
        where = f"$.lines[{index}]"
        if wire.said(line.display_type) or not wire.linked(line.product_id) or not line.product_uom_qty:
            continue
        unreadable = f"the product of line {line.id} may not be read by our user: let it"
        product = needed(products.get(wire.linked(line.product_id)), f"{where}.product_id", unreadable)
        if product.type in codes.MOVED:
            lines.append(_line(sale, line, product, where))
    return tuple(lines)


def _line(sale: wire.Sale, line: wire.OrderLine, product: wire.Product, where: str) -> OrderLine:
    """A line by Odoo's id of it: its `sequence` is the same for most lines, and the transfer knows the id."""
    warehouse = next((one for one in sale.warehouses if one.id == wire.linked(sale.order.warehouse_id)), None)
    word = wire.named(line.product_uom) or wire.named(line.product_uom_id)
    price = amount(line.price_unit, f"{where}.price_unit") if line.price_unit is not None else None
    code = wire.said(product.default_code)
    return OrderLine(
        no=str(line.id),
        item=needed(
            code, f"{where}.product_id", f"the product of line {line.id} has no internal reference: give it one"
        ),
        qty=Quantity(
            amount(line.product_uom_qty, f"{where}.product_uom_qty"), unit(word, codes.UNITS, f"{where}.product_uom")
        ),
        unit_price=Money(price, _currency(sale.order)) if price is not None else None,
        warehouse=wire.said(warehouse.code) if warehouse is not None else "",
        description=wire.said(line.name),
    )
