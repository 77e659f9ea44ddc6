"""A message layout compiled into moves: from where a message stands, where a segment of that tag leads.

A segment goes to the first place forward that it fits, deepest group first (edifact-envelope.md §4); a place that has
all its repetitions is passed. UNS parts the sections of a message, so nothing but UNS and UNT passes over it. Because a
message only moves forward, counting the repetitions of the place it stands at, on every level, counts everything.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from crossdock.formats.edifact.directories.tables import Step, layout

_BARRIER = "UNS"


class Move(NamedTuple):
    """One way for a segment.

    Attributes:
        target: the state behind it.
        up: how many groups it leaves.
        opens: the segment group it begins, empty when it begins none.
        limit: how often its place may be taken.
        repeats: whether it takes the same place as the segment or group before it.
        missing: the mandatory segments it passes over.
    """

    target: int
    up: int
    opens: str
    limit: int
    repeats: bool
    missing: tuple[str, ...]


class _Place(NamedTuple):
    """Where a state is: position `at` in group `group` (0 is the message itself)."""

    group: int
    at: int


class Layout:
    """The states of one message type in one directory; state 0 is behind UNH.

    Attributes:
        tags: every segment the message may hold.
        known: for each state the moves worked out so far, by tag.
    """

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self._members: list[tuple[Step, ...]] = [steps]
        self._above: list[_Place] = [_Place(0, -1)]
        self._places: list[_Place] = []
        self._states: dict[_Place, int] = {}
        self._inner: dict[_Place, int] = {}
        self._number(0)
        self.tags = frozenset(step.tag for members in self._members for step in members)
        self.known: list[dict[str, tuple[Move, ...]]] = [{} for _ in self._places]

    def _number(self, group: int) -> None:
        for at, step in enumerate(self._members[group]):
            place = _Place(group, at)
            if step.members:
                self._inner[place] = len(self._members)
                self._members.append(step.members)
                self._above.append(place)
                self._number(self._inner[place])
            else:
                self._states[place] = len(self._places)
                self._places.append(place)

    def moves(self, state: int, tag: str) -> tuple[Move, ...]:
        """The ways for a segment, best first; none when it does not belong behind `state`."""
        known = self.known[state].get(tag)
        if known is None:
            known = tuple(self._find(state, tag)) if tag in self.tags else ()
            if known:
                self.known[state][tag] = known
        return known

    def _find(self, state: int, tag: str) -> list[Move]:
        found: list[Move] = []
        missing: list[str] = []
        group, start = self._places[state]
        up = 0
        while True:
            members = self._members[group]
            for at in range(start, len(members)):
                step = members[at]
                # A trigger that stands once in its group begins the group again; that way is found one level up.
                begins_again = group > 0 and at == 0 and step.limit == 1
                if step.tag == tag and not begins_again:
                    found.append(self._move(_Place(group, at), up, at == start, tuple(missing)))
                if at > start and step.mandatory and step.tag != tag:
                    missing.append(step.tag)
                    if step.tag == _BARRIER and tag != "UNT":
                        return found
            if group == 0:
                return found
            group, start = self._above[group]
            up += 1

    def _move(self, place: _Place, up: int, repeats: bool, missing: tuple[str, ...]) -> Move:
        step = self._members[place.group][place.at]
        inner = self._inner.get(place)
        target = self._states[place] if inner is None else self._states[_Place(inner, 0)]
        return Move(target, up, step.group, step.limit, repeats, missing)


@cache
def compiled(kind: str, directory: str) -> Layout:
    """The layout of a message type in a directory, compiled once."""
    return Layout(layout(kind, directory))
