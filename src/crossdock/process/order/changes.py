"""The change matrix (domain.md §3.2.6) as data, and what it makes of one `order.changed`.

A change that is refused (R) or needs a person (H) is answered with the alternative the matrix names. Another country
before the wave is a release of its own: what is there is cancelled, and released anew once it is (X).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import msgspec
from msgspec.structs import replace

from crossdock.canonical.events.order import OrderChanged, RejectedChange
from crossdock.canonical.parts import FieldChange
from crossdock.process.amounts import whole
from crossdock.process.order.header import header_of
from crossdock.process.order.ledger import total
from crossdock.process.order.state import Line, OrderState
from crossdock.process.order.wishes import COUNTRY, wished, with_date
from crossdock.process.sums import of_decimal

STAGES = ("released", "waved", "picked", "gone")
STAGE_OF = {
    "SENT": 0, "ACCEPTED": 0, "ALLOCATED": 0, "WAVED": 1, "PICKING": 1, "PICKED": 2, "PACKED": 2, "STAGED": 2,
    "LOADED": 2,
    "CANCEL_PENDING": 2, "HANDED_OVER": 3, "DELIVERED": 3,
}  # fmt: skip

# One letter a stage, in the order of STAGES: A apply, U update warehouse and shipment, S the shipment alone, N new
# release, X cancel and release anew, R reject, H a person.
MATRIX: Mapping[str, str] = {
    "quantity_up": "UNNR",
    "quantity_down": "UUHR",
    "requested_date": "UUSS",
    "ship_to": "UUHH",
    "ship_to_abroad": "XHHR",
    "carrier": "SSSR",
    "item": "UHRR",
    "billing": "AAAA",
}
ALTERNATIVES = {
    "quantity_up": "new_order",
    "quantity_down": "return",
    "requested_date": "reschedule_delivery",
    "ship_to": "intercept",
    "ship_to_abroad": "new_order",
    "carrier": "new_order",
    "item": "new_order",
}
REASONS = {"R": "too late at this stage", "H": "needs a person at this stage"}

_QUANTITY = re.compile(r"^lines\[([^\]]+)\]\.(?:qty|quantity|ordered)")
_PRICE = re.compile(r"^lines\[([^\]]+)\]\.(?:unit_price|price)")
_ITEM = re.compile(r"^lines\[([^\]]+)\]\.(?:item|gtin)")
# What customs wants to know of a line is on paper only, like its price.
_BILLING = re.compile(
    r"^(?:lines\[[^\]]+\]\.(?:unit_price|price|trade)|customer\.eori|incoterm|invoice|bill_to|currency|total|customer_po)"
)


class Planned(msgspec.Struct, frozen=True, gc=False):
    """What a change comes to: the state after, groups to update, quantities to release beside, and what was refused.

    `anew`: everything is to be cancelled where it is, and released again.
    """

    state: OrderState
    applied: tuple[str, ...] = ()
    rejected: tuple[RejectedChange, ...] = ()
    touched: frozenset[str] = frozenset()
    fresh: dict[str, int] = {}
    anew: bool = False


def plan(state: OrderState, changed: OrderChanged) -> Planned:
    """Judge every change by the matrix; those that apply are in the state returned."""
    planned = Planned(replace(state, rev=max(state.rev, changed.rev)))
    abroad = any(_leaves_country(state, change) for change in changed.changes)
    for change in changed.changes:
        planned = _one(planned, change, abroad=abroad)
    return planned


def _leaves_country(state: OrderState, change: FieldChange) -> bool:
    """Whether it makes the whole new address one of another country."""
    if change.path != COUNTRY or not state.header:
        return False
    address = header_of(state).ship_to.address
    return address is None or change.new != address.country


def kind_of(path: str, state: OrderState, new: str) -> str:
    """Which row of the matrix a change is."""
    quantity = _QUANTITY.match(path)
    if quantity:
        line = state.lines.get(quantity[1])
        wanted = amount(new)
        return "quantity_up" if line is None or wanted is None or wanted > line.ordered else "quantity_down"
    if path.startswith("requested"):
        return "requested_date"
    if _BILLING.match(path):
        return "billing"
    if _ITEM.match(path):
        return "item"
    return "carrier" if path.startswith(("carrier", "service", "policies")) else "ship_to"


def amount(text: str) -> int | None:
    """A quantity as change texts write it (`90` or `90 EA`)."""
    try:
        value = Decimal(text.partition(" ")[0])
    except InvalidOperation:
        return None
    return whole(value) if value.is_finite() else None


def stage_of(state: OrderState, line: str = "") -> int:
    """How far the furthest live release is, that holds this line (any, when none is named)."""
    return max(
        (STAGE_OF.get(group.stage, 0) for group in state.groups.values() if not line or line in group.lines), default=0
    )


def _one(planned: Planned, change: FieldChange, *, abroad: bool = False) -> Planned:
    state = planned.state
    kind = kind_of(change.path, state, change.new)
    if kind == "ship_to" and abroad:
        kind = "ship_to_abroad"
    line = _QUANTITY.match(change.path) or _ITEM.match(change.path)
    stage = stage_of(state, line[1] if line else "")
    letter = MATRIX[kind][stage]
    if kind == "carrier" and letter == "S" and any(group.stage == "LOADED" for group in state.groups.values()):
        # It is on the vehicle of the one that was booked.
        letter = "R"
    if letter in REASONS:
        return _refuse(planned, change, kind, stage, REASONS[letter])
    if kind == "billing":
        priced = repriced(state, change.path, change.new)
        return replace(planned, state=priced, applied=(*planned.applied, change.path))
    if kind == "item" and line:
        return _item(planned, change, line[1])
    if line:
        return _quantity(planned, change, line[1], letter, kind)
    return _wish(planned, change, kind, stage, letter)


def _wish(planned: Planned, change: FieldChange, kind: str, stage: int, letter: str) -> Planned:
    """Where to, by when, by whom: kept in the header, and told to whom the letter says."""
    moved = (with_date if kind == "requested_date" else wished)(planned.state, change.path, change.new)
    if moved is None:
        return _refuse(planned, change, kind, stage, f"{change.new!r} cannot be {change.path}: mend it and send again")
    live = frozenset(name for name, group in moved.groups.items() if STAGE_OF.get(group.stage, 3) < len(STAGES) - 1)
    touched = planned.touched | live if letter == "U" else planned.touched
    applied = (*planned.applied, change.path)
    return replace(planned, state=moved, applied=applied, touched=touched, anew=planned.anew or letter == "X")


def _item(planned: Planned, change: FieldChange, number: str) -> Planned:
    """Another item on a line, before anybody has gone for it."""
    line = planned.state.lines.get(number)
    if line is None or not change.new:
        return _refuse(planned, change, "item", 0, f"line {number} or item {change.new!r} is not known")
    moved = with_line(planned.state, number, replace(line, item=change.new))
    live = frozenset(name for name, group in moved.groups.items() if number in group.lines and group.stage in RESIZABLE)
    return replace(planned, state=moved, applied=(*planned.applied, change.path), touched=planned.touched | live)


def _refuse(planned: Planned, change: FieldChange, kind: str, stage: int, reason: str) -> Planned:
    refused = RejectedChange(
        path=change.path, stage=STAGES[stage], reason=reason, alternative=ALTERNATIVES.get(kind, "new_order")
    )
    return replace(planned, rejected=(*planned.rejected, refused))


def _quantity(planned: Planned, change: FieldChange, number: str, letter: str, kind: str) -> Planned:
    state = planned.state
    wanted = amount(change.new)
    line = state.lines.get(number)
    if wanted is None or line is None:
        return _refuse(planned, change, kind, 0, f"line {number} or quantity {change.new!r} is not known")
    shipped = sum(total(group.handovers.values(), number) for group in state.groups.values())
    if wanted < shipped + line.cancelled:
        return _refuse(planned, change, kind, 3, "never below what has shipped")
    more = wanted - line.ordered
    moved = with_line(state, number, replace(line, ordered=wanted))
    applied = (*planned.applied, change.path)
    if letter == "N":
        return replace(planned, state=moved, applied=applied, fresh={**planned.fresh, number: more})
    resized = resize(moved, number)
    touched = frozenset(name for name, group in resized.groups.items() if group != state.groups.get(name))
    return replace(planned, state=resized, applied=applied, touched=planned.touched | touched)


def repriced(state: OrderState, path: str, new: str) -> OrderState:
    """The state with a changed price; a text that is no price changes nothing."""
    found = _PRICE.match(path)
    line = state.lines.get(found[1]) if found else None
    if found is None or line is None:
        return state
    try:
        price = Decimal(new.partition(" ")[0])
    except InvalidOperation:
        return state
    if not price.is_finite():
        return state
    return replace(state, lines={**state.lines, found[1]: replace(line, price=of_decimal(price))})


def with_line(state: OrderState, number: str, line: Line) -> OrderState:
    """The state with this line put in."""
    return replace(state, lines={**state.lines, number: line})


def resize(state: OrderState, number: str) -> OrderState:
    """Fit what live releases that are not picked yet hold of a line to what is open; the last release gives or
    takes."""
    line = state.lines[number]
    holding = [name for name, group in state.groups.items() if number in group.lines and group.stage in RESIZABLE]
    if not holding:
        return state
    elsewhere = sum(
        group.lines[number].released - group.lines[number].short
        for name, group in state.groups.items()
        if name not in holding and number in group.lines and group.stage not in DEAD
    )
    left = max(line.open - elsewhere, 0)
    groups = dict(state.groups)
    for index, name in enumerate(holding):
        slip = groups[name].lines[number]
        share = left if index == len(holding) - 1 else min(left, slip.released)
        left -= share
        groups[name] = replace(groups[name], lines={**groups[name].lines, number: replace(slip, released=share)})
    return replace(state, groups=groups)


RESIZABLE = ("SENT", "ACCEPTED", "ALLOCATED", "WAVED", "PICKING")
DEAD = ("CANCELLED", "REJECTED", "SHORT_CLOSED")
