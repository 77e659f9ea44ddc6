"""Cases about delivery: INT-06 and INT-07 for one command, INT-10 for a partner's endpoint (domain.md §5)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.canonical.vocabulary import Priority, Severity
from crossdock.ports.directory import Partner
from crossdock.ports.outbox import Answered, BreakerState, Claimed, Gate
from crossdock.ports.store import CaseRow

NOT_ACKNOWLEDGED = "INT-06"
REFUSED_OR_DEAD = "INT-07"
ENDPOINT_DEGRADED = "INT-10"


def command_case(row: Claimed | Answered, code: str, detail: str, cause: str, now: datetime) -> CaseRow:
    """An open case about one command: subject its ordering key (the order or shipment), slot its idempotency key."""
    return CaseRow(
        code=code,
        subject=row.ordering_key,
        slot=row.idempotency_key,
        dossier=row.dossier,
        severity=_severity(code, row.lane),
        queue=EXCEPTION_TYPES[code].queue,
        detail=detail,
        open=True,
        cause=cause,
        at=now,
    )


def closing(row: Claimed, proof: str, now: datetime) -> tuple[CaseRow, ...]:
    """Close whatever is open about this command."""
    return tuple(
        msgspec.structs.replace(command_case(row, code, "", proof, now), open=False)
        for code in (NOT_ACKNOWLEDGED, REFUSED_OR_DEAD)
    )


def endpoint_cases(partner: Partner, before: Gate, after: Gate, last_said: str, now: datetime) -> list[CaseRow]:
    """The INT-10 to open or close when the breaker left `CLOSED` or came back to it: one open case a partner."""
    was_healthy = before.breaker is BreakerState.CLOSED
    if was_healthy == (after.breaker is BreakerState.CLOSED):
        return []
    name = partner.name or partner.id
    kind = EXCEPTION_TYPES[ENDPOINT_DEGRADED]
    owner = partner.steward or "the integration team"
    detail = (
        f"{name} does not answer ({last_said or 'no detail'}): {owner} must get it back. "
        "Commands wait in order, a probe goes out by itself, and this case closes with the first answer"
    )
    proof = f"{name} answered: {last_said or 'accepted'}"
    return [
        CaseRow(
            code=kind.code,
            subject=f"partner|{partner.id}",
            slot="endpoint",
            dossier=0,
            severity=kind.severity,
            queue=kind.queue,
            detail=detail,
            open=was_healthy,
            cause=last_said or "breaker opened" if was_healthy else proof,
            at=now,
        )
    ]


def _severity(code: str, lane: int) -> Severity:
    # domain.md §5, INT-06: S2 for P0 and P1, else S3.
    if code == NOT_ACKNOWLEDGED and lane > Priority.P1:
        return Severity.S3
    return EXCEPTION_TYPES[code].severity
