"""XML from a partner to canonical facts, by the partner's own maps. Pure.

What could harm a reader (a document type, entities, nesting without end) is refused by the format with its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.connectors.xml_file.codes import SYNTAX
from crossdock.connectors.xml_file.config import Config, read_config
from crossdock.formats.reading import Reading
from crossdock.formats.xml.document import XmlDocument, read_xml
from crossdock.mediation.files import FileDecoder
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Piece
from crossdock.mediation.pointing import nodes_at, text_at
from crossdock.ports.connector import IntakeContext


def decoder(library: Library) -> FileDecoder[XmlDocument, Config]:
    """The decoder with the maps of an installation."""
    return FileDecoder("xml_file", library, read_config, read, split)


def read(body: bytes, config: Config) -> Reading[XmlDocument]:
    """One XML message."""
    return read_xml(body, config.prefixes)


def split(document: XmlDocument, config: Config, context: IntakeContext) -> Sequence[Piece]:
    """The whole message, or each of its records."""
    if not config.records:
        whole = Piece(document, document.root, document.kind, document.version)
        return [_identified(whole, config, context)]
    nodes = nodes_at(SYNTAX, config.records)(document, context)
    pieces = (Piece(document, node, node.name.rpartition(":")[2], document.version) for node in nodes)
    return [_identified(piece, config, context) for piece in pieces]


def _identified(piece: Piece, config: Config, context: IntakeContext) -> Piece:
    message = text_at(SYNTAX, config.message_at)(piece, context) if config.message_at else ""
    return Piece(piece.whole, piece.root, piece.kind, piece.version, message_id=message, values=config.words)
