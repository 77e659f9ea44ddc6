"""A channel's paid order as a sale: the next call towards it, given what Tryton knows of its customer and goods. Pure.

A sale of a channel bears `Channel order <channel>/<number>` as its description: it is how we find again what an earlier
attempt entered, and how the order that is read back refers to the channel. Its reference is the number people know.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crossdock.canonical.commands.channel import CancelSalesOrder, CreateSalesOrder
from crossdock.canonical.parts import OrderLine, Place
from crossdock.connectors.tryton import codes, wire
from crossdock.connectors.tryton.config import Config
from crossdock.kernel.errors import Permanent
from crossdock.ports.json_calls import JsonCall, json_call

MARK = "Channel order "
SALE = "/sale.sale"
# Line numbers as people number them, with room between.
STEP = 10


class Master(NamedTuple):
    """What Tryton has of what an order names: products, countries and currencies by code; the customer's parties."""

    products: Mapping[str, wire.Good]
    countries: Mapping[str, int]
    currencies: Mapping[str, int]
    warehouses: Mapping[str, int]
    parties: tuple[wire.Client, ...]


def mark_of(channel: str, number: str) -> str:
    """The description of the sale made of this order."""
    return f"{MARK}{channel}/{number}"


def channel_order(description: str | None) -> str:
    """The channel's order behind a sale, empty for all other sales."""
    text = (description or "").strip()
    return text.removeprefix(MARK) if text.startswith(MARK) else ""


def items_of(command: CreateSalesOrder, config: Config) -> tuple[str, ...]:
    """The codes of all products the sale will name.

    Raises:
        Permanent: the customer paid for carriage and no product sells it.
    """
    carriage = (_carriage(config),) if command.shipping is not None and command.shipping.amount else ()
    return tuple(dict.fromkeys((*(line.item for line in command.lines), *carriage)))


def party_code(command: CreateSalesOrder) -> str:
    """The code of the customer's party: a channel's customer numbers are its own."""
    return f"{command.channel}-{command.customer.no}"


def confirm_call(sale: wire.Entered) -> JsonCall | None:
    """The next call towards a sale that was entered being an order.

    Raises:
        Permanent: somebody cancelled it.
    """
    if sale.state == "draft":
        return _press(sale, "quote")
    if sale.state == "quotation":
        return _press(sale, "confirm")
    if sale.state == "cancelled":
        raise Permanent(f"sale {sale.number or sale.id} for it was cancelled in Tryton: enter it anew there, or refund")
    return None


def enter_call(command: CreateSalesOrder, master: Master, config: Config, today: datetime) -> JsonCall:
    """The next call towards the sale being entered: the customer, the address, then the sale itself in one piece.

    Raises:
        Permanent: Tryton lacks what the order names; the text says what to add.
    """
    missing = [item for item in items_of(command, config) if item not in master.products]
    if missing:
        raise Permanent(f"Tryton has no product {', '.join(missing)}: give the products these codes, then send again")
    party = next(iter(master.parties), None)
    if party is None:
        return _customer(command, master)
    places = {_place(one): one.id for one in party.addresses}
    for place in (command.ship_to, command.bill_to or command.ship_to):
        if _wanted(place) not in places:
            return json_call("POST", "/party.address?f=id", {"party": party.id, **_address(place, master)})
    ship_to = places[_wanted(command.ship_to)]
    bill_to = places[_wanted(command.bill_to or command.ship_to)]
    values: dict[str, object] = {
        "party": party.id,
        "reference": command.number,
        "description": mark_of(command.channel, command.number),
        "shipment_address": ship_to,
        "invoice_address": bill_to,
        "sale_date": _day(command.placed_at or today, config),
        "currency": _known(command.currency, master.currencies, "currency"),
        "invoice_method": codes.BILLED_WHEN_DONE,
        "shipment_method": "order",
        "comment": f"paid {command.paid.amount} {command.paid.currency} in {command.channel}",
        "lines": [["create", _lines(command, master, config)]],
    }
    if config.channel_warehouse:
        values["warehouse"] = _known(config.channel_warehouse, master.warehouses, "warehouse")
    return json_call("POST", f"{SALE}?f=number", values)


