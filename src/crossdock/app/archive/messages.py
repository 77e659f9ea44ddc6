"""The bytes of old messages to the archive: dozens of messages a piece, durable before their rows let go of them.

It may stop anywhere, as the keeper of dossiers may: until the transaction that removes has committed everything is
where it was. Only what its hash proves leaves; of a message of which no more than the beginning was kept, that stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from crossdock.app.archive.lines import decode_lines
from crossdock.kernel.codec import encode_json
from crossdock.ports.archive import Shelf
from crossdock.ports.clock import Clock
from crossdock.ports.messages import KeptMessage
from crossdock.ports.originals import MESSAGES, PIECE_BYTES, PIECE_MESSAGES, BytesArchive, MessageLine

_line = msgspec.json.Decoder(MessageLine)


class Let(msgspec.Struct, frozen=True):
    """What a round did: rows looked at, messages whose bytes left, how many bytes, and the file."""

    looked: int = 0
    messages: int = 0
    octets: int = 0
    file: str = ""


@dataclass(frozen=True, slots=True)
class BytesKeeper:
    """`kept` is how long the bytes of a message stay in the database."""

    archive: BytesArchive
    shelf: Shelf
    clock: Clock
    kept: timedelta

    async def archive_once(self) -> Let:
        """One round.

        Raises:
            Permanent: the archive cannot be written to; nothing was removed.
            Transient: the database is away; nothing was removed, or all of it.
        """
        now = self.clock.now()
        async with self.archive.round(now - self.kept) as turn:
            if turn is None:
                return Let()
            proved = [one for one in turn.candidates if hashlib.sha256(one.body).hexdigest() == one.sha256]
            if not proved:
                return Let(turn.looked)
            groups = pieces_of(proved)
            month = f"{min(one.received for one in proved):%Y-%m}"
            written = await self.shelf.write(MESSAGES, month, [encode_piece(group) for group in groups])
            await turn.remove(written, groups, now)
            return Let(turn.looked, len(proved), sum(len(one.body) for one in proved), written.name)

    async def would_go(self) -> int:
        """How many messages rounds would find now."""
        before: datetime = self.clock.now() - self.kept
        return await self.archive.leaving(before)


def pieces_of(messages: Iterable[KeptMessage]) -> list[list[KeptMessage]]:
    """Messages that are packed together: those of one partner resemble each other."""
    groups: list[list[KeptMessage]] = []
    octets = 0
    for one in sorted(messages, key=lambda one: (one.partner, one.content_type, one.received, one.id)):
        full = not groups or len(groups[-1]) == PIECE_MESSAGES or octets + len(one.body) > PIECE_BYTES
        if full:
            groups.append([])
            octets = 0
        groups[-1].append(one)
        octets += len(one.body)
    return groups


def encode_piece(messages: Sequence[KeptMessage]) -> bytes:
    """Messages as lines; the same messages are the same bytes, whenever they are encoded."""
    return b"".join(encode_json(_line_of(one)) + b"\n" for one in messages)


def _line_of(one: KeptMessage) -> MessageLine:
    line = MessageLine(one.id, one.partner, one.channel, one.content_type, one.received, one.sha256, one.control)
    try:
        return msgspec.structs.replace(line, text=one.body.decode())
    except UnicodeDecodeError:
        return msgspec.structs.replace(line, base64=one.body)


def decode_piece(piece: bytes) -> Mapping[str, bytes]:
    """The bytes of each message of a piece.

    Raises:
        Rejected: it is no piece of ours.
    """
    lines = decode_lines(_line, piece)
    return {line.id: line.base64 if line.text is None else line.text.encode() for line in lines}
