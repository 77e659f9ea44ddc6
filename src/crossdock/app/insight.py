"""Everything that is answered from the log rather than from what is stored: the past, the reasons, the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crossdock.app import measuring
from crossdock.app.fold.registry import Registry
from crossdock.app.history import Folder, Moment, Past
from crossdock.app.queries import Page
from crossdock.app.why import Answer, why
from crossdock.ports.kpis import Measures
from crossdock.ports.views import Views
from crossdock.process.kpi.catalogue import ROWS
from crossdock.process.policy import Policy


@dataclass(frozen=True, slots=True)
class Insight:
    """One door to what is folded on demand, by the machines and the policy of this hub."""

    views: Views
    measures: Measures
    registries: Mapping[str, Registry]
    policy: Policy

    async def past(self, ident: str, moment: Moment) -> Past | None:
        """See `history.Folder.at`."""
        return await Folder(self.views, self.registries, self.policy).at(ident, moment)

    async def orders_at(self, moment: Moment, *, before: int, limit: int) -> Page[Past]:
        """See `history.Folder.orders_at`."""
        return await Folder(self.views, self.registries, self.policy).orders_at(moment, before=before, limit=limit)

    async def why(self, ident: str, field: str) -> Answer | None:
        """See `why.why`."""
        return await why(self.views, self.registries, self.policy, ident, field)

    async def figures(
        self,
        begin: datetime,
        end: datetime,
        now: datetime,
        *,
        board: str = "",
        dimension: str = "",
        moment: Moment | None = None,
    ) -> tuple[measuring.KpiView, ...]:
        """Every KPI of a board (all boards where none is named) over a window; with a moment, as of that."""
        if moment is not None:
            rows = [row for row in ROWS if not board or board in row.boards]
            then = min(filter(None, (moment.known, moment.true, now)))
            return await measuring.figures_at(
                self.views, self.registries, self.policy, moment, (begin, end), then, rows
            )
        return tuple(
            [
                await measuring.ask(self.measures, row.id, begin, end, now, dimension)
                for row in ROWS
                if not board or board in row.boards
            ]
        )
