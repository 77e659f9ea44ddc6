"""Swim lanes: what happened to one dossier in the order of time, a lane a system, as places in a drawing.

Columns are equal steps, not minutes: a minute of scans and a week at sea must both be readable. What we sent and opened
stands right behind the fact that caused it, also where that fact was late in coming. Pure.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from crossdock.app.queries import Trace

ITEMS_MAX = 300
LEFT, TOP, STEP, HEIGHT = 132, 30, 24, 38
# Two days closer than this would be written over each other: the later one is.
DAY_WIDTH = 48
CASES = "cases"
ABOUT_MONEY = ("freight.", "invoice.")
TONES = {"APPLY": "good", "REJECT": "stop", "QUARANTINE": "stop", "HOLD": "watch", "ESCALATE": "act"}
COMMAND_TONES = {"delivered": "good", "parked": "stop", "unknown": "watch", "failed": "stop", "skipped": "watch"}


class Item(msgspec.Struct, frozen=True):
    """A fact (`f12.4`), command (`c77`) or case (`k5`) at its place; `cause` is the place of what caused it."""

    pick: str
    kind: str
    tone: str
    at: datetime
    who: str
    what: str
    outcome: str
    note: str
    x: int = 0
    y: int = 0
    cause: tuple[int, int] | None = None


class Lane(msgspec.Struct, frozen=True):
    """One system's line."""

    name: str
    y: int


class Day(msgspec.Struct, frozen=True):
    """Where a day begins."""

    at: datetime
    x: int


class Drawing(msgspec.Struct, frozen=True):
    """The whole of it; `left_out` are older things that do not fit."""

    lanes: tuple[Lane, ...]
    items: tuple[Item, ...]
    days: tuple[Day, ...]
    width: int
    height: int
    left_out: int = 0


def drawing(trace: Trace, *, money: bool = True) -> Drawing:
    """Every fact, command and case of a history, the newest 300 of them; notes about money only with `money`."""
    told = _in_order(sorted(_items(trace, money), key=lambda one: one[0].at))
    left_out = max(len(told) - ITEMS_MAX, 0)
    told = told[left_out:]
    lanes = _lanes([item.who for item, _ in told])
    rows = {lane.name: lane.y for lane in lanes}
    places = {item.pick: (LEFT + step * STEP, rows[item.who]) for step, (item, _) in enumerate(told)}
    items = tuple(
        msgspec.structs.replace(item, x=places[item.pick][0], y=places[item.pick][1], cause=places.get(cause))
        for item, cause in told
    )
    width = LEFT + max(len(items), 8) * STEP + STEP
    return Drawing(lanes, items, _legible(tuple(_days(items))), width, TOP + len(lanes) * HEIGHT + 8, left_out)


def _in_order(told: Sequence[tuple[Item, str]]) -> list[tuple[Item, str]]:
    """Facts as they occurred, and commands and cases behind their cause; as they came where it is not among them."""
    known = {item.pick for item, _ in told}
    behind: dict[str, list[tuple[Item, str]]] = {}
    for item, cause in told:
        if item.kind != "fact" and cause in known:
            behind.setdefault(cause, []).append((item, cause))
    heads = (one for one in told if one[0].kind == "fact" or one[1] not in known)
    return [one for head in heads for one in (head, *behind.get(head[0].pick, ()))]


def _items(trace: Trace, money: bool) -> Iterator[tuple[Item, str]]:
    """Each with what caused it; where that is a fact, the fact's pick."""
    for fact in trace.facts:
        hidden = not money and fact.type.startswith(ABOUT_MONEY)
        note = "; ".join(fact.transitions) if hidden else fact.reason or "; ".join(fact.transitions)
        tone = TONES.get(fact.disposition, "quiet")
        yield (
            Item(f"f{fact.id}", "fact", tone, fact.occurred, fact.said_by, fact.type, fact.disposition.lower(), note),
            f"f{fact.cause}",
        )
    for one in trace.commands:
        tone = COMMAND_TONES.get(one.state, "info")
        yield (
            Item(f"c{one.id}.{one.attempts}", "command", tone, one.created, one.partner or "nobody yet", one.type,
                 one.state, one.detail or one.reference),
            f"f{one.cause}",
        )  # fmt: skip
    for case in trace.cases:
        tone = "quiet" if case.closed is not None else "stop" if case.severity == 1 else "act"
        state = "open" if case.closed is None else "closed"
        detail = case.detail if money or not case.code.startswith("FIN") else ""
        yield (
            Item(f"k{case.id}", "case", tone, case.opened, CASES, f"{case.code} {case.subject}", state, detail),
            f"f{case.cause_open}",
        )


def _lanes(names: Sequence[str]) -> tuple[Lane, ...]:
    """In the order they first speak, ourselves and the cases last."""
    last = {"crossdock": 1, CASES: 2}
    found = sorted(dict.fromkeys(names), key=lambda name: last.get(name, 0))
    return tuple(Lane(name, TOP + place * HEIGHT + HEIGHT // 2) for place, name in enumerate(found))


def _legible(days: Sequence[Day]) -> tuple[Day, ...]:
    following = [*(day.x for day in days[1:]), sys.maxsize]
    return tuple(day for day, after in zip(days, following, strict=True) if after - day.x >= DAY_WIDTH)


def _days(items: Sequence[Item]) -> Iterator[Day]:
    seen = None
    for item in items:
        if (seen is None or item.kind == "fact") and item.at.date() != seen:
            seen = item.at.date()
            yield Day(item.at, item.x - STEP // 2)
