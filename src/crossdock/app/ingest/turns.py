"""Keeping out of each other's way: how much a transaction takes, and whom it waits for, while others are at its orders.

Two workers that hold five hundred facts each hold the same orders, and one only waits for the other. With some dozens
each they mostly hold different ones, and what they do meet in is put off to the next transaction. None of this makes
anything right: the version fence does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from crossdock.app.ingest.batch import BatchRun
from crossdock.app.ingest.bundle import Bundle, facts_in
from crossdock.app.ingest.correlate import identifiers
from crossdock.ports.store import Batch

# Facts of one transaction: where nobody else is met, and at least where others are.
AT_MOST, CROWDED = 4096, 64
GROWTH = 16
# Where more than one fact in so many is put off, transactions are too large for the company they are in.
SHARE = 8


class Pace:
    """How many facts a transaction takes: some more after each that met nobody, half after one that met others."""

    def __init__(self) -> None:
        self.size = AT_MOST

    def portion(self, left: deque[Bundle]) -> list[Bundle]:
        """Take from the front what one transaction may hold, at least one bundle."""
        taken: list[Bundle] = []
        facts = 0
        while left and (not taken or facts + len(left[0].arrivals) <= self.size):
            taken.append(left.popleft())
            facts += len(taken[-1].arrivals)
        return taken

    def went(self, portion: Sequence[Bundle], put_off: Sequence[Bundle]) -> None:
        """A transaction ended; all of it counts as put off where it was lost."""
        facts = facts_in(portion)
        if facts_in(put_off) * SHARE > facts:
            self.size = max(CROWDED, min(self.size, facts) // 2)
        else:
            self.size = min(AT_MOST, self.size + GROWTH)


class Met:
    """What others were at when an attempt met them, for the next one to wait for before it begins."""

    def __init__(self, put_off: Iterable[Bundle] = ()) -> None:
        self._idents: set[str] = set()
        self._dossiers: set[int] = set()
        for arrival in (arrival for bundle in put_off for arrival in bundle.arrivals):
            self._idents.update(identifiers(arrival.fact))
            self._dossiers.add(arrival.dossier)

    def lost(self, run: BatchRun) -> None:
        """An attempt was lost to others over something it asked for on its way."""
        self._idents |= run.asked
        self._dossiers |= run.known

    async def wait(self, transaction: Batch) -> None:
        """Wait until nobody else is at any of it."""
        if self._idents or self._dossiers:
            await transaction.claim(sorted(self._idents), sorted(self._dossiers))
