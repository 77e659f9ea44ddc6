"""Delimited files as positioned documents: a root with a node for each row that could be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from crossdock.formats.charset import Text
from crossdock.formats.delimited.cells import CELLS_MAX, Row, meaning, split, unclosed
from crossdock.formats.delimited.layout import Column, DelimitedLayout, Record
from crossdock.formats.reading import FAULTS_MAX, WARNING, Fault, Reading, refused
from crossdock.formats.records import RECORDS_MAX, Nest, record_text
from crossdock.kernel.tree import Node, Place


class DelimitedDocument(msgspec.Struct):
    """One file. `Node.at` is the row; the root, called like the layout, has -1. Fields are named by column."""

    text: Text
    root: Node
    layout: DelimitedLayout
    rows: list[Row]
    syntax: str = "delimited"

    @property
    def kind(self) -> str:
        """The layout's name."""
        return self.layout.name

    @property
    def version(self) -> str:
        """The layout's version."""
        return self.layout.version

    def where(self, node: Node, field: str) -> Place:
        """Row, column and the bytes of the raw cell with its quotes; of the whole row where it has no such column."""
        if node.at < 0:
            return Place(self.layout.name, 0, self.text.byte(len(self.text.text)))
        return place(self.text, self.rows[node.at], node.at, field)


def place(text: Text, row: Row, number: int, field: str = "") -> Place:
    """The place of a row, or of the cell of a column of it."""
    begin, end = row.start, row.start + row.length
    words = f"row {number + 1}"
    if field and field in row.names:
        column = row.names.index(field)
        if column < len(row.cells):
            begin, end = row.span(column)
            words += f", column {column + 1} {field}"
    start = text.byte(begin)
    return Place(f"{words} (byte {start})", start, text.byte(end) - start)


def read_delimited(body: bytes, layout: DelimitedLayout) -> Reading[DelimitedDocument]:
    """Read a file: rows with faults are left out of the tree and told, the others are read."""
    text = _text(body, layout)
    if isinstance(text, Fault):
        return Reading([], [text])
    reader = _Reader(text, layout)
    reader.read()
    return Reading([reader.document] if reader.document is not None else [], reader.faults)


def _text(body: bytes, layout: DelimitedLayout) -> Text | Fault:
    text = record_text(body, layout.charset, "DSV")
    if isinstance(text, Text) and not text.text.strip("\r\n"):
        return refused("DSV-EMPTY", "the file is empty: send its rows")
    return text


class Plan(NamedTuple):
    """What is looked at in every row of a kind: its names, and the columns with rules."""

    names: tuple[str, ...]
    ruled: tuple[tuple[int, Column], ...]


