"""Trees to bytes: what was read comes back byte for byte, and new interchanges are composed from rows.

Empty elements and components at the end are dropped before joining; service characters in data are released, and what
neither a release character nor the character set can carry is refused, never changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from crossdock.formats.edifact.charset import CODECS, refused_sign
from crossdock.formats.edifact.marks import (
    COMPONENT,
    REPETITION,
    STANDARD,
    Cell,
    Delimiters,
    Row,
    address,
    divide,
    escape,
)
from crossdock.formats.edifact.tree import Interchange, Reading
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node

LENGTHS = {"id": 35, "qualifier": 4, "routing": 35, "control": 14}


class Party(msgspec.Struct, frozen=True):
    """One end of an exchange: S002 or S003."""

    id: str
    qualifier: str = ""
    routing: str = ""


class Envelope(msgspec.Struct, frozen=True):
    """What a UNB needs beside the messages.

    `at` is written as it stands, without a zone (S004). `level` and `syntax` are S001. `advice` sends a UNA; it is sent
    anyway when the service characters are not the standard ones. `control` is 0020, `application` 0026.
    """

    sender: Party
    receiver: Party
    at: datetime
    control: str
    level: str = "UNOC"
    syntax: int = 3
    application: str = ""
    wants_answer: bool = False
    test: str = ""
    agreement: str = ""
    delimiters: Delimiters = STANDARD
    advice: bool = True


class Draft(msgspec.Struct, frozen=True):
    """One message to send: UNH 0062, S009 (`ORDERS`, `D:96A:UN:EAN008`) and the rows between UNH and UNT.

    A cell of a row is a text, or a composite as a list of components; a text may hold COMPONENT and REPETITION, as the
    rows that are read do.
    """

    kind: str
    version: str
    control: str
    rows: Sequence[Sequence[Cell]]


def rows_of(root: Node) -> list[Row]:
    """The rows of a message's tree between UNH and UNT, in order, for a `Draft`.

    Fields are a plain row, or a mapping by the names of `EdifactSyntax` (`01`, `01-2`, `01#2`) to one value each.

    Raises:
        Rejected: a field's name is none of EDIFACT, or a value would add components; `where` says which.
    """
    rows: list[Row] = []
    waiting = list(reversed(root.children))
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(node.children))
        if node.name != "UNT":
            rows.append(_row(node))
    return rows


def _row(node: Node) -> Row:
    if not isinstance(node.fields, Mapping):
        return [node.name, *node.fields[1:]]
    cells: dict[int, dict[int, dict[int, str]]] = {}
    for field, text in node.fields.items():
        element, component, repetition = address(field)
        if COMPONENT in text or REPETITION in text:
            detail = f"{text[:40]!r} holds a control character, which no character set carries: change the value"
            raise Rejected(detail, where=f"{node.name}-{field}")
        cells.setdefault(element, {}).setdefault(repetition or 1, {})[component or 1] = text
    row = [node.name]
    for element in range(1, max(cells, default=0) + 1):
        repeats = cells.get(element, {})
        row.append(REPETITION.join(_joined(repeats.get(at, {})) for at in range(1, max(repeats, default=0) + 1)))
    return row


def _joined(parts: dict[int, str]) -> str:
    return COMPONENT.join(parts.get(at, "") for at in range(1, max(parts, default=0) + 1))


def write_edifact(reading: Reading) -> bytes:
    """The bytes of what was read, from the tree: elements, service characters, and the decoration around them."""
    text = "".join(interchange.before + _written(interchange) for interchange in reading.interchanges)
    return (text + reading.after).encode("latin-1")


def _written(one: Interchange) -> str:
    marks = one.delimiters
    parts: list[str] = []
    for piece, text in zip(one.pieces, one.texts, strict=True):
        row = divide(text, marks.element, marks.release)
        parts.append(piece[: len(piece) - len(text)] + marks.element.join(row))
    return one.advice + marks.segment.join(parts) + (marks.segment if one.closed and parts else "") + one.unread


def compose(envelope: Envelope, messages: Sequence[Draft]) -> bytes:
    """One interchange without groups and line breaks.

    Raises:
        Rejected: a value holds what cannot be written with these service characters in this character set, or does not
            fit its place in the envelope; `where` names the element.
    """
    marks = _checked(envelope)
    rows = [_header(envelope), *_bodies(messages), ["UNZ", str(len(messages)), envelope.control]]
    text = "".join(_segment(row, envelope.level, marks) for row in rows)
    return (_advice(envelope) + text).encode(CODECS[envelope.level])


def _checked(envelope: Envelope) -> Delimiters:
    marks = envelope.delimiters
    needed = (marks.component, marks.element, marks.segment, marks.decimal)
    if any(len(sign) != 1 for sign in needed) or len({*marks.all}) != len(marks.all) or not marks.all.isascii():
        raise Rejected("the service characters must be one byte each and all differ: correct the partner's settings")
    if envelope.level not in CODECS:
        raise Rejected(f"{envelope.level!r} names no character set: set UNOA to UNOL, UNOW or UNOY for the partner")
    if envelope.syntax not in (1, 2, 3, 4):
        raise Rejected(f"{envelope.syntax} is no syntax version: set 1 to 4 for the partner")
    if not envelope.control or len(envelope.control) > LENGTHS["control"]:
        raise Rejected(f"control reference {envelope.control!r} needs 1 to 14 characters: reset the counter")
    for party, name in ((envelope.sender, "sender"), (envelope.receiver, "recipient")):
        if not party.id or any(len(getattr(party, part)) > LENGTHS[part] for part in party.__struct_fields__):
            raise Rejected(f"the {name} {party.id!r} is empty or too long for UNB: correct the partner's settings")
    if envelope.syntax < 4:
        return msgspec.structs.replace(marks, repetition="")
    return marks


def _advice(envelope: Envelope) -> str:
    marks = envelope.delimiters
    standard = msgspec.structs.replace(STANDARD, repetition=marks.repetition if marks.repetition in ("", "*") else "")
    if not envelope.advice and marks == standard:
        return ""
    repetition = marks.repetition if envelope.syntax == 4 and marks.repetition else " "
    return f"UNA{marks.component}{marks.element}{marks.decimal}{marks.release or ' '}{repetition}{marks.segment}"


def _header(envelope: Envelope) -> list[Cell]:
    day = envelope.at.strftime("%Y%m%d" if envelope.syntax == 4 else "%y%m%d")
    return [
        "UNB",
        (envelope.level, str(envelope.syntax)),
        _party(envelope.sender),
        _party(envelope.receiver),
        (day, envelope.at.strftime("%H%M")),
        envelope.control,
        "",
        envelope.application,
        "",
        "1" if envelope.wants_answer else "",
        envelope.agreement,
        envelope.test,
    ]


def _party(party: Party) -> Cell:
    return (party.id, party.qualifier, *party.routing.split(COMPONENT))


def _bodies(messages: Sequence[Draft]) -> Iterator[Sequence[Cell]]:
    for message in messages:
        yield ["UNH", message.control, (message.kind, *message.version.split(":"))]
        yield from message.rows
        yield ["UNT", str(len(message.rows) + 2), message.control]


def _segment(row: Sequence[Cell], level: str, marks: Delimiters) -> str:
    cells = [_cell(cell, f"{row[0]}-{number:02d}", level, marks) for number, cell in enumerate(row)]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return marks.element.join(cells) + marks.segment


def _cell(cell: Cell, where: str, level: str, marks: Delimiters) -> str:
    text = cell if isinstance(cell, str) else COMPONENT.join(cell)
    repeats = text.split(REPETITION)
    if len(repeats) > 1 and not marks.repetition:
        raise Rejected("only syntax version 4 repeats an element: write further elements instead", where=where)
    written = [_composite(repeat.split(COMPONENT), where, level, marks) for repeat in repeats]
    while len(written) > 1 and not written[-1]:
        written.pop()
    return marks.repetition.join(written)


def _composite(parts: list[str], where: str, level: str, marks: Delimiters) -> str:
    while parts and not parts[-1]:
        parts.pop()
    return marks.component.join(
        _value(part, f"{where}-{number}" if len(parts) > 1 else where, level, marks)
        for number, part in enumerate(parts, 1)
    )


def _value(text: str, where: str, level: str, marks: Delimiters) -> str:
    sign = refused_sign(text, level)
    if not sign and not marks.release:
        sign = next((each for each in text if each in marks.all), "")
    if sign:
        detail = (
            f"{text[:40]!r} holds {sign!r}, which {level} with these service characters cannot carry: change the value"
        )
        raise Rejected(detail, where=where)
    return escape(text, marks) if marks.release else text
