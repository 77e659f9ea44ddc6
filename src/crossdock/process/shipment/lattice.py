"""Monotonic progress over milestones (domain.md §4.2). Pure; the same milestones in canonical order give the same
frontier.

A shipment's progress is, per chain, the pair `(cycle, rank)`; it only grows. A slot `(milestone, place, cycle)` is
filled by the first statement; what comes later for it corroborates, corrects or contradicts it.
"""

from __future__ import annotations

from enum import Enum, auto

import msgspec

from crossdock.canonical.milestones import RUNGS, Chain, Milestone
from crossdock.canonical.vocabulary import Role

SECOND = 1_000_000


class Verdict(Enum):
    """What one statement is to what is known."""

    ADVANCE = auto()
    HISTORY = auto()
    CORROBORATION = auto()
    CORRECTION = auto()
    CONTRADICTION = auto()
    FLAG = auto()


class Slot(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A filled slot: when (microseconds), and whose statement fills it: the role, and the partner where one said it."""

    at_us: int
    role: str
    by: str = ""


class Reach(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How far a chain has come: `(cycle, rank)`, and when."""

    cycle: int
    rank: int
    at_us: int


class Track(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Frontier by chain, slots by `milestone|place|cycle`; `cycle` counts delivery attempts, from 1."""

    cycle: int = 1
    frontier: dict[str, Reach] = {}
    slots: dict[str, Slot] = {}


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """One statement: which milestone, where, when, by whom. `attempt` 0 is not said."""

    milestone: Milestone
    place: str
    at_us: int
    role: Role
    attempt: int = 0
    by: str = ""


class Windows(msgspec.Struct, frozen=True, gc=False):
    """How far apart two statements about one slot may be, in seconds: to merge, before they contradict, and to be a
    correction of a source's own (`horizon`)."""

    merge: int
    conflict: int
    horizon: int


def observe(track: Track, seen: Sighting, owner: Role, windows: Windows) -> tuple[Verdict, Track]:
    """Take one statement in. The track is the same object when nothing of it changed."""
    rung = RUNGS[seen.milestone]
    if rung.rank == 0:
        return Verdict.FLAG, track
    cycle = cycle_of(track, seen)
    name = slot_name(track, seen)
    filled = track.slots.get(name)
    reach = track.frontier.get(rung.chain)
    if filled is not None and not (rung.repeats and _moved_on(filled, seen, reach, windows)):
        return _again(track, name, filled, seen, owner, windows)
    slots = {**track.slots, name: Slot(seen.at_us, seen.role, seen.by)}
    if rung.chain is Chain.PHYSICAL and Chain.RETURN in track.frontier:
        return Verdict.HISTORY, msgspec.structs.replace(track, slots=slots)
    here = Reach(cycle, rung.rank, seen.at_us)
    if not advances(reach, here, rung.repeats):
        return Verdict.HISTORY, msgspec.structs.replace(track, slots=slots)
    return Verdict.ADVANCE, Track(max(track.cycle, cycle), {**track.frontier, rung.chain: here}, slots)


def slot_name(track: Track, seen: Sighting) -> str:
    """The slot a statement is about.

    What happens once a cycle is one slot wherever the source says it was; only repeating scans are told apart by place.
    """
    place = seen.place if RUNGS[seen.milestone].repeats else ""
    return f"{seen.milestone}|{place}|{cycle_of(track, seen)}"


def advances(reach: Reach | None, here: Reach, repeats: bool) -> bool:
    """Whether this is further than before: a greater `(cycle, rank)`, or the same and later where it may repeat."""
    if reach is None or (here.cycle, here.rank) > (reach.cycle, reach.rank):
        return True
    return repeats and (here.cycle, here.rank) == (reach.cycle, reach.rank) and here.at_us > reach.at_us


def cycle_of(track: Track, seen: Sighting) -> int:
    """The cycle a statement is about: as said, else the present one; setting out again after a failure opens the
    next."""
    if seen.attempt:
        return seen.attempt
    reach = track.frontier.get(Chain.PHYSICAL)
    failed = reach is not None and reach.rank == RUNGS[Milestone.DELIVERY_ATTEMPTED].rank
    return track.cycle + 1 if failed and seen.milestone is Milestone.OUT_FOR_DELIVERY else track.cycle


def _moved_on(filled: Slot, seen: Sighting, reach: Reach | None, windows: Windows) -> bool:
    later = seen.at_us - filled.at_us > windows.merge * SECOND
    return later and reach is not None and seen.at_us > reach.at_us


def _again(
    track: Track, name: str, filled: Slot, seen: Sighting, owner: Role, windows: Windows
) -> tuple[Verdict, Track]:
    apart = abs(seen.at_us - filled.at_us)
    if apart <= windows.merge * SECOND:
        return Verdict.CORROBORATION, track
    taken = msgspec.structs.replace(track, slots={**track.slots, name: Slot(seen.at_us, seen.role, seen.by)})
    itself = seen.by == filled.by if seen.by and filled.by else seen.role == filled.role
    if itself:
        # So much later it is no correction any more, but something else that was said under its name.
        return (Verdict.CORRECTION, taken) if apart <= windows.horizon * SECOND else (Verdict.HISTORY, track)
    ours = taken if seen.role == owner else track
    return (Verdict.CONTRADICTION if apart > windows.conflict * SECOND else Verdict.CORROBORATION), ours
