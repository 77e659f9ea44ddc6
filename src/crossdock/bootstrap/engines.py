"""The installation's own database engine: always the same, whoever starts it, so that its archive has no gap."""

from __future__ import annotations

from pathlib import Path

from crossdock.bootstrap.settings import Settings
from crossdock.runtime.engines.archive import Archive
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres

POSTGRES, NATS = "postgres", "nats"


def archive_of(settings: Settings, project: Path) -> Archive | None:
    """Where the installation's backups go, if it has any."""
    if not settings.backup.dir:
        return None
    return Archive(project / settings.backup.dir, after_s=settings.backup.archive_after_s)


def engine_of(settings: Settings, project: Path, data: Path) -> EmbeddedPostgres:
    """The embedded database of a data directory."""
    return EmbeddedPostgres(data / POSTGRES, archive=archive_of(settings, project))
