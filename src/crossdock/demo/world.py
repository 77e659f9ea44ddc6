"""What the simulated enterprise trades in: sites, items, customers, lanes, and the orders a seed gives. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

import msgspec

SITE_A, SITE_B = "WH-A1", "WH-B1"
FLEET_POSTAL_PREFIX = "59"
ORDER_DIGITS = 5


class Mode(StrEnum):
    """How a shipment travels."""

    LTL = "ltl"
    OWN_FLEET = "own_fleet"


class Item(msgspec.Struct, frozen=True):
    """One article: number, list price in EUR, kilograms each, tariff code."""

    item_no: str
    price: Decimal
    gross_kg: Decimal
    hs: str = ""


class Customer(msgspec.Struct, frozen=True):
    """A customer with its one ship-to."""

    customer_no: str
    name: str
    city: str
    postal: str
    country: str
    tz: str


class OrderLine(msgspec.Struct, frozen=True):
    """`quantity` pieces of `item`, shipped from `site`."""

    line_no: str
    item: Item
    quantity: int
    site: str


class DemoOrder(msgspec.Struct, frozen=True):
    """One sales order; `offset_min` is when it was approved, in minutes after the calendar's start."""

    index: int
    order_no: str
    customer: Customer
    customer_po: str
    priority: str
    lines: tuple[OrderLine, ...]
    offset_min: int

    @property
    def sites(self) -> tuple[str, ...]:
        """The warehouses that ship it, in order."""
        return tuple(sorted({line.site for line in self.lines}))


ITEMS = (
    Item("IT-501", Decimal("120.00"), Decimal("8.5"), "84137021"),
    Item("IT-612", Decimal("36.90"), Decimal("2.1"), "84818081"),
    Item("IT-778", Decimal("18.50"), Decimal("1.4"), "73072210"),
    Item("IT-830", Decimal("74.00"), Decimal("5.0"), "85015100"),
    Item("IT-912", Decimal("640.00"), Decimal("22.0"), "84145925"),
)
CUSTOMERS = (
    Customer("C-7781", "Harrow & Pike Ltd", "Utrecht", "3511 AB", "NL", "Europe/Amsterdam"),
    Customer("C-7790", "Bakker Techniek BV", "Venlo", "5911 CD", "NL", "Europe/Amsterdam"),
    Customer("C-7802", "Lindqvist Verktyg", "Hamburg", "20095", "DE", "Europe/Berlin"),
    Customer("C-7815", "Maison Duvivier", "Lille", "59000", "FR", "Europe/Paris"),
    Customer("C-7823", "Nordlicht Handel GmbH", "Bremen", "28195", "DE", "Europe/Berlin"),
    Customer("C-7840", "De Smet & Zonen", "Gent", "9000", "BE", "Europe/Brussels"),
    Customer("C-7856", "Albion Pumps Ltd", "Leeds", "LS1 4AP", "GB", "Europe/London"),
)
# Outside of the customs union the warehouses are in.
ABROAD = frozenset({"GB"})
# A tariff code of the year before, which the ERP still has for some goods.
EXPIRED = frozenset({"84137030"})
CARRIERS_BY_SITE = {SITE_A: ("FLSH", "NVTR"), SITE_B: ("NVTR", "FLSH")}
# Asked first for some lanes of both sites, before the first of the site's own.
NEWCOMER = "KSTL"


def stable(seed: int, *parts: str) -> int:
    """A number that depends on the seed and these words only, whatever else happens or in which order."""
    text = "|".join((str(seed), *parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def pick(seed: int, below: int, *parts: str) -> int:
    """A stable number in `range(below)`."""
    return stable(seed, *parts) % below


def orders(seed: int, count: int, *, split: bool = True) -> Sequence[DemoOrder]:
    """The `count` orders of this seed; order 7 of ten is order 7 of two hundred.

    Without `split` each order ships from one site and stays inside the customs union, for an ERP that knows one
    warehouse a sale, and no tariffs.
    """
    return [_order(seed, index, split=split) for index in range(count)]


def order_prefix(seed: int) -> str:
    """How this seed's order numbers begin; the order's index follows, in `ORDER_DIGITS` digits."""
    return f"SO-{seed % 1000:03d}"


def lane(order: DemoOrder, site: str) -> Mode:
    """Own fleet inside its postal zone, a carrier elsewhere (domain.md §9.4)."""
    near = order.customer.country == "NL" and order.customer.postal.startswith(FLEET_POSTAL_PREFIX)
    return Mode.OWN_FLEET if near and site in CARRIERS_BY_SITE else Mode.LTL


def is_export(order: DemoOrder) -> bool:
    """Whether the goods cross the border of the customs union."""
    return order.customer.country in ABROAD


def load_group(order: DemoOrder, site: str) -> str:
    """Shipments of one group ride together when they are ready in time (consolidation, W-18): three orders in a row."""
    return f"{site}/{order.index // 3}"


def carriers(seed: int, group: str) -> tuple[str, ...]:
    """The routing guide of this group's lane: carriers in the order they are asked."""
    first, second = CARRIERS_BY_SITE[group.partition("/")[0]]
    turn = pick(seed, 10, "guide", group)
    return (second, first) if turn < 3 else (NEWCOMER, first) if turn < 6 else (first, second)


def declines(seed: int, group: str, scac: str) -> bool:
    """Whether this carrier declines this group: one tender in eight, and only by the carrier asked first."""
    return scac == carriers(seed, group)[0] and pick(seed, 8, "decline", group) == 0


def hauler(seed: int, order: DemoOrder, site: str) -> str:
    """The carrier that will move this shipment, empty for the own fleet."""
    if lane(order, site) is Mode.OWN_FLEET:
        return ""
    group = load_group(order, site)
    return next(scac for scac in carriers(seed, group) if not declines(seed, group, scac))


def _order(seed: int, index: int, *, split: bool) -> DemoOrder:
    name = f"{index:0{ORDER_DIGITS}d}"
    known = CUSTOMERS if split else tuple(one for one in CUSTOMERS if one.country not in ABROAD)
    customer = known[pick(seed, len(known), "customer", name)]
    line_count = 1 + pick(seed, 3, "lines", name)
    home = SITE_A if pick(seed, 10, "home", name) < 6 or customer.country in ABROAD else SITE_B
    split = split and customer.country not in ABROAD and line_count > 1 and pick(seed, 10, "split", name) < 4
    lines = tuple(_line(seed, name, position, home, split=split) for position in range(line_count))
    return DemoOrder(
        index=index,
        order_no=f"{order_prefix(seed)}{name}",
        customer=customer,
        customer_po=f"PO-{customer.customer_no[2:]}-{name}",
        priority="critical" if pick(seed, 25, "vip", name) == 0 else "normal",
        lines=lines,
        offset_min=pick(seed, 60, "approved", name),
    )


def _line(seed: int, name: str, position: int, home: str, *, split: bool) -> OrderLine:
    other = SITE_B if home == SITE_A else SITE_A
    item_at = (pick(seed, len(ITEMS), "item", name) + position) % len(ITEMS)
    return OrderLine(
        line_no=str((position + 1) * 10),
        item=ITEMS[item_at],
        quantity=2 + pick(seed, 40, "quantity", name, str(position)),
        site=other if split and position % 2 else home,
    )
