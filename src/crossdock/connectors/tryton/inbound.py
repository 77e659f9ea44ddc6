"""Sales in, as Tryton's REST interface answers them: one sale, or a page of them.

Source: trytond 8.2, module sale; meanings per domain.md §1.2 and §2.1. A sale that is confirmed is an approved order.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

import msgspec

from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events.order import OrderApproved, OrderCancelRequested
from crossdock.canonical.parts import Address, Incoterm, OrderLine, Party, Place
from crossdock.connectors.tryton import codes, wire
from crossdock.connectors.tryton.config import Config, read_config
from crossdock.connectors.tryton.entry import channel_order
from crossdock.connectors.tryton.numbering import numbered
from crossdock.kernel.codec import decode_part, refuse_nul
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext
from crossdock.ports.fields import Unmapped, amount, checked, end_of, needed, start_of, unit, zone
from crossdock.ports.statements import Statement, reference, refused, write_down

FACTS = ("order.approved", "order.cancel_requested")
REVISION = 1
SALES_MAX = 1_000


_pages = msgspec.json.Decoder(list[msgspec.Raw])
_sales = msgspec.json.Decoder(wire.Sale)
_changes = msgspec.json.Decoder(wire.Changed)


class Inbound:
    """One sale, one fact; a page of them is taken sale by sale, and a bad one does not keep the others back."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        try:
            refuse_nul(body)
            config = read_config(context.settings)
            sales = _sales_of(body)
        except Rejected as error:
            return refused("INT-02", error)
        except Permanent as error:
            return Decoded(findings=[Finding("INT-02", error.detail, context.partner)])
        decoded = Decoded()
        for raw, where in sales:
            try:
                _take(decoded, raw, where, context, config)
            except Unmapped as error:
                decoded.findings.append(Finding("MDM-03", error.detail, error.where or where))
            except Rejected as error:
                decoded.findings.append(Finding("INT-02", error.detail, error.where or where))
        return decoded


def written(body: bytes) -> list[tuple[bytes, datetime | None, int]]:
    """The sales of a page, each as it came, with when it was last written (UTC, naive as there) and its id.

    Raises:
        Rejected: it is no page of sales.
    """
    return [(bytes(raw), *_change(decode_part(raw, _changes, at=where), where)) for raw, where in _sales_of(body)]


def _change(sale: wire.Changed, where: str) -> tuple[datetime | None, int]:
    at = sale.write_date
    if at is None:
        return None, sale.id
    try:
        return datetime(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond), sale.id  # noqa: DTZ001
    except ValueError as error:
        raise Rejected(f"no date: {error}", where=f"{where}.write_date") from error


def _sales_of(body: bytes) -> list[tuple[msgspec.Raw, str]]:
    """The sales of a page with their places, or the one sale the body is."""
    if not body.lstrip().startswith(b"["):
        return [(msgspec.Raw(body), "$")]
    page = decode_part(body, _pages, at="$")
    if len(page) > SALES_MAX:
        raise Rejected(f"{len(page)} sales in one page: ask for at most {SALES_MAX}")
    return [(raw, f"$[{index}]") for index, raw in enumerate(page)]


def _take(decoded: Decoded, raw: msgspec.Raw, where: str, context: IntakeContext, config: Config) -> None:
    sale = decode_part(raw, _sales, at=where)
    if sale.state == codes.CANCELLED and channel_order(sale.description):
        decoded.facts.append(_cancelled(sale, where, context))
        return
    if sale.state not in codes.CONFIRMED:
        raise Rejected(f"sale {sale.number} is {sale.state}: only a confirmed sale is an order", where=f"{where}.state")
    if numbered(sale.lines):
        decoded.facts.append(_order(sale, where, context, config))
    else:
        detail = f"sale {sale.number} sells no goods: nothing to ship"
        decoded.findings.append(Finding("INT-02", detail, f"{where}.lines", severity="info"))


