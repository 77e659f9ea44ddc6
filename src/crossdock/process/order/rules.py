"""Release rules RR-01 to RR-15 (domain.md §9.2) and the project's own: pure, all evaluated, all failures reported
together.

A rule whose inputs the order does not carry passes. RR-13 never fails: it moves `ship_by` (see `release`). RR-12 (look-
alike orders) needs what other orders say, so it is no rule of one order: `kpi.lookalike` and `app.cases.lookalikes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.canonical.events.order import FailedRule, OrderApproved, PlanningMode
from crossdock.canonical.parts import OrderLine, ScreeningStatus, TradeData
from crossdock.process.calendars import before_working_days
from crossdock.process.consignment import Consignment, condition, gross
from crossdock.process.order.routing import Routing
from crossdock.process.policy import Policy
from crossdock.process.routes import Choice, choose_route, only_hazard_refuses

# RR-10: data that are missing this long before the goods are wanted will not be there for a plan made after packing.
NO_TIME = timedelta(hours=24)


class Case(msgspec.Struct, frozen=True, gc=False):
    """What the rules look at: the order with its lines, holds in force, the routing tried, and the present instant."""

    order: OrderApproved
    holds: Mapping[str, str]
    routing: Routing
    at: datetime
    policy: Policy

    @property
    def goods(self) -> Consignment:
        """What is to be carried, as conditions and routes ask for it."""
        order = self.order
        return Consignment(order, order.lines, self.at, tuple(sorted(self.routing.groups)), gross(order.lines))

    @property
    def work_s(self) -> int:
        """How long the slowest warehouse of the routing needs."""
        sites = self.policy.sites
        return max((sites[one].work_s for one in self.routing.groups if one in sites), default=0)

    @property
    def choice(self) -> Choice | None:
        """Who would carry it; `None` where the project names no routes."""
        return choose_route(self.goods, self.policy.routes, self.work_s) if self.policy.routes else None


class Finding(msgspec.Struct, frozen=True, gc=False):
    """A rule that did not pass: it blocks, or only warns; `code` is the exception it raises."""

    rule: str
    detail: str
    queue: str
    code: str
    blocks: bool = True


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """All rules' outcome; `wait_until` is set when it is only too early (RR-15)."""

    failed: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    passed: tuple[str, ...]
    wait_until: datetime | None = None


Rule = Callable[[Case], Finding | None]


def no_hold(case: Case) -> Finding | None:
    """RR-01: no hold in force, customer not blocked."""
    if case.holds:
        kinds = ", ".join(sorted(set(case.holds.values())))
        return Finding(
            "RR-01", f"on hold ({kinds}): release it in the ERP", "FIN" if "credit" in kinds else "CSR", "CSR-02"
        )
    customer = case.order.customer
    if customer.blocked:
        return Finding("RR-01", f"customer {customer.no} is blocked: {customer.blocked_reason}", "CSR", "CSR-02")
    return None


def credit_cleared(case: Case) -> Finding | None:
    """RR-02: credit cleared and fresh, where the policy asks for it."""
    cleared = case.order.credit_cleared_at
    if cleared is None:
        return (
            Finding("RR-02", "credit is not cleared: clear it in the ERP", "FIN", "CSR-02")
            if case.policy.credit_required
            else None
        )
    if case.at - cleared > timedelta(seconds=case.policy.credit_age_max):
        return Finding(
            "RR-02", f"credit was cleared at {cleared.isoformat()}, too long ago: clear it again", "FIN", "CSR-02"
        )
    return None


def mapped(case: Case) -> Finding | None:
    """RR-03: units present, positive quantities, forced warehouses known."""
    for line in case.order.lines:
        if not line.qty.uom:
            return Finding("RR-03", f"line {line.no} has no unit: map it", "MDM", "MDM-04")
        if line.qty.value <= 0:
            return Finding("RR-03", f"line {line.no} orders {line.qty.value}: correct it in the ERP", "MDM", "MDM-01")
        if line.warehouse and case.policy.sites and line.warehouse not in case.policy.sites:
            return Finding(
                "RR-03", f"line {line.no} asks for unknown warehouse {line.warehouse}: map it", "MDM", "MDM-02"
            )
    return None


def address_complete(case: Case) -> Finding | None:
    """RR-04: the ship-to can be found; a missing time zone only warns."""
    place = case.order.ship_to
    address = place.address
    found = place.location_no or place.gln or place.unlocode
    if not found and (address is None or not address.city or not (address.postal or address.lines)):
        return Finding("RR-04", "the ship-to has neither a number nor a full address: complete it", "CSR", "CSR-03")
    if not place.tz:
        return Finding("RR-04", "the ship-to has no time zone: set it", "MDM", "MDM-05", blocks=False)
    return None


