"""The bytes of messages that left the database for the archive: which may leave, how, and where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from crossdock.ports.archive import Place, Written
from crossdock.ports.messages import KeptMessage
from crossdock.ports.store import MessageRow

Row = TypeVar("Row", MessageRow, KeptMessage)

# What their files and the sweep over them are called.
MESSAGES = "messages"
# A piece is read whole for any of its messages: large enough to pack well, small enough to be read at once.
PIECE_MESSAGES, PIECE_BYTES = 64, 256 * 1024
# What one round holds in memory, unless a single message is larger.
ROUND_BYTES = 8 * 1024 * 1024
ROUND_MESSAGES = 2_000


class MessageLine(msgspec.Struct, frozen=True, omit_defaults=True, tag="message", tag_field="kind"):
    """A message as a line of a piece, so that it is known without a database whose bytes these are.

    The bytes are `text` where they are UTF-8, else `base64`. `sha256` is of them.
    """

    id: str
    partner: str
    channel: str
    content_type: str
    received: datetime
    sha256: str
    control: str = ""
    text: str | None = None
    base64: bytes = b""


class Away(msgspec.Struct, frozen=True):
    """A message whose bytes are in a piece of the archive; `gone` when that file was deleted, its time being up."""

    message: str
    octets: int
    sha256: str
    place: Place
    gone: datetime | None = None


class BytesRound(Protocol):
    """One round: a transaction during which nobody else archives anything.

    `candidates` are messages with their bytes that nothing in the database rests on any more, locked until it ends;
    `looked` is how many rows were looked at.
    """

    candidates: Sequence[KeptMessage]
    looked: int

    async def remove(self, written: Written, pieces: Sequence[Sequence[KeptMessage]], at: datetime) -> None:
        """Empty the rows of these and say that their bytes are in that file, at its places, in that order."""


class BytesArchive(Protocol):
    """What the database knows of bytes that left it.

    Raises:
        Transient: the database cannot be reached.
    """

    def round(self, before: datetime, limit: int = ROUND_MESSAGES) -> AbstractAsyncContextManager[BytesRound | None]:
        """Begin a round: the next messages received before that instant which gave no fact, or whose facts all left
        with their dossiers; `None` while somebody else archives, or while archiving is paused. At the end of the list
        nothing is looked at once, and the next round begins at its beginning."""

    async def leaving(self, before: datetime) -> int:
        """How many messages rounds would find now."""

    async def away(self, messages: Sequence[str]) -> Sequence[Away]:
        """Where the bytes of these are; those whose bytes are in the database, or have none, are left out."""

    async def sample(self, limit: int) -> Sequence[Away]:
        """So many messages at most whose bytes are in files that are not gone; others each time."""


class Whereabouts(Protocol):
    """Bytes of messages for whoever asks, wherever they are.

    Raises:
        Rejected: they are in the archive and cannot be read there; it says who must do what.
    """

    async def whole(self, row: Row) -> Row:
        """This message with its bytes; unchanged where it has them, or never had any."""

    async def read(self, away: Sequence[Away]) -> Mapping[str, bytes]:
        """The bytes of these messages."""
