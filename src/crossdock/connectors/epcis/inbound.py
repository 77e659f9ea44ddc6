"""EPCIS documents in: capture documents, query results and single events, in JSON-LD or XML.

Source: GS1 EPCIS 2.0 chapters 9 and 10, EPCIS 1.2 chapter 9. The five kinds of event share their fields, so one map a
syntax reads them all: `maps/event_json.toml`, `maps/event_xml.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from crossdock.connectors.epcis import codes
from crossdock.connectors.epcis.config import read_config
from crossdock.connectors.epcis.identifiers import cbv_word
from crossdock.connectors.epcis.retraction import retractable, retraction, text_of
from crossdock.formats.fields import named
from crossdock.formats.json_text.document import read_json
from crossdock.formats.reading import Reading
from crossdock.formats.xml.document import read_xml
from crossdock.formats.xml.namespaces import NAMESPACES
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Document, Node
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Letter, Piece, PieceDecoder

# Between the root and an event stand lists and, in 1.2, one extension in another.
DEPTH_MAX = 8
# Elements of EPCIS have no namespace by its schema; those senders put into its own all the same read alike.
PREFIXES = {namespace: "" if prefix in ("epcis", "epcisq") else prefix for namespace, prefix in NAMESPACES.items()}
ON_THE_WAY = frozenset(
    {"epcisBody", "EPCISBody", "EventList", "extension", "queryResults", "QueryResults", "resultsBody"}
)
# A list of 2.0 may hold events of a partner's own kind: each is told, none is passed over.
LISTS = frozenset({"eventList", "event", "item"})


def decoder(library: Library) -> PieceDecoder[Document]:
    """The decoder with the maps of an installation."""
    return PieceDecoder("epcis", library, read, split)


def read(body: bytes) -> Reading[Document]:
    """XML where the first sign says so, else JSON."""
    made: Reading[Document] = Reading([], [])
    reading = read_xml(body, PREFIXES) if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else read_json(body)
    made.documents.extend(reading.documents)
    made.faults.extend(reading.faults)
    return made


def split(letter: Letter[Document]) -> Iterator[Piece]:
    """The events of a document.

    Raises:
        Rejected: it holds none.
        Permanent: the partner's settings cannot be used.
    """
    receives_at = read_config(letter.settings).receives_at
    events = list(_events(letter.document.root, 0))
    if not events:
        raise Rejected("no EPCIS event: send an EPCISDocument with at least one event, or an event")
    for node in events:
        yield _piece(letter, node, receives_at)


def _events(node: Node, depth: int) -> Iterator[Node]:
    if _type(node) in codes.EVENT_TYPES:
        yield node
    elif depth < DEPTH_MAX:
        for child in node.children:
            if child.name in ON_THE_WAY or child.name in codes.EVENT_TYPES:
                yield from _events(child, depth + 1)
            elif child.name in LISTS:
                yield child


def _type(node: Node) -> str:
    """`type` of an event in JSON, the element's name in XML."""
    return named(node, "type") or node.name


def _piece(letter: Letter[Document], node: Node, receives_at: str) -> Piece:
    step, disposition = cbv_word(text_of(node, "bizStep")), cbv_word(text_of(node, "disposition"))
    base = next((child for child in node.children if child.name == codes.BASE_EXTENSION), node)
    kind = codes.EVENT[letter.document.syntax] if _type(node) in codes.EVENT_TYPES else f"event {_type(node)}"
    told = ""
    if letter.role == codes.WAREHOUSE and step not in codes.WAREHOUSE_STEPS:
        told = f"step {step or 'none'} of a warehouse names no order lines: take it from the warehouse's own messages"
    declared = (child for child in (*node.children, *base.children) if child.name == codes.ERROR_DECLARATION)
    declaration = next(declared, None)
    return Piece(
        letter.document,
        node,
        kind if declaration is None or retractable(declaration, letter.role) else codes.ERROR_DECLARATION,
        message_id=text_of(node, "eventID") or text_of(base, "eventID"),
        values={
            "step": step,
            "disposition": disposition if disposition in codes.TELLING else "",
            "receives_at": receives_at,
        },
        passed_over=told,
        restated=None if declaration is None else retraction(declaration, letter.received_at),
    )
