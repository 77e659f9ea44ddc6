"""What the schedule role works from, in memory over a `MemoryStore`: alarms, the waiting room, the feed of events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.ports.feed import FeedRow, Position
from crossdock.ports.store import CaseRow, WaitingRow
from crossdock.ports.waiting import Overdue
from crossdock.testing.store import MemoryStore


class MemoryAlarms:
    """ports.alarms.Alarms; leases live here, alarms in the store."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.leases: dict[int, datetime] = {}

    async def take(self, now: datetime, *, limit: int, lease_until: datetime) -> list[int]:
        """See `Alarms.take`."""
        due = sorted((at, dossier) for dossier, at in self._store.alarms.items() if at <= now)
        free = [dossier for _, dossier in due if dossier not in self.leases or self.leases[dossier] <= now][:limit]
        self.leases |= dict.fromkeys(free, lease_until)
        return free

    async def done(self, dossiers: Sequence[int], now: datetime, *, lease_until: datetime) -> None:
        """See `Alarms.done`."""
        for dossier in dossiers:
            due = self._store.alarms.get(dossier)
            if self.leases.get(dossier) == lease_until and (due is None or due > now):
                del self.leases[dossier]


class MemoryWaitingRoom:
    """ports.waiting.WaitingRoom over the store's own rows."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def releasable(self, limit: int) -> list[WaitingRow]:
        """See `WaitingRoom.releasable`."""
        linked = [
            row for row in self._store.waiting.values() if any(ident in self._store.links for ident in row.idents)
        ]
        return sorted(linked, key=lambda row: row.received)[:limit]

    async def overdue(self, now: datetime, limit: int) -> list[Overdue]:
        """See `WaitingRoom.overdue`."""
        open_cases = {(subject, slot) for code, subject, slot in self._store.cases if code in ("INT-01", "INT-03")}
        alike: dict[tuple[str, str], list[WaitingRow]] = {}
        for row in sorted(self._store.waiting.values(), key=lambda row: row.id):
            alike.setdefault((row.partner, row.key), []).append(row)
        late = [
            rows[0]
            for rows in alike.values()
            if rows[0].expires <= now and not any((row.idents[0], row.id) in open_cases for row in rows)
        ]
        return [Overdue(row, self._owner(row)) for row in sorted(late, key=lambda row: row.expires)[:limit]]

    async def left(self, codes: Sequence[str], now: datetime, limit: int) -> list[CaseRow]:
        """See `WaitingRoom.left`."""
        gone = [
            case
            for (code, _, slot), case in self._store.cases.items()
            if code in codes and "|" not in slot and slot not in self._store.waiting
        ]
        return [msgspec.structs.replace(case, open=False, cause="released", at=now) for case in gone[:limit]]

    async def cases(self, rows: Sequence[CaseRow]) -> None:
        """See `WaitingRoom.cases`."""
        for row in rows:
            key = (row.code, row.subject, row.slot)
            self._store.case_log.append(row)
            if row.open:
                self._store.cases[key] = row
            else:
                self._store.cases.pop(key, None)

    def _owner(self, row: WaitingRow) -> int:
        return next((self._store.links[ident][0] for ident in row.idents if ident in self._store.links), 0)


class MemoryFeed:
    """ports.feed.Feed: a position is how many entries of the store's journal were read."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.cursors: dict[str, Position] = {}

    async def cursor(self, name: str) -> Position:
        """See `Feed.cursor`."""
        return self.cursors.get(name, Position())

    async def read(self, after: Position, *, limit: int) -> Sequence[FeedRow]:
        """See `Feed.read`; `recorded` is when the fact was received."""
        rows: list[FeedRow] = []
        for place, (dossier, seq) in enumerate(self._store.journal[after.tx : after.tx + limit], after.tx + 1):
            event = self._store.events[dossier, seq]
            rows.append(
                FeedRow(
                    Position(place, dossier, seq), seq, self._store.dossiers[dossier].ident, event.type,
                    event.disposition, event.partner, event.occurred, event.received, event.cause, event.body,
                )
            )  # fmt: skip
        return rows

    async def advance(self, name: str, before: Position, after: Position) -> bool:
        """See `Feed.advance`."""
        if self.cursors.get(name, Position()) != before:
            return False
        self.cursors[name] = after
        return True
