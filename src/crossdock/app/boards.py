"""Boards of KPIs: every figure of a board over the last days, and one figure over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.app.history import Moment
from crossdock.app.insight import Insight
from crossdock.app.measuring import KpiView, ask
from crossdock.ports.clock import Clock

POINTS = 30
HOURLY_DAYS = 2


class Board(msgspec.Struct, frozen=True):
    """A board's figures over a window."""

    begin: datetime
    end: datetime
    figures: tuple[KpiView, ...]


@dataclass(frozen=True, slots=True)
class Boards:
    """See the module."""

    insight: Insight
    clock: Clock

    async def board(self, name: str, days: int, dimension: str = "", known: datetime | None = None) -> Board:
        """The board over so many days up to now, or up to the instant it is to be as known at.

        Raises:
            Rejected: the past of too many dossiers would have to be folded.
        """
        now = self.clock.now()
        end = min(known, now) if known is not None else now
        begin = end - timedelta(days=days)
        moment = Moment(known=known) if known is not None else None
        figures = await self.insight.figures(begin, end, now, board=name, dimension=dimension, moment=moment)
        return Board(begin, end, figures)

    async def curve(self, kpi: str, days: int, dimension: str = "") -> tuple[tuple[datetime, Decimal | None], ...]:
        """One figure by day (by hour over two days and less), at most 30 points.

        Raises:
            Rejected: there is no such KPI.
        """
        now = self.clock.now()
        steps = min(POINTS, days * 24 if days <= HOURLY_DAYS else days)
        length = timedelta(days=days) / steps
        found = []
        for step in range(steps):
            begin = now - length * (steps - step)
            figure = await ask(self.insight.measures, kpi, begin, begin + length, now, dimension)
            found.append((begin, figure.value))
        return tuple(found)
