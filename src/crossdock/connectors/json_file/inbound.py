"""JSON from a partner to canonical facts, by the partner's own maps. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.connectors.json_file.codes import NDJSON, SYNTAX
from crossdock.connectors.json_file.config import Config, read_config
from crossdock.formats.json_text.document import JsonDocument, read_json, read_ndjson
from crossdock.formats.json_text.tree import ELEMENT
from crossdock.formats.reading import Reading
from crossdock.formats.sniff import sniff
from crossdock.kernel.tree import Node
from crossdock.mediation.files import FileDecoder
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Piece
from crossdock.mediation.pointing import nodes_at, text_at
from crossdock.ports.connector import IntakeContext


def decoder(library: Library) -> FileDecoder[JsonDocument, Config]:
    """The decoder with the maps of an installation."""
    return FileDecoder("json_file", library, read_config, read, split)


def read(body: bytes, config: Config) -> Reading[JsonDocument]:
    """A message of one JSON text, or of one a line."""
    return read_ndjson(body) if sniff(body).syntax == NDJSON else read_json(body)


def split(document: JsonDocument, config: Config, context: IntakeContext) -> Sequence[Piece]:
    """Each record of a message as a document of its kind."""
    return [_piece(Piece(document, node, config.kind), config, context) for node in _records(document, config, context)]


def _records(document: JsonDocument, config: Config, context: IntakeContext) -> Sequence[Node]:
    root = document.root
    if config.records:
        return nodes_at(SYNTAX, config.records)(document, context)
    is_array = bool(root.children) and not root.fields and all(child.name == ELEMENT for child in root.children)
    return root.children if is_array else [root]


def _piece(piece: Piece, config: Config, context: IntakeContext) -> Piece:
    kind = text_at(SYNTAX, config.kind_at)(piece, context) if config.kind_at else ""
    message = text_at(SYNTAX, config.message_at)(piece, context) if config.message_at else ""
    return Piece(piece.whole, piece.root, kind or config.kind, message_id=message, values=config.words)
