"""What freight costs: the rates agreed with every carrier, and what a carrier charges beyond them by mistake. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

import msgspec

from crossdock.demo.world import DemoOrder

CENT = Decimal("0.01")
RATES = {"FLSH": Decimal("0.44"), "NVTR": Decimal("0.38"), "KSTL": Decimal("0.41")}
SCALES = "FLSH"
FUEL_PCT = Decimal(18)
OVERCHARGE, WAITING, CENTS = Decimal("80.00"), Decimal("45.00"), Decimal("1.37")


class Bill(StrEnum):
    """What a carrier charges: what was agreed, a line haul too high, waiting nobody agreed to, or cents too much."""

    AGREED = "agreed"
    TOO_HIGH = "too high"
    WAITED = "waited"
    CENTS_OFF = "cents off"


# Beyond every tolerance.
DISPUTED = (Bill.TOO_HIGH, Bill.WAITED)


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


def billed(what: Bill, scac: str, shipment_id: str, order: DemoOrder, *, site: str, kilograms: Decimal) -> FreightBill:
    """What this carrier's invoice says of this shipment."""
    charges = agreed(scac, kilograms)
    over: dict[str, Decimal] = {}
    if what is Bill.TOO_HIGH:
        charges["LHL"] += OVERCHARGE
        over["LHL"] = OVERCHARGE
    elif what is Bill.WAITED:
        charges["DET"] = over["DET"] = WAITING
    elif what is Bill.CENTS_OFF:
        charges["FUE"] += CENTS
    number = f"{scac[:2]}I{order.order_no[3:]}{site[-2:]}"
    return FreightBill(scac, number, shipment_id, order.order_no, site, charges, over)
