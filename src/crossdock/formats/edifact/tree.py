"""What an EDIFACT file is: interchanges of (groups of) messages of segments, each with its place in the bytes.

Text is kept as Latin-1, one character a byte, so that a character offset is a byte offset and every byte survives a
round trip; a value gets the characters it means when its segment is looked at. Segments stay undivided until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

import msgspec

from crossdock.formats.edifact.charset import ASCII, legible
from crossdock.formats.edifact.marks import (
    COMPONENT,
    SEGMENT_MAX,
    WHOLE,
    Delimiters,
    Row,
    Spot,
    composite,
    divide,
    plain_row,
    span,
    value,
)

ERROR = "error"
WARNING = "warning"
VALUE_MAX = 200


class Fault(msgspec.Struct, frozen=True):
    """One violation of syntax.

    `code` is the CONTRL segment it is reported in and the value of 0085: `UCI-…` interchange, `UCF-…` group, `UCM-…`
    message, `UCS-…` segment, `UCD-…` element; `EDI-…` where no CONTRL can carry it. `tag` is the segment at fault, also
    where it is missing; `segment` counts from UNH = 1 and is 0 outside messages; `offset` is the byte in the file;
    `value` is what stands there, at most VALUE_MAX bytes of it.
    """

    code: str
    detail: str
    where: str
    severity: str = ERROR
    tag: str = ""
    segment: int = 0
    spot: Spot = WHOLE
    offset: int = 0
    value: str = ""


class Message(msgspec.Struct, dict=True):
    """UNH to UNT. `texts` are its segments undivided; `first` is the number of its UNH in the interchange.

    `notes` tell what was decided without being wrong: the grammar it was judged by where its own is not there.
    """

    interchange: Interchange
    group: Group | None
    header: Row
    texts: list[str]
    first: int
    faults: list[Fault] = []
    notes: list[str] = []

    @property
    def control(self) -> str:
        """0062 of the UNH."""
        return value(self.header, 1)

    @cached_property
    def kind(self) -> str:
        """0065 of the UNH: `ORDERS`."""
        return value(self.header, 2, 1)

    @cached_property
    def version(self) -> str:
        """The rest of S009: `D:96A:UN:EAN008`."""
        return ":".join(composite(self.header, 2)[1:5])

    @cached_property
    def rows(self) -> list[Row]:
        """Its segments as plain rows."""
        return self.interchange.read_all(self.texts)

    @cached_property
    def path(self) -> str:
        """`UNB 000000431 / UNG 12 / UNH 1`."""
        above = self.group.path if self.group is not None else self.interchange.path
        return f"{above} / UNH {self.control}"

    def offset(self, index: int, spot: Spot = WHOLE) -> int:
        """The byte where a segment, or a value of it, starts; `index` counts from UNH = 0."""
        return self.interchange.span(self.first + index, spot)[0]

    def where(self, index: int, spot: Spot = WHOLE) -> str:
        """The place in words: `UNB 431 / UNH 1 / segment 7 DTM-01-2 (byte 1234)`."""
        name = spot.name(self.interchange.tag(self.first + index))
        return f"{self.path} / segment {index + 1} {name} (byte {self.offset(index, spot)})"

    def fault(
        self, code: str, detail: str, index: int, spot: Spot = WHOLE, *, severity: str = ERROR, tag: str = ""
    ) -> Fault:
        """A fault at a place in this message; the caller decides where it is kept. `tag` is what is missing there."""
        one, row = self.interchange, self.first + index
        at, length = one.span(row, spot)
        found = one.tag(row)
        where = f"{self.path} / segment {index + 1} {spot.name(found)} (byte {at})"
        begin = at - one.span(row)[0]
        shown = one.texts[row][begin : begin + min(length, VALUE_MAX)] if spot.element else ""
        return Fault(code, detail, where, severity, tag or found, index + 1, spot, at, shown)


class Group(msgspec.Struct):
    """UNG to UNE. `header` is the UNG as a plain row, `first` its number in the interchange."""

    header: Row
    path: str
    first: int
    messages: list[Message] = []
    faults: list[Fault] = []

    @property
    def control(self) -> str:
        """0048 of the UNG."""
        return value(self.header, 5)


class Interchange(msgspec.Struct, dict=True):
    """UNB to UNZ, or messages that stand in a file without them (`bare`).

    `advice` is the UNA as sent, empty without one. `pieces` are the segments as they stand between terminators, with
    the decoration before them; `texts` are the same without it. `before` is what stood between this interchange and the
    one before; `closed` tells whether a terminator follows the last piece; `unread` is what could not be read.
    """

    delimiters: Delimiters
    start: int
    before: str
    advice: str
    pieces: list[str]
    texts: list[str]
    closed: bool = True
    unread: str = ""
    codec: str = ASCII
    clean: bool = False
    groups: list[Group] = []
    messages: list[Message] = []
    faults: list[Fault] = []

    @property
    def bare(self) -> bool:
        """Whether there is no UNB: messages without an envelope."""
        return not self.texts or not self.texts[0].startswith("UNB")

    def read(self, text: str) -> Row:
        """A segment as a plain row; of one that is longer than any can be, only the beginning is divided."""
        row = plain_row(text[:SEGMENT_MAX], self.delimiters, clean=self.clean)
        if text.isascii():
            return row
        return [legible(cell, self.codec) for cell in row]

    def read_all(self, texts: Sequence[str]) -> list[Row]:
        """Segments as plain rows, the usual ones without a call each."""
        marks = self.delimiters
        if marks.repetition or not self.clean:
            return list(map(self.read, texts))
        component, element = marks.component, marks.element
        # Without a release character the terminator stands for it: no segment holds one.
        release = marks.release or marks.segment
        return [
            text.replace(component, COMPONENT).split(element)
            if release not in text and text.isascii() and len(text) <= SEGMENT_MAX
            else self.read(text)
            for text in texts
        ]

    def tag(self, row: int) -> str:
        """The tag of a segment, for a fault: never longer than twenty characters."""
        text = self.texts[row][:SEGMENT_MAX]
        marks = self.delimiters
        return divide(text, marks.element, marks.release)[0].partition(marks.component)[0][:20]

    @cached_property
    def header(self) -> Row:
        """The UNB as a plain row; empty without one."""
        return [] if self.bare else self.read(self.texts[0])

    @property
    def level(self) -> str:
        """0001: the character set, `UNOC`."""
        return value(self.header, 1, 1)

    @cached_property
    def syntax(self) -> int:
        """0002: the syntax version, 0 where none can be read."""
        version = value(self.header, 1, 2)
        return int(version) if version.isascii() and version.isdecimal() and len(version) == 1 else 0

    @property
    def sender(self) -> tuple[str, ...]:
        """S002: id, qualifier, routing."""
        return composite(self.header, 2)

    @property
    def receiver(self) -> tuple[str, ...]:
        """S003: id, qualifier, routing."""
        return composite(self.header, 3)

    @property
    def control(self) -> str:
        """0020, the control reference; text, leading zeros count."""
        return value(self.header, 5)

    @property
    def application(self) -> str:
        """0026, the application reference."""
        return value(self.header, 7)

    @property
    def wants_answer(self) -> bool:
        """0031 asks for an acknowledgment (1) or an indication of receipt (2)."""
        return value(self.header, 9) in ("1", "2")

    @property
    def is_test(self) -> bool:
        """0035 marks it as a test of any kind."""
        return value(self.header, 11) not in ("", "0")

    @property
    def path(self) -> str:
        """`UNB 000000431`."""
        return "no UNB" if self.bare else f"UNB {self.control}"

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(map(len, self.pieces)))

    def span(self, row: int, spot: Spot = WHOLE) -> tuple[int, int]:
        """Byte offset in the file and length in bytes of segment `row` (UNB is 0), or of a value of it."""
        text = self.texts[row]
        begin = self.start + len(self.advice) + self._ends[row] + row - len(text)
        if spot.element == 0:
            return begin, len(text)
        at, length = span(text[:SEGMENT_MAX], self.delimiters, spot)
        return begin + at, length

    def fault(
        self, code: str, detail: str, row: int, spot: Spot = WHOLE, *, severity: str = ERROR, tag: str = ""
    ) -> Fault:
        """A fault at a place in this interchange, outside of any message. `tag` is what is missing there."""
        if not self.texts:
            return Fault(code, detail, f"byte {self.start}", severity, offset=self.start)
        row = min(row, len(self.texts) - 1)
        at, _ = self.span(row, spot)
        found = self.tag(row)
        where = f"{self.path} / segment {row + 1} of the interchange {spot.name(found)} (byte {at})"
        return Fault(code, detail, where, severity, tag or found, 0, spot, at)


class Reading(msgspec.Struct):
    """A whole file. `faults` are those of no interchange (text that belongs to none); `after` follows the last one."""

    interchanges: list[Interchange]
    faults: list[Fault]
    after: str = ""

    def findings(self) -> Iterator[Fault]:
        """Every fault of every level, in reading order of their owners."""
        yield from self.faults
        for interchange in self.interchanges:
            yield from interchange.faults
            for group in interchange.groups:
                yield from group.faults
            for message in interchange.messages:
                yield from message.faults
