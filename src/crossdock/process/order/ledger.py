"""The order-line ledger (domain.md §1.2): what each fact adds, the totals, and the invariants checked after every
fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from crossdock.process.order.state import Account, Group, Line, OrderState, Slip

CLOSED_STAGES = ("CANCELLED", "REJECTED", "SHORT_CLOSED", "HANDED_OVER", "DELIVERED")
DEAD_STAGES = ("CANCELLED", "REJECTED", "SHORT_CLOSED")


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
    return sum(part.get(line, 0) for part in parts)


def packed_in(group: Group, line: str) -> int:
    """What the warehouse packed; a warehouse that reports no packages packed what it shipped (FO-17)."""
    if group.packages:
        return total(group.packages.values(), line)
    return total(group.handovers.values(), line)


def picked_in(group: Group, line: str) -> int:
    """What was picked: as reported, or by inference from what was packed."""
    slip = group.lines.get(line)
    return slip.picked if slip is not None and slip.picked else packed_in(group, line)


def account(state: OrderState, number: str) -> Account:
    """One line's totals over all its groups."""
    line = state.lines[number]
    released = allocated = picked = packed = shipped = lost = 0
    door = [0, 0, 0]
    for group in state.groups.values():
        slip = group.lines.get(number)
        if slip is None:
            continue
        released += slip.released
        allocated += slip.allocated
        lost += slip.lost
        picked += picked_in(group, number)
        packed += packed_in(group, number)
        shipped += total(group.handovers.values(), number)
        for attempt in group.attempts.values():
            for index, quantity in enumerate(attempt.get(number, (0, 0, 0))):
                door[index] += quantity
    return Account(
        ordered=line.ordered, cancelled=line.cancelled, released=released, allocated=allocated, picked=picked,
        packed=packed, shipped=shipped, delivered=door[0], backordered=sum(line.backorders.values()), refused=door[1],
        lost=lost, damaged=door[2],
    )  # fmt: skip


def breaches(state: OrderState, numbers: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Invariants these lines break, as `(line, sentence)`; an unknown line is one."""
    found: list[tuple[str, str]] = []
    for number in numbers:
        if number not in state.lines:
            found.append((number, f"line {number} is not on the order"))
            continue
        one = account(state, number)
        ceiling = ceiling_of(state.lines[number])
        checks = (
            (
                one.delivered + one.refused + one.damaged + one.lost <= one.shipped,
                "more reached an end than was shipped",
            ),
            (one.shipped <= one.packed, "more was shipped than packed"),
            (one.packed <= one.picked, "more was packed than picked"),
            (one.picked <= max(one.released, ceiling), "more was picked than released"),
            (one.shipped <= ceiling, "more was shipped than is open within its tolerance"),
            (one.ordered - one.cancelled >= min(one.shipped, one.ordered), "more was cancelled than is left unshipped"),
        )
        found += [(number, f"line {number}: {sentence}") for holds, sentence in checks if not holds]
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
