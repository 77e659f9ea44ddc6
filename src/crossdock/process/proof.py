"""Whether a proof of delivery proves this delivery (domain.md §3.3.4): what shipments and their bills ask alike."""

from __future__ import annotations

from crossdock.canonical.events.last_mile import PodCaptured
from crossdock.process.policy import Policy


def far_from_door(pod: PodCaptured, policy: Policy) -> bool:
    """Taken further from the ship-to than `pod_geo_max_m`: a person has to look at it."""
    return pod.distance_m is not None and pod.distance_m > policy.transport.pod_geo_max_m
