"""Files of rows from a partner to canonical facts, by the partner's layout and maps. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crossdock.connectors.flat_file.config import Group, Plan, read_config
from crossdock.formats.delimited.document import DelimitedDocument, read_delimited
from crossdock.formats.delimited.layout import DelimitedLayout
from crossdock.formats.fields import named
from crossdock.formats.fixed_width.document import FixedDocument, read_fixed
from crossdock.formats.reading import Reading
from crossdock.kernel.tree import Node
from crossdock.mediation.files import FileDecoder
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Piece
from crossdock.ports.connector import IntakeContext

FlatDocument = DelimitedDocument | FixedDocument


def decoder(library: Library) -> FileDecoder[FlatDocument, Plan]:
    """The decoder with the maps of an installation."""
    return FileDecoder("flat_file", library, read_config, read, split)


def read(body: bytes, plan: Plan) -> Reading[FlatDocument]:
    """One file, by the partner's layout."""
    layout = plan.inward
    found = read_delimited(body, layout) if isinstance(layout, DelimitedLayout) else read_fixed(body, layout)
    return Reading(list(found.documents), found.faults)


def split(document: FlatDocument, plan: Plan, context: IntakeContext) -> Sequence[Piece]:
    """The file, its rows put together as the settings say."""
    root = document.root if plan.group is None else grouped(document.root, plan.group)
    return [Piece(document, root, document.kind, document.version, values=plan.words)]


def grouped(root: Node, group: Group) -> Node:
    """The same rows, those that belong together under one node in the place of the first."""
    nodes: dict[tuple[str, ...], Node] = {}
    for row in root.children:
        key = tuple(named(row, column) for column in group.by)
        if key not in nodes:
            fields = row.fields if isinstance(row.fields, Mapping) else {}
            nodes[key] = Node(group.name, fields, row.at)
        nodes[key].children.append(row)
    return Node(root.name, root.fields, root.at, list(nodes.values()))
