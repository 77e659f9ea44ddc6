"""What freight costs: the rates agreed with every carrier, and what a carrier charges beyond them by mistake. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import msgspec

from crossdock.demo import world
from crossdock.demo.world import DemoOrder

CENT = Decimal("0.01")
RATES = {"FLSH": Decimal("0.44"), "NVTR": Decimal("0.38"), "KSTL": Decimal("0.41")}
SCALES = "FLSH"
FUEL_PCT = Decimal(18)
# Of twelve invoices one has a line haul too high, one charges for waiting nobody agreed to, one is off by cents.
CASES = 12
TOO_HIGH, WAITED, CENTS_OFF = 0, 1, 2
OVERCHARGE, WAITING, CENTS = Decimal("80.00"), Decimal("45.00"), Decimal("1.37")


class FreightBill(msgspec.Struct, frozen=True):
    """A carrier's invoice: amounts by charge code, and of these what should not be there."""

    scac: str
    invoice_no: str
    shipment_id: str
    order_no: str
    site: str
    charges: dict[str, Decimal]
    over: dict[str, Decimal]

    @property
    def total(self) -> Decimal:
        """What it claims."""
        return sum(self.charges.values(), Decimal(0))


def planned_kg(order: DemoOrder, site: str) -> Decimal:
    """What the goods of one warehouse should weigh."""
    return sum((line.item.gross_kg * line.quantity for line in order.lines if line.site == site), Decimal(0))


def agreed(scac: str, kilograms: Decimal) -> dict[str, Decimal]:
    """The charges by contract: the line haul by weight, fuel in percent of it."""
    haul = (RATES[scac] * kilograms).quantize(CENT, ROUND_HALF_UP)
    return {"LHL": haul, "FUE": (haul * FUEL_PCT / 100).quantize(CENT, ROUND_HALF_UP)}


def is_overcharged(seed: int, order: DemoOrder, site: str) -> bool:
    """Whether the carrier charges what was not agreed, beyond tolerance."""
    return world.pick(seed, CASES, "freight", order.order_no, site) in (TOO_HIGH, WAITED)


def billed(seed: int, scac: str, shipment_id: str, order: DemoOrder, site: str, kilograms: Decimal) -> FreightBill:
    """What this carrier's invoice says of this shipment."""
    charges = agreed(scac, kilograms)
    over: dict[str, Decimal] = {}
    what = world.pick(seed, CASES, "freight", order.order_no, site)
    if what == TOO_HIGH:
        charges["LHL"] += OVERCHARGE
        over["LHL"] = OVERCHARGE
    elif what == WAITED:
        charges["DET"] = over["DET"] = WAITING
    elif what == CENTS_OFF:
        charges["FUE"] += CENTS
    number = f"{scac[:2]}I{order.order_no[3:]}{site[-2:]}"
    return FreightBill(scac, number, shipment_id, order.order_no, site, charges, over)
