"""`crossdock backup` and `crossdock restore`: the embedded database into a folder, and out of it as of an instant."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.engines import POSTGRES, archive_of
from crossdock.bootstrap.options import Place, RestoreOptions
from crossdock.bootstrap.presence import PEPPER, database, installation, running
from crossdock.bootstrap.project import read_project
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.ports.acts import Act
from crossdock.postgres.connection import open_pool
from crossdock.postgres.migrate import migrate
from crossdock.postgres.restored import set_apart
from crossdock.runtime.engines.archive import KEPT, Archive
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres
from crossdock.runtime.engines.restoring import recover

ACT = "restored"
YOURS = (
    "the database is yours (postgres.url): back it up with a tool of your own that archives its log, "
    "such as pg_basebackup with archive_mode on"
)


class BackupDone(msgspec.Struct, frozen=True):
    """A base backup: where it is, when it ended, whether the log since is archived beside it, what was removed."""

    folder: str
    ended: datetime
    archived: bool
    removed: tuple[str, ...] = ()


class RestoreDone(msgspec.Struct, frozen=True):
    """A restored database: from which base backup, up to which commit, and the partners that wait for a person."""

    data: str
    base: datetime
    last: datetime | None
    paused: tuple[str, ...]


async def run_backup(place: Place, to: Path | None, keep: int | None = None) -> BackupDone:
    """Back the embedded database up, running or not, to `to` or the folder of the settings; keep the last `keep`.

    Raises:
        Permanent: the database is not ours, or there is none.
        Rejected: no folder is named.
    """
    settings, data = installation(place)
    if settings.postgres.url is not None:
        raise Permanent(YOURS)
    archive = archive_of(settings, place.project)
    into = Archive(to) if to is not None else archive
    if into is None:
        raise Rejected("say where to: set backup.dir, or name a folder with --to")
    async with database(place) as url:
        base = await into.take(url, kept=(data / PEPPER,))
    removed = await into.keep_last(keep) if keep is not None else []
    archived = archive is not None and into.folder.resolve() == archive.folder.resolve()
    return BackupDone(str(base.folder), base.ended, archived, tuple(one.folder.name for one in removed))


async def run_restore(place: Place, options: RestoreOptions) -> RestoreDone:
    """Make a data directory whose database stands as at an instant, or at the end of what was archived.

    Every partner in it is paused, and every number goes on beyond what the lost time may have given.

    Raises:
        Rejected: the instant cannot be reached, or a database is there already.
        Permanent: a hub runs there, or the backup is damaged.
    """
    data = options.to
    if running(data) is not None:
        raise Permanent(f"a hub runs on {data}: restore to a folder that is not there yet")
    data.mkdir(parents=True, exist_ok=True)
    tail = options.tail / POSTGRES if options.tail is not None else None
    recovered = await recover(Archive(options.from_), data / POSTGRES, at=options.at, tail=tail)
    pepper = recovered.base.folder / KEPT / PEPPER
    if pepper.is_file() and not (data / PEPPER).exists():
        (data / PEPPER).touch(mode=0o600)
        (data / PEPPER).write_bytes(pepper.read_bytes())
    partners = [config.partner.id for config in read_project(place.project, MANIFESTS).partners]
    paused = await _apart(data, partners, options)
    return RestoreDone(str(data), recovered.base.ended, recovered.last, tuple(paused))


async def _apart(data: Path, partners: list[str], options: RestoreOptions) -> list[str]:
    # Without its archive: the line of a restored database begins with a base backup of its own.
    engine = EmbeddedPostgres(data / POSTGRES)
    try:
        url = (await engine.start()).url
        await migrate(url)
        pool = await open_pool(url, size_min=1, size_max=1, name="restored")
        try:
            point = options.at.isoformat() if options.at is not None else "the end of its log"
            act = Act(ACT, options.by, f"command line: {options.by}", f"restored to {point}: {options.reason}")
            return await set_apart(pool, partners, act, datetime.now(UTC))
        finally:
            await pool.close()
    finally:
        await engine.stop()
