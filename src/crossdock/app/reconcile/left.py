"""Our side of a check as it was known at one instant: dossiers in pages, folded again where something came since."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from crossdock.app.fold.registry import Registry
from crossdock.app.reconcile.dossier import Dossier, rebuilt, stored
from crossdock.app.reconcile.sides import Side
from crossdock.ports.reconciliation import Reconciliations, TouchedDossier
from crossdock.ports.views import EVENTS_MAX, Views
from crossdock.process.policy import Policy
from crossdock.process.reconciliation.record import Record

PAGE = 200


@dataclass(frozen=True, slots=True)
class OwnSide:
    """Reads our dossiers for checks; a page of them is in memory at a time."""

    store: Reconciliations
    views: Views
    registries: Mapping[str, Registry]
    policy: Policy

    async def records(self, side: Side, at: datetime, sample: int = 0) -> AsyncIterator[Record]:
        """Rows of every dossier the side reads, as known at `at`; of a sample, those touched since and the newest."""
        for scheme in side.schemes:
            after = taken = 0
            while page := await self.store.dossiers(scheme, after, at, PAGE):
                for one in page:
                    if sample and taken >= sample and not one.touched:
                        continue
                    taken += 1
                    dossier = await self._dossier(one, side, at)
                    for record in side.read(dossier) if dossier is not None else ():
                        yield record
                after = page[-1].row.id

    async def _dossier(self, one: TouchedDossier, side: Side, at: datetime) -> Dossier | None:
        """A dossier nothing came for since `at` was then what is stored of it now."""
        if not one.touched and not side.log:
            return stored(one.row, self.registries, self.policy, at)
        events = await self.views.events(one.row.id)
        if len(events) >= EVENTS_MAX:
            return stored(one.row, self.registries, self.policy, at)
        return rebuilt(one.row, events, self.registries, self.policy, at)
