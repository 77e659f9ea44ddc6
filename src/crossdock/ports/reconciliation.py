"""Where reconciliation keeps its extracts, what it remembers of differences, and its results (domain.md §6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.ports.store import CaseRow, DossierRow

STAGED_MAX = 1000
RESULTS_MAX = 500


class StagedRow(msgspec.Struct, frozen=True, gc=False):
    """One row of one side of a run, packed by the caller."""

    key: str
    body: bytes


class Pair(msgspec.Struct, frozen=True, gc=False):
    """Both sides of one key."""

    key: str
    left: bytes | None
    right: bytes | None


class TouchedDossier(msgspec.Struct, frozen=True, gc=False):
    """A dossier, and whether a fact of it was recorded after the instant asked about."""

    row: DossierRow
    touched: bool


class BreakRow(msgspec.Struct, frozen=True):
    """A difference as remembered from run to run; `outcome` and `detail` are of the last one."""

    key: str
    first: datetime
    runs: int
    healed: bool
    code: str
    unowned: bool
    outcome: str
    detail: str
    dossier: int = 0


class ResultRow(msgspec.Struct, frozen=True):
    """One run of one check. The hashes cover each whole extract, in order of its keys: proof of what was compared.

    `failed` says why nothing was compared; then there are no counts. `partner` is empty where none was asked.
    """

    id: int
    check: str
    partner: str
    at: datetime
    as_of: datetime
    took_s: float
    left_count: int = 0
    right_count: int = 0
    left_hash: str = ""
    right_hash: str = ""
    matched: int = 0
    tolerated: int = 0
    in_flight: int = 0
    missing_left: int = 0
    missing_right: int = 0
    different: int = 0
    breaks: int = 0
    healed: int = 0
    failed: str = ""


class Settlement(msgspec.Struct, frozen=True):
    """What a page of pairs changes: differences remembered, those that are gone, cases opened and closed."""

    keep: Sequence[BreakRow] = ()
    gone: Sequence[str] = ()
    cases: Sequence[CaseRow] = ()


class Reconciliations(Protocol):
    """See the module. Runs of one check with one partner exclude each other by their lease in the schedule."""

    async def due(self, now: datetime) -> Sequence[tuple[str, str, bool]]:
        """Every check and partner there is a schedule of, and whether its time has come."""

    async def claim(self, check: str, partner: str, now: datetime, until: datetime, *, due_only: bool) -> bool:
        """Take the next run, not again before `until`; false when it is not due, or another process has it.

        Of what there is no schedule of yet, the first run is due at `until`.
        """

    async def hurry(self, check: str, now: datetime) -> int:
        """Let the next runs of a check be due now (of all, where none is named); how many."""

    async def begin(self) -> int:
        """The number of a new run."""

    async def stage(self, run: int, side: str, rows: Sequence[StagedRow]) -> None:
        """Put rows of `left` or `right` down; of several with one key the last counts."""

    async def pairs(self, run: int, after: str, limit: int) -> Sequence[Pair]:
        """Both sides by key, full outer, in order of the key's bytes."""

    async def remembered(self, check: str, partner: str, keys: Sequence[str]) -> Sequence[BreakRow]:
        """What earlier runs remember of these keys."""

    async def vanished(self, check: str, partner: str, run: int, limit: int) -> Sequence[BreakRow]:
        """Differences remembered whose key neither side of this run has."""

    async def settle(self, check: str, partner: str, settlement: Settlement) -> None:
        """Store a page's changes. A case that another opener holds open (same code and dossier) is not opened twice."""

    async def finish(self, result: ResultRow) -> None:
        """Keep the result and drop the extracts of its run."""

    async def results(self, check: str, before: int, limit: int) -> Sequence[ResultRow]:
        """Results newest first, of one check or all."""

    async def differences(self, check: str, after: str, limit: int) -> Sequence[BreakRow]:
        """What the last runs of a check remember, by key."""

    async def dossiers(self, scheme: str, after: int, since: datetime, limit: int) -> Sequence[TouchedDossier]:
        """Dossiers of a kind by id, with their states."""

    async def on_the_way(self, dossier: int, types: Sequence[str]) -> str:
        """The first command of these types that is not delivered yet, as a sentence; empty for none."""

    async def resend(self, dossier: int, types: Sequence[str], now: datetime, why: str) -> int:
        """Send the last delivered command of each of these types once more, under the same key; how many."""

    def numbers(self, since: datetime) -> AsyncIterator[tuple[str, bool, datetime]]:
        """Control numbers partners count by, `partner|series|number`: whether it came, and when the next one did."""
