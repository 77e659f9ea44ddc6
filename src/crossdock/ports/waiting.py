"""The sweeper's side of the waiting room: facts that have waited too long (domain.md §3.1 step 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.ports.store import CaseRow, WaitingRow


class Overdue(msgspec.Struct, frozen=True, gc=False):
    """A waiting fact past its time. `dossier` is the owner of one of its identifiers, 0 when nobody knows any."""

    row: WaitingRow
    dossier: int


class WaitingRoom(Protocol):
    """Read by the sweeper; filled and emptied by the ingest transaction."""

    async def releasable(self, limit: int) -> list[WaitingRow]:
        """Facts one of whose identifiers has an owner meanwhile: linked in a transaction that ran beside theirs."""

    async def overdue(self, now: datetime, limit: int) -> list[Overdue]:
        """Facts past `expires` for which no case is open, the longest waiting first.

        Of what a partner said again under the same business key only the first waits; the others stand behind it.
        """

    async def left(self, codes: Sequence[str], now: datetime, limit: int) -> list[CaseRow]:
        """Closing rows for open cases of these codes whose fact (`slot`) is no longer waiting."""

    async def cases(self, rows: Sequence[CaseRow]) -> None:
        """Open or close these cases in one transaction."""
