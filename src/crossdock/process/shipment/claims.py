"""A milestone is a claim: what `authority.toml` makes of who says it (peers.md 3.6).

What was claimed stands in the shipment's state, by milestone and cycle, so whether a second source has confirmed is a
fact of the log: told in any order, the fold meets the claims in canonical order and comes to the same.
"""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.machine import NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.shipment.lattice import Sighting, Slot, Track, Verdict, slot_name
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.terms.authority import MILESTONE, ClaimRule

Outcome = Decision[ShipmentState]


def claimed(state: ShipmentState, fact: Fact, seen: Sighting, policy: Policy) -> Outcome | None:
    """A claim that is not taken yet, or never, with the rule that says so; `None` for one that is."""
    rule = rule_of(seen, policy)
    if rule is None or rule.take == "at_once" or state.state == NEW:
        return None
    name = slot_name(state.track, seen)
    known = state.claims.get(name, ())
    if rule.take == "confirmed":
        if name in state.track.slots or any(one != seen.by and (not rule.by or one in rule.by) for one in known):
            return None
        wanted = f"waits for the word of {' or '.join(rule.by) or 'another partner'}"
    else:
        wanted = "is evidence only"
    noted = state if seen.by in known else replace(state, claims={**state.claims, name: (*known, seen.by)})
    milestone = cast(TrackingMilestone, fact.payload).milestone
    reason = f"{seen.by} says {milestone}: its claim {wanted} (authority.toml, {rule.id})"
    return Decision(Disposition.RECORD, state=None if noted is state else noted, reason=reason)


def rule_of(seen: Sighting, policy: Policy) -> ClaimRule | None:
    """The rule about this claim."""
    return policy.authority.rule(seen.by, MILESTONE, seen.milestone) if policy.authority.claims else None


def outdone(track: Track, seen: Sighting, policy: Policy) -> tuple[Verdict, Track, str]:
    """Two claims contradict each other: who wins by a rule, and why; nobody does without one."""
    if not policy.authority.claims:
        return Verdict.CONTRADICTION, track, ""
    name = slot_name(track, seen)
    filled = track.slots[name]
    mine = rule_of(seen, policy)
    if mine is not None and filled.by in mine.over:
        taken = replace(track, slots={**track.slots, name: Slot(seen.at_us, seen.role, seen.by)})
        return Verdict.CORRECTION, taken, f"{seen.by} outdoes the claim of {filled.by} (authority.toml, {mine.id})"
    theirs = policy.authority.rule(filled.by, MILESTONE, seen.milestone)
    if theirs is not None and seen.by in theirs.over:
        loses = f"the claim of {seen.by} loses to that of {filled.by} (authority.toml, {theirs.id})"
        return Verdict.HISTORY, track, loses
    return Verdict.CONTRADICTION, track, ""
