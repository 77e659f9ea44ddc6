"""The archive: where the log of a dossier goes when all of it was over long ago, and how it comes back.

A *piece* is one dossier whole, or one message, in lines of JSON; a file holds many, each packed by itself, so that one
is read without its neighbours. What leaves the database is in a file first, durable, and leaves in one transaction that
says where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.store import DossierRow

ROUND_MAX = 100
LOOK_MAX = 2_000


class Concluded(msgspec.Struct, frozen=True):
    """A fact concluded from the one it stands with; everything else it has in common with that."""

    seq: int
    key: str
    partner: str
    body: str


class FactLine(msgspec.Struct, frozen=True, omit_defaults=True, tag="fact", tag_field="kind"):
    """One row of a dossier's log; see `ports.store.EventRow`. `body` is the text as received, byte for byte."""

    seq: int
    type: str
    disposition: Disposition
    partner: str
    occurred: datetime
    received: datetime
    recorded: datetime
    transaction: int
    key: str
    body: str
    cause: str = ""
    message: str = ""
    transitions: str = ""
    reason: str = ""
    folded: bool = True
    concluded: tuple[Concluded, ...] = ()


class CommandLine(msgspec.Struct, frozen=True, tag="command", tag_field="kind"):
    """A command that ended: its row of the delivery log, and the text of what was sent."""

    row: msgspec.Raw
    payload: str


class CaseLine(msgspec.Struct, frozen=True, tag="case", tag_field="kind"):
    """A closed case."""

    row: msgspec.Raw


class DeskLine(msgspec.Struct, frozen=True, tag="desk", tag_field="kind"):
    """How a closed case was worked."""

    row: msgspec.Raw


class HeadLine(msgspec.Struct, frozen=True, tag="dossier", tag_field="kind"):
    """The first line of a dossier's piece: whose log this is."""

    dossier: int
    ident: str
    label: str
    identifiers: tuple[str, ...]


class Whole(msgspec.Struct, frozen=True):
    """A dossier with all that rests on it, as a piece holds it."""

    head: HeadLine
    facts: tuple[FactLine, ...]
    commands: tuple[CommandLine, ...]
    cases: tuple[CaseLine, ...]
    desks: tuple[DeskLine, ...]


class Place(msgspec.Struct, frozen=True):
    """Where a piece is: `bytes` from `position` on in `file`; `sha256` is of what they unpack to."""

    file: str
    position: int
    bytes: int
    sha256: str


class Written(msgspec.Struct, frozen=True):
    """A file, durable: its SHA-256 and the places of its pieces, in the order given."""

    name: str
    bytes: int
    sha256: str
    places: tuple[Place, ...]


class Archived(msgspec.Struct, frozen=True):
    """A dossier in the archive: since when, where, and how much of it; `gone` when its file was deleted."""

    dossier: int
    ident: str
    at: datetime
    facts: int
    commands: int
    cases: int
    place: Place
    gone: datetime | None = None


class ArchiveFile(msgspec.Struct, frozen=True):
    """A file of the archive: of `dossiers`, `messages` or `acts`. `gone` is when it was deleted."""

    name: str
    kind: str
    at: datetime
    pieces: int
    bytes: int
    sha256: str
    gone: datetime | None = None


class Shelf(Protocol):
    """The files. Slow: nothing on the way of a message waits for it, but a late fact for its own dossier."""

    async def write(self, kind: str, month: str, pieces: Sequence[bytes]) -> Written:
        """Keep pieces as one file, durable when this returns. The same pieces again are the same file.

        Raises:
            Permanent: it cannot be written.
        """

    async def read(self, place: Place) -> bytes:
        """A piece, as it was given.

        Raises:
            Rejected: it is not there, or not what was written.
        """

    async def fault(self, file: ArchiveFile) -> str:
        """What is wrong with a file, empty when it is as it was written."""

    async def destroy(self, name: str) -> None:
        """Delete a file; one that is not there is deleted already.

        Raises:
            Permanent: it cannot be deleted.
        """


class Round(Protocol):
    """One round of removal: a transaction during which nobody else archives anything.

    `candidates` are dossiers on which nothing is under way, locked until it ends; `looked` is how many were looked at.
    """

    candidates: Sequence[DossierRow]
    looked: int

    async def wholes(self, dossiers: Sequence[int]) -> Sequence[Whole]:
        """These, whole, in the order given."""

    async def remove(self, written: Written, dossiers: Sequence[int], at: datetime) -> None:
        """Take these out of the database and say that they are in that file, at its places, in that order."""


class Archive(Protocol):
    """What the database knows of the archive, and what it gives up to it.

    Raises:
        Transient: the database cannot be reached.
    """

    def round(self, quiet_since: datetime, limit: int = ROUND_MAX) -> AbstractAsyncContextManager[Round | None]:
        """Begin a round: the next dossiers whose last fact was recorded before that instant and on which nothing is
        under way, by their number; `None` while somebody else has one, or while they are paused. At the end of the
        list nothing is looked at once, and the next round begins at its beginning."""

    async def start_over(self) -> None:
        """Let the next round begin at the beginning.

        Raises:
            Permanent: they are paused.
        """

    async def closed(self, after: int, quiet_since: datetime, limit: int) -> tuple[int, Sequence[DossierRow]]:
        """What a round after that dossier would have for candidates, and the last dossier looked at (0: the end)."""

    async def of(self, dossiers: Sequence[int]) -> Sequence[Archived]:
        """Where these dossiers' logs are; those in the database are left out."""

    async def named(self, ident: str) -> Sequence[Archived]:
        """The archived dossiers an identifier belongs to, at most 16."""

    async def files(self, before: str, limit: int) -> Sequence[ArchiveFile]:
        """The files by name, newest month first; `before` is the last one of the page before, empty at first."""

    async def restore(self, archived: Archived, whole: Whole, at: datetime) -> bool:
        """Put a dossier's log back; false when it is not archived there any more."""

    async def pause(self, reason: str, at: datetime, person: str) -> None:
        """Let no round begin any more, or (with no reason) let them begin again; kept in the record of acts."""
