"""CONTRL, both ways (edifact-envelope.md §5).

What the reader, the grammar and a mapping found decides: a message with an error is rejected (4), the others are
acknowledged (7); an interchange or group with an error of its own is rejected with everything inside. CONTRL knows no
"accepted with errors", so warnings are not told. A CONTRL is never answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.formats.edifact.charset import CODECS, is_ambiguous, refused_sign
from crossdock.formats.edifact.envelope import VERSIONS
from crossdock.formats.edifact.marks import COMPONENT, STANDARD, Cell, Delimiters, Row, composite, value
from crossdock.formats.edifact.tree import ERROR, Fault, Group, Interchange, Message
from crossdock.formats.edifact.writer import LENGTHS, Draft, Envelope, Party, compose

CONTROL = "CONTRL"
REJECTED, ACKNOWLEDGED, RECEIVED = "4", "7", "8"
UNSPECIFIED = "18"
SEGMENTS_MAX = 999
ELEMENTS_MAX = 99
# The service segments a code may be told of on each level (0013).
_TOLD = {"UCI": ("UNA", "UNB", "UNZ"), "UCF": ("UNG", "UNE"), "UCM": ("UNH", "UNT")}


class MessageAnswer(msgspec.Struct, frozen=True):
    """What a partner says of one message of ours: `action` 4 or 7, `notes` its codes and places."""

    control: str
    kind: str
    action: str
    notes: tuple[str, ...] = ()


class InterchangeAnswer(msgspec.Struct, frozen=True):
    """A received CONTRL on our interchange `control`. Messages it does not name share the fate of what is above them.

    `groups` are reference and action of each group named.
    """

    control: str
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    action: str
    note: str = ""
    messages: tuple[MessageAnswer, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()


def is_refused(faults: Sequence[Fault]) -> bool:
    """Whether a level's own faults refuse everything inside."""
    return any(fault.severity == ERROR for fault in faults)


def owes_answer(interchange: Interchange, *, agreed: bool = False) -> bool:
    """Whether the sender must get a CONTRL: it asked for one (0031), it was agreed, or something was rejected.

    An interchange of CONTRL only is never answered, and neither is one whose header does not tell where to.
    """
    if interchange.bare or not 0 < len(_copied(interchange.control, 14)) == len(interchange.control):
        return False
    if not (_is_party(interchange.sender) and _is_party(interchange.receiver)):
        return False
    if interchange.messages and not _answered(interchange.messages):
        return False
    return agreed or interchange.wants_answer or _has_refusal(interchange)


def _is_party(cells: tuple[str, ...]) -> bool:
    limits = (LENGTHS["id"], LENGTHS["qualifier"], LENGTHS["routing"], LENGTHS["routing"])
    fits = len(cells) <= len(limits) and all(len(one) <= most for one, most in zip(cells, limits, strict=False))
    return fits and bool(cells) and bool(cells[0]) and all(_copied(one, 35) == one for one in cells)


def _has_refusal(interchange: Interchange) -> bool:
    own = (interchange.faults, *(one.faults for one in interchange.groups))
    return any(map(is_refused, (*own, *(one.faults for one in _answered(interchange.messages)))))


def _answered(messages: Sequence[Message]) -> list[Message]:
    return [message for message in messages if message.kind != CONTROL]


def answer(interchange: Interchange, control: int, when: datetime) -> bytes:
    """The interchange with the CONTRL for one received: syntax version, service characters, test indicator as received.

    The character set is as received too, unless what must be repeated is outside of it or would be read otherwise. What
    the sender left out and CONTRL would repeat stays empty.
    """
    rows = acknowledge(interchange)
    fourth = interchange.syntax == 4
    envelope = Envelope(
        sender=_party(interchange.receiver, interchange.syntax),
        receiver=_party(interchange.sender, interchange.syntax),
        at=when,
        control=str(control),
        level=_level(interchange, rows),
        # A version there is none of is refused in the one most partners read.
        syntax=interchange.syntax if interchange.syntax in VERSIONS else 3,
        test="1" if value(interchange.header, 11) == "1" else "",
        delimiters=_delimiters(interchange.delimiters),
        advice=bool(interchange.advice),
    )
    return compose(envelope, [Draft(CONTROL, "4:1:UN" if fourth else "D:3:UN", "1", rows)])


def _party(cells: tuple[str, ...], syntax: int) -> Party:
    qualifier = cells[1] if len(cells) > 1 else ""
    return Party(cells[0], qualifier, COMPONENT.join(cells[2 : _party_parts(syntax)]))


def _party_parts(syntax: int) -> int:
    """How many components S002 and S003 have."""
    return 4 if syntax == 4 else 3


def _delimiters(marks: Delimiters) -> Delimiters:
    if not marks.all.isascii():
        return msgspec.structs.replace(STANDARD, repetition=marks.repetition and "*")
    return marks if marks.decimal in (".", ",") else msgspec.structs.replace(marks, decimal=".")


def _level(interchange: Interchange, rows: Sequence[Sequence[Cell]]) -> str:
    cells = [cell if isinstance(cell, str) else "".join(cell) for row in rows for cell in row]
    text = "".join((*cells, *interchange.sender, *interchange.receiver)).replace(COMPONENT, "")
    levels = [interchange.level] if interchange.level in CODECS else []
    fitting = (level for level in (*levels, "UNOB", "UNOC", "UNOW") if not refused_sign(text, level))
    return next(level for level in fitting if not is_ambiguous(text, level))


