"""Trees to bytes: what was read comes back byte for byte, and new interchanges are composed from plain rows.

X12 has no escape: a value that holds a delimiter, a line end or a character outside ASCII is refused, never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.formats.x12.tree import Delimiters, Interchange, Reading, Row
from crossdock.kernel.errors import Rejected

STANDARD = Delimiters("*", ">", "~", "^")
# An element to write: its text, or the components of a composite.
Cell = str | tuple[str, ...]
REPETITION_FROM = "00402"


class Sender(msgspec.Struct, frozen=True):
    """One end of an exchange: ISA qualifier and id (05/06 or 07/08), and the group's application id (GS02 or GS03)."""

    qualifier: str
    id: str
    application: str = ""


class Envelope(msgspec.Struct, frozen=True):
    """What an ISA and its GS need beside the sets.

    `at` is written as it stands, without a zone (ISA09/10, GS04/05). `usage` is P or T. `version` is GS08, e.g.
    `004010`, and ISA12 follows from it. `wants_ta1` sets ISA14.
    """

    sender: Sender
    receiver: Sender
    at: datetime
    isa_control: int
    group_control: int
    functional: str
    version: str = "004010"
    usage: str = "P"
    wants_ta1: bool = False
    delimiters: Delimiters = STANDARD


class Draft(msgspec.Struct, frozen=True):
    """One set to send: ST01, ST02 and the rows between ST and SE; trailing empty elements are dropped on writing.

    `convention` is ST03, the implementation guide, where one is followed (5010 on).
    """

    code: str
    control: str
    rows: Sequence[Sequence[Cell]]
    convention: str = ""


def write_x12(reading: Reading) -> bytes:
    """The bytes of what was read, from the tree: elements, delimiters, and the decoration around them."""
    text = "".join(interchange.before + _written(interchange) for interchange in reading.interchanges)
    return (text + reading.after).encode("latin-1")


def _written(interchange: Interchange) -> str:
    separator, terminator = interchange.delimiters.element, interchange.delimiters.segment
    parts: list[str] = []
    for piece, text, row in zip(interchange.pieces, interchange.texts, interchange.rows, strict=True):
        parts.append(piece[: len(piece) - len(text)] + separator.join(row))
    return terminator.join(parts) + (terminator if interchange.closed else "") + interchange.unread


def compose(envelope: Envelope, sets: Sequence[Draft], notes: Sequence[Sequence[str]] = ()) -> bytes:
    """One interchange without line breaks: the notes (TA1), then one group of these sets, or no group without sets.

    Raises:
        Rejected: a value holds a delimiter, control or non-ASCII character, or does not fit its place in the envelope.
    """
    marks = envelope.delimiters
    rows: list[Row] = [_trimmed(row, marks) for row in notes]
    if sets:
        rows.extend(_group(envelope, sets))
    rows.append(["IEA", "1" if sets else "0", f"{envelope.isa_control:09d}"])
    text = _isa(envelope) + "".join(marks.element.join(row) + marks.segment for row in rows)
    return text.encode("latin-1")


def _group(envelope: Envelope, sets: Sequence[Draft]) -> list[Row]:
    group = str(envelope.group_control)
    rows: list[Row] = [["GS", *_group_header(envelope, group)]]
    for draft in sets:
        body = [_trimmed(row, envelope.delimiters) for row in draft.rows]
        rows.append(_trimmed(["ST", draft.code, draft.control, draft.convention], envelope.delimiters))
        rows.extend(body)
        rows.append(["SE", str(len(body) + 2), draft.control])
    rows.append(["GE", str(len(sets)), group])
    return rows


def _group_header(envelope: Envelope, group: str) -> list[str]:
    sender = envelope.sender.application or envelope.sender.id
    receiver = envelope.receiver.application or envelope.receiver.id
    day = envelope.at.strftime("%Y%m%d")
    header = [envelope.functional, sender, receiver, day, envelope.at.strftime("%H%M"), group, "X", envelope.version]
    return _trimmed(header, envelope.delimiters)


def _isa(envelope: Envelope) -> str:
    marks = envelope.delimiters
    version = "00401" if envelope.version < "004020" else envelope.version[:5]
    if len({*marks.all}) != len(marks.all) or len(marks.element + marks.component + marks.segment) != 3:
        raise Rejected("the delimiters must be one byte each and all differ: correct the partner's settings")
    sign = marks.repetition if version >= REPETITION_FROM and marks.repetition else "U"
    cells = [
        "00",
        " " * 10,
        "00",
        " " * 10,
        _padded(envelope.sender.qualifier, 2, "ISA05"),
        _padded(envelope.sender.id, 15, "ISA06"),
        _padded(envelope.receiver.qualifier, 2, "ISA07"),
        _padded(envelope.receiver.id, 15, "ISA08"),
        envelope.at.strftime("%y%m%d"),
        envelope.at.strftime("%H%M"),
        sign,
        version,
        f"{envelope.isa_control:09d}",
        "1" if envelope.wants_ta1 else "0",
        envelope.usage,
    ]
    for cell in cells[:10]:
        refuse_delimiters(cell, marks)
    if len(cells[12]) != 9:
        raise Rejected(f"control number {envelope.isa_control} has more than nine digits: reset the counter")
    return marks.element.join(["ISA", *cells, marks.component]) + marks.segment


def _padded(value: str, width: int, name: str) -> str:
    if not value or len(value) > width:
        raise Rejected(f"{name} needs 1 to {width} characters, not {value!r}: correct the partner's settings")
    return value.ljust(width)


def _trimmed(row: Sequence[Cell], marks: Delimiters) -> Row:
    cells: Row = []
    for number, cell in enumerate(row):
        if isinstance(cell, tuple):
            name = f"{row[0]}-{number:02d}"
            for part in cell:
                refuse_delimiters(part, marks, name)
            cells.append(marks.component.join(cell).rstrip(marks.component))
        else:
            if cell:
                refuse_delimiters(cell, marks, f"{row[0]}-{number:02d}")
            cells.append(cell)
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def refuse_delimiters(value: str, marks: Delimiters, where: str = "") -> None:
    """Refuse what cannot be written without changing its meaning.

    Raises:
        Rejected: a delimiter, a control or a non-ASCII character; `where` names the element.
    """
    for sign in value:
        if sign in marks.all or not " " <= sign <= "~":
            detail = f"{value[:40]!r} holds {sign!r}, which X12 cannot carry with these delimiters: change the value"
            raise Rejected(detail, where=where)
