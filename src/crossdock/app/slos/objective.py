"""Objectives as `crossdock.toml` gives them, and those that hold without being given: the classes of domain.md §0.6.

[slos.nvtr-freshness]
measure = "freshness"              what a carrier tells is here within the hour
partner = "nvtr"
within_s = 3600
target_pct = "97.5"
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec

from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.ids import fingerprint
from crossdock.ports.slos import Counting

MEASURES = ("latency", "freshness", "deliveries", "messages", "canary")
ALL = 100
MONTH_H = 720
DIGEST_MASK = (1 << 64) - 1


class Objective(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A promise: `target_pct` of all within `within_s`, over the last `window_h` hours.

    `latency` is from a fact's arrival to the last system that took what it caused, of one class or all; `freshness`
    from when it happened to its arrival. `deliveries` are kept by being taken, `messages` by being readable; both have
    no time. `canary` is from a canary order's sending to the last delivery it caused. `partner` narrows it to one.
    """

    measure: Literal["latency", "freshness", "deliveries", "messages", "canary"] = "latency"
    partner: str = ""
    priority: Literal["", "P0", "P1", "P2", "P3"] = ""
    within_s: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    target_pct: Decimal = Decimal(95)
    window_h: Annotated[int, msgspec.Meta(ge=1, le=2160)] = MONTH_H
    enabled: bool = True

    def __post_init__(self) -> None:
        """Refuse a promise without a budget or without a time."""
        if not 0 < self.target_pct < ALL:
            raise ValueError("target_pct lies between 0 and 100, both left out: what may never fail has no budget")
        if self.measure in ("latency", "freshness", "canary") and self.within_s <= 0:
            raise ValueError(f"within_s says how many seconds {self.measure} may take")

    def counting(self, name: str) -> Counting:
        """What to count; an objective whose terms change begins to count anew."""
        terms = f"{self.measure}|{self.partner}|{self.priority}|{self.within_s}"
        lane = Priority[self.priority].value if self.priority else None
        return Counting(
            f"{name}@{fingerprint(terms) & DIGEST_MASK:016x}", self.measure, self.within_s, self.partner, lane
        )


def _class(priority: Literal["P0", "P1", "P2", "P3"], within_s: float, target: str) -> Objective:
    return Objective("latency", "", priority, within_s, Decimal(target))


CLASSES: Mapping[str, Objective] = MappingProxyType(
    {
        "p0-p95": _class("P0", 5, "95"),
        "p0-p99": _class("P0", 15, "99"),
        "p1-p95": _class("P1", 30, "95"),
        "p1-p99": _class("P1", 120, "99"),
        "p2-p95": _class("P2", 120, "95"),
        "p2-p99": _class("P2", 600, "99"),
        "p3-p95": _class("P3", 900, "95"),
        "p3-p99": _class("P3", 3600, "99"),
    }
)


def objectives(given: Mapping[str, Objective]) -> dict[str, Objective]:
    """The classes and those given, by name; one given under a class's name stands in its place."""
    return {name: one for name, one in sorted((dict(CLASSES) | dict(given)).items()) if one.enabled}
