"""UBL from a partner to canonical facts, by maps; in Peppol's envelope (SBDH) or without. Pure.

What could harm a reader (a document type, entities, nesting without end) is refused by the format with its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.connectors.ubl.codes import ENVELOPE, ENVELOPE_HEADER, UBL
from crossdock.connectors.ubl.config import Config, read_config
from crossdock.formats.fields import named
from crossdock.formats.reading import Reading
from crossdock.formats.xml.document import XmlDocument, read_xml
from crossdock.formats.xml.structure import breaches, structure_of
from crossdock.kernel.tree import Node
from crossdock.mediation.files import FileDecoder
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Piece
from crossdock.ports.connector import IntakeContext


def decoder(library: Library) -> FileDecoder[XmlDocument, Config]:
    """The decoder with the maps of an installation."""
    return FileDecoder("ubl", library, read_config, read, split)


def read(body: bytes, config: Config) -> Reading[XmlDocument]:
    """One XML message."""
    return read_xml(body)


def split(document: XmlDocument, config: Config, context: IntakeContext) -> Sequence[Piece]:
    """The document, taken out of its envelope; one of another language keeps its whole name, which no map has."""
    if document.root.name != ENVELOPE:
        return [_piece(document, document.root, document.kind, document.version, config)]
    pieces = []
    for node in document.root.children:
        if node.name != ENVELOPE_HEADER:
            namespace, _, local = node.name.rpartition("}")
            pieces.append(_piece(document, node, local, namespace.removeprefix("{"), config))
    return pieces


def _piece(document: XmlDocument, root: Node, kind: str, namespace: str, config: Config) -> Piece:
    known = kind if namespace.startswith(UBL) else f"{{{namespace}}}{kind}"
    identity = next((named(child, "") for child in root.children if child.name == "cbc:ID"), "")
    faults = breaches(document, root, known, structure_of("ubl"), strict=config.strict)
    return Piece(document, root, known, message_id=identity.strip(), values=config.words, faults=faults)