def routable(case: Case) -> Finding | None:
    """RR-05: a warehouse has it: all of it where the order ships complete, else any."""
    routing = case.routing
    if not routing.groups:
        return Finding("RR-05", "no warehouse can serve any line: check stock and sources", "WHS", "WHS-04")
    policy = str(case.order.policies.ship_policy)
    if policy != "ship_partial" and routing.short:
        lines = ", ".join(routing.short)
        return Finding("RR-05", f"lines {lines} are short and the order may only ship complete", "WHS", "WHS-04")
    if policy == "ship_complete" and len(routing.groups) > 1:
        return Finding(
            "RR-05", "no single warehouse has everything and the order may only ship complete", "WHS", "WHS-04"
        )
    return _too_little(case)


def _too_little(case: Case) -> Finding | None:
    """Less than `min_fill_pct` of what is asked for is in stock, over all lines."""
    least = case.policy.release.min_fill_pct
    if not least or not case.routing.short:
        return None
    there = sum(sum(lines.values()) for lines in case.routing.groups.values())
    share = Decimal(there * 100) / (there + sum(case.routing.short.values()))
    if share >= least:
        return None
    return Finding("RR-05", f"{share:.0f} % is in stock and {least} % must be: wait for stock", "WHS", "WHS-04")


def window_feasible(case: Case) -> Finding | None:
    """RR-06: it can be there in time; else a warning and a promise to change."""
    latest = case.order.requested.latest
    choice = case.choice
    transit = choice.route.transit if choice is not None and choice.route is not None else case.policy.transit_s
    earliest = case.at + timedelta(seconds=case.work_s + transit)
    if latest is not None and earliest > latest:
        return Finding(
            "RR-06", f"cannot arrive before {earliest.isoformat()}: change the promise", "CSR", "CSR-01", blocks=False
        )
    return None


def lane_served(case: Case) -> Finding | None:
    """RR-07: somebody drives there, and may carry it (§9.4)."""
    address = case.order.ship_to.address
    served = case.policy.served_countries
    if served and address is not None and address.country not in served:
        return Finding("RR-07", f"nobody serves {address.country}: add a service or refuse the order", "TRN", "TRN-01")
    choice = case.choice
    if choice is None or choice.route is not None or _only_danger(case):
        return None
    return Finding("RR-07", f"no service may carry it ({choice.why_not}): add one, or split it", "TRN", "TRN-01")


def _only_danger(case: Case) -> bool:
    """Whether somebody would carry it were it not dangerous: RR-09 says so."""
    return any(only_hazard_refuses(route, case.goods) for route in case.policy.routes)


def measured(case: Case) -> Finding | None:
    """RR-08: what it weighs is known, or the warehouse weighs it."""
    if case.policy.release.measured:
        return None
    unknown = [one.no for one in case.order.lines if one.trade is None or one.trade.gross_kgm is None]
    if not unknown:
        return None
    detail = f"lines {', '.join(unknown)} have no gross weight: complete the package master"
    return Finding("RR-08", detail, "MDM", "MDM-06", blocks=False)


def hazmat_complete(case: Case) -> Finding | None:
    """RR-09: dangerous goods fully described, and allowed by a service that goes there."""
    for line in case.order.lines:
        hazmat = line.trade.hazmat if line.trade is not None else None
        if hazmat is not None and not hazmat.hazard_class:
            return Finding(
                "RR-09", f"line {line.no}: UN {hazmat.un_no} without its class: complete it", "CUS", "CUS-01"
            )
    if case.choice is not None and case.choice.route is None and _only_danger(case):
        detail = f"no service takes these dangerous goods ({case.choice.why_not}): contract one, or split the order"
        return Finding("RR-09", detail, "TRN", "TRN-01")
    return None


def trade_complete(case: Case) -> Finding | None:
    """RR-10: a cross-border order says what customs asks for. What is missing is found again by the declaration, so it
    only warns, unless there will be no time for it: planned after packing, and wanted within a day."""
    order = case.order
    if not order.cross_border:
        return None
    unlicensed = [one.no for one in order.lines if one.trade and one.trade.licence_needed and not one.trade.licence]
    if unlicensed:
        detail = f"lines {', '.join(unlicensed)} need an export licence: obtain it"
        return Finding("RR-10", detail, "CUS", "CUS-10")
    of_lines = [f"line {line.no}: {', '.join(lacking)}" for line in order.lines if (lacking := _untold(line, case))]
    of_head = [name for name, value in _heading(case).items() if not value and name in case.policy.customs.mandatory]
    if not of_lines and not of_head:
        return None
    queue, code = ("MDM", "MDM-06") if of_lines else ("CUS", "CUS-01")
    detail = f"customs will ask for {'; '.join((*of_lines, *of_head))}: complete it"
    return Finding("RR-10", detail, queue, code, blocks=_no_time_left(case))


