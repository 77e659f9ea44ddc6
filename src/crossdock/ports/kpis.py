"""Where KPI contributions are kept and added up, incrementally: a dossier's are replaced whole when its log grows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import msgspec


class Contribution(msgspec.Struct, frozen=True, gc=False):
    """One row: see `process.kpi.measure.Measure`, whose it is beside it."""

    dossier: int
    kpi: str
    slot: str
    at: datetime
    value: Decimal
    weight: Decimal
    since: datetime | None
    dimension: str


class Ask(msgspec.Struct, frozen=True):
    """A KPI over a window, `begin` included and `end` not, as at `now`; `dimension` narrows it, empty for all."""

    kpi: str
    begin: datetime
    end: datetime
    now: datetime
    dimension: str = ""


class Sums(msgspec.Struct, frozen=True, gc=False):
    """What the contributions of a window come to: of a share `value` over `weight`, else of samples, ages included."""

    count: int
    value: Decimal | None
    weight: Decimal | None = None
    median: Decimal | None = None
    p95: Decimal | None = None
    total: Decimal | None = None


class Measures(Protocol):
    """See the module."""

    async def replace(self, dossiers: Sequence[int], contributions: Sequence[Contribution]) -> None:
        """These are all there is of these dossiers now; one transaction."""

    async def sums(self, ask: Ask, seconds: int) -> Sums:
        """Sums and percentiles; an open contribution is as old as it is at `now`, in units of `seconds`."""

    async def beside(self, ask: Ask, source: str, seconds: int) -> Sums | None:
        """The same of what is no dossier's contribution (`events`, `cases`, `commands`); `None` for other sources."""