def acknowledge(interchange: Interchange) -> list[list[Cell]]:
    """The rows of a CONTRL between UNH and UNT."""
    refused = is_refused(interchange.faults)
    most = _party_parts(interchange.syntax)
    parties = [_repeated(interchange.header, 2, most), _repeated(interchange.header, 3, most)]
    reference = _copied(interchange.control, 14)
    rows: list[list[Cell]] = [["UCI", reference, *parties, *_verdict("UCI", interchange.faults, interchange.syntax)]]
    if refused:
        return rows
    if not interchange.groups:
        return rows + _messages(interchange.messages)
    for group in interchange.groups:
        rows.extend(_group(group, interchange.syntax))
    return rows


def _group(group: Group, syntax: int) -> list[list[Cell]]:
    parties = [_repeated(group.header, 2, 2), _repeated(group.header, 3, 2)]
    row: list[Cell] = ["UCF", _copied(group.control, 14), *parties, *_verdict("UCF", group.faults, syntax)]
    return [row] if is_refused(group.faults) else [row, *_messages(group.messages)]


def _messages(messages: Sequence[Message]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for message in _answered(messages):
        syntax = message.interchange.syntax
        kind = _repeated(message.header, 2, 7 if syntax == 4 else 5)
        rows.append(["UCM", _copied(message.control, 14), kind, *_verdict("UCM", message.faults, syntax)])
        rows.extend(_segments(message, syntax))
    return rows


def _verdict(level: str, faults: Sequence[Fault], syntax: int) -> list[Cell]:
    """0083, and for a rejection the first error of this very level: 0085, the service segment, the element."""
    if not is_refused(faults):
        return [ACKNOWLEDGED]
    own = [one for one in faults if one.severity == ERROR and one.code[:3] in (level, "EDI")]
    if not own:
        return [REJECTED]
    first = own[0]
    code = first.code[4:] if first.code.startswith(level) else UNSPECIFIED
    if first.tag not in _TOLD[level]:
        return [REJECTED, code]
    return [REJECTED, code, first.tag, _position(first, syntax) if first.spot.element else ""]


def _position(fault: Fault, syntax: int) -> Cell:
    """S011: the tag is position 1, so element 1 is position 2; the occurrence is told from syntax 4 on."""
    spot = fault.spot
    occurrence = str(spot.repetition) if syntax == 4 and spot.repetition else ""
    return [str(spot.element + 1), str(spot.component) if spot.component else "", occurrence]


def _segments(message: Message, syntax: int) -> list[list[Cell]]:
    """UCS for each faulty segment, with UCD for each of its faulty elements."""
    by_segment: dict[int, list[Fault]] = {}
    for fault in message.faults:
        if fault.severity == ERROR and fault.code.startswith(("UCS-", "UCD-")):
            by_segment.setdefault(fault.segment, []).append(fault)
    rows: list[list[Cell]] = []
    for segment, faults in sorted(by_segment.items())[:SEGMENTS_MAX]:
        whole = dict.fromkeys(fault.code[4:] for fault in faults if fault.code.startswith("UCS-"))
        rows.extend(["UCS", str(segment), code] for code in whole or [""])
        elements = [fault for fault in faults if fault.code.startswith("UCD-")][:ELEMENTS_MAX]
        rows.extend(["UCD", fault.code[4:], _position(fault, syntax)] for fault in elements)
    return rows


def _repeated(header: Row, element: int, most: int) -> Cell:
    return [_copied(one, 35) for one in composite(header, element)[:most]]


def _copied(text: str, most: int) -> str:
    """A text echoed back without what no character set writes, so that a broken one cannot break the answer."""
    return "".join(sign for sign in text[:most] if sign.isprintable() and sign not in "\ufffd\xa0")


def read_acknowledgement(message: Message) -> InterchangeAnswer | None:
    """A received CONTRL; without UCI that is a fault of the message and the answer is None."""
    rows = message.rows
    first = next((row for row in rows if row[0] == "UCI"), None)
    if first is None:
        detail = "a CONTRL needs UCI: send which interchange was judged and how"
        message.faults.append(message.fault("UCS-13", detail, len(rows) - 1, tag="UCI"))
        return None
    sender, receiver = composite(first, 2), composite(first, 3)
    note = f"UCI-{value(first, 5)}" if value(first, 5) else ""
    groups = tuple((value(row, 1), value(row, 4)) for row in rows if row[0] == "UCF")
    return InterchangeAnswer(value(first, 1), sender, receiver, value(first, 4), note, _message_answers(rows), groups)


def _message_answers(rows: Sequence[Row]) -> tuple[MessageAnswer, ...]:
    told: list[tuple[Row, list[str]]] = []
    for row in rows:
        if row[0] == "UCM":
            told.append((row, [f"UCM-{value(row, 4)}"] if value(row, 4) else []))
        elif row[0] in ("UCS", "UCD") and told:
            told[-1][1].append(_note(row))
    return tuple(
        MessageAnswer(value(row, 1), value(row, 2), value(row, 3), tuple(notes[:SEGMENTS_MAX])) for row, notes in told
    )


def _note(row: Row) -> str:
    if row[0] == "UCS":
        return f"segment {value(row, 1)}: UCS-{value(row, 2) or '?'}"
    component = value(row, 2, 2)
    return f"element {value(row, 2, 1)}{'-' + component if component else ''}: UCD-{value(row, 1)}"
