"""Packages that cannot be what they are said to be (domain.md §5): their weight (WHS-11), their label (WHS-14)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.canonical.parts import PackageInfo, TradeData
from crossdock.process.order.machine import MACHINE
from crossdock.process.policy import Policy
from crossdock.process.terms.transport import TransportTerms
from crossdock.testing.given import Given, cases, fact
from tests.unit.process import examples as ex

# 40 pieces of 2.5 kg: 100 kg.
WEIGHED = (
    replace(ex.order_line("10", 40, WH_NL1=500), trade=TradeData(gross_kgm=Decimal("2.5"))),
    ex.order_line("20", 100, WH_NL1=500),
)


def packed(package: PackageInfo, policy: Policy | None = None) -> list[str]:
    """The cases SO-1 has when this package is closed."""
    born = Given(MACHINE, "SO-1", policy=policy).given(
        ex.told("order.approved", ex.approved(lines=WEIGHED)), ex.told("order.released"),
        ex.told("fulfilment.accepted"), ex.told("allocation.confirmed"), ex.told("wave.assigned"),
        ex.told("pick.started"), ex.told("pick.completed"),
    )  # fmt: skip
    return cases(born.when(fact(ex.packed(package, complete=False), ex.FO)).effects)


@pytest.mark.proves("WHS-11", "weight_plaus_pct")
@pytest.mark.parametrize(
    ("kgm", "line", "odd"),
    [("110", "10", False), ("110.1", "10", True), ("89.9", "10", True), ("0", "20", True), ("5000", "20", False)],
)
def test_a_package_weighs_what_its_goods_weigh(kgm: str, line: str, odd: bool) -> None:
    """Ten percent more or less; goods of unknown weight only may not weigh nothing."""
    package = replace(ex.package(ex.SSCC, (line, 40)), kgm=Decimal(kgm))
    assert packed(package) == (["WHS-11"] if odd else [])


@pytest.mark.proves("weight_plaus_pct")
def test_the_project_says_how_far_is_too_far() -> None:
    strict = Policy(transport=TransportTerms(weight_plaus_pct=Decimal(1)))
    assert packed(replace(ex.package(ex.SSCC, ("10", 40)), kgm=Decimal(102)), strict) == ["WHS-11"]


@pytest.mark.proves("WHS-14")
@pytest.mark.parametrize(
    ("sscc", "wrong"),
    [(ex.SSCC, False), (ex.SSCC[:-1] + "0", True), ("12345", True), ("38712345000000101X", True), ("", False)],
)
def test_a_label_has_its_check_digit(sscc: str, wrong: bool) -> None:
    package = replace(ex.package(sscc, ("20", 1)), package_no="P-1")
    assert packed(package) == (["WHS-14"] if wrong else [])
