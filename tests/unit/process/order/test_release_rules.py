"""Release rules RR-01 to RR-15 (domain.md §9.2): each alone, all failures together."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.order import PlanningMode, Policies
from crossdock.canonical.parts import Address, Hazmat, Incoterm, Party, Place, Screening, ScreeningStatus, TradeData
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.routing import Routing
from crossdock.process.order.rules import Case, Finding, Verdict, evaluate
from crossdock.process.policy import Policy, Site
from crossdock.testing.given import NOON, Given, after, cases, derives, elapsed, timers
from tests.unit.process import examples as ex

ROUTED = Routing({"WH-NL1": {"10": 40_000_000}}, {}, {})
STRICT = Policy(
    credit_required=True, screening_required=True, served_countries=("NL",), sites={"WH-NL1": Site("NL", work_s=3600)}
)


def judge(
    *, policy: Policy | None = None, routing: Routing = ROUTED, holds: dict[str, str] | None = None, **order: object
) -> Verdict:
    """All rules on SO-1 with these changes."""
    return evaluate(Case(ex.approved(**order), holds or {}, routing, NOON, policy or Policy()))


def found(verdict: Verdict, rule: str) -> Finding:
    """The one finding of a rule."""
    return next(one for one in (*verdict.failed, *verdict.warnings) if one.rule == rule)


def line(**trade: object) -> tuple[object, ...]:
    """One line with trade data."""
    return (replace(ex.order_line("10", 40, WH_NL1=500), trade=TradeData(**trade)),)  # type: ignore[arg-type]


def test_a_plain_order_passes_all_rules() -> None:
    """Rules whose inputs are not part of the order pass."""
    verdict = judge()
    assert not verdict.failed
    assert not verdict.warnings
    assert len(verdict.passed) == 15


BLOCKING = [
    ("RR-01", {"holds": {"H": "credit"}}, "CSR-02"),
    ("RR-01", {"customer": Party(no="C", blocked=True)}, "CSR-02"),
    ("RR-02", {"policy": STRICT}, "CSR-02"),
    ("RR-02", {"credit_cleared_at": NOON - timedelta(hours=25)}, "CSR-02"),
    ("RR-03", {"lines": (replace(ex.order_line("10", 0)),)}, "MDM-01"),
    ("RR-03", {"policy": STRICT, "lines": (replace(ex.order_line("10", 4), warehouse="WH-XX"),)}, "MDM-02"),
    ("RR-04", {"ship_to": Place(name="somewhere", tz="UTC")}, "CSR-03"),
    ("RR-05", {"routing": Routing({}, {"10": 1}, {})}, "WHS-04"),
    (
        "RR-05",
        {"routing": Routing({"A": {"10": 1}}, {"20": 1}, {}), "policies": Policies(ship_policy="ship_complete")},
        "WHS-04",
    ),
    (
        "RR-05",
        {
            "routing": Routing({"A": {"10": 1}, "B": {"20": 1}}, {}, {}),
            "policies": Policies(ship_policy="ship_complete"),
        },
        "WHS-04",
    ),
    ("RR-07", {"policy": STRICT}, "TRN-01"),
    ("RR-09", {"lines": line(hazmat=Hazmat(un_no="1263"))}, "CUS-01"),
    (
        "RR-10",
        {"cross_border": True, "lines": line(hs_code="8501", origin_country="NL", licence_needed=True)},
        "CUS-10",
    ),
    ("RR-11", {"policy": STRICT}, "CUS-10"),
    ("RR-11", {"customer": Party(no="C", screening=Screening(status=ScreeningStatus.REVIEW))}, "CUS-10"),
    (
        "RR-11",
        {
            "customer": Party(
                no="C", screening=Screening(status=ScreeningStatus.CLEAR, checked_at=NOON - timedelta(days=2))
            )
        },
        "CUS-10",
    ),
    ("RR-14", {"policies": Policies(prepayment_required=True)}, "CSR-02"),
]


@pytest.mark.parametrize(("rule", "changes", "code"), BLOCKING)
def test_rule_blocks(rule: str, changes: dict[str, object], code: str) -> None:
    """With the case it raises."""
    verdict = judge(**changes)  # type: ignore[arg-type]
    assert rule in {one.rule for one in verdict.failed}
    assert found(verdict, rule).code == code
    assert rule not in verdict.passed


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("RR-04", {"ship_to": Place(location_no="L", address=Address(country="GB"))}),
        (
            "RR-06",
            {"requested": Window(latest=NOON + timedelta(minutes=5)), "policy": replace(STRICT, served_countries=())},
        ),
        ("RR-10", {"cross_border": True}),
    ],
)
def test_rule_only_warns(rule: str, changes: dict[str, object]) -> None:
    """A warning is told and holds nothing up."""
    verdict = judge(**changes)  # type: ignore[arg-type]
    assert rule in {one.rule for one in verdict.warnings}
    assert rule not in {one.rule for one in verdict.failed}


def test_an_erp_that_releases_itself_makes_rules_advisory() -> None:
    """`release_mode=erp` (D-02)."""
    verdict = judge(policy=Policy(release_mode="erp"), holds={"H": "credit"})
    assert not verdict.failed
    assert "RR-01" in {one.rule for one in verdict.warnings}


def test_all_failures_are_reported_together_and_each_has_its_case() -> None:
    """ORD-01 leads to one `order.release_blocked` with every rule; ORD-03 opens a case a rule."""
    born = Given(MACHINE, "SO-1", policy=replace(STRICT, sites={}))
    decision = born.when(ex.told("order.approved", ex.approved(customer=Party(no="C", blocked=True))))
    assert derives(decision.effects) == ["order.release_blocked"]
    blocked = decision.effects[-1].payload  # type: ignore[union-attr]
    assert [one.rule for one in blocked.failed_rules] == ["RR-01", "RR-02", "RR-07", "RR-11"]  # type: ignore[attr-defined]
    taken = born.when(ex.told("order.release_blocked", blocked))  # type: ignore[arg-type]
    assert (taken.row, cases(taken.effects)) == ("ORD-03", ["CSR-02", "CSR-02", "TRN-01", "CUS-10"])


def test_too_early_waits_until_the_horizon() -> None:
    """RR-15: seven days before the earliest wish, then by itself."""
    born = Given(MACHINE, "SO-1")
    earliest = after(hours=24 * 10)
    decision = born.when(
        ex.told("order.approved", ex.approved(requested=Window(earliest=earliest, latest=after(hours=24 * 12))))
    )
    assert derives(decision.effects) == []
    assert timers(decision.effects)["release_due"] == earliest - timedelta(days=7)
    later = born.when(elapsed("release_due", "SO-1", at=earliest - timedelta(days=7)))
    assert derives(later.effects) == ["order.released"]


TRADED = {"hs_code": "84137051", "origin_country": "NL"}
TRADER = Party(no="C-7781", eori="GB123456789000")


@pytest.mark.proves("RR-10", "CUS-01")
@pytest.mark.parametrize(
    ("trade", "order", "code", "names"),
    [
        ({"origin_country": "NL"}, {"customer": TRADER}, "MDM-06", "hs"),
        ({"hs_code": "8413"}, {"customer": TRADER}, "MDM-06", "origin"),
        (TRADED, {"customer": TRADER}, "MDM-06", "value"),
        (TRADED, {"priced": True}, "CUS-01", "eori"),
        (TRADED, {"priced": True, "customer": TRADER, "incoterm": Incoterm(code="")}, "CUS-01", "incoterm"),
        (TRADED, {"priced": True, "customer": TRADER}, "", ""),
    ],
)
def test_a_cross_border_order_is_told_what_customs_will_ask_for(
    trade: dict[str, object], order: dict[str, object], code: str, names: str
) -> None:
    """HS, origin, value, EORI, incoterm: all in one sentence, and no more than a warning."""
    (goods,) = line(**trade)
    price = Money(Decimal(120), "EUR") if order.pop("priced", False) else None
    verdict = judge(cross_border=True, lines=(replace(goods, unit_price=price),), **order)  # type: ignore[arg-type]
    assert not verdict.failed
    assert [(one.rule, one.code) for one in verdict.warnings] == ([("RR-10", code)] if code else [])
    assert all(names in one.detail for one in verdict.warnings)


@pytest.mark.proves("RR-10")
@pytest.mark.parametrize(
    ("mode", "hours", "blocks"), [("after_pack", 23, True), ("after_pack", 25, False), ("parallel", 23, False)]
)
def test_missing_trade_data_block_when_no_time_is_left(mode: str, hours: int, blocks: bool) -> None:
    """Planned after packing and wanted within a day."""
    verdict = judge(
        cross_border=True,
        policies=Policies(planning_mode=PlanningMode(mode)),
        requested=Window(latest=after(hours=hours)),
    )
    assert [one.rule for one in verdict.failed] == (["RR-10"] if blocks else [])


@pytest.mark.proves("RR-11", "CUS-10")
@pytest.mark.parametrize("status", [ScreeningStatus.REVIEW, ScreeningStatus.DENIED])
def test_a_party_that_is_not_clear_blocks_for_trade_compliance(status: ScreeningStatus) -> None:
    """CUS-10."""
    verdict = judge(customer=Party(no="C", screening=Screening(status=status)))
    assert [(one.rule, one.code, one.queue) for one in verdict.failed] == [("RR-11", "CUS-10", "CUS")]


@pytest.mark.proves("RR-09")
def test_dangerous_goods_without_their_class_block() -> None:
    """The declaration could not be made either."""
    verdict = judge(lines=line(hazmat=Hazmat(un_no="1263")))  # type: ignore[arg-type]
    assert [(one.rule, one.code) for one in verdict.failed] == [("RR-09", "CUS-01")]
    assert not judge(lines=line(hazmat=Hazmat(un_no="1263", hazard_class="3"))).failed  # type: ignore[arg-type]