def _order(sale: wire.Sale, where: str, context: IntakeContext, config: Config) -> DecodedFact:
    day = needed(sale.sale_date, f"{where}.sale_date", f"sale {sale.number} has no date: quote it in Tryton")
    address = needed(
        sale.shipment_address, f"{where}.shipment_address", f"sale {sale.number} has no address to ship to: add it"
    )
    at = zone(config.zone or context.tz, context.partner)
    approved = start_of(_date(day, where), at)
    payload = OrderApproved(
        order_no=sale.number,
        rev=REVISION,
        customer=_party(sale.party),
        ship_to=_place(sale, address, where),
        lines=_lines(sale, where),
        requested=Window(latest=_latest(sale, at, where), earliest=approved),
        incoterm=Incoterm(code=config.incoterm, place=address.city or ""),
        currency=needed(sale.currency.code, f"{where}.currency.code", "the currency has no code: set it"),
        customer_po=sale.reference or "",
        ordered_at=approved,
    )
    statement = Statement(
        "order.approved", Subject("order", sale.number), approved, payload, f"sale.sale,{sale.id}",
        _named(sale), revision=REVISION, where=where,
    )  # fmt: skip
    return write_down(statement, context, "sale.sale")


def _cancelled(sale: wire.Sale, where: str, context: IntakeContext) -> DecodedFact:
    """A channel's sale that was cancelled; of other sales Tryton keeps it to itself, they were never told to us."""
    at = needed(sale.write_date, f"{where}.write_date", f"sale {sale.number} does not say when it was cancelled")
    payload = OrderCancelRequested(request_id=f"{sale.number}-cancelled", reason="cancelled in Tryton")
    statement = Statement(
        "order.cancel_requested", Subject("order", sale.number), _moment(at, where), payload, f"sale.sale,{sale.id}",
        _named(sale), where=where,
    )  # fmt: skip
    return write_down(statement, context, "sale.sale")


def _named(sale: wire.Sale) -> tuple[Reference, ...]:
    """By which numbers it is known: Tryton's, and the channel's whose order it is."""
    return (*reference("order", sale.number), *reference("channel_order", channel_order(sale.description)))


def _moment(at: wire.Moment, where: str) -> datetime:
    try:
        return datetime(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, UTC)
    except ValueError as error:
        raise Rejected(f"no date: {error}", where=f"{where}.write_date") from error


def _party(party: wire.Party) -> Party:
    return Party(no=party.code or str(party.id), name=party.name or "")


def _place(sale: wire.Sale, address: wire.Address, where: str) -> Place:
    receiver = sale.shipment_party or sale.party
    country = needed(
        address.country, f"{where}.shipment_address.country", f"the address of {sale.number} has no country: add it"
    )
    return Place(
        location_no=f"{receiver.code or receiver.id}-{address.id}",
        name=receiver.name or "",
        type="customer_site",
        address=Address(
            country=country.code,
            lines=tuple(line for line in (address.street or "").splitlines() if line),
            city=address.city or "",
            postal=address.postal_code or "",
        ),
    )


def _lines(sale: wire.Sale, where: str) -> tuple[OrderLine, ...]:
    places = {line.id: f"{where}.lines[{index}]" for index, line in enumerate(sale.lines)}
    return tuple(_line(number, line, sale, places[line.id]) for number, line in numbered(sale.lines).items())


def _line(number: str, line: wire.SaleLine, sale: wire.Sale, where: str) -> OrderLine:
    product = needed(line.product, f"{where}.product", f"line {number} names no product: it cannot be shipped")
    symbol = needed(line.unit, f"{where}.unit", f"line {number} has no unit: add it").symbol
    uom = unit(symbol, codes.UNITS, f"{where}.unit.symbol")
    quantity = amount(needed(line.quantity, f"{where}.quantity", f"line {number} has no quantity"), where)
    price = Money(checked(line.unit_price.decimal, where), sale.currency.code or "") if line.unit_price else None
    return OrderLine(
        no=number,
        item=needed(product.code, f"{where}.product.code", f"the product of line {number} has no code: give it one"),
        qty=Quantity(quantity, uom),
        unit_price=price,
        warehouse=(sale.warehouse.code or "") if sale.warehouse else "",
        description=line.description or "",
    )


def _latest(sale: wire.Sale, at: tzinfo, where: str) -> datetime | None:
    """The end of the day the customer asked for; without one, of the last day Tryton plans a line for."""
    days = [sale.shipping_date] if sale.shipping_date else [line.shipping_date for line in sale.lines]
    ends = [end_of(_date(day, where), at) for day in days if day is not None]
    return max(ends, default=None)


def _date(day: wire.Day, where: str) -> date:
    try:
        return date(day.year, day.month, day.day)
    except ValueError as error:
        raise Rejected(f"{day.year}-{day.month}-{day.day} is no date: {error}", where=where) from error
