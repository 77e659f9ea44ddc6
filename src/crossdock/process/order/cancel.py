"""Cancelling at every stage (domain.md §3.2.5, CX-01 to CX-09): which rule a release is under, and its
steps.
"""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.canonical.commands.customs import CancelDeclaration
from crossdock.canonical.commands.wms import CancelFulfilmentOrder
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.order import OrderCancelled, OrderCancelRejected
from crossdock.canonical.parts import LineQuantity
from crossdock.canonical.vocabulary import Role
from crossdock.process.amounts import quantity
from crossdock.process.commands import send
from crossdock.process.declaring import lrn_of
from crossdock.process.effects import Address, Derive, Effect, OpenCase
from crossdock.process.order.ledger import DEAD_STAGES, total
from crossdock.process.order.release import drop_shipment, site
from crossdock.process.order.standing import BINDING, LIVE, OUT
from crossdock.process.order.state import Group, OrderState
from crossdock.process.policy import Policy

Effects = tuple[Effect, ...]
CUS = Address(Role.CUS)

RULE_OF: Mapping[str, str] = {
    "SENT": "CX-02", "ACCEPTED": "CX-02", "ALLOCATED": "CX-02", "WAVED": "CX-03", "PICKING": "CX-03", "PICKED": "CX-04",
    "PACKED": "CX-04", "STAGED": "CX-04", "LOADED": "CX-06", "HANDED_OVER": "CX-07", "DELIVERED": "CX-09",
}  # fmt: skip
ALTERNATIVES: Mapping[str, tuple[str, ...]] = {
    "CX-06": ("intercept", "return"),
    "CX-07": ("intercept", "return"),
    "CX-08": ("recall", "return"),
    "CX-09": ("return",),
}
RECALL = "out on our own vehicle: transport operations may recall it to the depot before the door is tried"
IN_THE_WAREHOUSE = ("CX-02", "CX-03", "CX-04")


def rule_of(group: Group) -> str:
    """Which rule a release is under; empty when there is nothing left to cancel."""
    if group.stage in DEAD_STAGES:
        return ""
    rule = RULE_OF.get(group.stage, "CX-02")
    if rule == "CX-07" and group.road == OUT:
        return "CX-08"
    return "CX-05" if group.customs in BINDING and rule in IN_THE_WAREHOUSE else rule


def cancel_groups(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Ask for everything that is still in a warehouse, in compensation order; what is loaded needs a person."""
    cancel_id = state.cancel or _cancel_id(fact)
    reason = str(getattr(fact.payload, "reason", ""))
    effects: list[Effect] = []
    for name, group in state.groups.items():
        rule = rule_of(group)
        if rule in IN_THE_WAREHOUSE:
            effects.append(cancel_group(key, name, cancel_id, reason))
            effects.append(drop_shipment(key, name, group, cancel_id, reason))
        elif rule == "CX-05" and group.customs == LIVE:
            effects.append(withdraw(key, name, reason))
        elif rule == "CX-06":
            effects.append(
                OpenCase("WHS-10", f"{key}/{name}", "loaded: transport operations must approve the unloading")
            )
    return tuple(effects)


def withdraw(key: str, name: str, reason: str) -> Effect:
    """Ask customs first; the warehouse and the TMS hear of it once the declaration is void."""
    request = f"{key}/{name}"
    return send(CancelDeclaration(lrn=lrn_of(request), request_id=request, reason=reason), CUS)


def cancel_group(key: str, name: str, cancel_id: str, reason: str) -> Effect:
    """Ask one warehouse to stop."""
    warehouse, _, number = name.rpartition("/")
    command = CancelFulfilmentOrder(
        order_no=key, warehouse=warehouse, release_no=int(number), cancel_id=cancel_id, reason=reason
    )
    return send(command, site(name))


def cancel_remainder(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Something has shipped: stop what has not, refuse what has, with its alternatives."""
    return (*cancel_groups(state, key, fact, policy), *refuse_shipped(state, key, _cancel_id(fact)))


def refuse_gone(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """All has shipped: nothing is left to stop, and whoever asked gets his answer."""
    return refuse_shipped(state, key, _cancel_id(fact))


def refuse_shipped(state: OrderState, key: str, request: str, asked: Mapping[str, int] | None = None) -> Effects:
    """CX-06, CX-07 and CX-09 in one answer: the furthest stage, what is refused, what can be done instead.

    `asked` are the quantities by line that cannot be given back, where not everything is asked for.
    """
    gone = {
        name: rule_of(group)
        for name, group in state.groups.items()
        if rule_of(group) in ALTERNATIVES and (asked is None or asked.keys() & group.lines.keys())
    }
    if not gone:
        return ()
    refused: dict[str, int] = {}
    for name in gone:
        group = state.groups[name]
        for number in group.lines if asked is None else asked.keys() & group.lines.keys():
            amount = total(group.handovers.values(), number) or group.lines[number].released
            refused[number] = refused.get(number, 0) + amount
    if asked is not None:
        refused = {number: min(amount, asked[number]) for number, amount in refused.items()}
    furthest = max(gone.values())
    out = [name for name, rule in gone.items() if rule == "CX-08"]
    recalls = tuple(OpenCase("WHS-10", f"{key}/{name}", RECALL, request) for name in out)
    return (*recalls, reject(state, key, request, furthest, refused, ALTERNATIVES[min(gone.values())]))


def reject(
    state: OrderState, key: str, request: str, stage: str, refused: dict[str, int], alternatives: tuple[str, ...]
) -> Effect:
    """`order.cancel_rejected`."""
    payload = OrderCancelRejected(
        request_id=request, stage=stage, qty_refused=lines_of(state, refused), alternatives=alternatives
    )
    return Derive("order.cancel_rejected", Subject("order", key), payload)


def refuse_cancel(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The warehouse would not, or the goods were gone first (ORD-15)."""
    detail = (
        "the goods left before the cancellation"
        if fact.type == "shipment.handed_over"
        else "the warehouse refuses to cancel"
    )
    refused: dict[str, int] = {}
    for group in state.groups.values():
        if rule_of(group):
            for number, slip in group.lines.items():
                refused[number] = refused.get(number, 0) + slip.released
    stage = max((rule_of(group) for group in state.groups.values()), default="CX-02")
    answer = reject(state, key, state.cancel or fact.key, stage, refused, ("intercept", "return"))
    if fact.type == "customs.cancel_denied":
        # The declaration has a case of its own (CUS-06).
        return (answer,)
    return (OpenCase("WHS-10", key, f"{detail}: intercept the shipment or agree a return"), answer)


def conclude_cancel(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """`order.cancelled`: what was cancelled, and how far it had come."""
    cancel_id = state.cancel or _cancel_id(fact)
    quantities = {number: line.cancels.get(cancel_id, 0) for number, line in state.lines.items()}
    stage = max((RULE_OF.get(group.stage, "CX-02") for group in state.groups.values()), default="CX-01")
    payload = OrderCancelled(cancel_id=cancel_id, qty=lines_of(state, quantities), stage=stage)
    return (Derive("order.cancelled", Subject("order", key), payload),)


def lines_of(state: OrderState, quantities: Mapping[str, int]) -> tuple[LineQuantity, ...]:
    """Quantities as facts carry them; nothing is left out but zero."""
    return tuple(
        LineQuantity(line=number, qty=quantity(amount, state.lines[number].uom))
        for number, amount in sorted(quantities.items())
        if amount
    )


def _cancel_id(fact: Fact) -> str:
    payload = fact.payload
    return str(getattr(payload, "request_id", "") or getattr(payload, "cancel_id", "") or fact.key)
