"""The messages port in memory over a `MemoryStore`; it passes the same suite as PostgreSQL."""

from __future__ import annotations

from crossdock.ports.messages import KnownMessage
from crossdock.testing.store import USED, MemoryStore


class MemoryMessages:
    """ports.messages.Messages."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def find(self, partner: str, control: str, sha256: str) -> KnownMessage | None:
        """See `Messages.find`."""
        known = [
            row
            for row in self._store.messages.values()
            if row.partner == partner
            and row.status in USED
            and (row.control == control if control else row.sha256 == sha256)
        ]
        first = min(known, key=lambda row: row.id, default=None)
        return None if first is None else KnownMessage(first.id, first.sha256, first.status)
