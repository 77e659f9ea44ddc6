"""Policy of shipments under way: when they are late, may be late, or are not heard of (domain.md §8, §9.1).

Durations are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from types import MappingProxyType

import msgspec

from crossdock.process.terms.expectations import DEFAULTS, LaneMilestone

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# As domain.md §9.1 has them; a control of customs is a hold of kind `customs`.
HOLDS: Mapping[str, int] = MappingProxyType({"customs": 24 * HOUR, "quality": 8 * HOUR, "security": 12 * HOUR})
MILESTONES: Mapping[str, int] = MappingProxyType({"ftl": 12 * HOUR, "ocean": 72 * HOUR})
SILENCES: Mapping[str, int] = MappingProxyType({"ltl": 48 * HOUR, "ocean": 5 * DAY})


class TransportTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds of delay and silence.

    `hold_expect` says how long a hold of each kind usually takes, `tracking_stale_after` after how long without a sign
    of life a shipment of each mode is stale; both fall back to built-in values, by `default` last. After `loss_after`
    times that its loss is suspected.

    `milestone` is when the next sign of life is due, by mode. Out for delivery, the outcome is due at `ofd_until` by
    the clock at the door. A carrier asked more than `tender_far` before the pick-up has `tender_early` to answer where
    the tender itself names no time. `sync_planning`: the TMS plans at once, so `tm_plan_sync` is long enough.
    `spot_allowed`: when no carrier of the routing guide takes a load, it is offered on the spot market once.
    `weight_plaus_pct` is how far packages may be from what the goods weigh. `lane_milestones` is what is expected of a
    shipment by when (an override of a lane has its own); `risk_plan_lag` behind it, the promise is at risk. A proof
    taken more than `pod_geo_max_m` metres from the door is looked at by a person. A load that has a carrier and changes
    its stops, or its weight by more than `retender_threshold_pct`, is offered to it anew. A run that is out and tells
    nothing for `run_silent_after` is asked for (TRN-13). `rts_wait` after the last attempt it goes back.
    """

    risk_slack: int = 4 * HOUR
    risk_conf: Decimal = Decimal("0.6")
    risk_clear_after: int = 30 * MINUTE
    delay_grace: int = 60 * MINUTE
    hold_expect: dict[str, int] = {}
    tracking_stale_after: dict[str, int] = {}
    loss_after: int = 3
    rts_wait: int = 5 * DAY
    milestone: dict[str, int] = {}
    ofd_until: str = "20:00"
    tender_early: int = 4 * HOUR
    tender_far: int = 48 * HOUR
    sync_planning: bool = False
    tm_plan_sync: int = 10 * MINUTE
    spot_allowed: bool = False
    weight_plaus_pct: Decimal = Decimal(10)
    risk_plan_lag: int = 6 * HOUR
    lane_milestones: tuple[LaneMilestone, ...] = DEFAULTS
    pod_geo_max_m: int = 500
    retender_threshold_pct: Decimal = Decimal(10)
    run_silent_after: int = 30 * MINUTE

    def __post_init__(self) -> None:
        """Refuse an hour that is none."""
        time.fromisoformat(self.ofd_until)

    def next_sign(self, mode: str, usual: int) -> int:
        """After how long the next milestone of a shipment of this mode is due; `usual` where nothing is said of it."""
        return self.milestone.get(mode) or MILESTONES.get(mode) or self.milestone.get("default") or usual

    def hold(self, kind: str) -> int:
        """How long a hold of this kind usually takes."""
        return _of(self.hold_expect, HOLDS, kind)

    def stale(self, mode: str) -> int:
        """After how long without a sign of life a shipment of this mode is stale."""
        return _of(self.tracking_stale_after, SILENCES, mode)


def _of(set_: dict[str, int], usual: Mapping[str, int], name: str) -> int:
    """As the project sets it for this name or by default, else as usual."""
    return set_.get(name) or set_.get("default") or usual.get(name, DAY)
