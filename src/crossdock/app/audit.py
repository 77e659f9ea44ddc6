"""`crossdock audit`: is anything lost, stuck or doubled?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from crossdock.ports.audit import AuditView, Discrepancy, Examination, Kind, Sums

LOST = frozenset(
    {
        Kind.MESSAGE_SUM,
        Kind.LOG_GAP,
        Kind.LOG_WITHOUT_DOSSIER,
        Kind.DOSSIER_WITHOUT_LOG,
        Kind.LINK_WITHOUT_DOSSIER,
    }
)
STUCK = frozenset(
    {
        Kind.DELIVERY_OVERDUE,
        Kind.ECHO_OVERDUE,
        Kind.ALARM_OVERDUE,
        Kind.WAITING_BUT_LINKED,
        Kind.WAITING_UNREACHABLE,
    }
)
DOUBLED = frozenset({Kind.COMMAND_DOUBLED, Kind.FACT_APPLIED_TWICE, Kind.DOSSIER_DOUBLED, Kind.CASE_DOUBLED})

# Work of the last minute is on its way, not stuck.
GRACE = timedelta(seconds=60)
EXAMPLES_MAX = 20


class AuditReport(msgspec.Struct, frozen=True):
    """The verdict, with numbers. `verdict` is `pass` exactly when nothing is lost, stuck or doubled."""

    verdict: str
    lost: int
    stuck: int
    doubled: int
    sums: Sums
    discrepancies: tuple[Discrepancy, ...]


async def audit(view: AuditView, now: datetime, *, grace: timedelta = GRACE) -> AuditReport:
    """Examine everything stored as of one instant; at most 20 examples of each kind of discrepancy are listed.

    Raises:
        Transient: the store cannot be reached.
    """
    examination = await view.examine(now - grace, limit=EXAMPLES_MAX)
    lost, stuck, doubled = (_count(examination, kinds) for kinds in (LOST, STUCK, DOUBLED))
    return AuditReport(
        verdict="fail" if lost or stuck or doubled else "pass",
        lost=lost,
        stuck=stuck,
        doubled=doubled,
        sums=examination.sums,
        discrepancies=tuple(examination.discrepancies),
    )


def _count(examination: Examination, kinds: Iterable[Kind]) -> int:
    return sum(examination.counts.get(kind, 0) for kind in kinds)
