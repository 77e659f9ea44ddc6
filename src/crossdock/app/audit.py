"""`crossdock audit`: is anything lost, stuck or doubled?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from crossdock.canonical.vocabulary import Priority
from crossdock.ports.audit import AuditView, Discrepancy, Examination, Kind, Sums
from crossdock.ports.backbone import Backbone, Standing

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
        Kind.QUEUE_GIVEN_UP,
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
    queued: Standing | None = None


async def audit(
    view: AuditView, now: datetime, *, grace: timedelta = GRACE, log: Backbone | None = None
) -> AuditReport:
    """Examine everything stored as of one instant; at most 20 examples of each kind of discrepancy are listed.

    `log` is the log where messages were queued, `None` where the hub has none: what it holds is accepted and not yet
    taken, which is no discrepancy, unless it was given up.

    Raises:
        Transient: the store or the log cannot be reached.
    """
    # The log first: what leaves it in between is in the store by then, and is missed by neither.
    queued = await _queued(log) if log is not None else None
    examination = await view.examine(now - grace, limit=EXAMPLES_MAX)
    lost, stuck, doubled = (_count(examination, kinds) for kinds in (LOST, STUCK, DOUBLED))
    given_up = queued.given_up if queued is not None else 0
    discrepancies = [*examination.discrepancies, *_given_up(given_up)]
    stuck += given_up
    return AuditReport(
        verdict="fail" if lost or stuck or doubled else "pass",
        lost=lost,
        stuck=stuck,
        doubled=doubled,
        sums=examination.sums,
        discrepancies=tuple(discrepancies),
        queued=queued,
    )


async def _queued(log: Backbone) -> Standing:
    """All lanes together."""
    lanes = [await log.standing(lane) for lane in Priority]
    return Standing(
        sum(lane.waiting for lane in lanes), sum(lane.under_way for lane in lanes), sum(lane.given_up for lane in lanes)
    )


def _given_up(count: int) -> Iterable[Discrepancy]:
    if count:
        detail = (
            f"{count} accepted messages were given out too often and are given to nobody any more: find in the log of "
            "the workers what they fail of, then take them out of the stream INBOUND and send them again"
        )
        yield Discrepancy(Kind.QUEUE_GIVEN_UP, "INBOUND", detail)


def _count(examination: Examination, kinds: Iterable[Kind]) -> int:
    return sum(examination.counts.get(kind, 0) for kind in kinds)
