"""Documents built by hand and the small syntax they are addressed in, for the tests of the mapping room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from crossdock.canonical.envelope import Source
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Getter, Node, Place
from crossdock.mapping.run import MapContext

RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CONTEXT = MapContext(Source(Role.ERP, "acme", "000000017", "X12 004010"), RECEIVED, "America/Chicago")


class PlainSyntax:
    """Fields by position (`03`, component `03-2` behind `:`) in segments, by name in records."""

    def getter(self, field: str) -> Getter:
        """As `kernel.tree.Syntax` promises."""
        head, _, component = field.partition("-")
        if not head.isdecimal():
            if field.startswith("!"):
                raise Rejected(f"no field is called {field!r}: fields are positions or names")
            return lambda node: node.fields.get(field, "") if isinstance(node.fields, Mapping) else ""
        index, part = int(head), int(component or 0)

        def get(node: Node) -> str:
            fields = node.fields
            return fields[index] if len(fields) > index else ""  # type: ignore[index]

        def get_part(node: Node) -> str:
            pieces = get(node).split(":")
            return pieces[part - 1] if part <= len(pieces) else ""

        return get_part if part else get


class PlainDocument(msgspec.Struct):
    """Places are told in words, with the count of the node as the byte."""

    root: Node
    syntax: str = "x12"
    kind: str = "850"
    version: str = "004010"

    def where(self, node: Node, field: str) -> Place:
        """As `kernel.tree.Document` promises."""
        return Place(f"segment {node.at} {node.name}{'-' if field else ''}{field}", node.at * 100, len(field))


def segment(text: str, *children: Node) -> Node:
    """`BEG*00*SA` as a node; its place is given by `document`."""
    fields = text.split("*")
    return Node(fields[0], fields, 0, list(children))


def document(*segments: Node, kind: str = "850") -> PlainDocument:
    """A document of these segments, counted in order from 1."""
    root = Node(kind, [kind], 0, list(segments))
    todo, count = [root], 0
    while todo:
        node = todo.pop()
        node.at, count = count, count + 1
        todo.extend(reversed(node.children))
    return PlainDocument(root, kind=kind)


def purchase_order(lines: int = 2) -> PlainDocument:
    """A purchase order with so many lines."""
    rows = [
        segment(f"PO1*{number}*{number}0*CA*12.50**VN*SKU-{number}", segment(f"PID*F****Article {number}"))
        for number in range(1, lines + 1)
    ]
    return document(
        segment("BEG*00*SA*PO-4711**20260301"),
        segment("CUR*BY*USD"),
        segment("REF*CO*SO-1*"),
        segment("REF*IA*VENDOR-9*"),
        segment("DTM*002*20260310*1400*ET"),
        segment("N1*BY*Buyer Inc*92*C-1"),
        segment("N1*ST*Store 12*92*ST-12", segment("N3*1 Main Street"), segment("N4*Dallas*TX*75201*US")),
        *rows,
        segment(f"CTT*{lines}"),
    )
