"""The store port in memory, for tests that run thousands of histories; it passes the same suite as PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from msgspec.structs import replace

from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Conflict
from crossdock.ports.store import (
    CaseRow,
    DeliveryRow,
    DossierRow,
    EventRow,
    Match,
    MessageRow,
    QuarantineRow,
    StoredFact,
    WaitingRow,
    WriteSet,
)

# A message of which something was used: its control number is taken.
USED = ("accepted", "partial")


class MemoryStore:
    """Committed rows in dictionaries. One event loop, no durability: not for anything but tests."""

    def __init__(self) -> None:
        self.dossiers: dict[int, DossierRow] = {}
        self.events: dict[tuple[int, int], EventRow] = {}
        self.links: dict[str, tuple[int, ...]] = {}
        self.waiting: dict[str, WaitingRow] = {}
        self.quarantine: dict[str, QuarantineRow] = {}
        self.deliveries: list[DeliveryRow] = []
        self.cases: dict[tuple[str, str, str], CaseRow] = {}
        self.case_log: list[CaseRow] = []
        self.alarms: dict[int, datetime] = {}
        self.messages: dict[str, MessageRow] = {}
        # Ids of events in the order they were stored; one whose disposition changed stands there again.
        self.journal: list[tuple[int, int]] = []
        self._next_dossier = 1
        self._next_delivery = 1

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[MemoryBatch]:
        """See `Store.batch`; writes happen in `write`, at once."""
        yield MemoryBatch(self)

    async def reserve_dossiers(self, count: int) -> int:
        """See `Store.reserve_dossiers`."""
        first = self._next_dossier
        self._next_dossier += count
        return first

    async def reserve_deliveries(self, count: int) -> int:
        """See `Store.reserve_deliveries`."""
        first = self._next_delivery
        self._next_delivery += count
        return first


class MemoryBatch:
    """One transaction on a `MemoryStore`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        # What this transaction was told of identifiers; `write` holds it against what is so then.
        self._owners: dict[str, tuple[int, ...]] = {}
        self._asked_waiting: set[str] = set()
        self._waiting: set[str] = set()

    async def claim(self, idents: Sequence[str], dossiers: Sequence[int], *, briefly: bool = False) -> None:
        """See `Batch.claim`; nothing is told of others here, so there is nothing to wait for."""

    async def match(self, idents: Sequence[str], dossiers: Sequence[int] = ()) -> Match:
        """See `Batch.match`."""
        store = self._store
        links = {ident: store.links[ident] for ident in idents if ident in store.links}
        self._owners |= {ident: links.get(ident, ()) for ident in idents}
        wanted = {dossier for owners in links.values() for dossier in owners} | set(dossiers)
        return Match(links, {dossier: store.dossiers[dossier] for dossier in wanted if dossier in store.dossiers})

    async def history(self, dossiers: Sequence[int]) -> list[StoredFact]:
        """See `Batch.history`."""
        wanted = set(dossiers)
        return [
            StoredFact(row.dossier, row.seq, row.body, row.received, row.disposition, row.cause, row.folded)
            for row in self._store.events.values()
            if row.dossier in wanted and row.folded
        ]

    async def waiting_under(self, idents: Sequence[str]) -> list[WaitingRow]:
        """See `Batch.waiting_under`."""
        wanted = set(idents)
        found = [row for row in self._store.waiting.values() if not wanted.isdisjoint(row.idents)]
        self._asked_waiting |= wanted
        self._waiting |= {row.id for row in found}
        return found

    async def waiting_alike(self, said: Sequence[tuple[str, str]]) -> list[WaitingRow]:
        """See `Batch.waiting_alike`."""
        wanted = set(said)
        found = [row for row in self._store.waiting.values() if (row.partner, row.key) in wanted]
        return sorted(found, key=lambda row: row.id)

    async def quarantined(self, quarantine_id: str) -> QuarantineRow | None:
        """See `Batch.quarantined`."""
        return self._store.quarantine.get(quarantine_id)

    async def write(self, rows: WriteSet) -> None:
        """See `Batch.write`."""
        store = self._store
        self._fence(rows)
        for dossier in rows.dossiers:
            store.dossiers[dossier.id] = dossier
            if dossier.version == 1:
                self._link(dossier.ident, dossier.id)
        for event in rows.events:
            assert (event.dossier, event.seq) not in store.events, "an event id is given once"
            store.events[event.dossier, event.seq] = event
            store.journal.append((event.dossier, event.seq))
        for link in rows.links:
            self._link(link.ident, link.dossier)
        for change in rows.redisposed:
            old = store.events[change.dossier, change.seq]
            store.events[change.dossier, change.seq] = redisposed(
                old, change.disposition, change.transitions, change.reason
            )
            store.journal.append((change.dossier, change.seq))
        store.waiting.update({row.id: row for row in rows.waiting})
        for waiting_id in rows.released:
            del store.waiting[waiting_id]
        store.quarantine.update({row.id: row for row in rows.quarantine})
        for quarantine_id in rows.freed:
            del store.quarantine[quarantine_id]
        store.deliveries.extend(rows.deliveries)
        store.messages.update({row.id: row for row in rows.messages})
        for alarm in rows.alarms:
            if alarm.due is None:
                store.alarms.pop(alarm.dossier, None)
            else:
                store.alarms[alarm.dossier] = alarm.due
        for case in rows.cases:
            self._write_case(case)

    def _write_case(self, case: CaseRow) -> None:
        store, key = self._store, (case.code, case.subject, case.slot)
        if case.reworded:
            if key in store.cases:
                store.cases[key] = replace(store.cases[key], detail=case.detail)
            return
        store.case_log.append(case)
        if case.open:
            store.cases[key] = case
        else:
            store.cases.pop(key, None)

    def _fence(self, rows: WriteSet) -> None:
        store = self._store
        for dossier in rows.dossiers:
            stored = store.dossiers.get(dossier.id)
            if (stored.version if stored else 0) != dossier.version - 1:
                raise Conflict(f"dossier {dossier.ident} was moved by another worker")
            if dossier.version == 1 and store.links.get(dossier.ident):
                raise Conflict(f"{dossier.ident} was opened by another worker")
        if not store.waiting.keys() >= set(rows.released) or not store.quarantine.keys() >= set(rows.freed):
            raise Conflict("a fact was released by another worker")
        self._fence_idents(rows)
        self._fence_messages(rows)

    def _fence_idents(self, rows: WriteSet) -> None:
        """What was told of the identifiers written here must still be so."""
        store = self._store
        linked = {link.ident for link in rows.links} | {row.ident for row in rows.dossiers if row.version == 1}
        waited = {ident for row in rows.waiting for ident in row.idents}
        for ident in (linked | waited) & self._owners.keys():
            if not set(store.links.get(ident, ())) <= set(self._owners[ident]):
                raise Conflict(f"{ident} was linked by another worker")
        watched = linked & self._asked_waiting
        for row in store.waiting.values() if watched else ():
            if row.id not in self._waiting and not watched.isdisjoint(row.idents):
                raise Conflict(f"a fact began to wait for {row.idents[0]} meanwhile")

    def _fence_messages(self, rows: WriteSet) -> None:
        """A partner's control number stands for one message."""
        for row in rows.messages:
            if (
                row.control
                and row.status in USED
                and any(
                    one.control == row.control
                    and one.partner == row.partner
                    and one.status in USED
                    and one.id != row.id
                    for one in self._store.messages.values()
                )
            ):
                raise Conflict(f"message {row.control} of {row.partner} was taken by another worker")

    def _link(self, ident: str, dossier: int) -> None:
        known = self._store.links.get(ident, ())
        if dossier not in known:
            self._store.links[ident] = (*known, dossier)


def redisposed(row: EventRow, disposition: Disposition, transitions: str, reason: str) -> EventRow:
    """The row with another disposition, which a fold gave it, or a person who skipped it."""
    return EventRow(
        row.dossier,
        row.seq,
        row.type,
        disposition,
        row.partner,
        row.occurred,
        row.received,
        row.body,
        row.key,
        row.cause,
        row.message,
        transitions,
        reason,
        folded=disposition is not Disposition.QUARANTINE,
    )
