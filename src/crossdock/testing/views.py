"""The read side in memory over a `MemoryStore`; ended commands, which that does not keep, are handed in. For tests."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from crossdock.ports.archive import Archived
from crossdock.ports.store import DossierRow, EventRow, MessageRow
from crossdock.ports.views import (
    CaseView,
    CommandView,
    DossierHead,
    EventView,
    QuarantineView,
    WaitingView,
)
from crossdock.testing.store import MemoryStore


class MemoryViews:
    """See `Views`. `ended` are commands of the log."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.ended: list[CommandView] = []

    async def owners(self, ident: str) -> Sequence[DossierRow]:
        """See `Views.owners`."""
        return [self._store.dossiers[dossier] for dossier in sorted(self._store.links.get(ident, ()))]

    async def idents(self, dossier: int) -> Sequence[str]:
        """See `Views.idents`."""
        return sorted(ident for ident, owners in self._store.links.items() if dossier in owners)

    async def dossiers(self, scheme: str, *, before: int, limit: int) -> Sequence[DossierHead]:
        """See `Views.dossiers`."""
        rows = sorted(self._store.dossiers.values(), key=lambda row: -row.id)
        heads = [DossierHead(row.id, row.ident, row.version, row.label) for row in rows]
        return [head for head in heads if head.ident.startswith(f"{scheme}|") and (not before or head.id < before)][
            :limit
        ]

    async def events(self, dossier: int) -> Sequence[EventView]:
        """See `Views.events`."""
        rows = [_event(row) for row in self._store.events.values() if row.dossier == dossier]
        return sorted(rows, key=lambda row: (row.occurred, row.seq))

    async def events_by_id(self, ids: Sequence[tuple[int, int]]) -> Sequence[EventView]:
        """See `Views.events_by_id`."""
        return [_event(self._store.events[place]) for place in ids if place in self._store.events]

    async def archived(self, dossier: int) -> Archived | None:
        """See `Views.archived`: nothing ever is."""
        return None

    async def commands(self, dossier: int) -> Sequence[CommandView]:
        """See `Views.commands`."""
        open_ = [row for row in self._open() if row.dossier == dossier]
        return sorted([*open_, *(row for row in self.ended if row.dossier == dossier)], key=lambda row: row.id)

    async def cases(self, dossier: int) -> Sequence[CaseView]:
        """See `Views.cases`."""
        return [case for case in self._cases() if case.dossier == dossier]

    async def open_cases(self, *, queue: str, after: int, limit: int) -> Sequence[CaseView]:
        """See `Views.open_cases`."""
        return [case for case in self._cases() if case.id > after and queue in ("", case.queue)][:limit]

    async def deliveries(self, *, partner: str, after: int, limit: int) -> Sequence[CommandView]:
        """See `Views.deliveries`."""
        return [row for row in self._open() if row.id > after and partner in ("", row.partner)][:limit]

    async def waiting(self, *, after: str, limit: int) -> Sequence[WaitingView]:
        """See `Views.waiting`."""
        rows = sorted(self._store.waiting.values(), key=lambda row: row.id)
        return [_narrow(row, WaitingView) for row in rows if row.id > after][:limit]

    async def quarantined(self, *, after: str, limit: int) -> Sequence[QuarantineView]:
        """See `Views.quarantined`."""
        rows = sorted(self._store.quarantine.values(), key=lambda row: row.id)
        narrow = [msgspec.structs.asdict(row) | {"lane": row.lane or ""} for row in rows if row.id > after]
        return [msgspec.convert(row, QuarantineView) for row in narrow[:limit]]

    async def message_row(self, message_id: str) -> MessageRow | None:
        """See `Views.message_row`."""
        return await self.message(message_id)

    async def message(self, message_id: str) -> MessageRow | None:
        """See `Views.message`."""
        return self._store.messages.get(message_id)

    def _open(self) -> list[CommandView]:
        return [
            CommandView(
                id=row.id,
                dossier=row.dossier,
                partner=row.partner,
                type=row.type,
                idempotency_key=row.idempotency_key,
                ordering_key=row.ordering_key,
                cause=row.cause,
                created=row.due,
                state="ready",
                attempts=0,
                detail="",
                due=row.due,
            )
            for row in sorted(self._store.deliveries, key=lambda row: row.id)
        ]

    def _cases(self) -> list[CaseView]:
        return [
            CaseView(
                number,
                case.code,
                case.subject,
                case.slot,
                case.dossier,
                case.severity,
                case.queue,
                case.detail,
                1,
                case.at,
                case.cause,
            )
            for number, case in enumerate(self._store.cases.values(), 1)
        ]


def _event(row: EventRow) -> EventView:
    fields = {name: getattr(row, name) for name in EventView.__struct_fields__ if name != "recorded"}
    return EventView(**fields, recorded=row.received)


def _narrow(row: msgspec.Struct, kind: type[WaitingView]) -> WaitingView:
    return msgspec.convert(msgspec.structs.asdict(row), kind)
