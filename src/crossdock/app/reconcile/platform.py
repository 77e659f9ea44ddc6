"""Sides that are no dossier's: commands, holds, control numbers, the store and its own log (RC-16, 17, 18, 27)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdock.app.fold.registry import Registry
from crossdock.app.refold import differences
from crossdock.ports.audit import AuditView, Extent
from crossdock.ports.reconciliation import Reconciliations
from crossdock.ports.views import Views
from crossdock.process.policy import Policy
from crossdock.process.reconciliation.record import Record

PAGE = 500
NUMBERS_BACK = timedelta(days=14)
AS_FOLDED = "as its log makes it"
# What may be on its way longer than an acknowledgment takes, and says so itself.
AWAITING = "awaiting"


@dataclass(frozen=True, slots=True)
class Platform:
    """Reads of everything beside dossiers."""

    views: Views
    audit: AuditView
    store: Reconciliations
    registries: Mapping[str, Registry]
    policy: Policy

    async def commands_open(self) -> AsyncIterator[Record]:
        """RC-17: commands nobody has answered yet."""
        after = 0
        while page := await self.views.deliveries(partner="", after=after, limit=PAGE):
            for command in page:
                flying = "its acknowledgment is agreed to take longer" if command.state == AWAITING else ""
                values = {"command": command.type, "partner": command.partner, "state": command.state}
                yield Record(command.idempotency_key, values, command.created, flying=flying, dossier=command.dossier)
            after = page[-1].id

    async def holds(self) -> AsyncIterator[Record]:
        """RC-18: facts without an owner."""
        after = ""
        while page := await self.views.waiting(after=after, limit=PAGE):
            for row in page:
                yield Record(row.id, {"fact": row.type, "partner": row.partner}, row.received)
            after = page[-1].id

    async def numbers_due(self, at: datetime) -> AsyncIterator[Record]:
        """RC-16: every number between the first and the last that came, of each partner's own count."""
        async for key, _, received in self.store.numbers(at - NUMBERS_BACK):
            yield Record(key, since=received)

    async def numbers_received(self, at: datetime) -> AsyncIterator[Record]:
        """RC-16: the numbers that came."""
        async for key, came, _ in self.store.numbers(at - NUMBERS_BACK):
            if came:
                yield Record(key, optional=True)

    async def refolded(self, sample: int) -> AsyncIterator[tuple[Record, Record]]:
        """RC-27: dossiers as stored, and as their logs make them."""
        async for stored in self.audit.dossiers(Extent(sample)):
            registry = self.registries.get(stored.row.ident.partition("|")[0])
            told = stored.damage or "it is of a kind this version does not know"
            if registry is not None:
                told = "; ".join(f"{one.kind}: {one.detail}" for one in differences(stored, registry, self.policy))
            key = stored.row.ident or str(stored.row.id)
            left = Record(key, {"state": AS_FOLDED}, dossier=stored.row.id)
            yield left, Record(key, {"state": told or AS_FOLDED})
