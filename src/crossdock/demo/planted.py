"""Bugs planted on purpose, to prove that the verdict can fail: `python -m crossdock.demo.planted BUG ROLE …`.

Each is one wrong decision at one seam of the assembly (`bootstrap.hub.Variant`); production code knows nothing of them.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec

from crossdock.app.fold.run import Told
from crossdock.app.fold.session import Session
from crossdock.app.ingest.arrival import Arrival
from crossdock.app.intake import Receipt
from crossdock.bootstrap.child import main as child
from crossdock.bootstrap.hub import PRODUCTION, Variant
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.store import Batch, MessageRow, Store, WriteSet
from crossdock.runtime.batcher import Take

# One batch in this many is acknowledged and then dropped, as a crash between the two would.
DROPPED_EVERY = 8


class LateStatusWins(Session):
    """Folds in order of arrival: whoever speaks last is right, however late."""

    def must_refold(self, fresh: list[Told]) -> bool:
        """Never look back."""
        return False


class LostTimer(Session):
    """Forgets to set the alarm."""

    def alarm(self) -> int | None:
        """Leave it."""
        return None


class DoublePostingBatch:
    """Writes every goods issue twice, under two keys."""

    def __init__(self, batch: Batch) -> None:
        self.match = batch.match
        self.history = batch.history
        self.claim = batch.claim
        self.waiting_under = batch.waiting_under
        self.waiting_alike = batch.waiting_alike
        self.quarantined = batch.quarantined
        self._write = batch.write

    async def write(self, rows: WriteSet) -> None:
        """Once, and once more."""
        again = [
            msgspec.structs.replace(row, id=row.id + 2048, idempotency_key=f"{row.idempotency_key}+")
            for row in rows.deliveries
            if row.type == "post_goods_issue"
        ]
        rows.deliveries.extend(again)
        await self._write(rows)


class DoublePosting:
    """A store whose batches post twice."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reserve_dossiers = store.reserve_dossiers
        self.reserve_deliveries = store.reserve_deliveries

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[Batch]:
        """See `Store.batch`."""
        async with self._store.batch() as batch:
            yield DoublePostingBatch(batch)


def acknowledged_before_commit(take: Take) -> Take:
    """Tell the senders yes, then lose the batch now and then."""
    batches = 0

    async def hasty(arrivals: Sequence[Arrival], messages: Sequence[MessageRow]) -> list[Receipt]:
        nonlocal batches
        batches += 1
        if batches % DROPPED_EVERY == 0:
            return [Receipt("accepted", Disposition.APPLY) for _ in arrivals]
        return await take(arrivals, messages)

    return hasty


PLANTS = {
    "none": PRODUCTION,
    "late_status_wins": Variant(session_type=LateStatusWins),
    "lost_timer": Variant(session_type=LostTimer),
    "double_posting": Variant(wrap_store=DoublePosting),
    "ack_before_commit": Variant(wrap_take=acknowledged_before_commit),
}


if __name__ == "__main__":
    sys.exit(child(sys.argv[2:], PLANTS[sys.argv[1]]))
