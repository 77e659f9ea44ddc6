"""Quantities as whole millionths: exact, small to store and quick to compare (domain.md §0.2: six places)."""

from __future__ import annotations

from decimal import Decimal

from crossdock.kernel.quantity import Quantity

SCALE = 1_000_000
_SCALE = Decimal(SCALE)


def whole(value: Decimal) -> int:
    """A decimal as millionths."""
    return int(value * _SCALE)


def decimal(value: int) -> Decimal:
    """Millionths as a plain decimal without trailing zeros (`40`, `2.5`)."""
    units, rest = divmod(value, SCALE)
    return Decimal(units) if not rest else (Decimal(value) / _SCALE).normalize()


def quantity(value: int, uom: str) -> Quantity:
    """Millionths as a quantity."""
    return Quantity(decimal(value), uom)
