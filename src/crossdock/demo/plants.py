"""Planted bugs: variants of the hub that are wrong on purpose, to prove that the verdict can fail.

Each breaks one promise: arrival order does not matter, an effect happens once, deadlines are kept, accepted is durable.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import msgspec

from crossdock.app.fold.dossier import pack
from crossdock.app.fold.session import Session
from crossdock.app.ingest.arrival import Arrival
from crossdock.app.intake import Receipt
from crossdock.bootstrap.hub import PRODUCTION, Variant
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.store import (
    Batch,
    DeliveryRow,
    DossierRow,
    Match,
    MessageRow,
    QuarantineRow,
    Store,
    StoredFact,
    WaitingRow,
    WriteSet,
)
from crossdock.process.shipment.state import ShipmentState
from crossdock.runtime.batcher import Take

FORGET_EVERY = 7
POSTING = "post_goods_issue"

_shipments = msgspec.msgpack.Decoder(ShipmentState)
_encoder = msgspec.msgpack.Encoder()


class LastWordWins(Session):
    """The status of a shipment is whatever was said last, however old it is."""

    def row(self) -> DossierRow:
        """The dossier with its shipments put back by a milestone that came late."""
        newest = max((told.fact.at for told in self.told), default=None)
        seen = [told for told in self.told if told.fact.type == "tracking.milestone"]
        if any(told.disposition is Disposition.RECORD or told.fact.at != newest for told in seen):
            for name, raw in self.state.machines.items():
                if name.startswith("SHP"):
                    state = msgspec.structs.replace(_shipments.decode(raw), state="IN_TRANSIT")
                    self.state.machines[name] = msgspec.Raw(_encoder.encode(state))
        return DossierRow(self.id, self.ident, self.version + 1, self.label, pack(self.state))


class TamperedBatch:
    """A transaction whose write set is changed before it is written."""

    def __init__(self, batch: Batch, tamper: Callable[[WriteSet], None]) -> None:
        self._batch = batch
        self._tamper = tamper

    async def match(self, idents: Sequence[str], dossiers: Sequence[int] = ()) -> Match:
        """See `Batch.match`."""
        return await self._batch.match(idents, dossiers)

    async def history(self, dossiers: Sequence[int]) -> list[StoredFact]:
        """See `Batch.history`."""
        return await self._batch.history(dossiers)

    async def waiting_under(self, idents: Sequence[str]) -> list[WaitingRow]:
        """See `Batch.waiting_under`."""
        return await self._batch.waiting_under(idents)

    async def quarantined(self, quarantine_id: str) -> QuarantineRow | None:
        """See `Batch.quarantined`."""
        return await self._batch.quarantined(quarantine_id)

    async def write(self, rows: WriteSet) -> None:
        """Write what the plant makes of it."""
        self._tamper(rows)
        await self._batch.write(rows)


class TamperedStore:
    """A store that opens tampered batches."""

    def __init__(self, store: Store, tamper: Callable[[WriteSet], None]) -> None:
        self._store = store
        self._tamper = tamper

    def batch(self) -> AbstractAsyncContextManager[Batch]:
        """See `Store.batch`."""
        return self._open()

    async def reserve_dossiers(self, count: int) -> int:
        """See `Store.reserve_dossiers`."""
        return await self._store.reserve_dossiers(count)

    async def reserve_deliveries(self, count: int) -> int:
        """See `Store.reserve_deliveries`."""
        return await self._store.reserve_deliveries(count)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Batch]:
        async with self._store.batch() as batch:
            yield TamperedBatch(batch, self._tamper)


def post_twice(rows: WriteSet) -> None:
    """Every goods issue goes out a second time under a key of its own."""
    rows.deliveries.extend([_again(row) for row in rows.deliveries if row.type == POSTING])


def lose_timers(rows: WriteSet) -> None:
    """No alarm is ever set."""
    rows.alarms.clear()


def acknowledge_first(take: Take) -> Take:
    """Say "accepted" before the commit, and lose every seventh batch as a crash in between does."""
    count = 0

    async def taken(arrivals: Sequence[Arrival], messages: Sequence[MessageRow]) -> list[Receipt]:
        nonlocal count
        count += 1
        if arrivals and count % FORGET_EVERY == 0:
            return [Receipt("accepted", Disposition.APPLY) for _ in arrivals]
        return await take(arrivals, messages)

    return taken


def _again(row: DeliveryRow) -> DeliveryRow:
    return msgspec.structs.replace(row, id=-row.id, idempotency_key=f"{row.idempotency_key}|again")


PLANTS = {
    "none": PRODUCTION,
    "late_status_wins": Variant(session_type=LastWordWins),
    "double_posting": Variant(wrap_store=lambda store: TamperedStore(store, post_twice)),
    "lost_timer": Variant(wrap_store=lambda store: TamperedStore(store, lose_timers)),
    "ack_before_commit": Variant(wrap_take=acknowledge_first),
}
