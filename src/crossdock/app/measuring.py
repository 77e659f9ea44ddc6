"""KPIs: what changed in the log is measured again, dossier by dossier, and asked for by window (domain.md §7).

A contribution is a function of a dossier's log alone, so late facts, corrections and refolds mend every figure they
concern, whenever they come. Only dossiers that got a fact are read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.run import Run
from crossdock.app.history import Moment
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.errors import Rejected
from crossdock.ports.feed import Feed
from crossdock.ports.kpis import Ask, Contribution, Measures, Sums
from crossdock.ports.store import DossierRow
from crossdock.ports.views import DossierHead, EventView, Views
from crossdock.process.kpi.catalogue import KPIS, Kpi
from crossdock.process.kpi.chronicle import Chronicle, Entry
from crossdock.process.kpi.every import FORMULAS, measures
from crossdock.process.kpi.measure import SECONDS, Aggregate, Measure, figure, share_scale
from crossdock.process.policy import Policy
from crossdock.process.suspect import judged

CURSOR = "kpi"
PAGE_MAX = 500
DOSSIERS_PAGE = 200
DOSSIERS_MAX = 20_000


class KpiView(msgspec.Struct, frozen=True):
    """A KPI over a window. `value` is the share, the median, the mean or the total; None where nothing counts."""

    kpi: str
    name: str
    unit: str
    count: int
    value: Decimal | None = None
    p95: Decimal | None = None


class Measurer:
    """Keeps the contributions of all dossiers current with the log."""

    def __init__(
        self, feed: Feed, views: Views, store: Measures, registries: Mapping[str, Registry], policy: Policy
    ) -> None:
        self._feed = feed
        self._views = views
        self._store = store
        self._registries = registries
        self._policy = policy

    async def measure_once(self, limit: int = PAGE_MAX) -> int:
        """Measure the dossiers of the next page of the log again; how many, 0 when there is nothing new.

        The cursor moves after their contributions are durable: a crash measures them twice, to the same end.

        Raises:
            Transient: the database cannot be reached.
        """
        stands = await self._feed.cursor(CURSOR)
        rows = await self._feed.read(stands, limit=limit)
        if not rows:
            return 0
        touched = {row.position.dossier: row.ident for row in rows if not row.archived}
        found: list[Contribution] = []
        for dossier, ident in sorted(touched.items()):
            found += await self._of(dossier, ident)
        await self._store.replace(sorted(touched), found)
        await self._feed.advance(CURSOR, stands, rows[-1].position)
        return len(rows)

    async def _of(self, dossier: int, ident: str) -> list[Contribution]:
        row = next((row for row in await self._views.owners(ident) if row.id == dossier), None)
        if row is None:
            return []
        log = chronicle(row, await self._views.events(dossier), self._registries, self._policy)
        return [
            Contribution(dossier, one.kpi, one.slot, one.at, one.value, one.weight, one.since, one.by)
            for one in measures(log)
        ]


def chronicle(
    row: DossierRow, events: Sequence[EventView], registries: Mapping[str, Registry], policy: Policy
) -> Chronicle:
    """A dossier's log as KPIs read it; a fact's warehouse release is the one its dossier knows it under."""
    run = Run(row.ident, registries[row.ident.partition("|")[0]], policy)
    run.aliases = unpack(row.state).aliases
    entries = []
    for event in events:
        fact = judged(decode_fact(event.body, event.received, event.id), policy.times)
        entries.append(Entry(fact, event.disposition, event.recorded, run.group_of(fact)))
    return Chronicle(row.ident, entries, policy.transport.lane_milestones)


async def figures_at(
    views: Views,
    registries: Mapping[str, Registry],
    policy: Policy,
    moment: Moment,
    window: tuple[datetime, datetime],
    now: datetime,
    rows: Sequence[Kpi],
) -> tuple[KpiView, ...]:
    """KPIs over a window as they were known, or truly were, at a moment: measured anew from the logs as of then.

    Those that are asked of tables of the present (events, cases, commands, checks) have no past and are left out.

    Raises:
        Rejected: there are more dossiers than can be folded for one answer.
    """
    found: list[Measure] = []
    count = 0
    for kind in FORMULAS:
        before = 0
        while heads := await views.dossiers(kind, before=before, limit=DOSSIERS_PAGE):
            count += len(heads)
            if count > DOSSIERS_MAX:
                raise Rejected(f"more than {DOSSIERS_MAX} dossiers: the past of a KPI is folded for fewer")
            for head in heads:
                found += await _measured(views, registries, policy, head, moment)
            before = heads[-1].id
    begin, end = window
    chosen = [one for one in found if begin <= one.at < end]
    views_ = []
    for kpi in rows:
        if kpi.source == "log":
            whole = figure(kpi.id, kpi.unit, kpi.aggregate, [one for one in chosen if one.kpi == kpi.id], now)
            views_.append(KpiView(kpi.id, kpi.name, kpi.unit, whole.count, whole.value, whole.p95))
    return tuple(views_)


async def _measured(
    views: Views, registries: Mapping[str, Registry], policy: Policy, head: DossierHead, moment: Moment
) -> Sequence[Measure]:
    row = next((row for row in await views.owners(head.ident) if row.id == head.id), None)
    if row is None:
        return ()
    events = [event for event in await views.events(head.id) if moment.counts(event)]
    return measures(chronicle(row, events, registries, policy))


async def ask(store: Measures, kpi: str, begin: datetime, end: datetime, now: datetime, dimension: str = "") -> KpiView:
    """A KPI over a window, in its unit.

    Raises:
        Rejected: there is no such KPI.
    """
    row = KPIS.get(kpi)
    if row is None:
        raise Rejected(f"there is no KPI {kpi}: they run from K-01 to K-42")
    question = Ask(kpi, begin, end, now, dimension)
    seconds = SECONDS.get(row.unit, 1)
    if row.source == "log":
        return _figure(row, await store.sums(question, seconds))
    return _figure(row, await store.beside(question, row.source, seconds) or Sums(0, None))


def _figure(kpi: Kpi, sums: Sums) -> KpiView:
    if not sums.count:
        return KpiView(kpi.id, kpi.name, kpi.unit, 0)
    value, p95 = sums.median, sums.p95
    if kpi.aggregate is Aggregate.SHARE:
        weight = sums.weight or Decimal(0)
        value, p95 = ((sums.value or Decimal(0)) / weight * share_scale(kpi.unit) if weight else None), None
    elif kpi.aggregate is Aggregate.TOTAL:
        value, p95 = sums.total, None
    elif kpi.aggregate is Aggregate.MEAN:
        value, p95 = (sums.total or Decimal(0)) / sums.count, None
    return KpiView(kpi.id, kpi.name, kpi.unit, sums.count, value, p95)
