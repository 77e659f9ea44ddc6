"""One sales order in, as A_SalesOrder gives it with its items and partners.

Source: API_SALES_ORDER_SRV (SAP Business Accelerator Hub); meanings per domain.md §1.2 and §2.1. An order without a
block, whose credit is good, is approved, and each later change of it a new revision; items that were rejected are
cancelled lines, and an order all of whose items were is to be cancelled.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import msgspec

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.order import OrderApproved, OrderCancelRequested, OrderLineCancelled
from crossdock.canonical.parts import Address, Incoterm, OrderLine, Party, Place
from crossdock.connectors.s4hana import codes, wire
from crossdock.connectors.s4hana.config import Config, read_config
from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext
from crossdock.ports.fields import Unmapped, amount, end_of, needed, revision, start_of, unit, zone
from crossdock.ports.statements import Statement, reference, refused, write_down

FACTS = ("order.approved", "order.cancel_requested", "order.line_cancelled")

_orders = msgspec.json.Decoder(wire.Order)


class Inbound:
    """One order: itself, and its rejected items."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            config = read_config(context.settings)
            at = zone(config.zone or context.tz, context.partner)
            return _taken(decode_json(body, _orders), context, config, at)
        except Unmapped as error:
            return refused("MDM-03", error)
        except Rejected as error:
            return refused("INT-02", error)
        except Permanent as error:
            return Decoded(findings=[Finding("INT-02", error.detail, context.partner)])


def changed_at(order: wire.Order | wire.Changed) -> datetime:
    """When an order was last changed, UTC.

    Raises:
        Rejected: it does not say.
    """
    at = wire.instant(order.changed, "$.LastChangeDateTime")
    return needed(at, "$.LastChangeDateTime", f"order {order.number} does not say when it was changed")


def _taken(order: wire.Order, context: IntakeContext, config: Config, at: tzinfo) -> Decoded:
    changed = changed_at(order)
    if order.rejected == codes.COMPLETE:
        payload = OrderCancelRequested(request_id=f"rejected-{order.number}", reason="all items rejected in S/4HANA")
        return Decoded([_fact("order.cancel_requested", order, changed, payload, context)])
    stopped = _stopped(order)
    if stopped:
        return Decoded(findings=[Finding("INT-02", f"order {order.number} {stopped}", "$", severity="info")])
    facts = [_fact("order.approved", order, changed, _approved(order, changed, config, at), context)]
    for index, item in enumerate(order.items.results):
        if item.sales_document_rjcn_reason:
            gone = _rejected(order, item, f"$.to_Item.results[{index}]")
            facts.append(_fact("order.line_cancelled", order, changed, gone, context))
    return Decoded(facts)


def _stopped(order: wire.Order) -> str:
    if order.block:
        return f"has the delivery block {order.block}: it comes when that is gone"
    return "waits for credit: it comes when that is good" if order.credit in codes.CREDIT_BAD else ""


def _fact(kind: str, order: wire.Order, at: datetime, payload: msgspec.Struct, context: IntakeContext) -> DecodedFact:
    statement = Statement(
        kind, Subject("order", order.number), at, payload, f"A_SalesOrder,{order.number}",
        reference("order", order.number), revision=revision(at, "$.LastChangeDateTime"), raw=order.changed or "",
    )  # fmt: skip
    return write_down(statement, context, "A_SalesOrder")


def _approved(order: wire.Order, changed: datetime, config: Config, at: tzinfo) -> OrderApproved:
    created = wire.instant(order.created, "$.CreationDate")
    wanted = wire.instant(order.requested, "$.RequestedDeliveryDate")
    ordered_at = start_of(created.astimezone(UTC).date(), at) if created is not None else changed
    ship_to = _place(order)
    currency = needed(order.currency, "$.TransactionCurrency", f"order {order.number} has no currency")
    city = ship_to.address.city if ship_to.address else ""
    return OrderApproved(
        order_no=order.number,
        rev=revision(changed, "$.LastChangeDateTime"),
        customer=_party(order),
        ship_to=ship_to,
        lines=_lines(order),
        requested=Window(
            latest=end_of(wanted.astimezone(UTC).date(), at) if wanted is not None else None, earliest=ordered_at
        ),
        incoterm=Incoterm(code=order.incoterm or config.incoterm, place=order.incoterm_place or city),
        currency=currency,
        customer_po=order.customer_po,
        ordered_at=ordered_at,
        total=Money(amount(order.total, "$.TotalNetAmount"), currency) if order.total is not None else None,
    )


def _partner(order: wire.Order, functions: frozenset[str]) -> tuple[wire.Partner | None, str]:
    for index, partner in enumerate(order.partners.results):
        if partner.function in functions:
            return partner, f"$.to_Partner.results[{index}]"
    return None, "$.to_Partner"


def _address(partner: wire.Partner | None) -> wire.Address | None:
    found = partner.to_Address.results if partner is not None and partner.to_Address is not None else ()
    return found[0] if found else None


def _party(order: wire.Order) -> Party:
    partner, _ = _partner(order, codes.SOLD_TO)
    address = _address(partner)
    number = order.sold_to or (partner.customer if partner is not None else "")
    return Party(
        no=needed(number, "$.SoldToParty", f"order {order.number} has no sold-to party"),
        name=address.organization_name1 if address is not None else "",
    )


def _place(order: wire.Order) -> Place:
    found, where = _partner(order, codes.SHIP_TO)
    partner = needed(found, where, f"order {order.number} has no ship-to party: add it")
    address = needed(
        _address(partner), f"{where}.to_Address", f"our user may not read the address of {order.number}: let it"
    )
    street = " ".join(part for part in (address.street_name, address.house_number) if part)
    return Place(
        location_no=partner.customer,
        name=address.organization_name1,
        type="customer_site",
        address=Address(
            country=needed(address.country, f"{where}.to_Address", f"the address of {order.number} has no country"),
            lines=(street,) if street else (),
            city=address.city_name,
            region=address.region,
            postal=address.postal_code,
        ),
    )


def _lines(order: wire.Order) -> tuple[OrderLine, ...]:
    lines = tuple(
        OrderLine(
            no=wire.plain(item.sales_order_item),
            item=needed(item.material, f"{where}.Material", f"item {item.sales_order_item} has no material"),
            qty=_quantity(item, where),
            warehouse=item.production_plant,
            description=item.sales_order_item_text,
        )
        for item, where in _items(order)
        if not item.sales_document_rjcn_reason
    )
    if not lines:
        raise Rejected(f"order {order.number} has no items to deliver", where="$.to_Item")
    return lines


def _items(order: wire.Order) -> list[tuple[wire.Item, str]]:
    return [(item, f"$.to_Item.results[{index}]") for index, item in enumerate(order.items.results)]


def _quantity(item: wire.Item, where: str) -> Quantity:
    value = amount(item.requested_quantity, f"{where}.RequestedQuantity")
    return Quantity(value, unit(item.requested_quantity_unit, codes.UNITS, f"{where}.RequestedQuantityUnit"))


def _rejected(order: wire.Order, item: wire.Item, where: str) -> OrderLineCancelled:
    line = wire.plain(item.sales_order_item)
    reason = item.sales_document_rjcn_reason
    return OrderLineCancelled(
        line_no=line, qty=_quantity(item, where), cancel_id=f"rejected-{order.number}-{line}", reason=reason
    )
