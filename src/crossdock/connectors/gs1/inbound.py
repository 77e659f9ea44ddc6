"""GS1 XML from a partner to canonical facts, by maps: each document of a message on its own. Pure.

What could harm a reader (a document type, entities, nesting without end) is refused by the format with its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.connectors.gs1.codes import ECOM, HEADER, MESSAGE
from crossdock.connectors.gs1.config import Config, read_config
from crossdock.formats.fields import named
from crossdock.formats.reading import Reading
from crossdock.formats.xml.document import XmlDocument, read_xml
from crossdock.formats.xml.structure import breaches, structure_of
from crossdock.kernel.tree import Node
from crossdock.mediation.files import FileDecoder
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Piece
from crossdock.ports.connector import IntakeContext

IDENTIFICATION = ("sbdh:DocumentIdentification", "sbdh:InstanceIdentifier")


def decoder(library: Library) -> FileDecoder[XmlDocument, Config]:
    """The decoder with the maps of an installation."""
    return FileDecoder("gs1", library, read_config, read, split)


def read(body: bytes, config: Config) -> Reading[XmlDocument]:
    """One XML message."""
    return read_xml(body)


def split(document: XmlDocument, config: Config, context: IntakeContext) -> Sequence[Piece]:
    """The documents of a message behind its header; what is no such message keeps its whole name, which no map has."""
    root = document.root
    if not document.version.startswith(ECOM) or not document.kind.endswith(MESSAGE):
        return [Piece(document, root, f"{{{document.version}}}{document.kind}", values=config.words)]
    header = next((child for child in root.children if child.name == HEADER), None)
    identity = _text(header, IDENTIFICATION) if header is not None else ""
    return [_piece(document, child, identity, config) for child in root.children if child.name != HEADER]


def _piece(document: XmlDocument, root: Node, identity: str, config: Config) -> Piece:
    faults = breaches(document, root, root.name, structure_of("gs1"), strict=config.strict)
    return Piece(document, root, root.name, message_id=identity, values=config.words, faults=faults)


def _text(node: Node, path: tuple[str, ...]) -> str:
    """The text of the first element at a path, empty where there is none."""
    found: Node | None = node
    for name in path:
        found = next((child for child in found.children if child.name == name), None) if found is not None else None
    return named(found, "").strip() if found is not None else ""
