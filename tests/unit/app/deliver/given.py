"""Rows and outcomes for the delivery tests; each factory fills in what a test does not care about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from crossdock.ports.connector import Limits, Outcome, OutcomeKind
from crossdock.ports.outbox import Claimed, Phase

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
LIMITS = Limits(concurrency=2, attempts_max=5, breaker_failures=3, breaker_open_s=5.0, timeout_s=10.0)

DELIVERED = Outcome(OutcomeKind.DELIVERED, reference="WMS-1")
REFUSED = Outcome(OutcomeKind.REFUSED, "unknown item")
DOWN = Outcome(OutcomeKind.TRANSIENT, "503")
SLOW_DOWN = Outcome(OutcomeKind.TRANSIENT, "429", retry_after_s=30.0)
TIMED_OUT = Outcome(OutcomeKind.UNKNOWN, "no answer within 10 s")


def claimed(**changes: object) -> Claimed:
    """A P1 command on its first try at noon."""
    row = Claimed(
        id=1,
        dossier=7,
        type="create_fulfilment_order",
        idempotency_key="create_fulfilment_order:SO-1/WH-NL1/1",
        ordering_key="SO-1",
        lane=1,
        cause="7.3",
        traceparent="00-00000000000000000000000000000001-0000000000000001-01",
        payload=b"{}",
        created=NOON,
        phase=Phase.OPEN,
        tries=1,
        strikes=0,
        first_tried=NOON,
        call=1,
    )
    return msgspec.structs.replace(row, **changes)


def after(**span: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(**span)
