"""Who may carry a shipment, and who does (domain.md §9.4): filter, keep what meets the promise, take the cheapest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from crossdock.process.consignment import Consignment, condition, country, hazards, postal, value_of
from crossdock.process.terms.release import Route

DANGEROUS = "dangerous goods"


class Choice(msgspec.Struct, frozen=True, gc=False):
    """What was chosen and what was not, with the reason. `late`: even the fastest comes after the promise."""

    route: Route | None
    refused: tuple[tuple[str, str], ...]
    late: bool = False

    @property
    def why_not(self) -> str:
        """The refusals in one line."""
        return "; ".join(f"{name}: {why}" for name, why in self.refused)


def choose_route(goods: Consignment, routes: tuple[Route, ...], work_s: int = 0) -> Choice:
    """The route for these goods.

    Args:
        work_s: how long the warehouse needs before they can leave.
    """
    refused = [(route.name, why) for route in routes if (why := refusal_of(route, goods))]
    left = [route for route in routes if route.name not in dict(refused)]
    if not left:
        return Choice(None, tuple(refused))
    asked = [route for route in left if _asked_for(route, goods)]
    if asked:
        refused += [(route.name, "another was asked for") for route in left if route not in asked]
        left = asked
    ready = goods.at + timedelta(seconds=work_s)
    latest = (goods.order.promise or goods.order.requested).latest
    timely = [route for route in left if latest is None or ready + timedelta(seconds=route.transit) <= latest]
    if not timely:
        fastest = min(left, key=lambda route: (route.transit, _price(route, goods), route.name))
        refused += [(route.name, "slower, and none comes in time") for route in left if route is not fastest]
        return Choice(fastest, tuple(refused), late=True)
    best = min(timely, key=lambda route: (_price(route, goods), -route.on_time_pct, route.name))
    refused += [(route.name, _beaten(route, best, timely)) for route in left if route is not best]
    return Choice(best, tuple(refused))


def refusal_of(route: Route, goods: Consignment) -> str:
    """Why a route may not carry these goods; empty when it may."""
    return next(_refusals(route, goods), "")


def only_hazard_refuses(route: Route, goods: Consignment) -> bool:
    """Whether nothing but the danger of the goods speaks against it."""
    return list(_refusals(route, goods)) == [DANGEROUS]


def _refusals(route: Route, goods: Consignment) -> Iterator[str]:
    for why, refuses in TESTS.items():
        if refuses(route, goods):
            yield why


def _price(route: Route, goods: Consignment) -> Decimal:
    return route.cost + route.per_kgm * (goods.kgm or Decimal(0))


def _asked_for(route: Route, goods: Consignment) -> bool:
    wanted = goods.order.policies
    if not wanted.carrier_pref and not wanted.service_pref:
        return False
    of_carrier = not wanted.carrier_pref or wanted.carrier_pref in (route.carrier, route.name, str(route.mode))
    return of_carrier and (not wanted.service_pref or wanted.service_pref in (route.service, route.name))


def _beaten(route: Route, best: Route, timely: list[Route]) -> str:
    if route not in timely:
        return "it would come after the promise"
    dearer = (route.cost, route.per_kgm) != (best.cost, best.per_kgm)
    return f"{best.name} costs less" if dearer else f"{best.name} is on time more often"


# -- what may speak against a route -----------------------------------------------------------------------------------


def _zone(route: Route, goods: Consignment) -> bool:
    return bool(route.zones) and not postal(goods).startswith(route.zones)


def _country(route: Route, goods: Consignment) -> bool:
    return bool(route.countries) and country(goods) not in route.countries


def _warehouse(route: Route, goods: Consignment) -> bool:
    return bool(route.warehouses) and not set(goods.warehouses) <= set(route.warehouses)


def _above(limit: Decimal | int, value: Decimal | int | None) -> bool:
    return bool(limit) and value is not None and value > limit


def _dangerous(route: Route, goods: Consignment) -> bool:
    found = hazards(goods)
    if route.hazmat == "none":
        return bool(found)
    if route.hazmat == "lq":
        return not all(one.lq for one in found)
    return bool(route.hazard_classes) and any(one.hazard_class not in route.hazard_classes for one in found)


def _customer(route: Route, goods: Consignment) -> bool:
    number = goods.order.customer.no
    return number in route.without or (bool(route.customers) and number not in route.customers)


def _locked(route: Route, goods: Consignment) -> bool:
    """The run of the day it is wanted on takes nothing more."""
    latest = goods.order.requested.latest
    if not route.lock or latest is None:
        return False
    zone = ZoneInfo(route.tz)
    day = latest.astimezone(zone).date() - timedelta(days=1)
    return goods.at > datetime.combine(day, time.fromisoformat(route.lock), zone)


def _too_short(route: Route, goods: Consignment) -> bool:
    latest = goods.order.requested.latest
    return bool(route.lead_time) and latest is not None and latest - goods.at < timedelta(seconds=route.lead_time)


TESTS: Mapping[str, Callable[[Route, Consignment], bool]] = {
    "its customers do not include this one": _customer,
    "it does not go there": _country,
    "outside its zones": _zone,
    "it does not call at the warehouse": _warehouse,
    "it does not cross borders": lambda route, goods: not route.cross_border and goods.order.cross_border,
    "too heavy": lambda route, goods: _above(route.max_kgm, goods.kgm),
    "a package is too heavy": lambda route, goods: _above(route.max_package_kgm, goods.heaviest_kgm),
    "too many packages": lambda route, goods: _above(route.max_packages, goods.packages),
    "a package is too long": lambda route, goods: _above(route.max_longest_cm, goods.longest_cm),
    DANGEROUS: _dangerous,
    "worth more than it insures": lambda route, goods: _above(route.value_cap, value_of(goods)),
    "its run is closed": _locked,
    "it must be told earlier": _too_short,
    "its condition does not hold": lambda route, goods: bool(route.when) and not condition(route.when)(goods),
}
