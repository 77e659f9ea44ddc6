"""Flat IDocs as positioned documents: one for each control record of a file.

The root is called `IDOC`; under it stand `EDI_DC40` and the segments by their own names, nested as SEGNUM and PSGNUM
say, with their filled fields by name: the same tree as of the XML form. What a segment holds behind its known fields,
and all of an unknown segment, is the field `SDATA`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from crossdock.formats.charset import Text
from crossdock.formats.idoc.layouts import (
    CONTROL_LENGTH,
    CONTROL_RECORD,
    DATA_LENGTH,
    HEADER_LENGTH,
    REST,
    SEGMENTS,
    Segment,
    kind_and_version,
    segment_name,
)
from crossdock.formats.reading import FAULTS_MAX, WARNING, Fault, Reading, refused
from crossdock.formats.records import RECORDS_MAX, lines, record_text
from crossdock.kernel.tree import Node, Place

_MARK = "EDI_DC"
_DEPTH_MAX = 64


class Line:
    """One record as it stands, and the segment it was cut by (None before that)."""

    __slots__ = ("end", "raw", "segment", "start")

    def __init__(self, start: int, raw: str, end: str) -> None:
        self.start = start
        self.raw = raw
        self.end = end
        self.segment: Segment | None = None

    def slices(self) -> Iterator[tuple[str, int, int]]:
        """Every field with its place in the record; `SDATA` is what stands behind the known ones."""
        if self.segment is not None:
            size = len(self.raw)
            for cut in self.segment.cuts:
                yield cut.name, min(cut.start, size), min(cut.start + cut.length, size)
            yield REST, min(self.segment.length, size), size


class FlatIdoc(msgspec.Struct):
    """One IDoc of a file; `lines` are those of the whole file, and `Node.at` counts them (the root is its control)."""

    text: Text
    root: Node
    kind: str
    version: str
    lines: list[Line]
    syntax: str = "idoc"

    def where(self, node: Node, field: str) -> Place:
        """Line, segment, field and the bytes of the raw field with its padding; the whole record without a field."""
        line = self.lines[node.at]
        begin, end, step = 0, len(line.raw), ""
        for name, first, last in line.slices():
            if field and name == field:
                begin, end, step = first, last, f" {field}"
        start = self.text.byte(line.start + begin)
        words = f"line {node.at + 1}, {node.name}{step}, column {begin + 1} (byte {start})"
        return Place(words, start, self.text.byte(line.start + end) - start)


def read_idoc_flat(
    body: bytes, charset: str = "", own_segments: Mapping[str, Segment] | None = None
) -> Reading[FlatIdoc]:
    """Read a file of flat IDocs.

    Args:
        charset: of the file; without one it is UTF-8 where the bytes are, Latin-1 otherwise.
        own_segments: the partner's Z segments and newer versions, by name (`layouts.make_segment`); they win.
    """
    text = record_text(body, charset or "utf-8", "IDOC")
    if isinstance(text, Fault) and text.code == "IDOC-CHARSET" and not charset:
        text = record_text(body, "latin-1", "IDOC")
    if isinstance(text, Fault):
        return Reading([], [text])
    if not text.text.strip():
        return Reading([], [refused("IDOC-EMPTY", "the file is empty: send an IDoc from EDI_DC40 on")])
    reader = _Reader(text, {**SEGMENTS, **(own_segments or {})})
    reader.read()
    return Reading(reader.documents, reader.faults)


def _records(text: str) -> Iterator[tuple[int, str, str]]:
    """Lines, or records of full length one behind the other in a file without line ends."""
    if "\n" in text or "\r" in text or len(text) <= CONTROL_LENGTH + HEADER_LENGTH:
        yield from lines(text)
        return
    position = 0
    while position < len(text):
        size = CONTROL_LENGTH if text.startswith(_MARK, position) else HEADER_LENGTH + DATA_LENGTH
        yield position, text[position : position + size], ""
        position += size


class _Reader:
    def __init__(self, text: Text, segments: Mapping[str, Segment]) -> None:
        self._text = text
        self._segments = segments
        self._lines: list[Line] = []
        self._by_number: dict[str, Node] = {}
        self._depths: dict[int, int] = {}
        self._last: dict[str, Node] = {}
        self._told: set[str] = set()
        self.documents: list[FlatIdoc] = []
        self.faults: list[Fault] = []

    def read(self) -> None:
        for start, raw, end in _records(self._text.text):
            line = Line(start, raw, end)
            self._lines.append(line)
            if len(self._lines) > RECORDS_MAX or len(self.faults) >= FAULTS_MAX:
                self._tell("IDOC-BOUND", f"more than {RECORDS_MAX} records or {FAULTS_MAX} faults: split the file")
                line.raw, line.end = self._text.text[start:], ""
                return
            if raw.startswith(_MARK):
                self._control(line)
            elif raw.strip():
                self._data(line)

    def _tell(self, code: str, detail: str, *, warns: bool = False) -> None:
        line, number = self._lines[-1], len(self._lines)
        start = self._text.byte(line.start)
        place = Place(f"line {number} (byte {start})", start, self._text.byte(line.start + len(line.raw)) - start)
        self.faults.append(Fault(code, detail, place, WARNING if warns else "error"))

    def _control(self, line: Line) -> None:
        line.segment = CONTROL_RECORD
        fields = _fields(line)
        kind, version = kind_and_version(fields)
        at = len(self._lines) - 1
        root = Node("IDOC", {}, at, [Node(CONTROL_RECORD.name, fields, at)])
        if not kind:
            self._tell("IDOC-TYPE", "IDOCTYP in the control record is empty: say which basic type this is", warns=True)
        self.documents.append(FlatIdoc(self._text, root, kind, version, self._lines))
        self._by_number, self._last, self._depths = {}, {}, {id(root): 0}

    def _data(self, line: Line) -> None:
        if not self.documents:
            self._tell("IDOC-CONTROL", "a record stands before the control record: send an IDoc from EDI_DC40 on")
            return
        external = line.raw[:30].strip()
        if len(line.raw) < HEADER_LENGTH or not external.replace("_", "").replace("/", "").isalnum():
            self._tell(
                "IDOC-RECORD", f"{line.raw[:30].rstrip()!r} is no data record: 63 characters and SDATA are expected"
            )
            return
        name = segment_name(external)
        line.segment = self._segments.get(name)
        if line.segment is None:
            line.segment = Segment(name, "", (), HEADER_LENGTH)
            if name not in self._told:
                self._told.add(name)
                self._tell(
                    "IDOC-SEGMENT", f"the fields of {name} are not known: declare them, it is kept whole", warns=True
                )
        node = Node(name, _fields(line), len(self._lines) - 1)
        parent = self._parent(line, node)
        depth = self._depths[id(parent)] + 1
        if depth > _DEPTH_MAX:
            self._tell("IDOC-DEPTH", f"segments are nested deeper than {_DEPTH_MAX}: correct PSGNUM")
            return
        self._depths[id(node)] = depth
        parent.children.append(node)
        self._by_number[line.raw[49:55]] = node
        self._last[name] = node

    def _parent(self, line: Line, node: Node) -> Node:
        """By PSGNUM; where that names no segment before this one, by the structure the basic type usually has."""
        own, above = line.raw[49:55], line.raw[55:61]
        root = self.documents[-1].root
        if above.strip("0") == "" and above.strip():
            return root
        if above != own and above in self._by_number:
            return self._by_number[above]
        if "PSGNUM" not in self._told:
            self._told.add("PSGNUM")
            detail = "PSGNUM names no segment before this one: the usual structure of the segments was assumed"
            self._tell("IDOC-PARENT", detail, warns=True)
        usual = line.segment.parent if line.segment is not None else ""
        return self._last.get(usual, root)


def _fields(line: Line) -> dict[str, str]:
    fields: dict[str, str] = {}
    raw, segment = line.raw, line.segment
    assert segment is not None
    for cut in segment.cuts:
        start = cut.start
        if start >= len(raw):
            return fields
        value = raw[start : start + cut.length].rstrip(" ")
        if value:
            fields[cut.name] = value
    rest = raw[segment.length :].rstrip(" ")
    if rest:
        fields[REST] = rest
    return fields
