"""KPI contributions in memory, added up by the pure formulas. For tests."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.ports.kpis import Ask, Contribution, Sums
from crossdock.process.kpi.catalogue import KPIS
from crossdock.process.kpi.measure import ZERO, Aggregate, Measure, figure, weight_at


class MemoryMeasures:
    """See `ports.kpis.Measures`; knows only what dossiers contribute."""

    def __init__(self) -> None:
        self.rows: dict[int, list[Contribution]] = {}

    async def replace(self, dossiers: Sequence[int], contributions: Sequence[Contribution]) -> None:
        """See `Measures.replace`."""
        for dossier in dossiers:
            self.rows[dossier] = [one for one in contributions if one.dossier == dossier]

    async def sums(self, ask: Ask, seconds: int) -> Sums:
        """See `Measures.sums`."""
        chosen = [
            Measure(one.kpi, one.slot, one.at, one.value, one.weight, one.since, one.dimension)
            for rows in self.rows.values()
            for one in rows
            if one.kpi == ask.kpi and ask.begin <= one.at < ask.end and ask.dimension in ("", one.dimension)
        ]
        kpi = KPIS[ask.kpi]
        if kpi.aggregate is Aggregate.SHARE:
            top = sum((one.value for one in chosen), ZERO)
            return Sums(len(chosen), top, sum((weight_at(one, ask.now) for one in chosen), ZERO))
        whole = figure(kpi.id, kpi.unit, kpi.aggregate, chosen, ask.now)
        total = figure(kpi.id, kpi.unit, Aggregate.TOTAL, chosen, ask.now).value
        return Sums(whole.count, None, None, whole.value, whole.p95, total)

    async def beside(self, ask: Ask, source: str, seconds: int) -> Sums | None:
        """See `Measures.beside`."""
        return None
