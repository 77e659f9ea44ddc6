"""Trees to delimited files: new ones by their layout, and read ones with the values they now have."""

from __future__ import annotations

import re

from crossdock.formats.charset import Text, charset_named
from crossdock.formats.delimited.cells import meaning
from crossdock.formats.delimited.document import DelimitedDocument
from crossdock.formats.delimited.layout import DelimitedLayout, Record
from crossdock.formats.records import below
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node

_RUNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")


def write_delimited(root: Node, layout: DelimitedLayout) -> bytes:
    """A file of the rows under the root, parents before their children; every row ends with the layout's line end.

    A key column that is empty is filled with the key of the row's kind.

    Raises:
        Rejected: a row is of no kind of the layout or has a field that is no column, a value is missing, too long, no
            number, or cannot be written in this character set or without quotes; `where` is `name[row]/column`.
    """
    kinds = {record.name: record for record in layout.records}
    lines = []
    if layout.header:
        lines.append([column.name for column in layout.records[0].columns])
    for number, node in enumerate(below(root), 1):
        record = kinds.get(node.name)
        if record is None:
            raise Rejected(f"{node.name[:80]!r} is no kind of row of {layout.name}: correct the map", where=node.name)
        lines.append(_values(node, record, layout, f"{node.name}[{number}]"))
    rows = [layout.delimiter.join([_quoted(value, layout) for value in values]) for values in lines]
    text = Text("", charset_named(layout.charset))
    try:
        return text.encoded("".join(row + layout.newline for row in rows))
    except UnicodeEncodeError as error:
        shown = error.object[error.start : error.end]
        raise Rejected(f"{shown!r} is not in the character set {layout.charset}: change the value") from error


def _values(node: Node, record: Record, layout: DelimitedLayout, where: str) -> list[str]:
    fields = dict(node.fields) if isinstance(node.fields, dict) else {}
    values = []
    for number, column in enumerate(record.columns, 1):
        value = fields.pop(column.name, "")
        if number == layout.key_column and not value:
            value = record.key
        problem = column.problem(value)
        if problem is not None:
            raise Rejected(problem[1], where=f"{where}/{column.name}")
        values.append(value)
    if fields:
        raise Rejected(f"{min(fields)[:80]!r} is no column of {record.name}: correct the map", where=where)
    return values


def _quoted(value: str, layout: DelimitedLayout) -> str:
    if layout.guard_formulas and value.startswith(_RUNS) and _NUMBER.fullmatch(value) is None:
        value = "'" + value
    if "\0" in value:
        raise Rejected("a value holds the NUL character: change it", where=value[:40])
    quote = layout.quote
    needs = layout.delimiter in value or "\n" in value or "\r" in value
    if not quote:
        if needs:
            raise Rejected(f"{value[:40]!r} holds the delimiter or a line end: change it or agree on quotes")
        return value
    if needs or quote in value or value != value.strip():
        return quote + value.replace(quote, quote * 2) + quote
    return value


def rewrite_delimited(document: DelimitedDocument) -> bytes:
    """The file as it was read, with the values its tree has now: unchanged cells keep their quotes and blanks.

    Raises:
        Bug: rows or columns were added; write a new file with `write_delimited`.
        Rejected: a value cannot be written in this character set or without quotes.
    """
    layout = document.layout
    nodes = {node.at: node for node in below(document.root)}
    if len(nodes) > len(document.rows) or any(not 0 <= at < len(document.rows) for at in nodes):
        raise Bug("rows were added to a file that was read")
    parts: list[str] = []
    for number, row in enumerate(document.rows):
        cells = row.cells
        node = nodes.get(number)
        if node is not None:
            fields = node.fields if isinstance(node.fields, dict) else {}
            if fields.keys() != set(row.names):
                raise Bug(f"columns were added to or removed from row {number + 1} that was read")
            cells = [
                raw if meaning(raw, layout.quote) == fields[name] else _quoted(fields[name], layout)
                for name, raw in zip(row.names, row.cells, strict=True)
            ]
        parts += [layout.delimiter.join(cells), row.end]
    try:
        return document.text.encoded("".join(parts))
    except UnicodeEncodeError as error:
        raise Rejected(f"a value is not in the character set {document.text.charset}: change it") from error
