"""Reading a tracking fact as a sighting, and who owns this leg (domain.md §1.7 OW-06, OW-07)."""

from __future__ import annotations

from typing import cast

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.instant import micros
from crossdock.process.policy import Policy
from crossdock.process.shipment.lattice import Sighting, Track, Verdict, Windows, observe
from crossdock.process.shipment.state import ShipmentState


def owner_of(state: ShipmentState) -> Role:
    """Who owns this shipment's way after hand-over."""
    return Role.LMD if state.own_fleet else Role.TMS


def sight(fact: Fact) -> Sighting:
    """A `tracking.milestone` as the lattice sees it."""
    seen = cast(TrackingMilestone, fact.payload)
    place = f"stop{seen.stop_seq}" if seen.stop_seq is not None else seen.location.key if seen.location else ""
    source = fact.source
    return Sighting(seen.milestone, place, micros(fact.at), source.system, seen.attempt_no, source.instance)


def judge(state: ShipmentState, seen: Sighting, policy: Policy) -> tuple[Verdict, Track]:
    """What a sighting is to what is known of the shipment."""
    windows = Windows(policy.milestone_merge_window, policy.milestone_conflict_window, policy.correction_horizon)
    return observe(state.track, seen, owner_of(state), windows)
