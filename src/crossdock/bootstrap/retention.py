"""Retention put together: what leaves the database of a running hub, and when."""

from __future__ import annotations

from datetime import timedelta

from crossdock.app.archive.acts import ActKeeper
from crossdock.app.archive.keeper import Keeper
from crossdock.app.archive.messages import BytesKeeper
from crossdock.app.archive.sweeps import Sweeper
from crossdock.bootstrap.hub import REGISTRIES, Hub
from crossdock.bootstrap.shelving import shelf_of
from crossdock.postgres.act_archive import PostgresActArchive
from crossdock.postgres.archive import PostgresArchive
from crossdock.postgres.originals import PostgresBytesArchive
from crossdock.postgres.retention import PostgresLeftovers
from crossdock.process.kpi.catalogue import KPIS
from crossdock.runtime.loops import Work

# How long a whole pass over all orders is over before the next begins; within one, page follows page.
ARCHIVE, ARCHIVE_S = "archive", 3600.0
OLD_ACTS = "old acts"
# A pass over all messages, which are more than orders.
OLD_MESSAGES, OLD_MESSAGES_S = "old messages", 6 * 3600.0
SWEEP, SWEEP_S = "retention", 900.0


def keeper_of(hub: Hub) -> Keeper | None:
    """Who archives; `None` where nothing is."""
    shelf = shelf_of(hub.project.settings, hub.project.folder)
    if shelf is None:
        return None
    closed = timedelta(days=hub.project.settings.retention.closed_days)
    return Keeper(PostgresArchive(hub.pool), shelf, REGISTRIES, hub.clock, closed)


def retiring(hub: Hub) -> dict[str, tuple[Work, float]]:
    """What the schedule role does about what was over long ago."""
    terms, keeper = hub.project.settings.retention, keeper_of(hub)
    sweeper = Sweeper(
        PostgresLeftovers(hub.pool),
        shelf_of(hub.project.settings, hub.project.folder),
        hub.clock,
        tuple(sorted(KPIS)),
        kpis=timedelta(days=terms.kpis_days),
        enquiries=timedelta(days=terms.enquiries_days),
        files=timedelta(days=terms.archive_days),
    )
    works: dict[str, tuple[Work, float]] = {SWEEP: (sweeper.sweep_once, SWEEP_S)}
    if keeper is not None:
        archiving = keeper

        async def archive() -> int:
            return (await archiving.archive_once()).looked

        old = ActKeeper(PostgresActArchive(hub.pool), archiving.shelf, hub.clock, timedelta(days=terms.acts_days))
        bytes_keeper = BytesKeeper(PostgresBytesArchive(hub.pool), archiving.shelf, hub.clock, archiving.closed)

        async def let_go() -> int:
            return (await bytes_keeper.archive_once()).looked

        works |= {
            ARCHIVE: (archive, ARCHIVE_S),
            OLD_ACTS: (old.archive_once, ARCHIVE_S),
            OLD_MESSAGES: (let_go, OLD_MESSAGES_S),
        }
    return works
