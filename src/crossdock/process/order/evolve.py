"""How an order's state follows from facts about the order itself; what warehouses and carriers say is in `books`."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.order import (
    OrderApproved,
    OrderCancelRequested,
    OrderChanged,
    OrderHeld,
    OrderHoldReleased,
    OrderLineBackordered,
    OrderLineCancelled,
    OrderReleaseBlocked,
    OrderReleased,
    SubstitutionProposed,
)
from crossdock.canonical.vocabulary import Role
from crossdock.process.amounts import whole
from crossdock.process.machine import Row
from crossdock.process.order.changes import plan, resize, with_line
from crossdock.process.order.header import approve
from crossdock.process.order.ledger import has_shipped, total
from crossdock.process.order.state import Group, OrderState, Slip
from crossdock.process.order.table import CANCELLED, FULFILLED
from crossdock.process.step import entered

Learn = Callable[[OrderState, Fact], OrderState]


def evolve(state: OrderState, fact: Fact, row: Row) -> OrderState:
    """The state after a row: what the fact taught, and the state name it leads to."""
    learn = LEARN.get(fact.type)
    learned = state if learn is None else learn(state, fact)
    after, prior = entered(state, row)
    if after == state.state:
        return learned
    if after == CANCELLED:
        learned = all_cancelled(learned)
    if after == FULFILLED:
        learned = without_backorders(learned)
    return replace(learned, state=after, prior=prior)


def all_cancelled(state: OrderState) -> OrderState:
    """Everything still open is cancelled under the present request."""
    lines = {
        number: replace(line, cancels={**line.cancels, state.cancel: line.open}, backorders={})
        if line.open > 0
        else line
        for number, line in state.lines.items()
    }
    return replace(state, lines=lines)


def without_backorders(state: OrderState) -> OrderState:
    """Nothing waits any more."""
    return replace(state, lines={number: replace(line, backorders={}) for number, line in state.lines.items()})


def approved(state: OrderState, fact: Fact) -> OrderState:
    """A revision in full; whoever approved the first has the order."""
    taken = approve(state, cast(OrderApproved, fact.payload))
    is_first = not taken.erp and fact.source.system is Role.ERP
    return replace(taken, erp=fact.source.instance) if is_first else taken


def changed(state: OrderState, fact: Fact) -> OrderState:
    """A change before release: the full new state where it is given, else what the matrix applies."""
    change = cast(OrderChanged, fact.payload)
    return approve(state, change.order) if change.order is not None else plan(state, change).state


def _released(state: OrderState, fact: Fact) -> OrderState:
    release = cast(OrderReleased, fact.payload)
    groups = dict(state.groups)
    lines = dict(state.lines)
    for part in release.groups:
        name = f"{part.warehouse}/{release.release_no}"
        slips: dict[str, Slip] = {}
        for line in part.lines:
            amount = whole(line.qty.value)
            slips[line.line] = Slip(amount + (slips[line.line].released if line.line in slips else 0))
        groups[name] = Group("SENT", slips)
        if release.release_no > 1:
            for number, slip in slips.items():
                lines[number] = replace(lines[number], backorders=less(lines[number].backorders, slip.released))
    return replace(
        state, release_no=release.release_no, groups=groups, lines=lines, failed={}, unreleased=b"", moving=0
    )


def less(entries: dict[str, int], amount: int) -> dict[str, int]:
    """Keyed quantities with this much taken out, oldest first."""
    left: dict[str, int] = {}
    for key, quantity in entries.items():
        taken = min(quantity, amount)
        amount -= taken
        if quantity > taken:
            left[key] = quantity - taken
    return left


def _blocked(state: OrderState, fact: Fact) -> OrderState:
    rules = cast(OrderReleaseBlocked, fact.payload).failed_rules
    return replace(state, failed={rule.rule: rule.code for rule in rules})


def _held(state: OrderState, fact: Fact) -> OrderState:
    held = cast(OrderHeld, fact.payload)
    return replace(state, holds={**state.holds, held.hold_id: str(held.type)})


def _unheld(state: OrderState, fact: Fact) -> OrderState:
    gone = cast(OrderHoldReleased, fact.payload).hold_id
    return replace(state, holds={one: kind for one, kind in state.holds.items() if one != gone})


def _cancel_asked(state: OrderState, fact: Fact) -> OrderState:
    """Where something has shipped, what waits is what can be given up at once (ORD-13); else the warehouses answer."""
    request = cast(OrderCancelRequested, fact.payload).request_id
    asked = replace(state, cancel=request)
    return _nothing_waits(asked, request) if has_shipped(state) else asked


def _nothing_waits(state: OrderState, request: str) -> OrderState:
    lines = {
        number: replace(line, cancels={**line.cancels, request: sum(line.backorders.values())}, backorders={})
        if line.backorders
        else line
        for number, line in state.lines.items()
    }
    return replace(state, lines=lines)


def _backordered(state: OrderState, fact: Fact) -> OrderState:
    waits = cast(OrderLineBackordered, fact.payload)
    line = state.lines[waits.line_no]
    key = waits.fo or waits.cause
    known = line.backorders.get(key, 0)
    backorders = {**line.backorders, key: known + whole(waits.qty.value)}
    return with_line(state, waits.line_no, replace(line, backorders=backorders))


def line_cancelled(state: OrderState, fact: Fact) -> OrderState:
    """The ERP cancelled a quantity: first what waits, then what is not picked yet."""
    gone = cast(OrderLineCancelled, fact.payload)
    line = state.lines.get(gone.line_no)
    if line is None or gone.cancel_id in line.cancels:
        return state
    amount = whole(gone.qty.value)
    fewer = replace(line, cancels={**line.cancels, gone.cancel_id: amount}, backorders=less(line.backorders, amount))
    moved = with_line(state, gone.line_no, fewer)
    shipped = sum(total(group.handovers.values(), gone.line_no) for group in moved.groups.values())
    return resize(moved, gone.line_no) if fewer.open > shipped or not shipped else moved


def proposed(state: OrderState, fact: Fact) -> OrderState:
    """A substitute was offered for a short line."""
    offer = cast(SubstitutionProposed, fact.payload)
    text = f"{offer.line_no}|{offer.fo}|{offer.item_sub}|{offer.ratio}"
    return replace(state, proposals={**state.proposals, offer.proposal_id: text})


LEARN: dict[str, Learn] = {
    "order.approved": approved,
    "order.changed": changed,
    "order.released": _released,
    "order.release_blocked": _blocked,
    "order.held": _held,
    "order.hold_released": _unheld,
    "order.cancel_requested": _cancel_asked,
    "order.line_backordered": _backordered,
    "order.line_cancelled": line_cancelled,
}
