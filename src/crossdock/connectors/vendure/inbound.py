"""Orders in, as Vendure's Admin API answers them: one order, or a page of them. Each says all of it, every time.

What an order says is what was placed, what was paid, what was cancelled and what was refunded; a revision is a
modification or a cancellation of the shop. Cancelled pieces stay in the lines: they are told on their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.channel import (
    ChannelOrderCancelled,
    ChannelOrderPaid,
    ChannelOrderPlaced,
    ChannelOrderRefunded,
)
from crossdock.canonical.parts import Address, Contact, LineQuantity, OrderLine, Party, Place
from crossdock.connectors.vendure import codes, wire
from crossdock.connectors.vendure.config import Config, read_config
from crossdock.kernel.codec import decode_part, refuse_nul
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import Decoded, Finding, IntakeContext
from crossdock.ports.statements import Statement, reference, refused, write_down

FACTS = ("channel.order_placed", "channel.order_paid", "channel.order_cancelled", "channel.order_refunded")
ORDERS_MAX = 1_000

T = TypeVar("T")

_pages = msgspec.json.Decoder(list[msgspec.Raw])
_orders = msgspec.json.Decoder(wire.Order)


class Inbound:
    """A page is taken order by order, and a bad one does not keep the others back."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            refuse_nul(body)
            config = read_config(context.settings)
            orders = _orders_of(body)
        except Rejected as error:
            return refused("INT-02", error)
        except Permanent as error:
            return Decoded(findings=[Finding("INT-02", error.detail, context.partner)])
        decoded = Decoded()
        for raw, where in orders:
            try:
                _take(decoded, decode_part(raw, _orders, at=where), where, context, config)
            except Rejected as error:
                decoded.findings.append(Finding("INT-02", error.detail, error.where or where))
        return decoded


class Reading(NamedTuple):
    """One order on its way: whose it is, how its amounts are written, where it stands in the message."""

    order: wire.Order
    where: str
    channel: str
    config: Config

    def money(self, minor: int) -> Money:
        """An amount in the order's currency."""
        return Money(Decimal(minor).scaleb(-self.config.digits), self.order.currency_code)


def _orders_of(body: bytes) -> list[tuple[msgspec.Raw, str]]:
    """The orders of a page with their places, or the one order the body is."""
    if not body.lstrip().startswith(b"["):
        return [(msgspec.Raw(body), "$")]
    page = decode_part(body, _pages, at="$")
    if len(page) > ORDERS_MAX:
        raise Rejected(f"{len(page)} orders in one page: ask for at most {ORDERS_MAX}")
    return [(raw, f"$[{index}]") for index, raw in enumerate(page)]


def _take(decoded: Decoded, order: wire.Order, where: str, context: IntakeContext, config: Config) -> None:
    if order.type != codes.REGULAR:
        detail = f"order {order.code} is a seller's copy: the customer's own order is what is sent"
        decoded.findings.append(Finding("INT-02", detail, where, severity="info"))
        return
    if order.surcharges:
        named = ", ".join(one.description or "?" for one in order.surcharges)
        raise Rejected(f"order {order.code} has surcharges ({named}): enter it in the ERP by hand", where=where)
    reading = Reading(order, where, context.partner, config)
    number = f"{context.partner}/{order.code}"
    # All of it or nothing: half an order would wait for its other half without end.
    statements = [
        Statement(
            name,
            Subject("channel_order", number),
            at,
            payload,
            f"{order.code}/{order.id}",
            reference("channel_order", number),
            where=where,
        )
        for name, at, payload in _said(reading)
    ]
    decoded.facts += [write_down(one, context, "Order") for one in statements]


def _said(reading: Reading) -> Iterator[tuple[str, datetime, Payload]]:
    order, where = reading.order, reading.where
    placed_at = _instant(_needed(order.order_placed_at, f"{where}.orderPlacedAt", "is not placed yet"), where)
    stamps = [one.created_at for one in order.modifications] + [one.created_at for one in order.history.items]
    changes = [_instant(stamp, where) for stamp in stamps]
    yield "channel.order_placed", max((placed_at, *changes)), _placed(reading, placed_at, 1 + len(changes))
    money = codes.MONEY[reading.config.paid]
    payments = [one for one in order.payments or () if one.state in money]
    if payments:
        yield (
            "channel.order_paid",
            max(_instant(one.created_at, where) for one in payments),
            ChannelOrderPaid(
                paid=reading.money(sum(one.amount for one in payments)),
                method=payments[-1].method,
                payment_ref=payments[-1].transaction_id or "",
            ),
        )
    for one in order.history.items:
        if codes.OURS.search(one.data.reason or ""):
            continue
        whole = order.state == codes.CANCELLED and one is order.history.items[-1]
        yield (
            "channel.order_cancelled",
            _instant(one.created_at, where),
            ChannelOrderCancelled(
                cancel_id=f"cancellation-{one.id}",
                scope=() if whole else _portions(one.data.lines),
                reason=one.data.reason or "",
            ),
        )
    for payment in order.payments or ():
        for refund in payment.refunds:
            if refund.state == codes.REFUNDED:
                yield (
                    "channel.order_refunded",
                    _instant(refund.created_at, where),
                    ChannelOrderRefunded(
                        refund_no=f"refund-{refund.id}",
                        amount=reading.money(refund.total),
                        scope=_portions(refund.lines),
                        reason=refund.reason or "",
                    ),
                )


