"""The feed port: the event log in the order it was committed, for the relay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.canonical.vocabulary import Disposition


class Position(msgspec.Struct, frozen=True, gc=False, order=True):
    """A place in commit order: the writing transaction, then the event's own id."""

    tx: int = 0
    dossier: int = 0
    seq: int = 0


class FeedRow(msgspec.Struct, frozen=True, gc=False):
    """One event as it goes to subscribers; `ident` is its dossier's primary identifier.

    `archived`: only its end is in the database, so nothing may be made anew of it.
    Its id is `dossier.seq`. A cursor that has read it stands at `position`, which it may share with others of its page.
    """

    position: Position
    seq: int
    ident: str
    type: str
    disposition: Disposition
    partner: str
    occurred: datetime
    recorded: datetime
    cause: str
    body: bytes
    archived: bool = False


class Feed(Protocol):
    """Cursors over the log. An event whose disposition changed comes again, at its new place."""

    async def cursor(self, name: str) -> Position:
        """Where this reader stands; the beginning if it never moved."""

    async def read(self, after: Position, *, limit: int) -> Sequence[FeedRow]:
        """The next events in commit order, none only when there are no more.

        A page may be shorter than `limit`, or longer by what was concluded from its facts.

        Never one behind which an earlier one can still appear.

        Raises:
            Transient: the store cannot be reached.
        """

    async def advance(self, name: str, before: Position, after: Position) -> bool:
        """Move a cursor that still stands at `before`; false when another relay has moved it."""
