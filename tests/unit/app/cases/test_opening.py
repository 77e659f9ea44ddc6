"""What a case is worth when it opens: severity, deadlines, price."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from crossdock.app.cases.opening import Holder, cost_at, graver_because, holder_of, prepare
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.kernel.money import Money
from crossdock.ports.cases import Case, Desk, WorkState
from crossdock.process.policy import Policy
from crossdock.process.terms.cases import Calendar, CaseTerms, Price
from crossdock.testing.world import World

SATURDAY = datetime(2026, 6, 6, 10, tzinfo=UTC)
OFFICE = Calendar(begin="08:00", end="17:00")
POLICY = Policy(
    calendars={"office": OFFICE},
    cases=CaseTerms(
        queues={"CUS": "office", "TRN": "office"},
        prices={"TRN-09": Price(order_pct=Decimal("2.5"), at_most=Decimal(1000)), "CUS-04": Price(fee=Decimal(5))},
    ),
)


def case(code: str, severity: int) -> Case:
    return Case(1, code, "SO-1", "", 1, severity, code[:3], "", 1, 0, SATURDAY, SATURDAY, "1.1")


def worth(amount: str, currency: str = "EUR") -> Holder:
    return Holder(value=Money(Decimal(amount), currency))


@pytest.mark.proves("vip_value", "X-01")
@pytest.mark.parametrize(
    ("holder", "severity"),
    [
        (Holder(), 2),
        (Holder(priority="high"), 2),
        (Holder(priority="critical"), 1),
        (worth("25000.00"), 2),
        (worth("25000.01"), 1),
        (worth("99000.00", "USD"), 2),  # no rate is part of the policy
    ],
)
def test_a_case_of_a_critical_or_dear_order_is_one_level_graver(holder: Holder, severity: int) -> None:
    desk = prepare(case("TRN-09", 2), holder, POLICY)
    assert (desk.severity, bool(desk.why_graver)) == (severity, severity == 1)
    assert prepare(case("CUS-07", 1), holder, POLICY).severity == 1


def test_s1_is_worked_around_the_clock_and_others_by_their_queues_hours() -> None:
    grave, usual = prepare(case("CUS-07", 1), Holder(), POLICY), prepare(case("CUS-02", 2), Holder(), POLICY)
    assert grave.due_ack == SATURDAY + timedelta(minutes=15)
    assert usual.due_ack == datetime(2026, 6, 8, 8, 30, tzinfo=UTC)
    assert prepare(case("CUS-02", 2), Holder(priority="critical"), POLICY).due_ack == SATURDAY + timedelta(minutes=30)


@pytest.mark.proves("CUS-04")
def test_where_the_case_carries_its_deadline_none_is_made_up() -> None:
    desk = prepare(case("CUS-04", 2), worth("10.00"), POLICY)
    assert (desk.due_resolve, desk.look_at is not None) == (None, True)
    assert cost_at(desk, case("CUS-04", 2), SATURDAY + timedelta(days=900)) == 0


def test_a_share_of_the_order_is_its_price_up_to_the_bound() -> None:
    def amount(holder: Holder) -> Decimal:
        price = prepare(case("TRN-09", 2), holder, POLICY).price
        assert price is not None
        return price.amount

    assert [amount(one) for one in (worth("199.99"), worth("90000.00"), worth("10.00", "USD"), Holder())] == [
        Decimal("5.00"),
        Decimal(1000),
        Decimal(0),
        Decimal(0),
    ]
    assert prepare(case("TRN-07", 3), worth("10.00"), POLICY).price is None


def test_every_hour_begun_costs_and_the_end_of_the_case_stops_it() -> None:
    policy = Policy(cases=CaseTerms(prices={"TRN-07": Price(fee=Decimal(10), per_hour=Decimal(4))}))
    open_case = case("TRN-07", 3)
    desk = prepare(open_case, Holder(), policy)
    due = desk.due_resolve
    assert due is not None
    costs = [cost_at(desk, open_case, due + timedelta(minutes=late)) for late in (-1, 0, 1, 60, 61)]
    assert costs == [0, 0, Decimal(14), Decimal(14), Decimal(18)]
    closed = msgspec.structs.replace(open_case, closed=due + timedelta(minutes=1))
    assert cost_at(desk, closed, due + timedelta(days=9)) == Decimal(14)


def test_a_case_that_came_back_goes_to_whoever_had_it() -> None:
    before = Desk(1, WorkState.DISMISSED, 2, assignee="Ana Ruiz", alerts=7, escalations=2)
    desk = prepare(case("TRN-09", 2), Holder(), POLICY, before)
    assert (desk.state, desk.assignee, desk.alerts, desk.escalations) == (WorkState.ASSIGNED, "Ana Ruiz", 0, 0)


def test_a_case_that_is_over_is_not_looked_at_but_has_its_deadlines() -> None:
    over = msgspec.structs.replace(case("TRN-09", 2), closed=SATURDAY)
    desk = prepare(over, Holder(), POLICY)
    assert (desk.look_at, desk.due_resolve is not None) == (None, True)


@pytest.mark.parametrize("price", [{"fee": "-1"}, {"per_hour": "-1"}, {"order_pct": "101"}, {"at_most": "-0.01"}])
def test_a_price_that_is_none_is_refused(price: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(price, Price)


async def test_the_dossier_tells_priority_value_and_what_its_fold_holds_open() -> None:
    world = World(PARTNERS, now=SATURDAY)
    told = next(iter(Order(1, SATURDAY - timedelta(hours=5)).facts()))
    body = told.body.replace(
        b'"order_no":', b'"priority":"critical","total":{"amount":"30000","currency":"EUR"},"order_no":'
    )
    await world.tell(told.partner, body)
    row = next(row for row in world.store.dossiers.values() if row.ident.startswith("order|"))
    holder = holder_of(row, REGISTRIES["order"])
    assert (holder.priority, holder.value) == ("critical", Money(Decimal(30000), "EUR"))
    assert graver_because(holder, POLICY) == "the order is critical"
    assert holder_of(None, None) == Holder()