class _Reader:
    def __init__(self, text: Text, layout: DelimitedLayout) -> None:
        self._text = text
        self._layout = layout
        self._kinds = {record.key: record for record in layout.records}
        self._plans: dict[str, Plan] = {}
        # Nothing is looked for in cells that cannot be there.
        self._quote = layout.quote if layout.quote and layout.quote in text.text else ""
        self._root = Node(layout.name, {}, -1)
        self._nest = Nest(self._root)
        self._rows: list[Row] = []
        self._ends: set[str] = set()
        self.faults: list[Fault] = []
        self.document: DelimitedDocument | None = None

    def read(self) -> None:
        awaits_header = self._layout.header
        for row in split(self._text.text, self._layout):
            number = len(self._rows)
            if number >= RECORDS_MAX or len(self.faults) >= FAULTS_MAX:
                self._tell(
                    "DSV-BOUND", f"more than {RECORDS_MAX} rows or {FAULTS_MAX} faults: split or correct it", row
                )
                # What is left is kept as one row without a node, so that nothing of the file is lost.
                self._rows.append(Row(row.start, [self._text.text[row.start :]], ""))
                break
            self._rows.append(row)
            self._remark_end(row)
            if row.cells == [""]:
                continue
            if len(row.cells) > CELLS_MAX:
                self._tell("DSV-CELLS", f"the row has more than {CELLS_MAX} cells: correct it or its layout", row)
            elif awaits_header:
                awaits_header = False
                if not self._header(row):
                    return
            else:
                self._row(row, number)
        self.document = DelimitedDocument(self._text, self._root, self._layout, self._rows)

    def _tell(self, code: str, detail: str, row: Row, field: str = "", *, warns: bool = False) -> None:
        at = place(self._text, row, len(self._rows) - 1, field)
        self.faults.append(Fault(code, detail, at, WARNING if warns else "error"))

    def _remark_end(self, row: Row) -> None:
        if row.end and row.end not in self._ends:
            if self._ends:
                self._tell("DSV-NEWLINE", "line ends differ within the file; all were taken as such", row, warns=True)
            self._ends.add(row.end)

    def _header(self, row: Row) -> bool:
        names = [meaning(raw, self._layout.quote).strip() for raw in row.cells]
        row.names = tuple(names)
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        record = self._layout.records[0]
        missing = [column.name for column in record.columns if column.required and column.name not in names]
        if twice:
            self._tell("DSV-HEADER", f"the header names {', '.join(twice)[:200]!r} twice: name every column once", row)
        if missing:
            self._tell("DSV-HEADER", f"the header lacks {', '.join(missing)}: send these columns", row)
        known = {column.name: column for column in record.columns}
        unknown = [name for name in names if name not in known]
        if known and unknown:
            shown = ", ".join(unknown)[:200]
            self._tell("DSV-COLUMN", f"the layout does not know {shown!r}; they are kept", row, warns=True)
        self._planned(record, [known.get(name, Column(name)) for name in names])
        return not twice and not missing

    def _row(self, row: Row, number: int) -> None:
        values = [meaning(raw, self._quote) for raw in row.cells] if self._quote else row.cells
        record = self._kind(values, row)
        if record is None:
            return
        plan = self._plans.get(record.name) or self._planned(record, record.columns or _numbered(len(values)))
        row.names = plan.names
        if not self._fits(row, values, plan):
            return
        node = Node(record.name, dict(zip(plan.names, values, strict=False)), number)
        if not self._nest.add(node, record.parent):
            self._tell("DSV-PARENT", f"no row {record.parent} stands before this {record.name}: send it first", row)

    def _planned(self, record: Record, columns: Sequence[Column]) -> Plan:
        names = tuple(column.name for column in columns)
        ruled = tuple((number, column) for number, column in enumerate(columns) if column.rules)
        plan = self._plans[record.name] = Plan(names, ruled)
        return plan

    def _kind(self, values: list[str], row: Row) -> Record | None:
        layout = self._layout
        if not layout.key_column:
            return layout.records[0]
        key = values[layout.key_column - 1] if len(values) >= layout.key_column else ""
        record = self._kinds.get(key)
        if record is None:
            self._tell("DSV-RECORD", f"{key[:40]!r} is no kind of row: send one of {', '.join(self._kinds)}", row)
        return record

    def _fits(self, row: Row, values: list[str], plan: Plan) -> bool:
        before = len(self.faults)
        if len(values) != len(plan.names):
            detail = f"the row has {len(values)} cells, {len(plan.names)} are agreed: correct the row or quote its text"
            self._tell("DSV-RAGGED", detail, row)
        if self._quote:
            for number, raw in enumerate(row.cells):
                if raw.startswith(self._quote) and unclosed(raw, self._quote):
                    name = plan.names[number] if number < len(plan.names) else ""
                    detail = (
                        f"the cell {name} begins with a quote and does not end with it: close it, double those inside"
                    )
                    self._tell("DSV-QUOTE", detail, row, name)
        if len(self.faults) == before:
            for number, column in plan.ruled:
                problem = column.problem(values[number])
                if problem is not None:
                    self._tell(*problem, row, column.name)
        return len(self.faults) == before


def _numbered(count: int) -> list[Column]:
    return [Column(str(number + 1)) for number in range(count)]
