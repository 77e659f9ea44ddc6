"""The polling port: a source that is asked again and again for what is new, and where we stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec


class PolledPage(msgspec.Struct, frozen=True):
    """One page of a source.

    `bodies` are the messages in it, each whole (a page as it came, or one a row). `cursor` is where we stand once they
    are durable: what is asked for next, also after a restart. `more`: there is another page to ask for at once.
    """

    bodies: Sequence[bytes]
    cursor: str
    more: bool


class PollSource(Protocol):
    """A partner's API or view. What it gives twice is told apart by the intake."""

    async def page(self, cursor: str) -> PolledPage:
        """The page after this cursor; empty is the beginning.

        Raises:
            Transient: it cannot be reached now, or asks us to come later.
            Permanent: it refuses us, or is not what the partner file says.
        """

    async def close(self) -> None:
        """End its connection."""


class Cursors(Protocol):
    """Where we stand in each source, by name."""

    async def cursor(self, name: str) -> str:
        """The cursor; empty when it never moved.

        Raises:
            Transient: the store cannot be reached.
        """

    async def move(self, name: str, before: str, after: str, at: datetime) -> bool:
        """Move a cursor that still stands at `before`; false when another process has moved it.

        Raises:
            Transient: as above.
        """