def _untold(line: OrderLine, case: Case) -> list[str]:
    trade = line.trade or TradeData()
    known = {"hs": trade.hs_code, "origin": trade.origin_country, "value": line.unit_price}
    return [name for name, value in known.items() if not value and name in case.policy.customs.mandatory]


def _heading(case: Case) -> dict[str, str]:
    eori = case.policy.customs.declarant.eori or case.order.customer.eori
    return {"eori": eori, "incoterm": case.order.incoterm.code}


def _no_time_left(case: Case) -> bool:
    mode = case.order.policies.planning_mode or case.policy.planning_mode
    latest = case.order.requested.latest
    return mode == PlanningMode.AFTER_PACK and latest is not None and latest - case.at < NO_TIME


def screened(case: Case) -> Finding | None:
    """RR-11: the party is clear, and was checked lately."""
    screening = case.order.customer.screening
    if screening is None:
        return (
            Finding("RR-11", "the customer was never screened: screen it", "CUS", "CUS-10")
            if case.policy.screening_required
            else None
        )
    if screening.status is not ScreeningStatus.CLEAR:
        return Finding("RR-11", f"screening says {screening.status}: clear or refuse the customer", "CUS", "CUS-10")
    age = timedelta(seconds=case.policy.screening_age_max)
    if screening.checked_at is not None and case.at - screening.checked_at > age:
        return Finding(
            "RR-11", f"screened at {screening.checked_at.isoformat()}, too long ago: screen again", "CUS", "CUS-10"
        )
    return None


def prepaid(case: Case) -> Finding | None:
    """RR-14: paid where the terms ask for it."""
    terms = case.order.policies
    if terms.prepayment_required and terms.prepaid_at is None:
        return Finding("RR-14", "the order must be paid before it is released: book the payment", "FIN", "CSR-02")
    return None


RULES: Mapping[str, Rule | None] = {
    "RR-01": no_hold, "RR-02": credit_cleared, "RR-03": mapped, "RR-04": address_complete, "RR-05": routable,
    "RR-06": window_feasible, "RR-07": lane_served, "RR-08": measured, "RR-09": hazmat_complete,
    "RR-10": trade_complete, "RR-11": screened, "RR-12": None, "RR-13": None, "RR-14": prepaid,
}  # fmt: skip


def evaluate(case: Case) -> Verdict:
    """Run all rules; RR-15 defers when everything else passes."""
    found = [*_findings(case), *_own(case)]
    failed = tuple(finding for finding in found if finding.blocks)
    if case.policy.release_mode == "erp":
        failed, found = (), [msgspec.structs.replace(finding, blocks=False) for finding in found]
    warned = {finding.rule for finding in found}
    own = (rule.id for rule in case.policy.release.rules)
    passed = tuple(rule for rule in (*RULES, "RR-15", *own) if rule not in warned and _mode(case, rule) != "off")
    return Verdict(failed, tuple(finding for finding in found if not finding.blocks), passed, release_from(case))


def _mode(case: Case, rule: str) -> str:
    return case.policy.release.modes.get(rule, "")


def _findings(case: Case) -> Iterator[Finding]:
    """Of our rules, as the project wants them taken."""
    for name, rule in RULES.items():
        mode = _mode(case, name)
        finding = rule(case) if rule is not None and mode != "off" else None
        if finding is not None:
            yield msgspec.structs.replace(finding, blocks=mode == "block") if mode else finding


def _own(case: Case) -> Iterator[Finding]:
    """Of the project's."""
    for rule in case.policy.release.rules:
        if _mode(case, rule.id) != "off" and condition(rule.when)(case.goods):
            yield Finding(rule.id, rule.detail, rule.queue, rule.code, rule.blocks)


def release_from(case: Case) -> datetime | None:
    """RR-15: the instant before which it is too early to release, when that is still ahead."""
    earliest = case.order.requested.earliest
    if earliest is None or _mode(case, "RR-15") == "off":
        return None
    terms = case.policy.release
    ready = earliest - timedelta(seconds=terms.lead_time + case.policy.transit_s)
    calendar = case.policy.calendars.get(terms.horizon_calendar)
    if calendar is None:
        at = ready - timedelta(seconds=case.policy.release_horizon)
    else:
        at = before_working_days(ready, terms.horizon_days, calendar)
    return at if at > case.at else None


def as_failed(findings: tuple[Finding, ...]) -> tuple[FailedRule, ...]:
    """Findings as `order.release_blocked` carries them."""
    return tuple(FailedRule(rule=one.rule, detail=one.detail, queue=one.queue, code=one.code) for one in findings)
