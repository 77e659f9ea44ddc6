"""The audit's comparison over a `MemoryStore`, so that any test of meaning can end with it."""

from __future__ import annotations

from crossdock.app.refold import differences
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.audit import Discrepancy, StoredDossier
from crossdock.ports.store import DossierRow, StoredFact
from crossdock.testing.store import MemoryStore
from crossdock.testing.world import World


def refolded(world: World) -> list[Discrepancy]:
    """Every difference between what a world keeps of its dossiers and the full fold of their logs."""
    return [
        one
        for row in world.store.dossiers.values()
        for one in differences(
            stored_dossier(world.store, row), world.parts.registries[row.ident.partition("|")[0]], world.parts.policy
        )
    ]


def stored_dossier(store: MemoryStore, row: DossierRow) -> StoredDossier:
    """A dossier and all that rests on it."""
    events = [event for event in store.events.values() if event.dossier == row.id]
    return StoredDossier(
        row=row,
        log=tuple(
            StoredFact(row.id, event.seq, event.body, event.received, event.disposition, event.cause, event.folded)
            for event in events
            if event.folded or event.disposition is not Disposition.SUPPRESS
        ),
        last_seq=max((event.seq for event in events), default=0),
        idents=frozenset(ident for ident, owners in store.links.items() if row.id in owners),
        cases=frozenset(key for key, case in store.cases.items() if case.dossier == row.id),
        alarm=store.alarms.get(row.id),
        lanes=frozenset(
            kept.lane.value for kept in store.quarantine.values() if kept.dossier == row.id and kept.lane is not None
        ),
    )
