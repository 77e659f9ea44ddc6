"""Trees to fixed-width records: new files by their layout, and read ones with the values they now have."""

from __future__ import annotations

from crossdock.formats.charset import Text, charset_named
from crossdock.formats.fixed_width.document import FixedDocument, Record
from crossdock.formats.fixed_width.layout import Field, FixedLayout, FixedRecord
from crossdock.formats.records import below
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node


def write_fixed(root: Node, layout: FixedLayout) -> bytes:
    """A file of the records under the root, parents before their children. The tag is written where no field covers it.

    Raises:
        Rejected: a record or field is none of the layout, or a value is missing, does not fit, begins or ends with
            padding that reading would take off, or cannot be written in this character set; `where` is
            `name[record]/field`.
    """
    kinds = {record.name: record for record in layout.records}
    parts = []
    for number, node in enumerate(below(root), 1):
        kind = kinds.get(node.name)
        if kind is None:
            detail = f"{node.name[:80]!r} is no kind of record of {layout.name}: correct the map"
            raise Rejected(detail, where=node.name)
        line = _line(node, kind, f"{node.name}[{number}]")
        parts.append(line.ljust(layout.record_length) if layout.record_length else line + layout.newline)
    return _encoded(Text("", charset_named(layout.charset)), "".join(parts))


def _line(node: Node, kind: FixedRecord, where: str) -> str:
    fields = dict(node.fields) if isinstance(node.fields, dict) else {}
    line = _put("", kind.tag_start - 1, kind.tag)
    for start, field in zip(kind.starts(), kind.fields, strict=True):
        value = fields.pop(field.name, "")
        covers = start <= kind.tag_start - 1 and start + field.length >= kind.tag_start - 1 + len(kind.tag)
        if not value and field.required:
            raise Rejected(f"{field.name} is empty: give it a value", where=f"{where}/{field.name}")
        if value or not (covers and kind.tag):
            line = _put(line, start, fitted(field, value, f"{where}/{field.name}"))
    if fields:
        raise Rejected(f"{min(fields)[:80]!r} is no field of {kind.name}: correct the map", where=where)
    if not line.startswith(kind.tag, kind.tag_start - 1):
        raise Rejected(f"the record would lose its tag {kind.tag!r}: correct the map", where=where)
    return line


def fitted(field: Field, value: str, where: str) -> str:
    """A value as its field holds it.

    Raises:
        Rejected: it does not fit, holds a line end or NUL, or padding that reading would take off.
    """
    raw = field.raw(value)
    if len(raw) > field.length:
        detail = f"{field.name} has {len(value)} characters, {field.length} are agreed: shorten {value[:40]!r}"
        raise Rejected(detail, where=where)
    if (value and field.value(raw) != value) or any(sign in value for sign in "\r\n\0"):
        detail = f"{field.name} cannot hold {value[:40]!r}: take away its line ends, or the padding at its edge"
        raise Rejected(detail, where=where)
    return raw


def _put(line: str, start: int, raw: str) -> str:
    return line[:start].ljust(start) + raw + line[start + len(raw) :]


def rewrite_fixed(document: FixedDocument) -> bytes:
    """The file as it was read, with the values its tree has now: unchanged fields keep their padding.

    Raises:
        Bug: records or fields were added or removed; write a new file with `write_fixed`.
        Rejected: a value does not fit its field or the character set.
    """
    nodes = {node.at: node for node in below(document.root)}
    if any(not 0 <= at < len(document.records) for at in nodes):
        raise Bug("records were added to a file that was read")
    parts: list[str] = []
    for number, record in enumerate(document.records):
        node = nodes.get(number)
        parts += [record.raw if node is None else _respelt(record, node, number), record.end]
    return _encoded(document.text, "".join(parts))


def _respelt(record: Record, node: Node, number: int) -> str:
    kind, line = record.kind, record.raw
    fields = node.fields if isinstance(node.fields, dict) else {}
    if kind is None or fields.keys() != {field.name for field in kind.fields}:
        raise Bug(f"fields were added to or removed from record {number + 1} that was read")
    for start, field in zip(kind.starts(), kind.fields, strict=True):
        value = fields[field.name]
        if field.value(line[start : start + field.length]) != value:
            line = _put(line, start, fitted(field, value, f"record {number + 1}/{field.name}"))
    return line


def _encoded(text: Text, written: str) -> bytes:
    try:
        return text.encoded(written)
    except UnicodeEncodeError as error:
        shown = error.object[error.start : error.end]
        raise Rejected(f"{shown!r} is not in the character set {text.charset}: change the value") from error
