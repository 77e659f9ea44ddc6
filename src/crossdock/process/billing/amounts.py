"""Quantities and amounts of a bill for the outside, by line."""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.canonical.commands.erp import LineAmount
from crossdock.canonical.parts import LineQuantity
from crossdock.process.amounts import quantity
from crossdock.process.sums import money, valued_apart


def line_quantities(lines: Mapping[str, int], uoms: Mapping[str, str]) -> tuple[LineQuantity, ...]:
    """Quantities in millionths, as they are told."""
    return tuple(
        LineQuantity(line=line, qty=quantity(amount, uoms.get(line, "EA"))) for line, amount in sorted(lines.items())
    )


def line_amounts(
    lines: Mapping[str, int], uoms: Mapping[str, str], prices: Mapping[str, int], currency: str
) -> tuple[LineAmount, ...]:
    """What each line comes to; together exactly what they are worth as one. Empty without a currency."""
    if not currency:
        return ()
    return tuple(
        LineAmount(line=line, qty=quantity(lines[line], uoms.get(line, "EA")), amount=money(part, currency))
        for line, part in valued_apart(lines, prices, currency).items()
    )
