"""Files of fixed-width records as positioned documents."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from crossdock.formats.charset import Text
from crossdock.formats.fixed_width.layout import Field, FixedLayout, FixedRecord
from crossdock.formats.reading import FAULTS_MAX, WARNING, Fault, Reading, refused
from crossdock.formats.records import RECORDS_MAX, Nest, lines, record_text
from crossdock.kernel.tree import Node, Place

Kind = tuple[FixedRecord, tuple[tuple[int, Field], ...], int]


class Record:
    """One record as it stands: its offset in the text, its characters, its line end, and its kind once known."""

    __slots__ = ("end", "kind", "raw", "start")

    def __init__(self, start: int, raw: str, end: str) -> None:
        self.start = start
        self.raw = raw
        self.end = end
        self.kind: FixedRecord | None = None

    def span(self, field: str) -> tuple[int, int]:
        """Where a field stands in the text; the whole record where it has no such field."""
        if self.kind is not None:
            for start, one in zip(self.kind.starts(), self.kind.fields, strict=True):
                if one.name == field:
                    size = len(self.raw)
                    return self.start + min(start, size), self.start + min(start + one.length, size)
        return self.start, self.start + len(self.raw)


class FixedDocument(msgspec.Struct):
    """One file. `Node.at` is the record; the root, called like the layout, has -1. Values stand without padding."""

    text: Text
    root: Node
    layout: FixedLayout
    records: list[Record]
    syntax: str = "fixed"

    @property
    def kind(self) -> str:
        """The layout's name."""
        return self.layout.name

    @property
    def version(self) -> str:
        """The layout's version."""
        return self.layout.version

    def where(self, node: Node, field: str) -> Place:
        """Record, field and the bytes of the raw field with its padding."""
        if node.at < 0:
            return Place(self.layout.name, 0, self.text.byte(len(self.text.text)))
        return place(self.text, self.records[node.at], node.at, field)


def place(text: Text, record: Record, number: int, field: str = "") -> Place:
    """The place of a record, or of a field of it."""
    begin, end = record.span(field)
    start = text.byte(begin)
    column = f", column {begin - record.start + 1} {field}" if field else ""
    return Place(f"record {number + 1}{column} (byte {start})", start, text.byte(end) - start)


def read_fixed(body: bytes, layout: FixedLayout) -> Reading[FixedDocument]:
    """Read a file: records with faults are left out of the tree and told, the others are read."""
    text = record_text(body, layout.charset, "FIX")
    if isinstance(text, Fault):
        return Reading([], [text])
    if not text.text.strip():
        return Reading([], [refused("FIX-EMPTY", "the file is empty: send its records")])
    root = Node(layout.name, {}, -1)
    document = FixedDocument(text, root, layout, [])
    faults: list[Fault] = []
    nest = Nest(root)
    # Worked out once: a file has a million records and a handful of kinds.
    kinds = [(kind, tuple(zip(kind.starts(), kind.fields, strict=True)), kind.length) for kind in layout.records]
    for start, raw, end in _cut(text.text, layout):
        record = Record(start, raw, end)
        document.records.append(record)
        number = len(document.records) - 1
        if number >= RECORDS_MAX or len(faults) >= FAULTS_MAX:
            detail = f"more than {RECORDS_MAX} records or {FAULTS_MAX} faults: split or correct the file"
            faults.append(Fault("FIX-BOUND", detail, place(text, record, number)))
            # What is left is kept as one record without a node, so that nothing of the file is lost.
            record.raw, record.end = text.text[start:], ""
            break
        if raw.strip():
            problem = _take(record, number, kinds, nest)
            if problem is not None:
                code, detail, field, severity = problem
                faults.append(Fault(code, detail, place(text, record, number, field), severity))
    return Reading([document], faults)


def _cut(text: str, layout: FixedLayout) -> Iterator[tuple[int, str, str]]:
    size = layout.record_length
    if not size:
        yield from lines(text)
        return
    for start in range(0, len(text), size):
        yield start, text[start : start + size], ""


def _take(record: Record, number: int, kinds: list[Kind], nest: Nest) -> tuple[str, str, str, str] | None:
    """Put a record into the tree; answers with code, sentence, field and severity of what is wrong."""
    raw = record.raw
    for found in kinds:
        if raw.startswith(found[0].tag, found[0].tag_start - 1):
            break
    else:
        known = ", ".join(repr(kind.tag) for kind, _, _ in kinds)
        return "FIX-RECORD", f"{raw[:20]!r} is no kind of record: send one with the tag {known}", "", "error"
    kind, cuts, length = found
    record.kind = kind
    fields = {field.name: field.value(raw[start : start + field.length]) for start, field in cuts}
    for _, field in cuts:
        if field.required and not fields[field.name]:
            return "FIX-REQUIRED", f"{field.name} is empty: send it", field.name, "error"
    if not nest.add(Node(kind.name, fields, number), kind.parent):
        detail = f"no record {kind.parent} stands before this {kind.name}: send it first"
        return "FIX-PARENT", detail, "", "error"
    rest = raw[length:].strip()
    if rest:
        detail = f"{len(rest)} characters behind the last field were not read: {rest[:20]!r}; tell us the new layout"
        return "FIX-LENGTH", detail, "", WARNING
    return None
