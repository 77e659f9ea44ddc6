"""What conditions of release rules and routes may ask for: an order and its goods, as far as they are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

import msgspec

from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.parts import Hazmat, OrderLine
from crossdock.process.conditions import Field, Kind, compile_condition

COMPILED_MAX = 1_024
HOUR = 3_600


class Consignment(msgspec.Struct, frozen=True, gc=False):
    """An order or one release of it. `lines` are its goods; packages and lengths are known once they are packed.

    `kgm` is the gross weight, `None` when a line does not state it. `longest_cm` and `heaviest_kgm` are of packages.
    """

    order: OrderApproved
    lines: tuple[OrderLine, ...]
    at: datetime
    warehouses: tuple[str, ...] = ()
    kgm: Decimal | None = None
    packages: int | None = None
    longest_cm: Decimal | None = None
    heaviest_kgm: Decimal | None = None


def gross(lines: tuple[OrderLine, ...]) -> Decimal | None:
    """The goods' gross weight, where every line says it."""
    weights = [(line.trade.gross_kgm if line.trade is not None else None, line.qty.value) for line in lines]
    if not weights or any(weight is None for weight, _ in weights):
        return None
    return sum((weight * amount for weight, amount in weights if weight is not None), Decimal(0))


def value_of(goods: Consignment) -> Decimal | None:
    """What the goods are worth: of a whole order its total, else what its lines come to."""
    order = goods.order
    if order.total is not None and goods.lines == order.lines:
        return order.total.amount
    prices = [(line.unit_price, line.qty.value) for line in goods.lines]
    if not prices or any(price is None for price, _ in prices):
        return order.total.amount if order.total is not None else None
    return sum((price.amount * amount for price, amount in prices if price is not None), Decimal(0))


def hazards(goods: Consignment) -> tuple[Hazmat, ...]:
    """The dangerous goods in it."""
    return tuple(line.trade.hazmat for line in goods.lines if line.trade is not None and line.trade.hazmat is not None)


def country(goods: Consignment) -> str:
    """Where it goes."""
    address = goods.order.ship_to.address
    return address.country if address is not None else ""


def postal(goods: Consignment) -> str:
    """Its postal code, without spaces."""
    address = goods.order.ship_to.address
    return address.postal.replace(" ", "") if address is not None else ""


def _city(goods: Consignment) -> str:
    address = goods.order.ship_to.address
    return address.city if address is not None else ""


def _hours_left(goods: Consignment) -> Decimal | None:
    latest = goods.order.requested.latest
    return Decimal(int((latest - goods.at).total_seconds())) / HOUR if latest is not None else None


def _traded(pick: Callable[[OrderLine], str]) -> Callable[[Consignment], tuple[str, ...]]:
    return lambda goods: tuple(dict.fromkeys(found for line in goods.lines if (found := pick(line))))


def _number(value: int | None) -> Decimal | None:
    return Decimal(value) if value is not None else None


TEXT, NUMBER, FLAG, TEXTS = Kind.TEXT, Kind.NUMBER, Kind.FLAG, Kind.TEXTS

FIELDS: Mapping[str, Field[Consignment]] = MappingProxyType(
    {
        "order.type": Field(TEXT, lambda goods: str(goods.order.order_type), "sales, transfer, replacement, sample"),
        "order.priority": Field(TEXT, lambda goods: str(goods.order.priority), "normal, high, critical"),
        "order.total": Field(NUMBER, value_of, "its value, in its currency"),
        "order.currency": Field(TEXT, lambda goods: goods.order.currency, "ISO 4217"),
        "order.lines": Field(NUMBER, lambda goods: Decimal(len(goods.lines)), "how many lines"),
        "order.incoterm": Field(TEXT, lambda goods: goods.order.incoterm.code, "DAP, EXW, …"),
        "order.cross_border": Field(FLAG, lambda goods: goods.order.cross_border, "it crosses a customs border"),
        "order.ship_policy": Field(TEXT, lambda goods: str(goods.order.policies.ship_policy), "ship_partial, …"),
        "order.carrier": Field(TEXT, lambda goods: goods.order.policies.carrier_pref, "the carrier asked for"),
        "order.service": Field(TEXT, lambda goods: goods.order.policies.service_pref, "the service asked for"),
        "order.prepaid": Field(FLAG, lambda goods: goods.order.policies.prepaid_at is not None, "it is paid"),
        "order.hours_left": Field(NUMBER, _hours_left, "hours until it is wanted at the latest"),
        "customer.no": Field(TEXT, lambda goods: goods.order.customer.no, "the customer's number"),
        "ship_to.location": Field(TEXT, lambda goods: goods.order.ship_to.location_no, "the ship-to's number"),
        "ship_to.country": Field(TEXT, country, "ISO 3166-1 alpha-2"),
        "ship_to.postal": Field(TEXT, postal, "postal code, without spaces"),
        "ship_to.city": Field(TEXT, _city, "city"),
        "warehouses": Field(TEXTS, lambda goods: goods.warehouses, "where it is released to"),
        "goods.items": Field(TEXTS, _traded(lambda line: line.item), "item numbers"),
        "goods.hs_codes": Field(TEXTS, _traded(lambda line: line.trade.hs_code if line.trade else ""), "HS codes"),
        "goods.origins": Field(
            TEXTS, _traded(lambda line: line.trade.origin_country if line.trade else ""), "countries of origin"
        ),
        "goods.hazard_classes": Field(
            TEXTS, lambda goods: tuple(one.hazard_class for one in hazards(goods)), "classes of dangerous goods"
        ),
        "goods.un_numbers": Field(TEXTS, lambda goods: tuple(one.un_no for one in hazards(goods)), "UN numbers"),
        "goods.kgm": Field(NUMBER, lambda goods: goods.kgm, "gross weight in kg"),
        "goods.packages": Field(NUMBER, lambda goods: _number(goods.packages), "how many, once packed"),
        "goods.longest_cm": Field(NUMBER, lambda goods: goods.longest_cm, "longest side of a package, once packed"),
    }
)


@lru_cache(maxsize=COMPILED_MAX)
def condition(text: str) -> Callable[[Consignment], bool]:
    """The condition as a test, compiled once.

    Raises:
        Rejected: see `compile_condition`.
    """
    return compile_condition(text, FIELDS)
