"""What ORD does before its table is asked: keep the books, hold what comes too soon, judge changes and partial
cancellations.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.order import (
    OrderApproved,
    OrderCancelRequested,
    OrderChangeApplied,
    OrderChanged,
    OrderChangeRejected,
)
from crossdock.canonical.parts import FieldChange
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.amounts import whole as in_millionths
from crossdock.process.authority import foreign_warehouse
from crossdock.process.effects import Derive, Effect, OpenCase
from crossdock.process.machine import NEW, Decision
from crossdock.process.order.billing import new_terms, tell_terms
from crossdock.process.order.books import BOOKS, LEVEL, group_name
from crossdock.process.order.cancel import cancel_groups, lines_of, refuse_shipped
from crossdock.process.order.changes import Planned, plan, resize, with_line
from crossdock.process.order.decide import report_status, settle
from crossdock.process.order.endings import came_back, dropped
from crossdock.process.order.evolve import less, line_cancelled
from crossdock.process.order.header import header_of
from crossdock.process.order.ledger import breaches, moves_quantities
from crossdock.process.order.release import release, update_group
from crossdock.process.order.returns import BOOKS as RETURN_BOOKS
from crossdock.process.order.returns import SHOWN, keep_returns, lines_back
from crossdock.process.order.routing import Routing
from crossdock.process.order.shorts import shortages
from crossdock.process.order.state import OrderState
from crossdock.process.order.stock import goods_left
from crossdock.process.order.table import EXECUTING, FULFILLED, GONE, RELEASED
from crossdock.process.order.waiting import Groups, served, with_stock
from crossdock.process.order.wishes import promise_anew, wishes_between
from crossdock.process.policy import Policy
from crossdock.process.step import HOLD_TTL, hold, is_graced
from crossdock.process.sums import sum_of

Gated = Decision[OrderState] | OrderState | None
LIVE = (RELEASED, EXECUTING)
# When all has left: prices may change until they are billed (§3.2.6), and who calls lines off is answered.
HEARD = {"order.changed": (*LIVE, FULFILLED), "order.cancel_requested": (*LIVE, *GONE)}
AT_THE_DOOR = ("shipment.delivered", "delivery.refused", "shipment.lost", "shipment.returned")
SHORT_FACTS = ("allocation.shorted", "pick.shorted", "pick.completed")
ORDER_FACTS = ("order.changed", "order.cancel_requested", "order.line_cancelled", "order.approved")


def gate(state: OrderState, key: str, trigger: str, fact: Fact, policy: Policy) -> Gated:
    """See the module."""
    if trigger in RETURN_BOOKS:
        return _returned(state, key, trigger, fact, policy)
    if trigger in BOOKS:
        return _keep_books(state, key, trigger, fact, policy)
    if trigger not in ORDER_FACTS or state.state not in HEARD.get(trigger, LIVE):
        return None
    if trigger == "order.changed":
        return _change(state, key, fact, policy, cast(OrderChanged, fact.payload))
    if trigger == "order.approved":
        return _approved_again(state, key, fact, policy)
    if trigger == "order.line_cancelled":
        return _shrunk(state, key, fact, policy)
    request = cast(OrderCancelRequested, fact.payload)
    return _cancel_lines(state, key, fact, policy, request) if request.scope else None


def _returned(state: OrderState, key: str, trigger: str, fact: Fact, policy: Policy) -> Gated:
    kept = keep_returns(state, key, trigger, fact, policy)
    if kept.state is None:
        return kept
    ended = came_back(kept.state, key, trigger, lines_back(kept.state, fact))
    shown = report_status(kept.state, key, fact, policy) if trigger in SHOWN else ()
    return replace(kept, effects=(*kept.effects, *ended, *shown))


# -- the books --------------------------------------------------------------------------------------------------------


def _keep_books(state: OrderState, key: str, trigger: str, fact: Fact, policy: Policy) -> Gated:
    name = group_name(state, fact)
    if state.state == NEW or not name:
        return hold(state, key, HOLD_TTL, fact, policy)
    group = state.groups[name]
    refused = foreign_warehouse(group.wms, name.rpartition("/")[0], key, fact, policy)
    if refused is not None:
        return cast("Decision[OrderState]", refused)
    if (
        trigger == "shipment.handed_over"
        and LEVEL.get(group.stage, 99) < LEVEL["PACKED"]
        and not is_graced(state, fact)
    ):
        return hold(state, key, "gap_grace_wms", fact, policy)
    if trigger in AT_THE_DOOR and LEVEL.get(group.stage, 99) < LEVEL["HANDED_OVER"]:
        # What arrived is counted against what left, and that is not confirmed yet.
        return hold(state, key, HOLD_TTL, fact, policy)
    kept = BOOKS[trigger](state, name, group, fact)
    if kept is state:
        return None
    broken = newly_broken(state, kept, name)
    if broken:
        return _broken(state, kept, key, trigger, fact, policy, broken)
    if trigger in SHORT_FACTS:
        effects = shortages(state, kept, key, fact, policy)
        return Decision(Disposition.APPLY, before=state.state, after=state.state, state=kept, effects=effects)
    return kept


def newly_broken(before: OrderState, after: OrderState, name: str) -> list[tuple[str, str]]:
    """Invariants a fact about this group breaks that held before it."""
    if not moves_quantities(before, after, name):
        return []
    found = breaches(after, after.groups[name].lines)
    known = breaches(before, before.groups[name].lines) if found else ()
    return [breach for breach in found if breach not in known]


def _broken(
    state: OrderState,
    kept: OrderState,
    key: str,
    trigger: str,
    fact: Fact,
    policy: Policy,
    broken: list[tuple[str, str]],
) -> Gated:
    details = "; ".join(detail for _, detail in broken)
    case = OpenCase(
        "INT-05", key, f"{fact.source.instance} says {fact.type}, but {details}: correct one of them", fact.key
    )
    if trigger != "shipment.handed_over":
        return Decision(Disposition.ESCALATE, effects=(case,), reason=details)
    # Goods that left have left: the books say so, and a person says why (§3.2.2, ship-confirmation checks).
    if state.state in ("CANCEL_PENDING", "CANCELLED"):
        return kept
    return Decision(
        Disposition.APPLY,
        before=state.state,
        after=state.state,
        state=kept,
        effects=(
            case,
            *tell_terms(kept, key, fact, policy),
            *goods_left(kept, key, fact, policy),
            *settle(kept, key, fact, policy),
        ),
    )


# -- changes ----------------------------------------------------------------------------------------------------------


def _taken(row: str, state: OrderState, after: OrderState, effects: tuple[Effect, ...]) -> Decision[OrderState]:
    return Decision(Disposition.APPLY, row, state.state, after.state, after, effects)


def _change(
    state: OrderState,
    key: str,
    fact: Fact,
    policy: Policy,
    changed: OrderChanged,
    *,
    beside: Groups = MappingProxyType({}),
    about: Sequence[Effect] = (),
) -> Gated:
    planned = plan(state, changed)
    if planned.anew:
        planned = replace(planned, state=replace(planned.state, moving=changed.rev), touched=frozenset())
    wishes = (*promise_anew(state, planned.state, key), *wishes_between(state, planned.state))
    effects = (*_changed(planned, key, changed.rev, fact, policy, beside), *(() if planned.anew else about), *wishes)
    return _taken("ORD-10", state, planned.state, effects)


def _changed(planned: Planned, key: str, rev: int, fact: Fact, policy: Policy, beside: Groups) -> tuple[Effect, ...]:
    """What a change asks for; `beside`: quantities that waited, to be released with what it adds."""
    state, subject = planned.state, Subject("order", key)
    effects: list[Effect] = [update_group(state, key, name) for name in sorted(planned.touched)]
    if planned.applied:
        applied = OrderChangeApplied(rev=rev, applied=planned.applied, affected=tuple(sorted(planned.touched)))
        effects.append(Derive("order.change_applied", subject, applied))
    if planned.rejected:
        effects.append(
            Derive("order.change_rejected", subject, OrderChangeRejected(rev=rev, rejected=planned.rejected))
        )
        paths = ", ".join(one.path for one in planned.rejected)
        effects.append(
            OpenCase("CSR-04", key, f"cannot change {paths}: agree a new order, a return or do it by hand", str(rev))
        )
    if planned.anew:
        effects += cancel_groups(replace(state, cancel=f"{key}/abroad/{rev}"), key, fact, policy)
    elif planned.fresh or beside:
        groups = {name: dict(amounts) for name, amounts in beside.items()}
        added = groups.setdefault(next(iter(state.groups)).rpartition("/")[0], {}) if planned.fresh else {}
        for number, amount in planned.fresh.items():
            added[number] = added.get(number, 0) + amount
        routing = Routing(groups, {}, {})
        again = release(state, header_of(state), routing, policy, at=fact.at)
        effects.append(Derive("order.released", subject, again))
    return (*effects, *new_terms(state, key, policy), *settle(state, key, fact, policy))


def _approved_again(state: OrderState, key: str, fact: Fact, policy: Policy) -> Gated:
    """A new revision of a released order in full is the change it makes to quantities and dates."""
    order = cast(OrderApproved, fact.payload)
    if order.rev <= state.rev:
        return Decision(Disposition.RECORD, reason=f"revision {order.rev} is not newer than {state.rev}")
    changes = [
        FieldChange(path=f"lines[{line.no}].qty", new=str(line.qty.value))
        for line in order.lines
        if line.no not in state.lines or state.lines[line.no].ordered != in_millionths(line.qty.value)
    ]
    for line in order.lines:
        known_line = state.lines.get(line.no)
        if known_line is not None and line.unit_price is not None and sum_of(line.unit_price) != known_line.price:
            changes.append(FieldChange(path=f"lines[{line.no}].unit_price", new=str(line.unit_price.amount)))
    known = header_of(state).requested
    if order.requested.latest is not None and order.requested.latest != known.latest:
        changes.append(FieldChange(path="requested.latest", new=order.requested.latest.isoformat()))
    told = with_stock(state, order)
    groups, about = served(state, told, key, order, fact.at, policy) if told is not state else ({}, [])
    change = OrderChanged(rev=order.rev, changes=tuple(changes))
    return _change(told, key, fact, policy, change, beside=groups, about=about)


def _shrunk(state: OrderState, key: str, fact: Fact, policy: Policy) -> Gated:
    after = line_cancelled(state, fact)
    number = str(getattr(fact.payload, "line_no", ""))
    if after is state:
        return Decision(Disposition.RECORD, reason=f"line {number} is unknown or this cancellation is")
    broken = [detail for line, detail in breaches(after, (number,)) if (line, detail) not in breaches(state, (number,))]
    if broken:
        case = OpenCase("INT-05", key, f"{'; '.join(broken)}: correct the cancellation in the ERP", fact.key)
        return Decision(Disposition.ESCALATE, effects=(case,), reason="; ".join(broken))
    if all(line.open <= 0 for line in after.lines.values()):
        return after
    touched = [name for name, group in after.groups.items() if group != state.groups[name]]
    updates = tuple(update_group(after, key, name) for name in touched)
    told = (*report_status(after, key, fact, policy), *settle(after, key, fact, policy))
    effects = (*updates, *told, *dropped(after, key))
    return _taken("ORD-20", state, after, effects)


def _cancel_lines(state: OrderState, key: str, fact: Fact, policy: Policy, request: OrderCancelRequested) -> Gated:
    """Some lines only: what waits is cancelled at once, what is not picked is taken out, the rest is refused."""
    after = state
    refused: dict[str, int] = {}
    for wanted in request.scope:
        amount = in_millionths(wanted.qty.value)
        line = after.lines.get(wanted.line)
        free = min(amount, cancellable(after, wanted.line)) if line is not None else 0
        if line is not None and free:
            fewer = replace(
                line, cancels={**line.cancels, request.request_id: free}, backorders=less(line.backorders, free)
            )
            after = resize(with_line(after, wanted.line, fewer), wanted.line)
        if line is not None and free < amount:
            refused[wanted.line] = amount - free
    touched = [name for name, group in after.groups.items() if group != state.groups[name]]
    effects: list[Effect] = [update_group(after, key, name) for name in touched]
    if refused:
        effects += refuse_shipped(after, key, request.request_id, refused) or _refuse_picked(
            after, key, request.request_id, refused
        )
    return _taken("ORD-13", state, after, (*effects, *settle(after, key, fact, policy)))


def _refuse_picked(state: OrderState, key: str, request: str, refused: dict[str, int]) -> tuple[Effect, ...]:
    lines = ", ".join(f"{line.line}: {line.qty.value}" for line in lines_of(state, refused))
    return (
        OpenCase(
            "WHS-10", key, f"picked already ({lines}): ask the warehouse whether it can still be stopped", request
        ),
    )


def cancellable(state: OrderState, number: str) -> int:
    """What waits of a line, and what live releases hold of it that is not picked yet."""
    line = state.lines[number]
    held = sum(
        group.lines[number].released - group.lines[number].short - group.lines[number].picked
        for group in state.groups.values()
        if number in group.lines and LEVEL.get(group.stage, 99) < LEVEL["PICKED"]
    )
    return min(line.open, held + sum(line.backorders.values()))
