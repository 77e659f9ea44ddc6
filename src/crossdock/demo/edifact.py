"""The little EDIFACT the simulated customs system speaks: CUSDEC in, CUSRES out, CONTRL both ways.

Written apart from the hub's own EDIFACT on purpose, as `x12` is. Source: UN/EDIFACT syntax version 3, messages CUSDEC,
CUSRES D.96A and CONTRL 2:2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import msgspec

SEGMENT = re.compile(r"(?:\?.|[^'?])+")
ELEMENT = re.compile(r"(?:\?.|[^+?])*(?:\+|$)")
COMPONENT = re.compile(r"(?:\?.|[^:?])*(?::|$)")
RELEASED = re.compile(r"([?+:'])")

Row = tuple[tuple[str, ...], ...]


class Interchange(msgspec.Struct, frozen=True):
    """What was read of one interchange: its control reference, its parties as written, and its one message."""

    control: str
    sender: str
    receiver: str
    kind: str
    rows: tuple[Row, ...]


def read(body: bytes) -> Interchange:
    """Read one interchange with one message, in the usual characters.

    Raises:
        ValueError: the envelope is not what it should be; the text says where.
    """
    text = body.decode("latin-1").removeprefix("UNA:+.? '")
    rows = [_row(part.strip()) for part in SEGMENT.findall(text.replace("\r", "").replace("\n", ""))]
    rows = [row for row in rows if row[0][0]]
    if len(rows) < 4 or rows[0][0][0] != "UNB" or rows[-1][0][0] != "UNZ":
        raise ValueError("no UNB at the start, or no UNZ at the end")
    unb, unh, unt, unz = rows[0], rows[1], rows[-2], rows[-1]
    if unz[2] != unb[5]:
        raise ValueError(f"UNZ does not close interchange {unb[5][0]}")
    if unt[1][0] != str(len(rows) - 2) or unt[2] != unh[1]:
        raise ValueError(f"UNT does not close message {unh[1][0]}")
    return Interchange(unb[5][0], ":".join(unb[2]), ":".join(unb[3]), unh[2][0], tuple(rows[2:-2]))


def write(
    sender: str, receiver: str, control: int, at: datetime, kind: str, release: str, body: Iterable[Row]
) -> bytes:
    """One interchange with one message. `kind` and `release` are `CUSRES` and `D:96A`; parties as `id:qualifier`."""
    rows = list(body)
    reference = str(control)
    whole: list[Row] = [
        (("UNB",), ("UNOC", "3"), tuple(sender.split(":")), tuple(receiver.split(":")),
         (at.strftime("%y%m%d"), at.strftime("%H%M")), (reference,)),
        (("UNH",), ("1",), (kind, *release.split(":"), "UN")),
        *rows,
        (("UNT",), (str(len(rows) + 2),), ("1",)),
        (("UNZ",), ("1",), (reference,)),
    ]  # fmt: skip
    return "".join(_text(row) + "'" for row in whole).encode("latin-1")


def row(tag: str, *elements: str) -> Row:
    """A segment; a colon divides the components of an element."""
    return ((tag,), *(tuple(element.split(":")) for element in elements))


def pick(rows: Iterable[Row], tag: str, qualifier: str = "") -> tuple[str, ...]:
    """The second element of the first segment of this tag, or the first with this qualifier in front; empty for none.

    With a qualifier that stands in a composite of its own value, such as `RFF+ABE:1`, what follows it.
    """
    for one in rows:
        if one[0][0] != tag or len(one) < 2:
            continue
        if not qualifier:
            return one[1]
        if one[1][0] == qualifier:
            return one[1][1:] or (one[2] if len(one) > 2 else ())
    return ()


def _row(text: str) -> Row:
    elements = _parts(ELEMENT, text, "+")
    return tuple(tuple(_plain(part) for part in _parts(COMPONENT, element, ":")) for element in elements)


def _parts(pattern: re.Pattern[str], text: str, mark: str) -> list[str]:
    """Divide at marks that are not released."""
    parts: list[str] = []
    place = 0
    while True:
        found = pattern.match(text, place)
        assert found is not None
        part = found.group()
        place = found.end()
        if part.endswith(mark) and not part.endswith(f"?{mark}"):
            parts.append(part[: -len(mark)])
            continue
        parts.append(part)
        return parts


def _plain(text: str) -> str:
    return re.sub(r"\?(.)", r"\1", text)


def _text(one: Row) -> str:
    return "+".join(":".join(RELEASED.sub(r"?\1", part) for part in element) for element in one)
