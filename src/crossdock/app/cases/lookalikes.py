"""RR-12: an order that looks like one of the last days is asked about, the later of the two (domain.md §9.2).

It is found from the log after the fact, off the way of an order: blocking it would make what is released depend on
which of two orders reached us first (decision record 32).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.ports.slos import ServiceLevels, Twins
from crossdock.ports.store import CaseRow
from crossdock.process.kpi.lookalike import LOOK
from crossdock.process.policy import Policy

DOUBT = EXCEPTION_TYPES["CSR-02"]
WITHIN = timedelta(days=7)
GONE = "the two orders do not look alike any more, or one of them is cancelled"


async def watch_lookalikes(levels: ServiceLevels, policy: Policy, now: datetime) -> int:
    """Open and close CSR-02 of orders that look like an earlier one; how many.

    Raises:
        Transient: the database is away.
    """
    if policy.release.modes.get(LOOK) == "off":
        return 0
    found = {twins.later: twins for twins in await levels.twins(LOOK, WITHIN, now - 2 * WITHIN)}
    known = {subject for subject, slot in await levels.open_cases(DOUBT.code) if slot == LOOK}
    rows = [_row(twins.later, _told(twins), now, twins.dossier) for one, twins in found.items() if one not in known]
    rows += [_row(one, GONE, now, 0, is_open=False) for one in sorted(known - found.keys())]
    await levels.write(rows)
    return len(rows)


def _told(twins: Twins) -> str:
    if twins.same:
        return f"the same as {twins.earlier} in lines, ship-to and total: hold it, and ask whether it was meant twice"
    return f"same customer's order number and lines as {twins.earlier}: ask whether it was meant twice"


def _row(order_no: str, words: str, now: datetime, dossier: int, *, is_open: bool = True) -> CaseRow:
    return CaseRow(
        code=DOUBT.code,
        subject=order_no,
        slot=LOOK,
        dossier=dossier,
        severity=DOUBT.severity.value,
        queue=DOUBT.queue,
        detail=words,
        open=is_open,
        cause=words,
        at=now,
    )