def _placed(reading: Reading, placed_at: datetime, rev: int) -> ChannelOrderPlaced:
    order = reading.order
    shipping_methods = [one.shipping_method.code for one in order.shipping_lines if one.shipping_method.code]
    return ChannelOrderPlaced(
        channel=reading.channel,
        number=order.code,
        rev=rev,
        customer=_customer(reading),
        ship_to=_place(reading, order.shipping_address, "shippingAddress"),
        bill_to=_billed(reading),
        lines=_lines(reading),
        currency=order.currency_code,
        total=reading.money(_owed(order)),
        shipping=reading.money(order.shipping) if order.shipping else None,
        placed_at=placed_at,
        service=shipping_methods[0] if shipping_methods else "",
    )


def _owed(order: wire.Order) -> int:
    """What the customer owes, in minor units.

    Vendure takes cancelled pieces out of its total, down to nothing for a cancelled order. That one is not free of
    charge: what it would have cost is told, for money that comes after all is not for nothing either.
    """
    if any(line.quantity for line in order.lines):
        return order.total_with_tax
    ordered = _ordered(order)
    return sum(ordered[line.id] * line.prorated_unit_price_with_tax for line in order.lines)


def _ordered(order: wire.Order) -> dict[str, int]:
    """Pieces by line as they were ordered, with those cancelled since."""
    pieces = {line.id: line.quantity for line in order.lines}
    for one in order.history.items:
        for taken in one.data.lines:
            number = str(taken.order_line_id)
            pieces[number] = pieces.get(number, 0) + taken.quantity
    return pieces


def _customer(reading: Reading) -> Party:
    customer = _needed(reading.order.customer, f"{reading.where}.customer", "has no customer")
    ways = (("email", customer.email_address), ("phone", customer.phone_number or ""))
    return Party(
        no=customer.id,
        name=f"{customer.first_name} {customer.last_name}".strip(),
        contacts=tuple(Contact(kind=kind, value=value) for kind, value in ways if value),
    )


def _billed(reading: Reading) -> Place | None:
    address = reading.order.billing_address
    return _place(reading, address, "billingAddress") if address is not None and address.country_code else None


def _place(reading: Reading, address: wire.Address | None, name: str) -> Place:
    where = f"{reading.where}.{name}"
    known = _needed(address, where, "has no shipping address")
    street = (known.street_line1, known.street_line2)
    return Place(
        name=known.company or known.full_name or "",
        address=Address(
            country=_country(_needed(known.country_code, f"{where}.countryCode", "has an address without country")),
            lines=tuple(line for line in street if line),
            city=known.city or "",
            region=known.province or "",
            postal=known.postal_code or "",
        ),
    )


def _country(code: str) -> str:
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise Rejected(f"country {code} is no ISO 3166-1 code of two letters: correct the country in the shop")
    return code.upper()


def _lines(reading: Reading) -> tuple[OrderLine, ...]:
    order = reading.order
    ordered = _ordered(order)
    lines = tuple(
        OrderLine(
            no=line.id,
            item=_needed(line.product_variant.sku, f"{reading.where}.lines", "has a product without SKU"),
            qty=Quantity(Decimal(ordered[line.id]), codes.PIECE),
            unit_price=reading.money(line.prorated_unit_price),
            description=line.product_variant.name,
        )
        for line in order.lines
        if ordered[line.id]
    )
    if not lines:
        raise Rejected(f"order {order.code} has no lines: see it in the shop", where=reading.where)
    return lines


def _portions(portions: tuple[wire.Portion, ...] | tuple[wire.Taken, ...]) -> tuple[LineQuantity, ...]:
    return tuple(
        LineQuantity(line=str(one.order_line_id), qty=Quantity(Decimal(one.quantity), codes.PIECE)) for one in portions
    )


def _needed(value: T | None, where: str, lacks: str) -> T:
    if value is None or value == "":
        raise Rejected(f"the order {lacks}: complete it in the shop", where=where)
    return value


def _instant(text: str, where: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Rejected(f"{text} is no instant: {error}", where=where) from error
