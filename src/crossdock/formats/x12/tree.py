"""What an X12 file is: interchanges of groups of sets of segments, each with its place in the bytes.

Text is kept as Latin-1, one character a byte, so that a character offset is a byte offset and every byte survives a
round trip. `legible` gives the reader's text of a value.

Segments stay undivided until somebody looks at them, then they are plain lists of strings (`row[0]` is the tag,
`row[n]` element n): a struct per segment would cost more than reading the file, and a mapping needs half of them.
`TransactionSet.segment` makes the full `Segment` with its place where one is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import accumulate

import msgspec

Row = list[str]

# Segments that end in counted bytes, which may hold any delimiter: tag to the element that says how many.
BINARY = {"BIN": 1, "BDS": 2}

ERROR = "error"
WARNING = "warning"


class Delimiters(msgspec.Struct, frozen=True):
    """The four delimiters, from the bytes of the ISA. `repetition` is empty where the version has none."""

    element: str
    component: str
    segment: str
    repetition: str = ""

    @property
    def all(self) -> str:
        """Every character that data must not hold."""
        return self.element + self.component + self.segment + self.repetition


class Fault(msgspec.Struct, frozen=True):
    """One violation of syntax.

    `code` is `<element>-<value>` of the acknowledgment it belongs in: `I18-…` TA1, `716-…` AK9, `718-…` AK5, `720-…`
    AK3, `723-…` AK4; `X12-…` where no acknowledgment can carry it. `segment` counts from ST = 1 and is 0 outside sets;
    `element` 0 means the whole segment; `offset` is the byte in the file. `business` is the code of the business
    exception where the text is well-formed and only its meaning is unknown. `number` is the element's reference number,
    `repetition` which of several values is meant (0 where there is one). `rule` is the rule of a map that found it.
    """

    code: str
    detail: str
    where: str
    severity: str = ERROR
    tag: str = ""
    segment: int = 0
    element: int = 0
    offset: int = 0
    value: str = ""
    business: str = ""
    number: str = ""
    repetition: int = 0
    rule: str = ""


class Segment(msgspec.Struct, frozen=True):
    """One segment with its place: `index` counts from ST = 1, `offset` is the byte where its tag starts."""

    tag: str
    elements: tuple[str, ...]
    index: int
    offset: int


class TransactionSet(msgspec.Struct, dict=True):
    """ST to SE. `texts` are its segments undivided; `first` is the number of its ST in the interchange.

    `heads` are the first three signs of each text: a tag, or a shorter tag and the separator.
    """

    interchange: Interchange
    group: Group | None
    code: str
    control: str
    texts: list[str]
    first: int
    faults: list[Fault] = []
    heads: tuple[str, ...] = ()

    @cached_property
    def rows(self) -> list[Row]:
        """Its segments divided into elements."""
        return list(map(self.interchange.divide, self.texts))

    @property
    def path(self) -> str:
        """`ISA 000000431 / GS 12 / ST 0001`."""
        above = self.group.path if self.group is not None else f"ISA {self.interchange.control} / no GS"
        return f"{above} / ST {self.control}"

    def offset(self, index: int, element: int = 0) -> int:
        """The byte where a segment, or an element of it, starts; `index` counts from ST = 0."""
        return self.interchange.offset(self.first + index, element)

    def where(self, index: int, element: int = 0) -> str:
        """The place in words: `ISA 000000431 / GS 12 / ST 0001 / segment 7 AT7-01 (byte 1234)`."""
        text = self.texts[index]
        tag = text.partition(self.interchange.delimiters.element)[0]
        name = f"{tag}-{element:02d}" if element else tag
        return f"{self.path} / segment {index + 1} {name} (byte {self.offset(index, element)})"

    def segment(self, index: int) -> Segment:
        """The segment at `index`, counted from ST = 0."""
        row = self.interchange.divide(self.texts[index])
        return Segment(row[0], tuple(row[1:]), index + 1, self.offset(index))

    def segments(self) -> Iterator[Segment]:
        """All segments from ST to SE."""
        return map(self.segment, range(len(self.texts)))

    def fault(
        self,
        code: str,
        detail: str,
        index: int,
        element: int = 0,
        *,
        severity: str = ERROR,
        value: str = "",
        business: str = "",
    ) -> Fault:
        """A fault at a place in this set; the caller decides where it is kept."""
        at = self.offset(index, element)
        tag = self.texts[index].partition(self.interchange.delimiters.element)[0]
        return Fault(code, detail, self.where(index, element), severity, tag, index + 1, element, at, value, business)


class Group(msgspec.Struct):
    """GS to GE. `header` is the GS row, `announced` what GE01 claims (-1 when it is missing or no number)."""

    header: Row
    path: str
    first: int
    announced: int = -1
    sets: list[TransactionSet] = []
    faults: list[Fault] = []

    @property
    def functional(self) -> str:
        """GS01, the kind of sets inside."""
        return element(self.header, 1)

    @property
    def sender(self) -> str:
        """GS02, the application that sent it."""
        return element(self.header, 2).strip()

    @property
    def receiver(self) -> str:
        """GS03, the application it is for."""
        return element(self.header, 3).strip()

    @property
    def control(self) -> str:
        """GS06, trimmed."""
        return element(self.header, 6).strip()

    @property
    def version(self) -> str:
        """GS08, e.g. `004010`; the grammar follows from it, never from ISA12."""
        return element(self.header, 8).strip()


class Interchange(msgspec.Struct, dict=True):
    """ISA to IEA.

    `pieces` are the segments as they stand between terminators, decoration before them included; `texts` are the same
    without it. `before` is what stood between this interchange and the one before; `closed` tells whether a
    terminator follows the last piece. `notes` are the TA1 rows. An unreadable header leaves the ISA only
    and everything behind it in `unread`. `control` (ISA13), `sender` and `receiver` (qualifier and id) are trimmed;
    `ends` is where each piece ends, worked out when a place is asked for.
    """

    delimiters: Delimiters
    start: int
    before: str
    pieces: list[str]
    texts: list[str]
    header: Row
    closed: bool = True
    unread: str = ""
    groups: list[Group] = []
    notes: list[Row] = []
    faults: list[Fault] = []
    control: str = ""
    sender: tuple[str, str] = ("", "")
    receiver: tuple[str, str] = ("", "")
    ends: list[int] = []

    def __post_init__(self) -> None:
        header = self.header
        self.control = element(header, 13).strip()
        self.sender = element(header, 5).strip(), element(header, 6).strip()
        self.receiver = element(header, 7).strip(), element(header, 8).strip()

    def divide(self, text: str) -> Row:
        """A segment's tag and elements."""
        return divide(text, self.delimiters.element)

    @cached_property
    def profiles(self) -> list[str] | None:
        """Each of `texts` with letters, digits and punctuation made alike (see `check`), `None` with binary data."""
        terminator = self.delimiters.segment
        alike = terminator.join(self.texts).encode("latin-1").translate(_alike(self.delimiters))
        profiles = alike.decode("latin-1").split(terminator)
        return profiles if len(profiles) == len(self.texts) else None

    @cached_property
    def rows(self) -> list[Row]:
        """Every segment from ISA to IEA divided into elements."""
        return [self.header, *map(self.divide, self.texts[1:])]

    @property
    def wants_ta1(self) -> bool:
        """ISA14 asks for an interchange acknowledgment."""
        return element(self.header, 14).strip() == "1"

    def offset(self, row: int, number: int = 0) -> int:
        """The byte in the file where segment `row` (ISA is 0), or its element `number`, starts."""
        if not self.ends:
            self.ends = list(accumulate(map(len, self.pieces)))
        begin = self.start + self.ends[row] + row - len(self.texts[row])
        if number == 0:
            return begin
        cells = self.divide(self.texts[row]) if row else self.header
        return begin + sum(map(len, cells[:number])) + min(number, len(cells) - 1)

    def fault(
        self, code: str, detail: str, row: int, number: int = 0, *, severity: str = ERROR, value: str = ""
    ) -> Fault:
        """A fault at a place in this interchange, outside of any set."""
        row = min(row, len(self.texts) - 1)
        tag = self.texts[row].partition(self.delimiters.element)[0]
        name = f"{tag}-{number:02d}" if number else tag
        at = self.offset(row, number)
        where = f"ISA {self.control} / segment {row + 1} of the interchange {name} (byte {at})"
        return Fault(code, detail, where, severity, tag, 0, number, at, value)


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
                for transaction in group.sets:
                    yield from transaction.faults


@lru_cache(maxsize=64)
def _alike(delimiters: Delimiters) -> bytes:
    """Digits to 0, control characters to one of them, all else to A; delimiters, point and sign stay."""
    kept = delimiters.all + "-."
    return bytes(
        sign if chr(sign) in kept else ord("0") if 48 <= sign <= 57 else 1 if sign < 32 else ord("A")
        for sign in range(256)
    )


def divide(text: str, separator: str) -> Row:
    """A segment's tag and elements. The last element of a binary segment is taken whole, whatever it holds."""
    counter = BINARY.get(text[:3]) if text[:1] == "B" else None
    return text.split(separator) if counter is None else text.split(separator, counter + 1)


def element(row: Row, number: int) -> str:
    """Element `number` of a row, empty when the row is shorter."""
    return row[number] if number < len(row) else ""


def legible(value: str) -> str:
    """The text of a value for people: UTF-8 where its bytes are UTF-8, Latin-1 otherwise; blanks at the end dropped."""
    if value.isascii():
        return value.rstrip()
    try:
        return value.encode("latin-1").decode("utf-8").rstrip()
    except (UnicodeDecodeError, UnicodeEncodeError):
        return value.rstrip()
