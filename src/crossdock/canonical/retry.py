"""How often a delivery is tried again, by priority (domain.md §0.6). Data only: the outbox keeps the schedule."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from crossdock.canonical.vocabulary import Priority


class RetryPolicy(msgspec.Struct, frozen=True):
    """Exponential from `base_s`, never longer than `cap_s` apart; a person is told after `escalate_after_s`."""

    base_s: float
    cap_s: float
    escalate_after_s: float


class LatencyGoal(msgspec.Struct, frozen=True):
    """From reception to the last mandatory consumer's acknowledgement, in seconds."""

    p95_s: int
    p99_s: int


RETRY: Mapping[Priority, RetryPolicy] = MappingProxyType(
    {
        Priority.P0: RetryPolicy(base_s=1, cap_s=60, escalate_after_s=600),
        Priority.P1: RetryPolicy(base_s=1, cap_s=60, escalate_after_s=600),
        Priority.P2: RetryPolicy(base_s=1, cap_s=300, escalate_after_s=3600),
        Priority.P3: RetryPolicy(base_s=1, cap_s=1800, escalate_after_s=86_400),
    }
)

LATENCY: Mapping[Priority, LatencyGoal] = MappingProxyType(
    {
        Priority.P0: LatencyGoal(5, 15),
        Priority.P1: LatencyGoal(30, 120),
        Priority.P2: LatencyGoal(120, 600),
        Priority.P3: LatencyGoal(900, 3600),
    }
)


def wait_s(priority: Priority, attempt: int) -> float:
    """The longest wait before attempt `attempt + 1`, before jitter; `attempt` counts from 1."""
    policy = RETRY[priority]
    # Beyond 2**16 every cap is long reached; the bound keeps the power small whatever attempt is asked for.
    return min(policy.cap_s, policy.base_s * 2.0 ** min(attempt - 1, 16))
