"""INT-10 for a partner's endpoint: one open case from the breaker's opening until an answer proves it healed."""

from __future__ import annotations

from datetime import datetime

from crossdock.canonical.vocabulary import Severity
from crossdock.ports.directory import Partner
from crossdock.ports.outbox import BreakerState, Gate
from crossdock.ports.store import CaseRow

ENDPOINT_DEGRADED = "INT-10"
QUEUE = "INT"
SLOT = "endpoint"


def health_cases(partner: Partner, before: Gate, after: Gate, last_said: str, now: datetime) -> list[CaseRow]:
    """The case to open or close when the breaker went from closed to not closed or back, nothing otherwise."""
    was_healthy = before.breaker is BreakerState.CLOSED
    if was_healthy == (after.breaker is BreakerState.CLOSED):
        return []
    name = partner.name or partner.id
    if was_healthy:
        owner = partner.steward or "the integration team"
        detail = (
            f"{name} does not answer ({last_said or 'no detail'}): {owner} must get it back. "
            "Commands wait in order, a probe goes out by itself, and this case closes with the first answer"
        )
    else:
        detail = f"{name} answered a probe: {last_said or 'accepted'}"
    subject = f"partner|{partner.id}"
    return [CaseRow(ENDPOINT_DEGRADED, subject, SLOT, 0, Severity.S2, QUEUE, detail, was_healthy, "deliverer", now)]
