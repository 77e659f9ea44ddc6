"""Trees to flat IDocs: new files with full records, and read ones with the values they now have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from crossdock.formats.charset import Text, charset_named
from crossdock.formats.idoc.flat import FlatIdoc, Line
from crossdock.formats.idoc.layouts import (
    CONTROL,
    CONTROL_LENGTH,
    CONTROL_RECORD,
    DATA_LENGTH,
    HEADER_LENGTH,
    REST,
    SEGMENTS,
    Segment,
    external_name,
)
from crossdock.formats.records import below
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node

_DEPTH_MAX = 64


class FlatStyle(msgspec.Struct, frozen=True):
    """How a partner's SAP system takes flat files.

    `names` gives a segment its external name with the version that system knows (`E1EDK01` → `E2EDK01005`); without an
    entry it is the first version, `E2EDK01` or `Z2LOTS000`. With `full` records are filled up to 524 and 1063
    characters.
    """

    names: Mapping[str, str] = {}
    own_segments: Mapping[str, Segment] = {}
    charset: str = "utf-8"
    newline: str = "\r\n"
    full: bool = True


STANDARD = FlatStyle()


def write_idoc_flat(roots: Sequence[Node], style: FlatStyle = STANDARD) -> bytes:
    """A file of IDocs; each root is called `IDOC` and its first child `EDI_DC40`, which needs DOCNUM and IDOCTYP.

    SEGNUM, PSGNUM and HLEVEL are counted here; MANDT and DOCNUM are those of the control record.

    Raises:
        Rejected: a segment or field is not known, a value does not fit, or the tree is deeper than 64; `where` is
            `segment/field`.
    """
    known = {**SEGMENTS, **style.own_segments}
    records: list[str] = []
    for root in roots:
        control = root.children[0] if root.children else root
        fields = control.fields if isinstance(control.fields, dict) else {}
        if control.name != CONTROL or not fields.get("DOCNUM") or not fields.get("IDOCTYP"):
            raise Rejected(
                "an IDoc begins with EDI_DC40 that names DOCNUM and IDOCTYP: correct the map", where=root.name
            )
        head = _filled("", CONTROL_RECORD, {"TABNAM": CONTROL, **fields}, CONTROL)
        records.append(head.ljust(CONTROL_LENGTH) if style.full else head)
        common = f"{fields.get('MANDT', ''):<3}{fields['DOCNUM']:<16}"
        for number, (node, above, depth) in enumerate(_numbered(root), 1):
            segment = known.get(node.name)
            if segment is None:
                raise Rejected(f"the fields of {node.name[:40]!r} are not known: declare them", where=node.name)
            name = style.names.get(node.name) or external_name(node.name)
            header = f"{name:<30}{common}{number:06d}{above:06d}{depth:02d}"
            own = node.fields if isinstance(node.fields, dict) else {}
            record = _filled(header, segment, own, node.name)
            records.append(record.ljust(HEADER_LENGTH + DATA_LENGTH) if style.full else record)
    return _encoded(Text("", charset_named(style.charset)), "".join(record + style.newline for record in records))


def _numbered(root: Node) -> Iterator[tuple[Node, int, int]]:
    """Every segment behind the control record, with the number of its parent (0: none) and its level from 1."""
    todo = [(child, 0, 1) for child in reversed(root.children[1:])]
    number = 0
    while todo:
        node, above, depth = todo.pop()
        if depth > _DEPTH_MAX:
            raise Rejected(f"the tree is deeper than {_DEPTH_MAX}: correct the map", where=node.name)
        number += 1
        yield node, above, depth
        todo.extend((child, number, depth + 1) for child in reversed(node.children))


def _filled(record: str, segment: Segment, fields: Mapping[str, str], where: str) -> str:
    unknown = fields.keys() - {cut.name for cut in segment.cuts} - {REST}
    if unknown:
        raise Rejected(f"{min(unknown)[:40]!r} is no field of {segment.name}: correct the map", where=where)
    for cut in segment.cuts:
        value = fields.get(cut.name, "")
        if value:
            record = _put(record, cut.start, cut.length, value, f"{where}/{cut.name}")
    rest = fields.get(REST, "")
    return _put(record, segment.length, HEADER_LENGTH + DATA_LENGTH - segment.length, rest, where) if rest else record


def _put(record: str, start: int, length: int, value: str, where: str) -> str:
    if len(value) > length:
        detail = f"{value[:40]!r} has {len(value)} characters, the field {length}: shorten it"
        raise Rejected(detail, where=where)
    if value.endswith(" ") or any(sign in value for sign in "\r\n\0"):
        raise Rejected(f"{value[:40]!r} holds line ends, NUL, or blanks at its end: take them away", where=where)
    return record[:start].ljust(start) + value.ljust(length) + record[start + length :]


def rewrite_idoc_flat(documents: Sequence[FlatIdoc]) -> bytes:
    """The file the documents were read from, with the values their trees have now; unchanged fields keep their padding.

    Raises:
        Bug: there is no document, or segments were added; write a new file with `write_idoc_flat`.
        Rejected: a field is not known to its segment, or a value does not fit.
    """
    if not documents:
        raise Bug("there is no IDoc to write")
    read = documents[0].lines
    nodes = {node.at: node for document in documents for node in below(document.root)}
    if any(not 0 <= at < len(read) for at in nodes):
        raise Bug("segments were added to an IDoc that was read")
    parts: list[str] = []
    for at, line in enumerate(read):
        parts += [_respelt(line, nodes[at]) if at in nodes else line.raw, line.end]
    return _encoded(documents[0].text, "".join(parts))


def _respelt(line: Line, node: Node) -> str:
    fields = node.fields if isinstance(node.fields, dict) else {}
    segment, raw = line.segment, line.raw
    if segment is None:
        raise Bug(f"a segment {node.name} was added to an IDoc that was read")
    known = {cut.name: (cut.start, cut.length) for cut in segment.cuts}
    known[REST] = (segment.length, max(len(raw), HEADER_LENGTH + DATA_LENGTH) - segment.length)
    if not fields.keys() <= known.keys():
        unknown = min(fields.keys() - known.keys())
        raise Rejected(f"{unknown[:40]!r} is no field of {segment.name}: correct it", where=node.name)
    for name, (start, length) in known.items():
        value = fields.get(name, "")
        if raw[start : start + length].rstrip(" ") != value:
            raw = _put(raw, start, length, value, f"{node.name}/{name}")
    return raw


def _encoded(text: Text, written: str) -> bytes:
    try:
        return text.encoded(written)
    except UnicodeEncodeError as error:
        shown = error.object[error.start : error.end]
        raise Rejected(f"{shown!r} is not in the character set {text.charset}: change the value") from error
