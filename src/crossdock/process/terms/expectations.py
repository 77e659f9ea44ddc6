"""What is expected of a shipment under way, by when (domain.md §4.2, policy `lane_milestones`).

[[transport.lane_milestones]]
milestone = "DEPARTED_ORIGIN"
after = "pickup"
seconds = 7200
modes = ["ltl", "ftl"]
"""

from __future__ import annotations

from typing import Literal

import msgspec

from crossdock.canonical.milestones import RUNGS, Milestone

HOUR = 3_600
MICROSECONDS = 1_000_000


class LaneMilestone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One milestone a shipment is expected to reach: so long after the end of its pick-up window, or after its promise.

    `modes` it is expected of; empty for all.
    """

    milestone: Milestone
    after: Literal["pickup", "promise"]
    seconds: int = 0
    modes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no step of the way."""
        if not RUNGS[self.milestone].rank:
            raise ValueError(f"{self.milestone} is no progress: name a milestone that moves a chain")


DEFAULTS = (
    LaneMilestone(Milestone.DEPARTED_ORIGIN, "pickup", 2 * HOUR),
    LaneMilestone(Milestone.ARRIVED_DELIVERY, "promise"),
    LaneMilestone(Milestone.DELIVERED, "promise", 2 * HOUR),
)


def expected(
    template: tuple[LaneMilestone, ...], mode: str, pickup_us: int, promise_us: int
) -> tuple[tuple[int, Milestone], ...]:
    """When each milestone of the template is due, in microseconds since 1970, the earliest first; without a window or a
    promise nothing is expected after it."""
    anchors = {"pickup": pickup_us, "promise": promise_us}
    return tuple(
        sorted(
            (anchors[one.after] + one.seconds * MICROSECONDS, one.milestone)
            for one in template
            if anchors[one.after] and (not one.modes or mode in one.modes)
        )
    )
