"""Segments laid over a layout: in which loop each stands, and what is missing, misplaced or too often there.

A set that leaves its layout is still laid out whole: a segment out of order goes to the nearest open loop that knows
it, one whose loop is not open opens it where it stands, and one nobody knows stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crossdock.formats.x12.grammar import Slot, make

UNKNOWN = "720-1"
UNEXPECTED = "720-2"
MISSING = "720-3"
LOOP_OVER = "720-4"
OVER_USE = "720-5"
NOT_IN_SET = "720-6"
OUT_OF_ORDER = "720-7"
SLIPS_MAX = 100


class Slip(NamedTuple):
    """One breach of the layout at segment `at` (ST is 0); `tag` is what is missing or in the wrong place."""

    at: int
    code: str
    tag: str
    loop: str
    limit: int = 0


class Shape(NamedTuple):
    """`parents[i]` is the segment that opens the loop segment i stands in, 0 for the set itself (and for ST)."""

    parents: tuple[int, ...]
    slips: tuple[Slip, ...]


class _Frame:
    """An open loop: how far its layout is passed, and how often each of its slots was used."""

    __slots__ = ("counts", "opener", "position", "slot")

    def __init__(self, slot: Slot, opener: int) -> None:
        self.slot = slot
        self.opener = opener
        self.position = 0
        self.counts: dict[int, int] = {}


class _Walk:
    __slots__ = ("frames", "parents", "slips", "version")

    def __init__(self, root: Slot, version: str) -> None:
        self.frames = [_Frame(root, 0)]
        self.parents: list[int] = []
        self.slips: list[Slip] = []
        self.version = version

    def slip(self, index: int, code: str, tag: str, loop: str, limit: int = 0) -> None:
        if len(self.slips) < SLIPS_MAX:
            self.slips.append(Slip(index, code, tag, loop, limit))

    def close(self, depth: int, index: int) -> None:
        """Leave all loops deeper than `depth`; what they had to hold and did not is missing."""
        while len(self.frames) > depth + 1:
            frame = self.frames.pop()
            for number in frame.slot.musts:
                if not frame.counts.get(number):
                    slot = frame.slot.slots[number]
                    self.slip(index, MISSING, slot.tag, slot.path)

    def enter(self, depth: int, number: int, index: int) -> None:
        """Use one slot of an open loop."""
        self.close(depth, index)
        frame = self.frames[depth]
        slot = frame.slot.slots[number]
        used = frame.counts.get(number, 0) + 1
        frame.counts[number] = used
        self.parents.append(frame.opener)
        if used > slot.times_max:
            self.slip(index, LOOP_OVER if slot.is_loop else OVER_USE, slot.tag, slot.path, slot.times_max)
        if slot.is_loop:
            self.frames.append(_Frame(slot, index))

    def take(self, index: int, tag: str) -> None:
        """One segment between ST and SE."""
        crowded: tuple[int, int] | None = None
        for depth in range(len(self.frames) - 1, -1, -1):
            frame = self.frames[depth]
            for number in frame.slot.at.get(tag, ()):
                if number < frame.position:
                    continue
                if frame.counts.get(number, 0) < frame.slot.slots[number].times_max:
                    frame.position = number
                    self.enter(depth, number, index)
                    return
                crowded = crowded or (depth, number)
        if crowded is not None:
            self.enter(*crowded, index)
        else:
            self.misplaced(index, tag)

    def misplaced(self, index: int, tag: str) -> None:
        """No slot ahead: one already passed, else one in a loop that is not open, else none at all."""
        for depth in range(len(self.frames) - 1, -1, -1):
            slot = self.frames[depth].slot
            if tag in slot.at:
                self.slip(index, OUT_OF_ORDER, tag, slot.path)
                self.enter(depth, slot.at[tag][0], index)
                return
        for depth in range(len(self.frames) - 1, -1, -1):
            frame = self.frames[depth]
            if tag in frame.slot.below:
                self.slip(index, UNEXPECTED, tag, frame.slot.path)
                self.close(depth, index)
                self.parents.append(frame.opener)
                found = _below(frame.slot, tag)
                if found.is_loop:
                    self.frames.append(_Frame(found, index))
                return
        frame = self.frames[-1]
        self.slip(index, NOT_IN_SET if make(tag, self.version) else UNKNOWN, tag, frame.slot.path)
        self.parents.append(frame.opener)


def _below(loop: Slot, tag: str) -> Slot:
    """The first slot of that tag anywhere below a loop that has one."""
    for slot in loop.slots:
        if slot.tag == tag:
            return slot
        if tag in slot.below:
            return _below(slot, tag)
    raise AssertionError(f"{tag} is not below {loop.path or 'the set'}")


def lay_out(root: Slot, version: str, tags: Sequence[str]) -> Shape:
    """Lay the segments of a set, ST first, over its layout; SE, where there is one, is the last."""
    walk = _Walk(root, version)
    walk.parents.append(0)
    last = len(tags) - 1
    for index in range(1, len(tags)):
        if index == last and tags[index] == "SE":
            walk.parents.append(0)
        else:
            walk.take(index, tags[index])
    walk.close(-1, last)
    return Shape(tuple(walk.parents), tuple(walk.slips))
