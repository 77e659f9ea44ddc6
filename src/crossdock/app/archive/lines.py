"""A dossier as lines of JSON and back: its head, then its facts, commands and cases, one a line."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.archive import CaseLine, CommandLine, DeskLine, FactLine, HeadLine, Whole

Line = TypeVar("Line")

_line = msgspec.json.Decoder(HeadLine | FactLine | CommandLine | CaseLine | DeskLine)


def encode_whole(whole: Whole) -> bytes:
    """The same dossier is the same bytes, whenever it is encoded."""
    lines = (whole.head, *whole.facts, *whole.commands, *whole.cases, *whole.desks)
    return b"".join(encode_json(line) + b"\n" for line in lines)


def decode_lines(line: msgspec.json.Decoder[Line], piece: bytes) -> list[Line]:
    """The lines of a piece.

    Raises:
        Rejected: one of them is no line of ours.
    """
    try:
        return [line.decode(one) for one in piece.splitlines()]
    except msgspec.MsgspecError as error:
        raise Rejected(f"the archive holds what this version does not know ({error}): use a later one") from error


def decode_whole(piece: bytes) -> Whole:
    """What `encode_whole` was given.

    Raises:
        Rejected: it is no dossier of ours.
    """
    lines = decode_lines(_line, piece)
    if not lines or not isinstance(head := lines[0], HeadLine):
        raise Rejected("the archive holds no dossier at this place: restore the file from a backup")
    return Whole(
        head,
        tuple(line for line in lines if isinstance(line, FactLine)),
        tuple(line for line in lines if isinstance(line, CommandLine)),
        tuple(line for line in lines if isinstance(line, CaseLine)),
        tuple(line for line in lines if isinstance(line, DeskLine)),
    )
