"""The little X12 the simulated file peers speak: 940 and 204 in, 945, 990, 214, 210 and 997 out, one delimiter set.

Written apart from the hub's own X12 on purpose: two codes that agree on a document prove more than one that agrees
with itself. Source: X12 004010 transaction sets 940, 945, 204, 990, 214, 210, 997 and control segments ISA, GS, ST.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

ELEMENT, SEGMENT, COMPONENT = "*", "~", ">"
GROUP_CODES = {"945": "SW", "990": "GF", "214": "QM", "997": "FA", "940": "OW", "204": "SM", "210": "IM"}

Segment = tuple[str, ...]


class Interchange(msgspec.Struct, frozen=True):
    """What was read of one interchange: who sent it, its control numbers, and its transaction sets."""

    sender: str
    receiver: str
    control: str
    group_code: str
    group_control: str
    sets: tuple[tuple[Segment, ...], ...]


class Parties(msgspec.Struct, frozen=True):
    """The two ids of an interchange as `qualifier, id`."""

    sender: tuple[str, str]
    receiver: tuple[str, str]


def read(body: bytes) -> Interchange:
    """Read one interchange with one functional group.

    Raises:
        ValueError: the envelope is not what it should be; the text says where.
    """
    text = body.decode("ascii")
    if not text.startswith("ISA") or len(text) < 106:
        raise ValueError("no ISA segment at the start")
    element, terminator = text[3], text[105]
    rows = [tuple(row.strip("\r\n").split(element)) for row in text.split(terminator) if row.strip()]
    isa, gs = rows[0], rows[1]
    if rows[-1][0] != "IEA" or rows[-1][2] != isa[13]:
        raise ValueError(f"IEA does not close interchange {isa[13]}")
    if rows[-2][0] != "GE" or rows[-2][2] != gs[6]:
        raise ValueError(f"GE does not close group {gs[6]}")
    return Interchange(isa[6].strip(), isa[8].strip(), isa[13], gs[1], gs[6], tuple(_sets(rows[2:-2])))


def write(parties: Parties, control: int, at: datetime, kind: str, sets: Sequence[Sequence[Segment]]) -> bytes:
    """One interchange with one group; `sets` are bodies without ST and SE. Control numbers run from `control`."""
    isa = (
        "ISA", "00", " " * 10, "00", " " * 10,
        parties.sender[0], parties.sender[1].ljust(15), parties.receiver[0], parties.receiver[1].ljust(15),
        at.strftime("%y%m%d"), at.strftime("%H%M"), "U", "00401", f"{control:09d}", "0", "P", COMPONENT,
    )  # fmt: skip
    gs = (
        "GS", GROUP_CODES[kind], parties.sender[1], parties.receiver[1],
        at.strftime("%Y%m%d"), at.strftime("%H%M"), str(control), "X", "004010",
    )  # fmt: skip
    rows: list[Segment] = [isa, gs]
    for number, body in enumerate(sets, start=1):
        name = f"{number:04d}"
        rows += [("ST", kind, name), *body, ("SE", str(len(body) + 2), name)]
    rows += [("GE", str(len(sets)), str(control)), ("IEA", "1", f"{control:09d}")]
    return "".join(ELEMENT.join(_trimmed(row)) + SEGMENT for row in rows).encode("ascii")


def acknowledgement(received: Interchange, accepted: Sequence[bool]) -> tuple[Segment, ...]:
    """The body of a 997 for a group: one AK2/AK5 a set, AK9 with the counts."""
    rows: list[Segment] = [("AK1", received.group_code, received.group_control)]
    for entry, good in zip(received.sets, accepted, strict=True):
        rows += [("AK2", entry[0][1], entry[0][2]), ("AK5", "A" if good else "R")]
    total, good_count = str(len(accepted)), str(sum(accepted))
    rows.append(("AK9", "A" if all(accepted) else "P" if any(accepted) else "R", total, total, good_count))
    return tuple(rows)


def find(rows: Iterable[Segment], *start: str) -> Segment | None:
    """The first segment that starts with these elements."""
    return next((row for row in rows if row[: len(start)] == start), None)


def element(row: Segment | None, index: int) -> str:
    """Element `index` of a segment, empty when either is absent."""
    return row[index] if row is not None and len(row) > index else ""


def _sets(rows: Sequence[Segment]) -> Iterable[tuple[Segment, ...]]:
    start = 0
    for position, row in enumerate(rows):
        if row[0] == "ST":
            start = position
        if row[0] == "SE":
            body = tuple(rows[start : position + 1])
            if row[1] != str(len(body)) or row[2] != body[0][2]:
                raise ValueError(f"SE does not close set {body[0][2]}: {row[1]} segments said, {len(body)} found")
            yield body


def _trimmed(row: Segment) -> Segment:
    """Without empty elements at the end, except in ISA, whose fields are fixed."""
    if row[0] == "ISA":
        return row
    end = len(row)
    while end > 1 and not row[end - 1]:
        end -= 1
    return row[:end]
