"""The archive of one installation: its files, who brings back what is in them, and who reads past them."""

from __future__ import annotations

from pathlib import Path

from crossdock.app.archive.originals import ArchiveMessages, Originals
from crossdock.app.archive.recall import Bringer, NothingArchived, Recall
from crossdock.app.archive.views import ArchiveViews
from crossdock.bootstrap.project import Project
from crossdock.bootstrap.settings import Settings
from crossdock.instruments.shelf import FolderShelf
from crossdock.ports.clock import Clock
from crossdock.postgres.archive import PostgresArchive
from crossdock.postgres.connection import Pool
from crossdock.postgres.messages import PostgresMessages
from crossdock.postgres.originals import PostgresBytesArchive
from crossdock.postgres.portal import PostgresPortal
from crossdock.postgres.repair import PostgresRepairs
from crossdock.postgres.views import PostgresViews


def shelf_of(settings: Settings, folder: Path) -> FolderShelf | None:
    """Where the files are of the project in this folder; `None` where nothing is archived."""
    return FolderShelf(folder / settings.retention.dir) if settings.retention.dir else None


def bringing(project: Project, pool: Pool, clock: Clock) -> Recall:
    """Who brings back what a late fact is about."""
    shelf = shelf_of(project.settings, project.folder)
    return Bringer(PostgresArchive(pool), shelf, clock) if shelf is not None else NothingArchived()


def views_of(settings: Settings, folder: Path, pool: Pool) -> ArchiveViews:
    """The read side for whoever looks at one dossier: all of it, wherever its log is."""
    return ArchiveViews(PostgresViews(pool), shelf_of(settings, folder), originals_of(settings, folder, pool))


def originals_of(settings: Settings, folder: Path, pool: Pool) -> Originals:
    """The bytes of messages, wherever they are."""
    return Originals(PostgresBytesArchive(pool), shelf_of(settings, folder))


def messages_of(settings: Settings, folder: Path, pool: Pool) -> ArchiveMessages:
    """Kept messages with their bytes."""
    return ArchiveMessages(PostgresMessages(pool), originals_of(settings, folder, pool))


def repairs_of(settings: Settings, folder: Path, pool: Pool) -> PostgresRepairs:
    """The plans of repairs."""
    return PostgresRepairs(pool, originals_of(settings, folder, pool))


def portal_store(settings: Settings, folder: Path, pool: Pool) -> PostgresPortal:
    """What customers see."""
    return PostgresPortal(pool, originals_of(settings, folder, pool))
