"""Release rules RR-01 to RR-15 (domain.md §9.2): each alone, all failures together."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.order import PlanningMode, Policies
from crossdock.canonical.parts import (
    Address,
    Hazmat,
    Incoterm,
    Mode,
    Party,
    Place,
    Screening,
    ScreeningStatus,
    TradeData,
)
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.release import ship_by
from crossdock.process.order.routing import Routing
from crossdock.process.order.rules import Case, Finding, Verdict, evaluate
from crossdock.process.policy import Policy, Site
from crossdock.process.terms.cases import Calendar
from crossdock.process.terms.release import OwnRule, ReleaseTerms, Route
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
    ("RR-03", {"lines": (replace(ex.order_line("10", 1), qty=Quantity(Decimal(1), "")),)}, "MDM-04"),
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


@pytest.mark.proves("RR-01", "RR-02", "RR-03", "RR-04", "RR-05", "RR-07", "RR-09", "RR-10", "RR-11", "RR-14", "CSR-03")
@pytest.mark.proves("MDM-01", "MDM-02", "MDM-04")
@pytest.mark.parametrize(("rule", "changes", "code"), BLOCKING)
def test_rule_blocks(rule: str, changes: dict[str, object], code: str) -> None:
    """With the case it raises."""
    verdict = judge(**changes)  # type: ignore[arg-type]
    assert rule in {one.rule for one in verdict.failed}
    assert found(verdict, rule).code == code
    assert rule not in verdict.passed


@pytest.mark.proves("RR-04", "RR-06", "MDM-05")
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


@pytest.mark.proves("release_mode", "OW-02")
def test_an_erp_that_releases_itself_makes_rules_advisory() -> None:
    """`release_mode=erp` (D-02)."""
    verdict = judge(policy=Policy(release_mode="erp"), holds={"H": "credit"})
    assert not verdict.failed
    assert "RR-01" in {one.rule for one in verdict.warnings}


@pytest.mark.proves("ORD-01", "ORD-03")
def test_all_failures_are_reported_together_and_each_has_its_case() -> None:
    """ORD-01 leads to one `order.release_blocked` with every rule; ORD-03 opens a case a rule."""
    born = Given(MACHINE, "SO-1", policy=replace(STRICT, sites={}))
    decision = born.when(ex.told("order.approved", ex.approved(customer=Party(no="C", blocked=True))))
    assert derives(decision.effects) == ["order.release_blocked"]
    blocked = decision.effects[-1].payload  # type: ignore[union-attr]
    assert [one.rule for one in blocked.failed_rules] == ["RR-01", "RR-02", "RR-07", "RR-11"]  # type: ignore[attr-defined]
    taken = born.when(ex.told("order.release_blocked", blocked))  # type: ignore[arg-type]
    assert (taken.row, cases(taken.effects)) == ("ORD-03", ["CSR-02", "CSR-02", "TRN-01", "CUS-10"])


@pytest.mark.proves("RR-15", "release_horizon")
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


# -- what the project says of the rules -------------------------------------------------------------------------------

NORWAY = Place(address=Address(country="NO", city="Oslo", postal="0150"), tz="Europe/Oslo")


@pytest.mark.proves("min_fill_pct", "RR-05")
@pytest.mark.parametrize(("least", "blocks"), [("51", True), ("50", False), ("0", False)])
def test_a_part_must_be_large_enough_to_be_worth_it(least: str, blocks: bool) -> None:
    policy = Policy(release=ReleaseTerms(min_fill_pct=Decimal(least)))
    verdict = judge(policy=policy, routing=Routing({"A": {"10": 5}}, {"20": 5}, {}))
    assert [one.rule for one in verdict.failed] == (["RR-05"] if blocks else [])


@pytest.mark.proves("RR-08")
def test_weights_nobody_knows_are_told_where_the_warehouse_does_not_weigh() -> None:
    strict = Policy(release=ReleaseTerms(measured=False))
    assert [(one.rule, one.code) for one in judge(policy=strict).warnings] == [("RR-08", "MDM-06")]
    weighed = line(gross_kgm=Decimal(3))
    assert not judge(policy=strict, lines=weighed).warnings
    assert not judge().warnings


OWN = ReleaseTerms(
    rules=(
        OwnRule("XR-01", 'order.total > 50000 and ship_to.country not in ["DE", "NL"]', "large and far", "FIN"),
        OwnRule("XR-02", '"3" in goods.hazard_classes', "look twice", blocks=False),
    )
)


def test_a_rule_of_the_project_judges_like_ours() -> None:
    """Its queue and case, blocking or warning, off where the mode says so."""
    large = {"ship_to": NORWAY, "total": Money(Decimal(50001), "EUR")}
    verdict = judge(policy=Policy(release=OWN), lines=line(hazmat=Hazmat(un_no="1", hazard_class="3")), **large)  # type: ignore[arg-type]
    assert [(one.rule, one.queue) for one in verdict.failed] == [("XR-01", "FIN")]
    assert [one.rule for one in verdict.warnings] == ["XR-02"]
    off = replace(OWN, modes={"XR-01": "off"})
    assert not judge(policy=Policy(release=off), **large).failed  # type: ignore[arg-type]
    assert judge(policy=Policy(release=OWN)).passed[-2:] == ("XR-01", "XR-02")


@pytest.mark.parametrize("mode", ["block", "warn", "off"])
def test_the_project_may_take_a_rule_more_or_less_seriously(mode: str) -> None:
    policy = Policy(release=ReleaseTerms(modes={"RR-01": mode}))  # type: ignore[dict-item]
    verdict = judge(policy=policy, holds={"H": "credit"})
    assert ["RR-01" in {one.rule for one in part} for part in (verdict.failed, verdict.warnings)] == [
        mode == "block",
        mode == "warn",
    ]


VAN = Route("van", Mode.OWN_FLEET, countries=("NO",), hazmat="none", transit=3600)


@pytest.mark.proves("RR-07", "RR-09", "TRN-01")
def test_somebody_must_be_able_to_carry_it() -> None:
    """Nobody goes there (RR-07); somebody goes there and takes no dangerous goods (RR-09)."""
    policy = Policy(routes=(VAN,))
    far = judge(policy=policy)
    assert [(one.rule, one.code) for one in far.failed] == [("RR-07", "TRN-01")]
    assert "van: it does not go there" in far.failed[0].detail
    danger = line(hazmat=Hazmat(un_no="1263", hazard_class="3"))
    refused = judge(policy=policy, ship_to=NORWAY, lines=danger)
    assert [(one.rule, one.code) for one in refused.failed] == [("RR-09", "TRN-01")]
    assert not judge(policy=policy, ship_to=NORWAY).failed


@pytest.mark.proves("RR-06", "CSR-01")
def test_the_way_counts_in_what_can_be_promised() -> None:
    slow = replace(VAN, transit=100 * 3600)
    late = judge(policy=Policy(routes=(slow,)), ship_to=NORWAY)
    assert [(one.rule, one.code) for one in late.warnings] == [("RR-06", "CSR-01")]
    assert not judge(policy=Policy(routes=(VAN,)), ship_to=NORWAY).warnings


MONDAY_TO_FRIDAY = Calendar("Europe/Amsterdam", begin="08:00", end="17:00")


@pytest.mark.proves("RR-15", "release_horizon")
def test_the_horizon_is_in_working_days_where_a_calendar_says_so() -> None:
    """Five working days before a Monday are the Monday before, two days of the weekend not counted."""
    monday = NOON + timedelta(days=(7 - NOON.weekday()) % 7 + 14)
    policy = Policy(calendars={"nl": MONDAY_TO_FRIDAY}, release=ReleaseTerms(horizon_calendar="nl"))
    verdict = judge(policy=policy, requested=Window(earliest=monday, latest=monday + timedelta(days=1)))
    assert verdict.wait_until == monday - timedelta(days=7)


@pytest.mark.proves("RR-13", "std_work_time")
@pytest.mark.parametrize(
    ("work_h", "latest_h", "expected"),
    [(1, 48, None), (1, 2, timedelta(hours=5)), (6, 2, timedelta(hours=29)), (6, 48, None)],
)
def test_goods_leave_with_the_first_departure_they_can_reach(
    work_h: int, latest_h: int, expected: timedelta | None
) -> None:
    """A wish that the next cut-off meets stays; one it does not is moved to it."""
    site = Site("NL", work_s=work_h * 3600, cutoff="17:00", tz="UTC")
    order = ex.approved(requested=Window(latest=after(hours=latest_h)))
    leaves = ship_by(order, Policy(sites={"WH-NL1": site}), "WH-NL1", NOON)
    assert leaves == (NOON + expected if expected else after(hours=latest_h))
