"""Quantities carry their unit: `Decimal` with up to 6 places and a UN/ECE Rec 20 code (domain.md §0.2)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import msgspec

from crossdock.kernel.errors import Rejected

SIX_PLACES = Decimal("0.000001")


class Quantity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount of goods in `uom` (Rec 20 code or an alias of it such as `EA`)."""

    value: Decimal
    uom: str = "EA"

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.value + self._same(other), self.uom)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.value - self._same(other), self.uom)

    def _same(self, other: Quantity) -> Decimal:
        if other.uom != self.uom:
            raise Rejected(f"a quantity in {other.uom} cannot be combined with one in {self.uom}: convert it first")
        return other.value

    def rounded(self) -> Quantity:
        """Half-even at six places, for output only; inside, quantities stay exact."""
        return Quantity(self.value.quantize(SIX_PLACES, ROUND_HALF_EVEN), self.uom)
