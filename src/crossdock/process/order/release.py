"""Releasing: rules and routing run, and what each warehouse release makes us ask of the warehouse and the TMS."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.tms import CancelShipment, PlanShipment
from crossdock.canonical.commands.wms import CreateFulfilmentOrder, FulfilmentLine, UpdateFulfilmentOrder
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.order import (
    OrderApproved,
    OrderLineBackordered,
    OrderReleaseBlocked,
    OrderReleased,
    PlanningMode,
    ReleaseGroup,
)
from crossdock.canonical.parts import LineQuantity, Place, Totals, Windows
from crossdock.canonical.vocabulary import Role
from crossdock.process.amounts import decimal, quantity
from crossdock.process.calendars import after_working, next_departure
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, Link, OpenCase, StartTimer, StopTimer
from crossdock.process.order.header import header_of, order_of
from crossdock.process.order.ledger import live_quantity, total
from crossdock.process.order.routing import Demand, Routing, route
from crossdock.process.order.rules import Case, as_failed, evaluate
from crossdock.process.order.state import Group, OrderState
from crossdock.process.policy import Policy

Effects = tuple[Effect, ...]
TMS = Address(Role.TMS)


def site(group: str) -> Address:
    """The warehouse of a release."""
    return Address(Role.WMS, site=group.rpartition("/")[0])


def demand_of(state: OrderState, order: OrderApproved, excluded: tuple[str, ...] = ()) -> Demand:
    """What is open of every line and neither shipped nor in a live release."""
    wanted: dict[str, int] = {}
    for number, line in state.lines.items():
        shipped = sum(total(group.handovers.values(), number) for group in state.groups.values())
        left = line.open - shipped - live_quantity(state, number)
        if left > 0:
            wanted[number] = left
    address = order.ship_to.address
    return Demand(
        quantities=wanted,
        lines=state.lines,
        ship_policy=state.ship_policy,
        country=address.country if address is not None else "",
        excluded=(*order.policies.exclude_warehouses, *excluded),
    )


def run_rules(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Evaluate RR-01 … RR-15 on what the order is now: released, blocked, or too early yet."""
    order = fact.payload if isinstance(fact.payload, OrderApproved) else order_of(state)
    routing = route(demand_of(state, order), policy)
    verdict = evaluate(Case(order, state.holds, routing, fact.at, policy))
    solved = tuple(
        CloseCase(code, key, rule)
        for rule, code in state.failed.items()
        if rule not in {one.rule for one in verdict.failed}
    )
    subject = Subject("order", key)
    if verdict.failed:
        failed = as_failed(verdict.failed)
        blocked = OrderReleaseBlocked(rev=max(state.rev, 1), failed_rules=failed, policy=policy.label)
        return (*solved, Derive("order.release_blocked", subject, blocked))
    if verdict.wait_until is not None:
        # The rules have finished: what it waits for now is its day.
        return (*solved, StopTimer("tm_release", key), StartTimer("release_due", key, verdict.wait_until))
    warnings = tuple(f"{one.rule}: {one.detail}" for one in verdict.warnings)
    doubts = tuple(OpenCase("CSR-01", key, one.detail, "release") for one in verdict.warnings if one.code == "CSR-01")
    released = release(state, order, routing, policy, at=fact.at, rules=verdict.passed, warnings=warnings)
    waits = tuple(backorder(state, key, number, amount, "release", "") for number, amount in routing.short.items())
    return (*solved, *doubts, Derive("order.released", subject, released), *waits)


def release(
    state: OrderState,
    order: OrderApproved,
    routing: Routing,
    policy: Policy,
    *,
    at: datetime,
    rules: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
) -> OrderReleased:
    """The next release of these groups, decided at this instant."""
    groups = tuple(
        ReleaseGroup(
            warehouse=warehouse,
            lines=_lines(state, quantities),
            ship_by=ship_by(order, policy, warehouse, at),
            seq=state.release_no + 1,
        )
        for warehouse, quantities in sorted(routing.groups.items())
    )
    mode = order.policies.planning_mode or PlanningMode(policy.planning_mode)
    return OrderReleased(
        release_no=state.release_no + 1,
        groups=groups,
        planning_mode=mode,
        rules_passed=rules,
        warnings=warnings,
        policy=policy.label,
    )


def ship_by(order: OrderApproved, policy: Policy, warehouse: str, at: datetime) -> datetime | None:
    """When goods released now must leave: in time for the wish, or with the first departure they can reach (RR-13).

    A warehouse without a cut-off lets carriers leave at any time.
    """
    latest = order.requested.latest
    wanted = latest - timedelta(seconds=policy.transit_s) if latest is not None else None
    site = policy.sites.get(warehouse)
    if site is None or not site.cutoff or policy.release.modes.get("RR-13") == "off":
        return wanted
    calendar = policy.calendars.get(site.calendar)
    ready = after_working(at, timedelta(seconds=site.work_s), calendar)
    departure = next_departure(ready, site.cutoff, site.tz, calendar)
    return departure if wanted is None or wanted < departure else wanted