def cancel_call(command: CancelSalesOrder, sale: wire.Entered | None) -> JsonCall | None:
    """The next call towards the sale being cancelled.

    Raises:
        Permanent: it is too late in Tryton, or it is about some lines only; a person decides.
    """
    if sale is None or sale.state == "cancelled":
        return None
    name = sale.number or str(sale.id)
    if command.lines:
        wanted = ", ".join(f"{one.qty.value.normalize():f} of line {one.line}" for one in command.lines)
        raise Permanent(f"cancel {wanted} of sale {name} in Tryton by hand: a confirmed sale's lines cannot be changed")
    if sale.state in ("draft", "quotation"):
        return _press(sale, "cancel")
    if sale.state == "confirmed":
        return _press(sale, "draft")
    raise Permanent(
        f"sale {name} is {sale.state} in Tryton: cancel its shipments there while they can be, and stop the warehouse"
    )


def _press(sale: wire.Entered, name: str) -> JsonCall:
    return JsonCall("POST", f"{SALE}/{sale.id}/{name}?f=state", b"{}")


def _customer(command: CreateSalesOrder, master: Master) -> JsonCall:
    values: dict[str, object] = {
        "name": command.customer.name or command.ship_to.name or command.customer.no,
        "code": party_code(command),
        "addresses": [["create", [_address(command.ship_to, master)]]],
    }
    ways = [
        {"type": one.kind, "value": one.value} for one in command.customer.contacts if one.kind in ("email", "phone")
    ]
    if ways:
        values["contact_mechanisms"] = [["create", ways]]
    return json_call("POST", "/party.party?f=code", values)


def _address(place: Place, master: Master) -> dict[str, object]:
    if place.address is None:
        raise Permanent("the order names no address to ship to: complete it in the channel, then have it sent again")
    known = place.address
    return {
        "party_name": place.name,
        "street_unstructured": "\n".join(known.lines),
        "city": known.city,
        "postal_code": known.postal,
        "country": _known(known.country, master.countries, "country"),
    }


def _wanted(place: Place) -> tuple[str, ...]:
    if place.address is None:
        raise Permanent("the order names no address to ship to: complete it in the channel, then have it sent again")
    known = place.address
    return _folded(place.name, "\n".join(known.lines), known.city, known.postal, known.country)


def _place(one: wire.ClientAddress) -> tuple[str, ...]:
    country = one.country.code if one.country is not None else ""
    return _folded(one.party_name, one.street_unstructured, one.city, one.postal_code, country)


def _folded(*parts: str | None) -> tuple[str, ...]:
    return tuple(" ".join((part or "").casefold().split()) for part in parts)


def _lines(command: CreateSalesOrder, master: Master, config: Config) -> list[dict[str, object]]:
    lines = [_line(STEP * place, line, master) for place, line in enumerate(command.lines, 1)]
    if command.shipping is not None and command.shipping.amount:
        good = master.products[_carriage(config)]
        lines.append(_sold(STEP * (len(lines) + 1), good, Decimal(1), command.shipping.amount))
    return lines


def _line(place: int, line: OrderLine, master: Master) -> dict[str, object]:
    good = master.products[line.item]
    unit = codes.UNITS.get(good.default_uom.symbol, good.default_uom.symbol)
    if line.qty.uom != unit and not {line.qty.uom, unit} <= codes.PIECES:
        raise Permanent(f"{line.item} is sold in {line.qty.uom} and kept in {unit} in Tryton: sell it in {unit} there")
    if line.unit_price is None:
        raise Permanent(f"line {line.no} has no price: complete it in the channel, then have it sent again")
    return _sold(place, good, line.qty.value, line.unit_price.amount)


def _sold(place: int, good: wire.Good, quantity: Decimal, price: Decimal) -> dict[str, object]:
    sold: dict[str, object] = {
        "sequence": place,
        "product": good.id,
        "unit": good.default_uom.id,
        # Tryton's quantities are floats: this is the edge where ours become theirs.
        "quantity": float(quantity),
        "unit_price": {"__class__": "Decimal", "decimal": str(price)},
    }
    taxes = good.account_category.customer_taxes_used if good.account_category is not None else ()
    if taxes:
        sold["taxes"] = [["add", list(taxes)]]
    return sold


def _carriage(config: Config) -> str:
    if not config.carriage_item:
        raise Permanent(
            "the customer paid for carriage: name the product that sells it in settings.carriage_item of the partner "
            "file, then send again"
        )
    return config.carriage_item


def _known(code: str, ids: Mapping[str, int], kind: str) -> int:
    if code not in ids:
        raise Permanent(f"Tryton has no {kind} {code}: add it there, then send again")
    return ids[code]


def _day(at: datetime, config: Config) -> dict[str, object]:
    day = at.astimezone(ZoneInfo(config.zone) if config.zone else UTC).date()
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}
