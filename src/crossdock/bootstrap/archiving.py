"""`crossdock archive`: looking into the archive of an installation, and working it by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from crossdock.app import queries
from crossdock.app.archive.keeper import Gone, Keeper
from crossdock.app.archive.messages import BytesKeeper, Let
from crossdock.app.archive.recall import Bringer
from crossdock.app.cards.follow import Filer
from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.commands import installation_pool
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.options import Place
from crossdock.bootstrap.presence import installation
from crossdock.bootstrap.project import read_project
from crossdock.bootstrap.shelving import shelf_of
from crossdock.instruments.shelf import FolderShelf
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.ports.archive import Archived, ArchiveFile, Whole
from crossdock.postgres.archive import PostgresArchive
from crossdock.postgres.cards import PostgresCardFiles
from crossdock.postgres.connection import Pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.originals import PostgresBytesArchive
from crossdock.postgres.views import PostgresViews

FILES_MAX = 500


class Run(msgspec.Struct, frozen=True):
    """What a run archived, or (`planned`) would: the dossiers it looked at, those that go, the files, and of how
    many messages the bytes go; a plan does not count those that rest on dossiers it would archive."""

    planned: bool
    looked: int
    dossiers: tuple[str, ...]
    files: tuple[str, ...] = ()
    messages: int = 0


class Fault(msgspec.Struct, frozen=True):
    """A file of the archive, and what is wrong with it."""

    file: str
    detail: str


@dataclass(frozen=True, slots=True)
class Room:
    """The archive of one installation, open."""

    pool: Pool
    archive: PostgresArchive
    shelf: FolderShelf
    closed: timedelta

    @property
    def bringer(self) -> Bringer:
        """Who reads it."""
        return Bringer(self.archive, self.shelf, SystemClock())

    def keeper(self, days: int | None) -> Keeper:
        """Who fills it, with another duration for once."""
        closed = self.closed if days is None else timedelta(days=days)
        return Keeper(self.archive, self.shelf, REGISTRIES, SystemClock(), closed)

    def bytes_keeper(self, days: int | None) -> BytesKeeper:
        """Who fills it with the bytes of messages."""
        closed = self.closed if days is None else timedelta(days=days)
        return BytesKeeper(PostgresBytesArchive(self.pool), self.shelf, SystemClock(), closed)

    async def find(self, identifier: str) -> Archived:
        """The archived dossier an identifier leads to.

        Raises:
            Rejected: it leads to none.
        """
        row = await queries.find(PostgresViews(self.pool), identifier)
        found = await self.archive.of([row.id]) if row is not None else ()
        if not found:
            here = "it is in the database" if row is not None else "nothing is known under it"
            raise Rejected(f"{identifier} is not archived: {here}")
        return found[0]


@asynccontextmanager
async def archive_at(place: Place) -> AsyncIterator[Room]:
    """The archive of an installation.

    Raises:
        Permanent: none is set.
    """
    settings, _ = installation(place)
    shelf = shelf_of(settings, place.project)
    if shelf is None:
        raise Permanent("no archive is set: name its folder in crossdock.toml, [retention] dir")
    async with installation_pool(place, "archive") as pool:
        yield Room(pool, PostgresArchive(pool), shelf, timedelta(days=settings.retention.closed_days))


async def plan_archive(place: Place, days: int | None) -> Run:
    """What a run would archive now."""
    async with archive_at(place) as room:
        keeper, after = room.keeper(days), 0
        found: list[str] = []
        while True:
            after, rows = await keeper.would_go(after)
            found += [row.ident for row in rows]
            if not after:
                return Run(True, len(found), tuple(found), messages=await room.bytes_keeper(days).would_go())


async def run_archive(place: Place, days: int | None) -> Run:
    """Archive everything that is over, whatever the keeper of a running hub has left.

    Raises:
        Permanent: it is paused, or somebody else is at it, or the archive cannot be written to.
    """
    async with archive_at(place) as room:
        await room.archive.start_over()
        keeper = room.keeper(days)
        done: list[Gone] = []
        while (gone := await keeper.archive_once()).looked:
            done.append(gone)
        bytes_keeper = room.bytes_keeper(days)
        let: list[Let] = []
        while (left := await bytes_keeper.archive_once()).looked:
            let.append(left)
        names = tuple(name for one in done for name in one.dossiers)
        named = [*(one.file for one in done), *(one.file for one in let)]
        files = tuple(file for file in named if file)
        return Run(False, sum(one.looked for one in done), names, files, sum(one.messages for one in let))


async def list_archive(place: Place, before: str, limit: int) -> tuple[ArchiveFile, ...]:
    """The files of the archive."""
    async with archive_at(place) as room:
        return tuple(await room.archive.files(before, limit))


async def verify_archive(place: Place) -> tuple[Fault, ...]:
    """Every file that is not as it was written, by the hashes in the database."""
    found: list[Fault] = []
    async with archive_at(place) as room:
        before = ""
        while files := await room.archive.files(before, FILES_MAX):
            for one in files:
                detail = await room.shelf.fault(one) if one.gone is None else ""
                found += [Fault(one.name, detail)] if detail else []
            before = files[-1].name
    return tuple(found)


async def read_archived(place: Place, identifier: str) -> tuple[Archived, Whole]:
    """A dossier as the archive has it.

    Raises:
        Rejected: it is not archived, or its file cannot be read.
    """
    async with archive_at(place) as room:
        archived = await room.find(identifier)
        return archived, await room.bringer.whole(archived)


async def restore_archived(place: Place, identifier: str) -> Archived:
    """Put a dossier back into the database, and into the lists.

    Raises:
        Rejected: it is not archived, or its file cannot be read.
    """
    policy = read_project(place.project, MANIFESTS).policy
    async with archive_at(place) as room:
        archived = await room.find(identifier)
        await room.bringer.bring_back([archived.dossier])
        files = PostgresCardFiles(room.pool)
        await Filer(PostgresFeed(room.pool), files, REGISTRIES, policy, SystemClock()).renew([archived.dossier])
        return archived


async def pause_archive(place: Place, reason: str, person: str) -> None:
    """Let the keeper rest, or (with no reason) go on."""
    async with archive_at(place) as room:
        await room.archive.pause(reason, datetime.now(UTC), person)
