"""The figures of the business as readings: every KPI of the last day, every promise and its error budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from crossdock.app.insight import Insight
from crossdock.app.measuring import KpiView
from crossdock.app.slos.budget import Budget
from crossdock.app.slos.objective import ALL
from crossdock.app.slos.watch import LevelWatcher
from crossdock.ports import measured
from crossdock.ports.metrics import Metric, Reading

WINDOW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BusinessReadings:
    """See `ports.metrics.Readings`."""

    insight: Insight
    levels: LevelWatcher

    async def read(self, now: datetime) -> Sequence[Reading]:
        """See `Readings.read`."""
        figures = await self.insight.figures(now - WINDOW, now, now)
        budgets = await self.levels.standing()
        return [one for figure in figures for one in of_kpi(figure)] + [one for each in budgets for one in of_slo(each)]


def of_kpi(figure: KpiView) -> list[Reading]:
    """A KPI; what nothing counted for has a count of 0 and no value."""
    stats = {"count": Decimal(figure.count), "value": figure.value, "p95": figure.p95}
    return [
        Reading(measured.KPI, (figure.kpi, figure.unit, stat), float(value))
        for stat, value in stats.items()
        if value is not None
    ]


def of_slo(budget: Budget) -> list[Reading]:
    """A promise; what nothing was counted for has a target only."""
    shares: tuple[tuple[Metric, Decimal | None], ...] = (
        (measured.SLO_TARGET, budget.target_pct),
        (measured.SLO_KEPT, budget.attained_pct),
        (measured.SLO_LEFT, budget.left_pct),
    )
    ratios = [Reading(metric, (budget.name,), float(pct / ALL)) for metric, pct in shares if pct is not None]
    return [*ratios, Reading(measured.SLO_BURN, (budget.name,), float(budget.burn))]
