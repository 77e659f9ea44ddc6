"""Whether packages can be what they are said to be: their weight and their label (domain.md §5, WHS-11, WHS-14)."""

from __future__ import annotations

from typing import cast

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.fulfilment import PackCompleted
from crossdock.canonical.parts import PackageInfo
from crossdock.kernel.identifiers_checks import gs1_digit
from crossdock.process.amounts import whole
from crossdock.process.effects import Effect, OpenCase
from crossdock.process.order.books import group_name
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy

Effects = tuple[Effect, ...]

UNITS = 1_000_000
SSCC_DIGITS = 18


def weigh_packages(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """WHS-14: a label that is none. WHS-11: no weight, or one far from what the goods weigh, where that is known."""
    name = group_name(state, fact)
    odd = []
    for package in cast(PackCompleted, fact.payload).packages:
        if package.kgm is None:
            continue
        goods = _grams_in(state, package)
        far = goods and abs(package.kgm * 1000 - goods) * 100 > policy.transport.weight_plaus_pct * goods
        if package.kgm <= 0 or far:
            odd.append(f"{package.key} ({package.kgm} kg, its goods {goods / 1000:g} kg)")
    wrong = wrong_labels(cast(PackCompleted, fact.payload).packages)
    cases: list[Effect] = []
    if odd:
        detail = f"packages {', '.join(odd)}: weigh them again, or correct the master data"
        cases.append(OpenCase("WHS-11", f"{key}/{name}", detail))
    if wrong:
        detail = f"labels {', '.join(wrong)} are no SSCC (check digit): label the packages again"
        cases.append(OpenCase("WHS-14", f"{key}/{name}", detail, "labels"))
    return tuple(cases)


def wrong_labels(packages: tuple[PackageInfo, ...]) -> list[str]:
    """SSCCs whose check digit is not theirs (GS1 General Specifications 7.9)."""
    labels = [package.sscc for package in packages if package.sscc]
    return [one for one in labels if len(one) != SSCC_DIGITS or not one.isdecimal() or gs1_digit(one[:-1]) != one[-1]]


def _grams_in(state: OrderState, package: PackageInfo) -> int:
    """What the goods in a package weigh; 0 when of any of them it is not known."""
    total = 0
    for content in package.contents:
        line = state.lines.get(content.line)
        if line is None or not line.gross_g:
            return 0
        total += line.gross_g * whole(content.qty.value) // UNITS
    return total
