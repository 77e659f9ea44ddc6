"""Where the segments a 214 is read from stand, worked out once for each order of segments.

A carrier sends the same few orders again and again, so that reading a set needs no look at segments it does not use.
The plan is made of tags only; what a segment says is the reader's business.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

PLANS_MAX = 512
SEGMENTS_MAX = 200
NONE = -1


class StatusPlan(NamedTuple):
    """One AT7 with the MS1 and MS2 behind it in its loop, `NONE` where there is none."""

    at: int
    place: int = NONE
    unit: int = NONE


class LoopPlan(NamedTuple):
    """What an LX loop, or the set before its first LX, holds: its AT7, L11 and MAN."""

    statuses: tuple[StatusPlan, ...]
    refs: tuple[int, ...]
    packages: tuple[int, ...]


class Plan(NamedTuple):
    """A 214 by its tags. `loops[0]` is the set before its first LX; `addresses` are (N1, N4) pairs in order."""

    heads: tuple[int, ...]
    loops: tuple[LoopPlan, ...]
    addresses: tuple[tuple[int, int], ...]


def plan_of(heads: tuple[str, ...], separator: str) -> Plan:
    """The plan of a set whose segments begin with these three signs each."""
    if len(heads) > SEGMENTS_MAX:
        return _made(heads, separator)
    return _kept(heads, separator)


@lru_cache(maxsize=PLANS_MAX)
def _kept(heads: tuple[str, ...], separator: str) -> Plan:
    return _made(heads, separator)


def _made(heads: tuple[str, ...], separator: str) -> Plan:
    tags = [head.partition(separator)[0] for head in heads]
    starts = [0, *(at for at, tag in enumerate(tags) if tag == "LX"), len(tags)]
    loops = tuple(_loop(tags, first, end) for first, end in pairwise(starts))
    addresses: list[tuple[int, int]] = []
    name = NONE
    for at, tag in enumerate(tags):
        if tag == "N1":
            name = at
        elif tag == "N4" and name != NONE:
            addresses.append((name, at))
    return Plan(tuple(at for at, tag in enumerate(tags) if tag == "B10"), loops, tuple(addresses))


def _loop(tags: list[str], first: int, end: int) -> LoopPlan:
    statuses: list[StatusPlan] = []
    for at in range(first, end):
        if tags[at] == "AT7":
            statuses.append(StatusPlan(at))
        elif tags[at] == "MS1" and statuses:
            statuses[-1] = statuses[-1]._replace(place=at)
        elif tags[at] == "MS2" and statuses:
            statuses[-1] = statuses[-1]._replace(unit=at)
    refs = tuple(at for at in range(first, end) if tags[at] == "L11")
    packages = tuple(at for at in range(first, end) if tags[at] == "MAN")
    return LoopPlan(tuple(statuses), refs, packages)
