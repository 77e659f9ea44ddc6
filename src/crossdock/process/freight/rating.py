"""Charges worked out anew with what really left (FRT-03), and money of other currencies at a dated rate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from crossdock.canonical.parts import Charge, ChargeCode
from crossdock.kernel.money import Money
from crossdock.process.policy import Policy
from crossdock.process.sums import added, money, of_decimal, rounded, sum_of
from crossdock.process.told import Execution

BY_WEIGHT = frozenset({"kg", "kgm", "weight"})
BY_PACKAGE = frozenset({"package", "pallet", "piece"})
BY_PERCENT = frozenset({"pct", "percent"})
TAXES = frozenset({"tax", "vat", "gst"})
GRAMS = 1000


def is_tax(charge: Charge) -> bool:
    """Whether a charge line is a tax: by its basis, for the charge codes know none."""
    return charge.basis.lower() in TAXES


def rerated(charges: Iterable[Charge], execution: Execution | None) -> tuple[Charge, ...]:
    """The charges with actual weight and packages: those by rate a kilogram or a package, then those in percent of the
    line haul. What has no rate, or a basis we do not know, stays as quoted."""
    stated = tuple(charges)
    if execution is None:
        return stated
    first = tuple(_rated(charge, execution) for charge in stated)
    haul = sum(sum_of(charge.amount) for charge in first if charge.code.value == "LHL")
    return tuple(_percent(charge, haul) for charge in first)


def _rated(charge: Charge, execution: Execution) -> Charge:
    basis = charge.basis.lower()
    if charge.rate is None:
        return charge
    if basis in BY_WEIGHT and execution.gross_g:
        weight = Decimal(execution.gross_g) / GRAMS
        return _priced(charge, charge.rate * weight, weight)
    if basis in BY_PACKAGE and execution.packages:
        return _priced(charge, charge.rate * execution.packages, Decimal(execution.packages))
    return charge


def _percent(charge: Charge, haul: int) -> Charge:
    if charge.rate is None or charge.basis.lower() not in BY_PERCENT:
        return charge
    return _priced(charge, charge.rate * haul / 1_000_000, None)


def _priced(charge: Charge, amount: Decimal, qty: Decimal | None) -> Charge:
    currency = charge.amount.currency
    return replace(charge, amount=money(of_decimal(amount), currency), qty=qty if qty is not None else charge.qty)


def by_code(charges: Iterable[Charge]) -> dict[str, int]:
    """Amounts by charge code, without taxes."""
    return added({charge.code.value: sum_of(charge.amount)} for charge in charges if not is_tax(charge))


def as_charges(amounts: dict[str, int], currency: str) -> tuple[Charge, ...]:
    """Amounts by code as charges for the outside."""
    return tuple(
        Charge(code=ChargeCode(code), amount=money(amount, currency)) for code, amount in sorted(amounts.items())
    )


def rate_between(origin: str, target: str, on: str, policy: Policy) -> Decimal | None:
    """Units of `target` for one of `origin` on that day or the last day before it; `None` when nobody said."""
    if origin == target:
        return Decimal(1)
    table = policy.money.rates.get(f"{origin}/{target}", {})
    day = max((known for known in table if known <= on), default="")
    if day:
        return table[day]
    table = policy.money.rates.get(f"{target}/{origin}", {})
    day = max((known for known in table if known <= on), default="")
    return 1 / table[day] if day else None


def converted(amount: int, rate: Decimal, currency: str) -> int:
    """An amount at a rate, at the currency's minor unit."""
    return rounded(int((Decimal(amount) * rate).to_integral_value()), currency)


def days_between(one: str, other: str) -> int:
    """Days from one ISO date to another; a text that is none is as far as can be."""
    try:
        return abs((date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days)
    except ValueError:
        return 10**6


def tax_of(charge: Charge, net: int) -> int | None:
    """What a tax line must come to by its own rate, `None` when it states none."""
    if charge.rate is None:
        return None
    exact = of_decimal(charge.rate * net / 1_000_000)
    return sum_of(Money(Decimal(exact) / 10_000, charge.amount.currency).to_minor_unit())
