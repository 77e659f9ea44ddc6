"""What the last-mile platform lists for reconciliation (its generic dialect; domain.md §6 RC-14): outcomes of tasks."""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.ports.extracts import ExtractRow, Listing, listing


class ListedOutcome(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """How one task of a run ended; tasks without an outcome are not listed."""

    run_id: str
    task_id: str
    outcome: str
    ended_at: datetime | None = None


def _outcome(one: ListedOutcome) -> list[ExtractRow]:
    return [ExtractRow(f"{one.run_id}|{one.task_id}", {"outcome": one.outcome}, one.ended_at)]


LISTINGS: dict[str, Listing] = {"task_outcomes": listing("/api/extracts/outcomes", ListedOutcome, _outcome)}
