"""The waiting room's sweeper: match again what could leave, open a case for what has waited too long, close it after.

The ingest transaction releases facts by itself. The sweep is for what it could not see (an identifier linked while both
were under way, a link made by hand), and for time passing (domain.md §3.1 step 4).
"""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.app.ingest.batch import BatchRun, waiting_item
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.rows import write_set
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.ports.clock import Clock
from crossdock.ports.store import CaseRow
from crossdock.ports.waiting import Overdue, WaitingRoom

ORPHAN = "INT-01"
HELD_TOO_LONG = "INT-03"
ROWS_MAX = 200


async def match_again(room: WaitingRoom, parts: Parts, *, limit: int = ROWS_MAX) -> int:
    """Take facts that wait although one of their identifiers has an owner through the fold; returns how many left.

    Raises:
        Conflict: other workers moved the same orders; sweep again.
    """
    rows = await room.releasable(limit)
    if not rows:
        return 0
    async with parts.store.batch() as transaction:
        run = BatchRun(parts, transaction, parts.clock.now())
        await run.work([item for row in rows if (item := waiting_item(row, parts)) is not None])
        await transaction.write(await write_set(run))
    return len(run.released)


async def watch_waiting(room: WaitingRoom, clock: Clock, *, limit: int = ROWS_MAX) -> int:
    """Open a case for each fact past its time, close the cases of facts that left; returns how many changed."""
    now = clock.now()
    overdue = await room.overdue(now, limit)
    closing = await room.left((ORPHAN, HELD_TOO_LONG), now, limit)
    rows = [*overdue_cases(overdue), *closing]
    if rows:
        await room.cases(rows)
    return len(rows)


def overdue_cases(overdue: Sequence[Overdue]) -> list[CaseRow]:
    """INT-01 for a fact nobody knows the subject of, INT-03 for one whose subject is known."""
    cases: list[CaseRow] = []
    for late in overdue:
        row = late.row
        code, what = (
            (HELD_TOO_LONG, "its subject is known, its predecessor is missing")
            if late.dossier
            else (ORPHAN, "nobody has named any of its identifiers")
        )
        kind = EXCEPTION_TYPES[code]
        detail = (
            f"{row.type} from {row.partner} has waited since {row.received:%Y-%m-%d %H:%M}Z: {what} "
            f"({', '.join(row.idents[:4])}). Link it, ask the partner, or discard it with a reason"
        )
        cases.append(
            CaseRow(
                code,
                row.idents[0],
                row.id,
                late.dossier,
                kind.severity,
                kind.queue,
                detail,
                True,
                row.message or row.id,
                row.expires,
            )
        )
    return cases
