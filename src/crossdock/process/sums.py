"""Amounts of money as whole ten-thousandths of the currency's unit: exact and small (domain.md §0.2: four places)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from crossdock.kernel.money import MINOR_UNITS, Money

MONEY = 10_000
_MONEY = Decimal(MONEY)
_MICRO = 1_000_000


def sum_of(money: Money) -> int:
    """An amount as ten-thousandths, half-up."""
    return int((money.amount * _MONEY).quantize(Decimal(1), ROUND_HALF_UP))


def of_decimal(value: Decimal) -> int:
    """A plain figure as ten-thousandths, half-up."""
    return int((value * _MONEY).quantize(Decimal(1), ROUND_HALF_UP))


def step_of(currency: str) -> int:
    """The currency's minor unit in ten-thousandths: 100 for cents."""
    return int(10 ** (4 - MINOR_UNITS.get(currency, 2)))


def rounded(value: int, currency: str) -> int:
    """Half-up (away from zero) at the minor unit, the precision ledgers compare at."""
    step = step_of(currency)
    units = (abs(value) + step // 2) // step * step
    return units if value >= 0 else -units


def money(value: int, currency: str) -> Money:
    """Ten-thousandths as money, rounded at the minor unit."""
    return Money(Decimal(value) / _MONEY, currency).to_minor_unit()


def valued(lines: Mapping[str, int], prices: Mapping[str, int], currency: str) -> int:
    """What quantities in millionths are worth at prices in ten-thousandths a unit, rounded once."""
    exact = sum(quantity * prices.get(line, 0) for line, quantity in lines.items())
    return rounded((exact + _MICRO // 2) // _MICRO if exact >= 0 else -((-exact + _MICRO // 2) // _MICRO), currency)


def valued_apart(lines: Mapping[str, int], prices: Mapping[str, int], currency: str) -> dict[str, int]:
    """`valued`, line by line in their order by name: the parts sum to the whole, so each may be a unit off."""
    found: dict[str, int] = {}
    counted: dict[str, int] = {}
    for line in sorted(lines):
        before = valued(counted, prices, currency)
        counted[line] = lines[line]
        found[line] = valued(counted, prices, currency) - before
    return found


def shares(amount: int, weights: Mapping[str, int], currency: str) -> dict[str, int]:
    """Divide an amount by weight to the minor unit; what is left over goes to the largest share (domain.md §1.6).

    Without any weight all parts count alike. Equal weights: the first by name is the largest.
    """
    if not weights:
        return {}
    parts = dict(weights) if sum(weights.values()) > 0 else dict.fromkeys(weights, 1)
    total, step = sum(parts.values()), step_of(currency)
    sign = -1 if amount < 0 else 1
    divided = {name: sign * (abs(amount) * weight // total // step * step) for name, weight in parts.items()}
    largest = min(parts, key=lambda name: (-parts[name], name))
    divided[largest] += amount - sum(divided.values())
    return divided


def added(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sums by key."""
    total: dict[str, int] = {}
    for part in parts:
        for key, value in part.items():
            total[key] = total.get(key, 0) + value
    return total


def minus(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """What is left of `one` where anything is."""
    return {key: value - other.get(key, 0) for key, value in one.items() if value > other.get(key, 0)}