def reroute(
    state: OrderState, key: str, quantities: dict[str, dict[str, int]], policy: Policy, at: datetime
) -> Effects:
    """Release these quantities to these other warehouses."""
    routing = Routing(quantities, {}, {})
    again = release(state, header_of(state), routing, policy, at=at)
    return (Derive("order.released", Subject("order", key), again),)


def backorder(state: OrderState, key: str, number: str, amount: int, cause: str, fo: str) -> Effect:
    """A quantity of a line has to wait."""
    waits = OrderLineBackordered(line_no=number, qty=quantity(amount, state.lines[number].uom), cause=cause, fo=fo)
    return Derive("order.line_backordered", Subject("order", key), waits)


def create_groups(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Ask every warehouse of this release, and the TMS unless planning waits for packing."""
    released = cast(OrderReleased, fact.payload)
    order = header_of(state)
    effects: list[Effect] = []
    for part in released.groups:
        name = f"{part.warehouse}/{released.release_no}"
        request = f"{key}/{name}"
        effects += [Link(Reference("fulfilment_order", request), name), Link(Reference("shipment", request), name)]
        effects.append(send(_create(state, key, name, order, part.ship_by), site(name)))
        if released.planning_mode is PlanningMode.PARALLEL:
            effects.append(plan_shipment(state, key, name, order))
    return tuple(effects)


def _create(
    state: OrderState, key: str, name: str, order: OrderApproved, ship_by: datetime | None
) -> CreateFulfilmentOrder:
    warehouse, _, number = name.rpartition("/")
    return CreateFulfilmentOrder(
        order_no=key,
        warehouse=warehouse,
        release_no=int(number),
        lines=requested(state, name),
        ship_to=order.ship_to,
        customer=order.customer,
        ship_by=ship_by,
        requested=order.requested,
        priority=str(order.priority),
        ship_policy=state.ship_policy,
        customer_po=order.customer_po,
        incoterm=order.incoterm,
        carrier=order.policies.carrier_pref,
        service=order.policies.service_pref,
        customs_flag=order.cross_border,
        request_id=f"{key}/{name}",
    )


def requested(state: OrderState, name: str) -> tuple[FulfilmentLine, ...]:
    """What a release asks of its warehouse, line by line."""
    return tuple(
        FulfilmentLine(
            line=number,
            item=state.lines[number].item,
            qty=quantity(slip.released, state.lines[number].uom),
            under_tol_pct=decimal(state.lines[number].under * 100),
            over_tol_pct=decimal(state.lines[number].over * 100),
            substitution_ok=state.lines[number].substitute,
        )
        for number, slip in state.groups[name].lines.items()
    )


def plan_shipment(state: OrderState, key: str, name: str, order: OrderApproved, packages: int = 0) -> Effect:
    """Ask the TMS to plan a release's transport; with packages it is packed already."""
    warehouse, _, number = name.rpartition("/")
    plan = PlanShipment(
        order_no=key,
        warehouse=warehouse,
        seq=int(number),
        request_id=f"{key}/{name}",
        origin=Place(location_no=warehouse, type="warehouse"),
        destination=order.ship_to,
        lines=_lines(state, {line: slip.released for line, slip in state.groups[name].lines.items()}),
        release_no=int(number),
        windows=Windows(delivery=order.promise or order.requested),
        totals=Totals(packages=packages),
        carrier_pref=order.policies.carrier_pref,
        service_pref=order.policies.service_pref,
        incoterm=order.incoterm,
        customer=order.customer,
        customs_required=order.cross_border,
        priority=str(order.priority),
    )
    return send(plan, TMS)


def update_group(state: OrderState, key: str, name: str) -> Effect:
    """Send a release's full new state to its warehouse."""
    warehouse, _, number = name.rpartition("/")
    order = header_of(state)
    update = UpdateFulfilmentOrder(
        order_no=key,
        warehouse=warehouse,
        release_no=int(number),
        rev=max(state.rev, 1),
        lines=requested(state, name),
        ship_to=order.ship_to,
        ship_by=order.requested.latest,
    )
    return send(update, site(name))


def drop_shipment(key: str, name: str, group: Group, cancel_id: str, reason: str) -> Effect:
    """The release's transport is not needed.

    It goes by the TMS's number as soon as that is known. Its key is what we asked for, whatever is known: it stays one
    command when the number becomes known later than the wish to cancel.
    """
    request = f"{key}/{name}"
    cancel = CancelShipment(shipment=group.shipment or request, cancel_id=cancel_id, request_id=request, reason=reason)
    return replace(send(cancel, TMS), key=f"{request}|{cancel_id}")


def raise_rule_cases(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """One case a failed rule, in its own queue."""
    rules = cast(OrderReleaseBlocked, fact.payload).failed_rules
    return tuple(OpenCase(rule.code, key, rule.detail, rule.rule) for rule in rules if rule.code)


def _lines(state: OrderState, quantities: dict[str, int]) -> tuple[LineQuantity, ...]:
    return tuple(
        LineQuantity(line=number, qty=quantity(amount, state.lines[number].uom), item=state.lines[number].item)
        for number, amount in quantities.items()
    )
