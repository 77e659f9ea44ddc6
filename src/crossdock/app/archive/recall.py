"""Bringing a dossier back: a late fact has something new to say, or a person asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from crossdock.app.archive.lines import decode_whole
from crossdock.kernel.errors import Rejected
from crossdock.ports.archive import Archive, Archived, Shelf, Whole
from crossdock.ports.clock import Clock


class Recall(Protocol):
    """What taking facts in needs of the archive."""

    async def bring_back(self, dossiers: Sequence[int]) -> None:
        """Put these logs back into the database; those that are there stay as they are.

        Raises:
            Rejected: one of them cannot be read; it says where it is and who must do what.
        """


class NothingArchived:
    """A hub that keeps everything in its database."""

    async def bring_back(self, dossiers: Sequence[int]) -> None:
        """See `Recall.bring_back`."""
        raise Rejected(f"dossier {dossiers[0]} is archived, and no archive is set: set retention.dir to its folder")


@dataclass(frozen=True, slots=True)
class Bringer:
    """See `Recall`."""

    archive: Archive
    shelf: Shelf
    clock: Clock

    async def bring_back(self, dossiers: Sequence[int]) -> None:
        """See `Recall.bring_back`."""
        for archived in await self.archive.of(dossiers):
            await self.archive.restore(archived, await self.whole(archived), self.clock.now())

    async def whole(self, archived: Archived) -> Whole:
        """An archived dossier as it was.

        Raises:
            Rejected: its file is gone, not there, or not what was written.
        """
        if archived.gone is not None:
            raise Rejected(
                f"{archived.ident} was archived, and its time in the archive was up on {archived.gone:%Y-%m-%d}"
            )
        return decode_whole(await self.shelf.read(archived.place))
