"""Route eligibility and selection (domain.md §9.4): every parameter refuses, and the choice can be explained."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.order import Policies
from crossdock.canonical.parts import Address, Hazmat, Mode, Party, Place, TradeData
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.process.consignment import Consignment
from crossdock.process.routes import choose_route, refusal_of
from crossdock.process.terms.release import Route
from crossdock.testing.given import NOON, after
from tests.unit.process import examples as ex

DANGER = replace(
    ex.order_line("10", 4), trade=TradeData(gross_kgm=Decimal(10), hazmat=Hazmat(un_no="1263", hazard_class="3"))
)


def goods(
    *, kgm: str = "40", packages: int | None = None, longest: str = "", heaviest: str = "", **order: object
) -> Consignment:
    approved = ex.approved(**{"lines": (ex.order_line("10", 4),), "requested": Window(latest=after(hours=76)), **order})
    return Consignment(
        approved,
        approved.lines,
        NOON,
        ("WH-NL1",),
        Decimal(kgm),
        packages,
        Decimal(longest) if longest else None,
        Decimal(heaviest) if heaviest else None,
    )


def route(**changes: object) -> Route:
    return Route(**{"name": "own", "mode": Mode.OWN_FLEET, **changes})  # type: ignore[arg-type]


@pytest.mark.proves("fleet_zones")
@pytest.mark.parametrize(
    ("limits", "order", "why"),
    [
        ({"zones": ("10",)}, {}, "outside its zones"),
        ({"countries": ("NL",)}, {}, "it does not go there"),
        ({"warehouses": ("WH-NL2",)}, {}, "it does not call at the warehouse"),
        ({"cross_border": False}, {"cross_border": True}, "it does not cross borders"),
        ({"max_kgm": Decimal(39)}, {}, "too heavy"),
        ({"max_package_kgm": Decimal(30)}, {"heaviest": "31"}, "a package is too heavy"),
        ({"max_packages": 10}, {"packages": 11}, "too many packages"),
        ({"max_longest_cm": Decimal(175)}, {"longest": "176"}, "a package is too long"),
        ({"hazmat": "none"}, {"lines": (DANGER,)}, "dangerous goods"),
        ({"hazmat": "lq"}, {"lines": (DANGER,)}, "dangerous goods"),
        ({"hazard_classes": ("8",)}, {"lines": (DANGER,)}, "dangerous goods"),
        ({"value_cap": Decimal(2500)}, {"total": Money(Decimal(2501), "EUR")}, "worth more than it insures"),
        ({"without": ("C-7781",)}, {}, "its customers do not include this one"),
        ({"customers": ("C-1",)}, {}, "its customers do not include this one"),
        ({"lock": "18:00"}, {"requested": Window(latest=after(hours=10))}, "its run is closed"),
        ({"lead_time": 4 * 3600}, {"requested": Window(latest=after(hours=3))}, "it must be told earlier"),
        ({"when": 'ship_to.city != "London"'}, {}, "its condition does not hold"),
    ],
)
def test_each_parameter_refuses_and_says_why(limits: dict[str, object], order: dict[str, object], why: str) -> None:
    assert refusal_of(route(**limits), goods(**order)) == why  # type: ignore[arg-type]
    assert not refusal_of(route(), goods(**order))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("limits", "order"),
    [
        ({"zones": ("N1",), "countries": ("GB",), "max_kgm": Decimal(40)}, {}),
        ({"hazmat": "lq"}, {"lines": (replace(DANGER, trade=TradeData(hazmat=Hazmat(un_no="1", lq=True))),)}),
        ({"hazard_classes": ("3",)}, {"lines": (DANGER,)}),
        ({"max_packages": 10, "max_longest_cm": Decimal(10)}, {}),
        ({"lock": "18:00"}, {"requested": Window(latest=after(hours=40))}),
        ({"zones": ("101",)}, {"ship_to": Place(address=Address(country="NL", postal="10 12 AB", city="X"))}),
    ],
)
def test_at_the_limit_it_may(limits: dict[str, object], order: dict[str, object]) -> None:
    assert not refusal_of(route(**limits), goods(**order))  # type: ignore[arg-type]


CHEAP = route(name="cheap", cost=Decimal(5), transit=100 * 3600)
FAIR = route(name="fair", cost=Decimal(9), per_kgm=Decimal(1), transit=24 * 3600)
DEAR = route(name="dear", cost=Decimal(60), transit=3600, carrier="DHL", service="express")


def test_the_cheapest_that_meets_the_promise_is_taken_and_the_others_are_told_why() -> None:
    choice = choose_route(goods(), (CHEAP, FAIR, DEAR))
    assert choice.route == FAIR
    assert choice.refused == (("cheap", "it would come after the promise"), ("dear", "fair costs less"))
    assert not choice.late


def test_weight_counts_in_the_price() -> None:
    assert choose_route(goods(kgm="400"), (CHEAP, FAIR, DEAR)).route == DEAR


def test_of_two_at_one_price_the_more_punctual_is_taken() -> None:
    punctual = replace(FAIR, name="zz", on_time_pct=Decimal(98))
    choice = choose_route(goods(), (FAIR, punctual))
    assert choice.route == punctual
    assert choice.refused == (("fair", "zz is on time more often"),)


def test_none_in_time_takes_the_fastest_and_says_so() -> None:
    choice = choose_route(goods(requested=Window(latest=NOON + timedelta(minutes=5))), (CHEAP, FAIR, DEAR))
    assert (choice.route, choice.late) == (DEAR, True)


def test_what_the_customer_asks_for_goes_first_if_it_may() -> None:
    wish = Policies(carrier_pref="DHL", service_pref="express")
    assert choose_route(goods(policies=wish), (CHEAP, FAIR, DEAR)).route == DEAR
    assert choose_route(goods(policies=wish), (CHEAP, FAIR, replace(DEAR, without=("C-7781",)))).route == FAIR


def test_nobody_may() -> None:
    choice = choose_route(goods(customer=Party(no="C-9")), (replace(FAIR, customers=("C-1",)),))
    assert choice.route is None
    assert choice.why_not == "fair: its customers do not include this one"
