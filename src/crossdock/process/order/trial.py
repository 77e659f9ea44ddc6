"""What an order would meet with, by the policy alone: for golden samples of policies."""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.canonical.events.order import OrderApproved
from crossdock.process.order.header import approve
from crossdock.process.order.release import demand_of
from crossdock.process.order.routing import route
from crossdock.process.order.rules import Case, evaluate
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.scopes import Facets


class Trial(msgspec.Struct, frozen=True):
    """A release decision. `decision` is `released`, `blocked` or `deferred`; `failed` and `warnings` are rule ids.

    Attributes:
        route: who would carry it, empty where the project names no routes or none may.
        refused: routes that would not, each with the reason.
        scope: the most specific override that was laid over the policy.
    """

    decision: str
    failed: tuple[str, ...]
    warnings: tuple[str, ...]
    warehouses: tuple[str, ...]
    route: str
    refused: dict[str, str]
    scope: str


def try_release(order: OrderApproved, at: datetime, policy: Policy) -> Trial:
    """Decide as a release at this instant would. Pure."""
    address = order.ship_to.address
    facets = Facets(
        customer=order.customer.no,
        country=address.country if address is not None else "",
        order_type=str(order.order_type),
        tenant=policy.tenant,
    )
    scoped = policy.for_(facets)
    state = approve(OrderState(), order)
    case = Case(order, state.holds, route(demand_of(state, order), scoped), at, scoped)
    verdict = evaluate(case)
    choice = case.choice
    decision = "blocked" if verdict.failed else "deferred" if verdict.wait_until is not None else "released"
    return Trial(
        decision=decision,
        failed=tuple(one.rule for one in verdict.failed),
        warnings=tuple(one.rule for one in verdict.warnings),
        warehouses=tuple(sorted(case.routing.groups)),
        route=choice.route.name if choice is not None and choice.route is not None else "",
        refused=dict(choice.refused) if choice is not None else {},
        scope=scoped.scope,
    )
