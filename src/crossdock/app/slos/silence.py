"""Three kinds of silence told apart (peers.md 3.9), each a case of its own with the proof that ends it.

Partner silent: nothing at all arrives. Lane silent: it is heard, but not of something it should tell. Business silent:
it is heard, and nothing it says moves anything. Of a silent partner nothing else is said: its lanes are silent too.
Spans are working time of the calendar that was agreed, so that nights and holidays raise nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from crossdock.ports.slos import Pulse
from crossdock.process.calendars import working_between
from crossdock.process.terms.cases import Calendar

SILENT, LANE_SILENT, BUSINESS_SILENT = "silent", "lane silent", "business silent"
# So many facts without effect are not chance.
IDLE_FACTS = 10


class Expectation(msgspec.Struct, frozen=True):
    """What is agreed with a partner; 0 where nothing is.

    `lanes` are fact types, each with the longest usual time without one. `moves_s` is the longest usual time in which
    what it says moves nothing.
    """

    partner: str
    name: str
    steward: str
    quiet_s: float = 0.0
    moves_s: float = 0.0
    lanes: Mapping[str, float] = {}
    calendar: Calendar | None = None


class Silence(msgspec.Struct, frozen=True):
    """A silence that holds: the slot of its case, and what to tell whom."""

    slot: str
    detail: str


def silences(expected: Expectation, pulses: Iterable[Pulse], now: datetime) -> list[Silence]:
    """What is silent now."""
    known = {pulse.lane: pulse for pulse in pulses}
    whole = known.get("")
    if whole is None:
        return []
    who = expected.name or expected.partner
    if _longer(expected.quiet_s, whole.heard, now, expected):
        asked = f"ask {expected.steward or 'the partner'} whether it sends, and look whether the way to us is open"
        return [Silence(SILENT, f"nothing at all has come from {who} since {_when(whole.heard)}: {asked}")]
    found = []
    for lane, quiet_s in sorted(expected.lanes.items()):
        pulse = known.get(lane)
        if pulse is not None and _longer(quiet_s, pulse.heard, now, expected):
            told = f"{who} is heard, but told no {lane} since {_when(pulse.heard)}"
            found.append(Silence(f"{LANE_SILENT} {lane}", f"{told}: have it look at that message alone"))
    if whole.since >= IDLE_FACTS and _longer(expected.moves_s, whole.moved, now, expected):
        told = f"{whole.since} facts came from {who} since {_when(whole.moved)} and moved nothing"
        found.append(Silence(BUSINESS_SILENT, f"{told}: look whether they name orders we know, and are not repeats"))
    return found


def ended(slot: str, expected: Expectation | None, pulses: Sequence[Pulse]) -> str:
    """The proof that a silence is over, in words."""
    known = {pulse.lane: pulse for pulse in pulses}
    whole = known.get("")
    if expected is None or whole is None:
        return "nothing is agreed with this partner any more"
    lane = known.get(slot.removeprefix(f"{LANE_SILENT} "))
    if slot.startswith(LANE_SILENT) and lane is not None and lane.heard > whole.moved:
        return f"it told {lane.lane} at {_when(lane.heard)}"
    if slot == BUSINESS_SILENT:
        return f"what it said at {_when(whole.moved)} moved an order"
    return f"it was heard at {_when(whole.heard)}"


def _longer(agreed_s: float, since: datetime, now: datetime, expected: Expectation) -> bool:
    return agreed_s > 0 and working_between(since, now, expected.calendar) > timedelta(seconds=agreed_s)


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"
