"""The order-line ledger (domain.md §1.2): what each fact adds, the totals, and the invariants checked after every
fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from crossdock.process.order.state import Account, Group, Line, OrderState, Slip

CLOSED_STAGES = ("CANCELLED", "REJECTED", "SHORT_CLOSED", "HANDED_OVER", "DELIVERED")
DEAD_STAGES = ("CANCELLED", "REJECTED", "SHORT_CLOSED")
NOTHING_AT_DOOR = (0, 0, 0)


def with_group(state: OrderState, name: str, group: Group) -> OrderState:
    """The state with this group put in."""
    return replace(state, groups={**state.groups, name: group})


def with_lines(group: Group, quantities: Mapping[str, int], field: str) -> Group:
    """The group with one reported total of each line replaced."""
    lines = dict(group.lines)
    for number, quantity in quantities.items():
        lines[number] = replace(lines.get(number, Slip(0)), **{field: quantity})
    return replace(group, lines=lines)


def total(parts: Iterable[Mapping[str, int]], line: str) -> int:
    """One line's sum over keyed parts."""
    return sum([part.get(line, 0) for part in parts])


def account(state: OrderState, number: str) -> Account:
    """One line's totals over all its groups."""
    line = state.lines[number]
    released = allocated = picked = packed = shipped = lost = delivered = refused = damaged = due = 0
    invoiced = credited = 0
    for group in state.groups.values():
        slip = group.lines.get(number)
        if slip is None:
            continue
        # A warehouse that reports no packages packed what it shipped (FO-17), and picked at least what it packed.
        gone = total(group.handovers.values(), number) if group.handovers else 0
        ready = total(group.packages.values(), number) if group.packages else gone
        released += slip.released
        allocated += slip.allocated
        lost += slip.lost
        picked += slip.picked or ready
        packed += ready
        shipped += gone
        for attempt in group.attempts.values():
            good, sent_back, broken = attempt.get(number, NOTHING_AT_DOOR)
            delivered += good
            refused += sent_back
            damaged += broken
        if group.books is not None:
            due += group.books.due.get(number, 0)
            invoiced += group.books.invoiced.get(number, 0)
            credited += group.books.credited.get(number, 0)
    return Account(
        line.ordered, line.cancelled, released, allocated, picked, packed, shipped, delivered,
        sum(line.backorders.values()), refused, lost, damaged, invoiced, credited, due,
    )  # fmt: skip


def moves_quantities(before: OrderState, after: OrderState, name: str) -> bool:
    """Whether a fact about this group changed anything `breaches` looks at; most facts only move its stage."""
    old, new = before.groups[name], after.groups[name]
    return not (
        before.lines is after.lines
        and old.lines is new.lines
        and old.packages is new.packages
        and old.handovers is new.handovers
        and old.attempts is new.attempts
    )


def breaches(state: OrderState, numbers: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Invariants these lines break, as `(line, sentence)`; an unknown line is one."""
    found: list[tuple[str, str]] = []
    for number in numbers:
        line = state.lines.get(number)
        if line is None:
            found.append((number, f"line {number} is not on the order"))
            continue
        one, ceiling = account(state, number), ceiling_of(line)
        # Asked for every fact that moves a quantity, and hardly ever broken: no list of checks is built.
        if one.delivered + one.refused + one.damaged + one.lost > one.shipped:
            found.append((number, f"line {number}: more reached an end than was shipped"))
        if one.shipped > one.packed:
            found.append((number, f"line {number}: more was shipped than packed"))
        if one.packed > one.picked:
            found.append((number, f"line {number}: more was packed than picked"))
        if one.picked > one.released and one.picked > ceiling:
            found.append((number, f"line {number}: more was picked than released"))
        if one.shipped > ceiling:
            found.append((number, f"line {number}: more was shipped than is open within its tolerance"))
        if one.ordered - one.cancelled < one.shipped and one.cancelled > 0:
            found.append((number, f"line {number}: more was cancelled than is left unshipped"))
    return tuple(found)


def ceiling_of(line: Line) -> int:
    """The most that may ship: what is open and its over-tolerance."""
    return line.open + line.ordered * line.over // 1_000_000


def floor_of(line: Line) -> int:
    """The least that counts as complete: what is open less its under-tolerance."""
    return line.open - line.ordered * line.under // 1_000_000


def live_quantity(state: OrderState, number: str) -> int:
    """What live fulfilment orders still hold of a line."""
    return sum(
        group.lines[number].released - group.lines[number].short
        for group in state.groups.values()
        if number in group.lines and group.stage not in CLOSED_STAGES
    )


def is_complete(state: OrderState, number: str) -> bool:
    """`complete(line)` of §1.2: enough shipped and nobody holds the remainder."""
    line = state.lines[number]
    shipped = sum(total(group.handovers.values(), number) for group in state.groups.values())
    return shipped >= floor_of(line) and live_quantity(state, number) == 0


def has_shipped(state: OrderState) -> bool:
    """Whether anything has left a dock."""
    return any(group.handovers for group in state.groups.values())


def all_complete(state: OrderState) -> bool:
    """Whether the order is fulfilled: every line complete, and something shipped at all."""
    return has_shipped(state) and all(is_complete(state, number) for number in state.lines)
